"""The list of one's proposals, the start of one, and its own page."""

from collections.abc import Sequence
from typing import Any

from flask import (
    current_app,
    flash,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import eligibility
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Call
from app.core.access import access
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _
from app.proposals import equality, policy, queries, service, views
from app.proposals.forms import SmallForm, StartForm
from app.proposals.models import Draft, Proposal, ProposalState
from app.proposals.routes.room import bp, own, to_page
from app.proposals.rules import Problem

DECIDED = {ProposalState.AWARDED, ProposalState.RESERVE, ProposalState.DECLINED}


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
    form, earlier = StartForm(), queries.earlier_titles(actor.id)
    form.offer(earlier)
    if form.validate_on_submit():
        made = service.start(actor, call, copy_of=form.copy_of.data or "")
        return to_page(made, "write")
    enforce(policy.may_apply(actor, call))
    begun = queries.draft_in_call(actor.id, call.id)
    if begun is not None:
        return to_page(begun)
    return render_template(
        "proposals/start.html", form=form, earlier=earlier, call=call_views.public_page(call)
    )


@bp.get("/proposals/<id:proposal_id>")
@access(Lens.APPLICANT, policy.may_see_own)
def show(proposal_id: str) -> ResponseReturnValue:
    proposal, call = own(proposal_id)
    actor, draft = signed_in(), queries.get_draft(proposal_id)
    receipts = queries.receipts_of(proposal_id)
    problems = service.problems_of(call, proposal, draft) if draft else []
    return render_template(
        "proposals/show.html",
        proposal=proposal,
        state=views.state_chip(proposal.state),
        title=(draft.title if draft else "") or _("No title yet"),
        call=call_views.call_row(call),
        problems=views.problem_rows(proposal, problems),
        findings=service.findings_of(call, proposal, draft) if draft else [],
        **_tasks(call, proposal, draft, problems),
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
        **_deadlines(proposal, call),
        may_ask=policy.may_ask_exemption(actor, proposal, call),
        remarks=[said for said in queries.comments_of(proposal_id) if not said.done],
        may_submit=policy.may_submit(actor, proposal, call),
        form=SmallForm(),
        links=_further_pages(proposal),
        about_you_url=url_for("proposals.about_you", proposal_id=proposal.id)
        if equality.questions(call)
        else "",
        ineligible=queries.ineligibility(proposal.id),
    )


def _tasks(
    call: Call, proposal: Proposal, draft: Draft | None, problems: Sequence[Problem]
) -> dict[str, Any]:
    """Say how far each part is; a part that the call does not ask about has no state."""
    wrong = {views.page_of(problem) for problem in problems}
    partners = queries.partners_of(proposal.id)
    asked = eligibility.asks_about_partners(call.eligibility)
    state = "seen" if "consortium" in wrong and partners else "untouched"
    together = "optional" if not asked and not partners else state
    if (asked or partners) and "consortium" not in wrong:
        together = "done"
    career = ""
    if eligibility.asks_about_career(call.eligibility):
        career = "seen" if "background" in wrong else "done"
    return {
        "written": "seen" if "write" in wrong else "done",
        "sections": views.section_tasks(proposal, calls.questions_of(call.id), draft, problems)
        if draft
        else [],
        "together": {"state": together},
        "career": career,
        "signature": _signature(call, wrong),
        "fellowship": eligibility.is_fellowship(call.eligibility),
    }


def _signature(call: Call, wrong: set[str]) -> str:
    if not call.signatory_required:
        return ""
    return "untouched" if "signatory" in wrong else "done"


def _deadlines(proposal: Proposal, call: Call) -> dict[str, Any]:
    """Say what is to be mended, and until when, where the proposal has time of its own."""
    last = queries.last_moment_of(proposal, call)
    returned = proposal.state is ProposalState.RETURNED
    corrections = queries.corrections_of(proposal.id) if returned else []
    open_still = last > call.closes_at and policy.can_change(proposal, call)
    return {
        "own_deadline": call_views.local(call, last) if open_still else None,
        "correction": corrections[0] if corrections else None,
    }


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


@bp.post("/proposals/<id:proposal_id>/withdraw")
@access(Lens.APPLICANT, policy.may_withdraw)
def withdraw(proposal_id: str) -> ResponseReturnValue:
    proposal, _call = own(proposal_id)
    service.withdraw(signed_in(), proposal)
    flash(_("The proposal is withdrawn."), "good")
    return to_page(proposal)
