"""Calls in which a complete draft counts: at its deadline the system hands it in, once.

Each draft has a job of its own, due at its last moment. Whether it is complete and still a draft is
asked when the job runs; a deadline that moved makes it wait again.
"""

from datetime import timedelta

from app.accounts.models import Person
from app.calls import queries as calls
from app.calls.models import Call, CallState
from app.core import clock
from app.core.db import Json, db
from app.core.gate import enforce
from app.core.jobs import Later, enqueue, handles
from app.ledger.service import record
from app.proposals import notices, policy, queries
from app.proposals.events import DraftCounted, DraftLeftIncomplete
from app.proposals.models import Draft, Proposal, ProposalState
from app.proposals.service.checking import problems_of
from app.proposals.service.submitting import freeze, take_turn

KIND = "proposals.at_deadline"
# Longer than anybody stands in line: whose words, or whose submission, came in time is before us.
AFTER = timedelta(minutes=2)
KEY = "deadline"  # instead of the key in a form


def watch(proposal: Proposal, call: Call) -> None:
    """Let the system look at a new draft when its deadline has passed."""
    if call.complete_draft_counts:
        due = queries.last_moment_of(proposal, call) + AFTER
        enqueue(KIND, {"proposal_id": proposal.id}, due_at=due)


@handles(KIND)
def hand_in(payload: Json) -> None:
    """Submit a complete draft as of its deadline, or tell its applicants what is missing."""
    proposal = queries.get_proposal(payload["proposal_id"])
    call = calls.get_call(proposal.call_id) if proposal else None
    draft = queries.get_draft(payload["proposal_id"])
    if proposal is None or call is None or draft is None:
        return
    waits = call.state in {CallState.PUBLISHED, CallState.ASSIGNING}
    if proposal.state is not ProposalState.DRAFT or not waits or not call.complete_draft_counts:
        return
    last = queries.last_moment_of(proposal, call)
    if clock.now() <= last:
        raise Later(last + AFTER - clock.now(), "the deadline has moved")
    enforce(policy.may_count_at_deadline(proposal, call))
    _decide(proposal, call, draft)


def _decide(proposal: Proposal, call: Call, draft: Draft) -> None:
    problems = problems_of(call, proposal, draft)
    members = queries.members_of(proposal.id)
    if problems:
        record(None, DraftLeftIncomplete(problems=len(problems)), about=proposal)
        notices.tell_not_counted(members, call, draft, [each.sentence for each in problems])
        return
    record(None, DraftCounted(), about=proposal)
    lead = queries.people_of(proposal.id)[0]
    person = db.session.get(Person, lead.account_id)
    key = f"{proposal.id}.{KEY}"
    freeze(
        None,
        proposal,
        call,
        draft,
        take_turn(proposal, key),
        key=key,
        received_at=queries.last_moment_of(proposal, call),
        lead_name=person.name if person else lead.name,
    )
