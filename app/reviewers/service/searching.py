"""Looking for conflicts, whenever a fact changes that may show one."""

from collections.abc import Sequence

from app.accounts.actor import SYSTEM_ACTOR, Actor
from app.accounts.following import when_person_changes
from app.calls import queries as calls
from app.calls.models import Call, CallState
from app.core import clock
from app.core.db import Json, db
from app.core.gate import enforce
from app.core.jobs import enqueue, handles
from app.core.verdict import ALLOWED
from app.ledger.service import record
from app.proposals.following import when_submitted
from app.reviewers import policy, queries, rules
from app.reviewers.events import ConflictsFound
from app.reviewers.following import follow
from app.reviewers.models import Conflict, SeatState
from app.reviewers.rules import Found

PROPOSAL, PERSON = "reviewers.search_proposal", "reviewers.search_person"
_NOT_SEARCHED = {CallState.DRAFTING, CallState.ARCHIVED}


def detect_conflicts(actor: Actor, call: Call, proposal_id: str = "") -> int:
    """Look for conflicts in the records, with one proposal or all of a call, and keep those not
    known; return how many were new.

    Whoever holds a seat and turns out to have a conflict is shut out of it at once.
    """
    enforce(policy.may_fill_pool(actor, call))
    return _search(actor, call, proposal_id)


def _search(actor: Actor, call: Call, proposal_id: str = "") -> int:
    """Search one proposal or all of a call."""
    db.session.flush()
    return _keep(actor, call, look_for_conflicts(call, proposal_id))


def look_for_conflicts(call: Call, proposal_id: str = "") -> list[Found]:
    """Return what the records show and nobody noted, of one proposal or of all; keep nothing.

    Once reviewing is over, it is about the staff alone: what a reviewer's conflict does to a
    ranking is for people to decide.
    """
    found = rules.find_conflicts(
        queries.judges_of(call.id, pool=_reviewing(call)),
        queries.applied_in(call.id, proposal_id),
        same_country=queries.terms_of(call.id).same_country,
    )
    return _unnoted(call, found, proposal_id)


def _reviewing(call: Call) -> bool:
    return bool(rules.can_fill_pool(calls.phase(call)))


def _unnoted(call: Call, found: Sequence[Found], proposal_id: str = "") -> list[Found]:
    known = queries.noted_conflicts(call.id, proposal_id) if found else set()
    return [one for one in found if (one.proposal_id, one.account_id, one.kind) not in known]


def keep_conflicts(actor: Actor, call: Call, found: Sequence[Found]) -> int:
    """Keep what was found a moment ago in work that only read; return how many are new by now.
    For services of the staff that enforced their own policy."""
    return _keep(actor, call, _unnoted(call, found))


def _keep(actor: Actor, call: Call, new: Sequence[Found]) -> int:
    now = clock.now()
    db.session.add_all(
        Conflict(
            call_id=call.id,
            proposal_id=one.proposal_id,
            account_id=one.account_id,
            kind=one.kind,
            declared=False,
            detail=one.detail,
            found_at=now,
        )
        for one in new
    )
    closed = shut_out(call) if _reviewing(call) else 0
    if new or closed:
        record(actor, ConflictsFound(found=len(new), seats_closed=closed), about=call)
    return len(new)


def shut_out(call: Call) -> int:
    """Close the seats of whoever has a conflict there; return how many."""
    db.session.flush()
    seats = queries.live_seats_of_conflicted(call.id)
    for seat in seats:
        seat.state = SeatState.CONFLICTED
    follow(call)
    return len(seats)


# --- by itself -----------------------------------------------------------------------------------


@when_submitted
def search_proposal_later(call_id: str, proposal_id: str) -> None:
    enqueue(PROPOSAL, {"call_id": call_id, "proposal_id": proposal_id})


@when_person_changes
def search_person_later(account_id: str) -> None:
    enqueue(PERSON, {"account_id": account_id})


@handles(PROPOSAL)
def _search_proposal(payload: Json) -> None:
    call = calls.get_call(payload["call_id"])
    if call is not None:
        enforce(ALLOWED)  # the submission asked for it
        _search(SYSTEM_ACTOR, call, payload["proposal_id"])


@handles(PERSON)
def _search_person(payload: Json) -> None:
    """Search every call that goes on and has this person for an applicant, a judge or staff."""
    enforce(ALLOWED)  # the change of the person asked for it
    for call in queries.calls_about(payload["account_id"]):
        if call.state not in _NOT_SEARCHED:
            _search(SYSTEM_ACTOR, call)
