"""The applicants' pages: start, write, attach, look, submit, keep the receipt."""

from collections.abc import Sequence
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Audience, Call, Question, QuestionKind
from app.core import clock
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import Refused, enforce
from app.core.ids import new_id
from app.core.lens import Lens
from app.core.money import MoneyError
from app.core.scan import refuse_malware
from app.core.uploads import UploadRefused, scrub_pdf
from app.core.web import require
from app.core.words import _
from app.core.work import abandon_changes
from app.proposals import policy, queries, service, views
from app.proposals.forms import SmallForm, SubmitForm, UploadForm, form_for
from app.proposals.models import Proposal, ProposalState
from app.proposals.service import Arrived, Overtaken

bp = Blueprint("proposals", __name__)

DECIDED = {ProposalState.AWARDED, ProposalState.RESERVE, ProposalState.DECLINED}


def _own(proposal_id: str) -> tuple[Proposal, Call]:
    proposal = require(queries.get_proposal(proposal_id))
    enforce(policy.may_see_own(signed_in(), proposal))
    call = calls.get_call(proposal.call_id)
    assert call is not None
    return proposal, call


def _to(proposal: Proposal, page: str = "show", **values: str) -> ResponseReturnValue:
    return redirect(url_for(f"proposals.{page}", proposal_id=proposal.id, **values), 303)  # type: ignore[arg-type]


@bp.get("/proposals")
@access(Lens.APPLICANT, policy.may_list_own)
def list_own() -> ResponseReturnValue:
    actor = signed_in()
    enforce(policy.may_list_own(actor))
    rows = [
        {
            "url": url_for("proposals.show", proposal_id=row.id),
            "title": row.title or _("No title yet"),
            "number": row.number or "",
            "chip": views.state_chip(row.state),
            "call": call_views.call_row(row.call),
        }
        for row in queries.proposals_of(actor.id)
    ]
    open_calls = [call_views.call_row(call) for call in calls.open_calls()]
    return render_template("proposals/list_own.html", proposals=rows, open_calls=open_calls)


@bp.route("/calls/<word:code>/apply", methods=["GET", "POST"])
@access(Lens.APPLICANT, policy.may_apply)
def start(code: str) -> ResponseReturnValue:
    actor, call = signed_in(), calls.call_with_code(code)
    call = require(call)
    form = SmallForm()
    if form.validate_on_submit():
        return _to(service.start(actor, call), "write")
    enforce(policy.may_apply(actor, call))
    begun = queries.draft_in_call(actor.id, call.id)
    if begun is not None:
        return _to(begun)
    return render_template("proposals/start.html", form=form, call=call_views.public_page(call))


@bp.get("/proposals/<id:proposal_id>")
@access(Lens.APPLICANT, policy.may_see_own)
def show(proposal_id: str) -> ResponseReturnValue:
    proposal, call = _own(proposal_id)
    actor, draft = signed_in(), queries.get_draft(proposal_id)
    receipts = queries.receipts_of(proposal_id)
    return render_template(
        "proposals/show.html",
        proposal=proposal,
        state=views.state_chip(proposal.state),
        title=(draft.title if draft else "") or _("No title yet"),
        call=call_views.call_row(call),
        problems=service.problems_of(call, draft) if draft else [],
        changed_since=bool(draft and receipts and draft.saved_at > receipts[0].submitted_at),
        receipts=[
            {
                "url": url_for(
                    "proposals.show_receipt", proposal_id=proposal.id, receipt_id=receipt.id
                ),
                "id": receipt.id,
                "at": call_views.local(call, receipt.submitted_at),
            }
            for receipt in receipts
        ],
        may_write=policy.may_write(actor, proposal, call),
        may_withdraw=policy.may_withdraw(actor, proposal),
        form=SmallForm(),
        links=_further_pages(proposal),
        ineligible=queries.ineligibility(proposal.id),
    )


def _further_pages(proposal: Proposal) -> list[dict[str, str]]:
    """Link the outcome once it is released; before that not even the link exists."""
    if proposal.state not in DECIDED:
        return []
    pages = (("outcome.show", _("Outcome and feedback")),)
    return [
        {"label": label, "url": url_for(endpoint, proposal_id=proposal.id)}
        for endpoint, label in pages
        if endpoint in current_app.view_functions
    ]


@bp.route("/proposals/<id:proposal_id>/write", methods=["GET", "POST"])
@access(Lens.APPLICANT, policy.may_write)
def write(proposal_id: str) -> ResponseReturnValue:
    proposal, call = _own(proposal_id)
    actor = signed_in()
    enforce(policy.may_write(actor, proposal, call))
    draft = require(queries.get_draft(proposal_id))
    questions = calls.questions_of(call.id)
    form = form_for(call, questions, draft)
    theirs = None
    if form.validate_on_submit():
        try:
            with refusals_shown_on(form):
                service.save(actor, proposal, call, form.to_change())
                return _to(proposal)
        except Overtaken as overtaken:
            abandon_changes()
            theirs = {"answers": form_values(overtaken.draft), "revision": overtaken.draft.revision}
            form.refuse(
                _(
                    "Somebody else saved this proposal while you were writing. Both texts are "
                    "below: yours in the form, theirs beside each field. Saving again keeps yours."
                )
            )
            form.version.data = overtaken.draft.revision
            form.version.raw_data = [str(overtaken.draft.revision)]
    return render_template(
        "proposals/write.html",
        form=form,
        theirs=theirs,
        proposal=proposal,
        call=call_views.call_row(call),
        sections=_form_sections(proposal, questions, form),
        saved_at=call_views.local(call, draft.saved_at) if draft.revision else None,
        upload_form=UploadForm(formdata=None),
        uploads={u.question_key: views.upload_values(u) for u in queries.uploads_of(proposal_id)},
        max_mb=current_app.extensions["equipoise"].max_upload_mb,
    )


def form_values(draft: Any) -> dict[str, str]:  # noqa: ANN401 - a row of Draft
    return {
        "title": draft.title,
        **{f"q_{key}": value for key, value in {**draft.science, **draft.identity}.items()},
    }


def _form_sections(
    proposal: Proposal,
    questions: Sequence[Question],
    form: Any,  # noqa: ANN401 - rows, and a form made at run time
) -> list[dict[str, Any]]:
    sections: dict[str, list[dict[str, Any]]] = {}
    for question in questions:
        is_file = question.kind is QuestionKind.FILE
        sections.setdefault(question.section, []).append(
            {
                "key": question.key,
                "label": question.label,
                "hint": question.hint,
                "field": None if is_file else form[f"q_{question.key}"],
                "is_file": is_file,
                "long": question.kind is QuestionKind.LONG_TEXT,
                "words": question.word_limit or 0,
                "identity": question.audience is Audience.IDENTITY,
                "required": question.required,
                "upload_url": url_for(
                    "proposals.upload", proposal_id=proposal.id, question_key=question.key
                )
                if is_file
                else "",
            }
        )
    return [{"title": title, "questions": items} for title, items in sections.items()]


@bp.post("/proposals/<id:proposal_id>/autosave")
@access(Lens.APPLICANT, policy.may_write)
def autosave(proposal_id: str) -> ResponseReturnValue:
    """Save what the script sends: 409 with the newer revision when somebody else saved first."""
    proposal, call = _own(proposal_id)
    draft = require(queries.get_draft(proposal_id))
    form = form_for(call, calls.questions_of(call.id), draft)
    form.validate()
    try:
        saved = service.save(signed_in(), proposal, call, form.to_change())
    except Overtaken as overtaken:
        abandon_changes()
        return {"version": overtaken.draft.revision}, 409
    except Refused as refusal:
        abandon_changes()
        return {"error": str(refusal)}, 403
    return {"version": saved.revision, "saved_at": clock.to_text(saved.saved_at)}


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
    proposal, call = _own(proposal_id)
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
                return _to(proposal, "upload", question_key=question_key)
    copies = queries.blinded_files(proposal_id)
    draft = queries.get_draft(proposal_id)
    answer = (draft.science | draft.identity).get(question_key, "") if draft else ""
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
    proposal, call = _own(proposal_id)
    service.remove_file(signed_in(), proposal, call, _file_question(call, question_key))
    flash(_("The file is removed."), "good")
    return _to(proposal, "write")


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
    _own(proposal_id)
    copy = require(queries.blinded_file(proposal_id, file_id))
    return send_blinded(copy.file_key, f"{copy.question_key}.pdf")


def send_blinded(file_key: str, name: str) -> Response:
    """Send a rewritten copy: the same bytes and headers for applicant and reviewer."""
    data = current_app.extensions["files"].get(file_key)
    answer = Response(data, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@bp.get("/proposals/<id:proposal_id>/as-reviewers-see-it")
@access(Lens.APPLICANT, policy.may_see_own)
def preview(proposal_id: str) -> ResponseReturnValue:
    proposal, call = _own(proposal_id)
    draft = require(queries.get_draft(proposal_id))
    try:
        requested = service.money_of(call).requested(draft.requested, draft.currency).converted
    except MoneyError:
        requested = None
    found = service.own_names_in(signed_in(), call, draft)
    return render_template(
        "proposals/preview.html",
        proposal=proposal,
        science=views.science(
            number=proposal.number,
            title=draft.title,
            answers=draft.science,
            questions=calls.questions_of(call.id),
            files=views.own_files(proposal_id, queries.blinded_files(proposal_id)),
            requested=requested,
            months=draft.months,
        ),
        own_names=found,
        labels={q.key: q.label for q in calls.questions_of(call.id)},
        uploads=[views.upload_values(u) for u in queries.uploads_of(proposal_id)],
        blinding=call_views.blinding_words(call.blinding),
    )


@bp.route("/proposals/<id:proposal_id>/submit", methods=["GET", "POST"])
@access(Lens.APPLICANT, policy.may_write)
def submit(proposal_id: str) -> ResponseReturnValue:
    proposal, call = _own(proposal_id)
    actor, draft = signed_in(), queries.get_draft(proposal_id)
    draft = require(draft)
    form = SubmitForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            receipt = service.submit(
                actor,
                proposal,
                call,
                key=form.key.data or new_id(),
                received_at=request.environ.get("equipoise.received_at") or clock.now(),
            )
            return _to(proposal, "show_receipt", receipt_id=receipt.id)
    else:
        enforce(policy.may_write(actor, proposal, call))
        form.key.data = new_id()
    questions = calls.questions_of(call.id)
    files = views.own_files(proposal_id, queries.blinded_files(proposal_id))
    return render_template(
        "proposals/submit.html",
        form=form,
        proposal=proposal,
        call=call_views.call_row(call),
        draft={
            "title": draft.title,
            "organisation": draft.organisation,
            "country": draft.country,
            "requested": f"{draft.currency} {draft.requested}",
            "months": draft.months,
        },
        science=views.sections(questions, draft.science, Audience.SCIENTIFIC, files),
        identity=views.sections(questions, draft.identity, Audience.IDENTITY, files),
        problems=service.problems_of(call, draft),
        own_names=service.own_names_in(actor, call, draft),
        labels={q.key: q.label for q in questions},
    )


@bp.get("/proposals/<id:proposal_id>/receipts/<id:receipt_id>")
@access(Lens.APPLICANT, policy.may_see_own)
def show_receipt(proposal_id: str, receipt_id: str) -> ResponseReturnValue:
    proposal, call = _own(proposal_id)
    receipt = require(queries.receipt(proposal_id, receipt_id))
    return render_template(
        "proposals/receipt.html",
        proposal=proposal,
        call=call_views.call_row(call),
        receipt=receipt,
        at=call_views.local(call, receipt.submitted_at),
        pdf_url=_pdf_of(receipt.id, proposal.id),
    )


def _pdf_of(receipt_id: str, proposal_id: str) -> str:
    endpoint = "documents.receipt_pdf"
    if endpoint not in current_app.view_functions:
        return ""
    return url_for(endpoint, proposal_id=proposal_id, receipt_id=receipt_id)


@bp.post("/proposals/<id:proposal_id>/withdraw")
@access(Lens.APPLICANT, policy.may_withdraw)
def withdraw(proposal_id: str) -> ResponseReturnValue:
    proposal, _call = _own(proposal_id)
    service.withdraw(signed_in(), proposal)
    flash(_("The proposal is withdrawn."), "good")
    return _to(proposal)
