"""The files of a proposal and the copies that reviewers get."""

from flask import (
    Response,
    current_app,
    flash,
    g,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import queries as calls
from app.calls.models import Call, Question, QuestionKind
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.scan import refuse_malware
from app.core.uploads import UploadRefused, scrub_pdf
from app.core.web import require
from app.core.words import _
from app.proposals import policy, queries, service, views
from app.proposals.answering import answers_in
from app.proposals.forms import SmallForm, UploadForm
from app.proposals.routes.room import bp, own, to_page
from app.proposals.service import Arrived


def _scrub_upload(**_values: str) -> None:
    """Rewrite the file before the transaction: it takes a child process and part of a second."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return
    data = sent.read()
    try:
        refuse_malware(data, current_app.extensions["equipoise"].clamd)
        g.arrived = Arrived(sent.filename, data, scrub_pdf(data))
    except UploadRefused as refusal:
        g.upload_refused = str(refusal)


@bp.route("/proposals/<id:proposal_id>/files/<question_key:question_key>", methods=["GET", "POST"])
@access(Lens.APPLICANT, policy.may_write, prepare=_scrub_upload)
def upload(proposal_id: str, question_key: str) -> ResponseReturnValue:
    proposal, call = own(proposal_id)
    actor = signed_in()
    enforce(policy.may_write(actor, proposal, call))
    question = _file_question(call, question_key)
    form = UploadForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            if "upload_refused" in g:
                form.file.errors = [g.upload_refused]
            else:
                service.attach(
                    actor,
                    proposal,
                    call,
                    question,
                    arrived=g.arrived,
                    store=current_app.extensions["files"],
                )
                flash(_("The file is attached, and its copy for reviewers is made."), "good")
                return to_page(proposal, "upload", question_key=question_key)
    copies = queries.blinded_files(proposal_id)
    draft = queries.get_draft(proposal_id)
    answer = answers_in(draft).get(question_key, "") if draft else ""
    sent = [u for u in queries.uploads_of(proposal_id) if u.question_key == question_key]
    return render_template(
        "proposals/upload.html",
        form=form,
        proposal=proposal,
        question=question,
        copy=views.own_files(proposal_id, copies).get(answer),
        sent=views.upload_values(sent[0]) if sent else None,
        remove_form=SmallForm(formdata=None),
        max_mb=current_app.extensions["equipoise"].max_upload_mb,
    )


@bp.post("/proposals/<id:proposal_id>/files/<question_key:question_key>/remove")
@access(Lens.APPLICANT, policy.may_write)
def remove_file(proposal_id: str, question_key: str) -> ResponseReturnValue:
    proposal, call = own(proposal_id)
    service.remove_file(signed_in(), proposal, call, _file_question(call, question_key))
    flash(_("The file is removed."), "good")
    return to_page(proposal, "write")


def _file_question(call: Call, key: str) -> Question:
    found = [
        question
        for question in calls.questions_of(call.id)
        if question.key == key and question.kind is QuestionKind.FILE
    ]
    require(found[0] if found else None)
    return found[0]


@bp.get("/proposals/<id:proposal_id>/copies/<id:file_id>.pdf")
@access(Lens.APPLICANT, policy.may_see_own)
def blinded_file(proposal_id: str, file_id: str) -> ResponseReturnValue:
    own(proposal_id)
    copy = require(queries.blinded_file(proposal_id, file_id))
    return send_blinded(copy.file_key, f"{copy.question_key}.pdf")


def send_blinded(file_key: str, name: str) -> Response:
    """Send a rewritten copy: the same bytes and headers for applicant and reviewer."""
    data = current_app.extensions["files"].get(file_key)
    answer = Response(data, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
