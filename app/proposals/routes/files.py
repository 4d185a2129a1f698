"""The files of a proposal and the copies that reviewers get."""

from typing import Any

from flask import (
    Response,
    current_app,
    flash,
    g,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue

from app.accounts.actor import Actor
from app.accounts.session import signed_in
from app.calls import queries as calls
from app.calls.models import Call, Question, QuestionKind
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import Refused, enforce
from app.core.lens import Lens
from app.core.scan import refuse_malware
from app.core.uploads import UploadRefused, scrub_pdf
from app.core.web import require
from app.core.words import _
from app.core.work import Mode, abandon_changes, unit_of_work
from app.proposals import policy, queries, service, views
from app.proposals.answering import answers_in
from app.proposals.forms import SmallForm, UploadForm
from app.proposals.models import Proposal
from app.proposals.routes.room import bp, own, to_page
from app.proposals.service import Announced, Arrived, Misplaced

MEBIBYTE = 1024 * 1024
PIECE = 256 * 1024  # what the page's script sends at a time: some seconds on a slow line
LONGEST_NUMBER = 12  # digits


def _scrub_upload(proposal_id: str, question_key: str) -> None:
    """Rewrite the file before the transaction: it takes a child process and part of a second."""
    sent = request.files.get("file")
    try:
        if sent is not None and sent.filename:
            name, data = sent.filename, sent.read()
        elif partial_id := request.form.get("partial"):
            name, data = _put_together(proposal_id, question_key, partial_id)
        else:
            return
        refuse_malware(data, current_app.extensions["equipoise"].clamd)
        g.arrived = Arrived(name, data, scrub_pdf(data))
    except UploadRefused as refused:
        g.upload_refused = str(refused)


def _put_together(proposal_id: str, question_key: str, partial_id: str) -> tuple[str, bytes]:
    """Return a file that was sent in pieces. Whose proposal it is for is asked by the page."""
    with unit_of_work(Lens.APPLICANT, Mode.READ):
        found = queries.partial_upload(proposal_id, question_key, partial_id)
        data = service.whole(found, current_app.extensions["files"]) if found else None
        if found is None or data is None:
            raise UploadRefused(
                _("The file did not arrive whole. Choose it again: what has arrived is kept.")
            )
        return found.name, data


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
                _forget_refused(actor, proposal, question_key)
            else:
                service.attach(
                    actor,
                    proposal,
                    call,
                    question,
                    arrived=g.arrived,
                    store=current_app.extensions["files"],
                )
                if partial := service.partial_of(actor, proposal, question_key):
                    service.forget_files([partial], current_app.extensions["files"])
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
        arriving=_arriving(actor, proposal, question_key),
        piece_bytes=PIECE,
    )


def _forget_refused(actor: Actor, proposal: Proposal, key: str) -> None:
    """Forget what arrived to its end and cannot be used; what is still missing something stays."""
    partial = service.partial_of(actor, proposal, key)
    if partial is not None and partial.received == partial.size:
        service.forget_files([partial], current_app.extensions["files"])


def _arriving(actor: Actor, proposal: Proposal, key: str) -> dict[str, Any] | None:
    """Say how much of a file has arrived that this person began to send."""
    partial = service.partial_of(actor, proposal, key)
    if partial is None:
        return None
    return {"name": partial.name, "percent": partial.received * 100 // partial.size}


@bp.post("/proposals/<id:proposal_id>/files/<question_key:question_key>/pieces")
@access(Lens.APPLICANT, policy.may_write)
def begin_file(proposal_id: str, question_key: str) -> ResponseReturnValue:
    """Begin to send a file in pieces, or go on: the answer says from which byte."""
    proposal, call = own(proposal_id)
    config = current_app.extensions["equipoise"]
    size = request.form.get("size", "")
    try:
        partial = service.begin_file(
            signed_in(),
            proposal,
            call,
            _file_question(call, question_key),
            Announced(
                request.form.get("name", ""),
                int(size) if size.isdecimal() and len(size) < LONGEST_NUMBER else 0,
                request.form.get("sha256", ""),
            ),
            largest=config.max_upload_mb * MEBIBYTE,
            store=current_app.extensions["files"],
        )
    except Refused as refusal:
        abandon_changes()
        return {"error": str(refusal)}, 403
    return {"id": partial.id, "received": partial.received}


@bp.post("/proposals/<id:proposal_id>/files/<question_key:question_key>/pieces/<id:partial_id>")
@access(Lens.APPLICANT, policy.may_write)
def take_piece(proposal_id: str, question_key: str, partial_id: str) -> ResponseReturnValue:
    """Take the bytes that begin at `at`: 409 with the right place where that is another."""
    proposal, call = own(proposal_id)
    partial = service.partial_of(signed_in(), proposal, question_key)
    partial = require(partial if partial and partial.id == partial_id else None)
    at = request.args.get("at", "")
    try:
        received = service.take_piece(
            signed_in(),
            proposal,
            call,
            partial,
            at=int(at) if at.isdecimal() and len(at) < LONGEST_NUMBER else -1,
            piece=request.get_data(),
            store=current_app.extensions["files"],
        )
    except Misplaced as misplaced:
        abandon_changes()
        return {"received": misplaced.received}, 409
    except Refused as refusal:
        abandon_changes()
        return {"error": str(refusal)}, 403
    return {"received": received}


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
