"""Looking at what reviewers will see, submitting, and the receipt."""

from typing import Any

from flask import (
    current_app,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Audience, Call, Moment
from app.core import clock
from app.core.access import access
from app.core.countries import country_name
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.ids import new_id
from app.core.lens import Lens
from app.core.money import MoneyError
from app.core.web import require
from app.proposals import policy, queries, service, views
from app.proposals.answering import kept_of
from app.proposals.forms import SubmitForm
from app.proposals.models import Draft, Proposal
from app.proposals.routes.room import bp, own, to_page


@bp.get("/proposals/<id:proposal_id>/as-reviewers-see-it")
@access(Lens.APPLICANT, policy.may_see_own)
def preview(proposal_id: str) -> ResponseReturnValue:
    proposal, call = own(proposal_id)
    draft = require(queries.get_draft(proposal_id))
    try:
        requested = service.money_of(call).requested(draft.requested, draft.currency).converted
    except MoneyError:
        requested = None
    return render_template(
        "proposals/preview.html",
        proposal=proposal,
        science=views.science(
            number=proposal.number,
            title=draft.title,
            answers=kept_of(call, draft).science,
            questions=calls.questions_of(call.id),
            files=views.own_files(proposal_id, queries.blinded_files(proposal_id)),
            requested=requested,
            months=draft.months,
            currency=call.currency,
            plan_url=url_for("proposals.export_plan", proposal_id=proposal.id),
        ),
        **_telling_who(call, draft),
        labels={q.key: q.label for q in calls.questions_of(call.id)},
        blinding=call_views.blinding_words(call.blinding),
    )


@bp.route("/proposals/<id:proposal_id>/submit", methods=["GET", "POST"])
@access(Lens.APPLICANT, policy.may_submit, never_turned_away=True)
def submit(proposal_id: str) -> ResponseReturnValue:
    proposal, call = own(proposal_id)
    actor, draft = signed_in(), require(queries.together_of(proposal_id).draft)
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
            return to_page(proposal, "show_receipt", receipt_id=receipt.id)
    else:
        enforce(policy.may_submit(actor, proposal, call))
        form.key.data = new_id()
    questions, kept = calls.questions_of(call.id), kept_of(call, draft)
    files = views.own_files(proposal_id, queries.blinded_files(proposal_id))
    return render_template(
        "proposals/submit.html",
        form=form,
        proposal=proposal,
        call=call_views.call_row(call),
        draft={
            "title": draft.title,
            "organisation": draft.organisation,
            "country": country_name(draft.country),
            "requested": f"{draft.currency} {draft.requested}" if draft.requested else "",
            "months": draft.months,
        },
        science=views.sections(questions, kept.science, Audience.SCIENTIFIC, files, call.currency),
        identity=views.sections(questions, kept.identity, Audience.IDENTITY, files, call.currency),
        staff_only=views.sections(questions, kept.staff_only, Audience.STAFF, files, call.currency),
        problems=views.problem_rows(proposal, service.problems_of(call, proposal, draft)),
        **_telling_who(call, draft),
        labels={q.key: q.label for q in questions},
        given=_given(proposal, call),
    )


def _telling_who(call: Call, draft: Draft) -> dict[str, Any]:
    """Return the words that tell reviewers who applies, where the call hides it from them."""
    if call.applicants_to_reviewers is Moment.ALWAYS:
        return {"own_names": {}, "uploads": []}
    return {
        "own_names": service.own_names_in(signed_in(), call, draft),
        "uploads": [views.upload_values(one) for one in service.files_telling_who(call, draft)],
    }


def _given(proposal: Proposal, call: Call) -> dict[str, Any] | None:
    """Return the last receipt, if any: whose answer was lost on the way finds it here."""
    given = queries.receipts_of(proposal.id) if proposal.version_id else []
    if not given:
        return None
    receipt = given[0]
    url = url_for("proposals.show_receipt", proposal_id=proposal.id, receipt_id=receipt.id)
    return {"at": call_views.local(call, receipt.submitted_at), "url": url}


@bp.get("/proposals/<id:proposal_id>/receipts/<id:receipt_id>")
@access(Lens.APPLICANT, policy.may_see_own, never_turned_away=True)
def show_receipt(proposal_id: str, receipt_id: str) -> ResponseReturnValue:
    proposal, call = own(proposal_id)
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
