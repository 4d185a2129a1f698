"""Writing: the form of the call, saved by a person or by the script beside it."""

import hmac
from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import form_views
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.asked_views import form_sections
from app.calls.kinds import kind_of
from app.calls.models import Call, QuestionKind
from app.core import clock
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import Refused, enforce
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _
from app.core.work import abandon_changes
from app.proposals import policy, queries, service
from app.proposals.answering import answers_in, applicant_of
from app.proposals.forms import WritingForm, form_for
from app.proposals.models import Draft, Proposal
from app.proposals.routes.room import bp, own, to_page
from app.proposals.service import Overtaken


@bp.route("/proposals/<id:proposal_id>/write", methods=["GET", "POST"])
@access(Lens.APPLICANT, policy.may_write)
def write(proposal_id: str) -> ResponseReturnValue:
    proposal, call = own(proposal_id)
    actor = signed_in()
    enforce(policy.may_write(actor, proposal, call))
    draft = require(queries.get_draft(proposal_id))
    questions = calls.questions_of(call.id)
    form = form_for(call, questions, draft)
    theirs, unasked = None, form.no_longer_asked() if form.saves() else []
    if unasked:
        form.refuse(
            _(
                "The form was changed while you wrote, and something that you answered is not "
                "asked any more. It stands below, to be copied; the rest is saved when you save "
                "again."
            )
        )
    elif form.validate_on_submit():
        try:
            with refusals_shown_on(form):
                if form.wants_rows():
                    key = form.change_rows()
                    service.save(actor, proposal, call, form.to_change())
                    return to_page(proposal, "write", _anchor=f"q_{key}")
                service.save(actor, proposal, call, form.to_change())
                return to_page(proposal, "submit" if "check" in request.form else "show")
        except Overtaken as overtaken:
            abandon_changes()
            saved = overtaken.draft
            theirs = {"answers": _read(form, saved.title, answers_in(saved))}
            form.refuse(
                _(
                    "Somebody else saved this proposal while you were writing. Both texts are "
                    "below: yours in the form, theirs beside each field. Saving again keeps yours."
                )
            )
            form.version.data = saved.revision
            form.version.raw_data = [str(saved.revision)]
    return render_template(
        "proposals/write.html",
        form=form,
        theirs=theirs,
        unasked=unasked,
        mine=_read(form, form.title.data or "", form.answers),
        proposal=proposal,
        owner=local_name(actor.id),
        remarks=Counter(s.field for s in queries.comments_of(proposal_id) if not s.done),
        call=call_views.call_row(call),
        sections=_sections(proposal, call, draft, form),
        applicant=applicant_of(draft),
        amendments=[
            row for row in form_views.amendments(call) if row["number"] > draft.form_number
        ],
        form_number=len(calls.amendments_of(call.id)),
        may_submit=bool(policy.may_submit(actor, proposal, call)),
        saved_at=call_views.local(call, draft.saved_at) if draft.revision else None,
    )


def local_name(account_id: str) -> str:
    """Return a name under which a browser keeps one person's unsent words; it tells no id."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.digest(key, f"drafts of {account_id}".encode(), "sha256").hex()[:16]


def _read(form: WritingForm, title: str, answers: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of a draft by field, for reading beside what somebody else typed."""
    shown = {q.name: kind_of(q.kind).shown(q, answers.get(q.key, "")) for q in form.asked}
    return {"title": title, **{name: answer.as_text() for name, answer in shown.items()}}


def _sections(
    proposal: Proposal, call: Call, draft: Draft, form: WritingForm
) -> list[dict[str, Any]]:
    """Return the questions to write in, by section."""
    uploads = {u.question_key: u.original_name for u in queries.uploads_of(proposal.id)}
    guidance = {section.title: section.guidance for section in calls.sections_of(call.id)}
    sections = form_sections(form.asked, form.answers, applicant_of(draft), guidance)
    partners = queries.partners_of(proposal.id)
    lacking = service.countries_without_line(form.asked, draft, partners)
    for section in sections:
        for question in section["questions"]:
            question["note"] = lacking.get(question["name"], "")
            if question["kind"] == QuestionKind.FILE:
                question["file_name"] = uploads.get(question["key"], "")
                question["upload_url"] = url_for(
                    "proposals.upload", proposal_id=proposal.id, question_key=question["key"]
                )
    return sections


@bp.post("/proposals/<id:proposal_id>/autosave")
@access(Lens.APPLICANT, policy.may_write)
def autosave(proposal_id: str) -> ResponseReturnValue:
    """Save what the script sends: 409 with the newer revision when somebody else saved first."""
    proposal, call = own(proposal_id)
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
