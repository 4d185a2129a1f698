"""The data-sharing plan as a file for other software: whole for applicants and staff, without a
contact for reviewers."""

from collections.abc import Mapping

from flask import Response
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.session import signed_in
from app.calls import policy as call_policy
from app.calls import queries as calls
from app.calls.asking import as_asked
from app.calls.models import Call
from app.core.access import access
from app.core.lens import Lens
from app.core.web import require
from app.core.work import HouseRuleBroken
from app.ledger.service import record
from app.proposals import data_plan, policy, queries
from app.proposals.answering import answers_in
from app.proposals.data_plan import WITHHELD, About, Contact
from app.proposals.events import IdentityRead
from app.proposals.models import Proposal, Version
from app.proposals.routes.desk import bp as desk
from app.proposals.routes.desk import desk_call
from app.proposals.routes.room import bp, own


@bp.get("/proposals/<id:proposal_id>/data-plan.json")
@access(Lens.APPLICANT, policy.may_see_own)
def export_plan(proposal_id: str) -> ResponseReturnValue:
    """Export the plan as it is written now; the contact is whoever takes it."""
    proposal, call = own(proposal_id)
    actor, draft = signed_in(), require(queries.get_draft(proposal_id))
    about = About(
        title=draft.title,
        number=proposal.number or f"{call.code}-draft",
        call=call.code,
        created=queries.begun_at(proposal_id) or draft.saved_at,
        modified=draft.saved_at,
        contact=Contact(actor.name, actor.email),
    )
    return _send(about, call, answers_in(draft))


@desk.get("/<id:proposal_id>/data-plan.json")
@access(Lens.STAFF, call_policy.may_see_desk, recorded=True)
def export_plan_of(call_id: str, proposal_id: str) -> ResponseReturnValue:
    """Export the plan as submitted; without a contact where staff do not learn who applies."""
    call, actor = desk_call(call_id), signed_in()
    proposal = queries.get_proposal(proposal_id)
    version = queries.get_version(proposal.version_id) if proposal else None
    require(version if proposal and proposal.call_id == call.id else None)
    assert proposal is not None
    assert version is not None
    identity = queries.get_identity(version.id)
    people = queries.people_of(proposal.id)
    lead = accounts.one(people[0].account_id) if people else None
    contact = Contact(lead.name, lead.email) if lead else WITHHELD
    record(actor, IdentityRead(purpose="data plan"), about=proposal)
    whole = {**version.answers, **(identity.answers if identity else {})}
    return _send(_submitted(call, proposal, version, contact), call, whole)


def blinded_plan(call: Call, proposal: Proposal, version: Version) -> Response:
    """Return the plan as reviewers get it: only from what they read, with no contact."""
    return _send(_submitted(call, proposal, version, WITHHELD), call, version.answers)


def _submitted(call: Call, proposal: Proposal, version: Version, contact: Contact) -> About:
    """Return what is said of a submitted plan; its moment is the deadline, alike for all."""
    return About(
        title=version.title,
        number=proposal.number or "",
        call=call.code,
        created=call.closes_at,
        modified=call.closes_at,
        contact=contact,
    )


def _send(about: About, call: Call, answers: Mapping[str, str]) -> Response:
    form = as_asked(calls.questions_of(call.id), call.currency)
    require(data_plan.has_plan(form, answers) or None)
    plan = data_plan.as_madmp(about, form, answers)
    if broken := data_plan.problems(plan):
        raise HouseRuleBroken("; ".join(broken))
    answer = Response(data_plan.as_text(plan), mimetype="application/json")
    name = f"{about.number}-data-plan.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
