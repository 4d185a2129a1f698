"""How far the reviews of a call are: by proposal, and by whoever owes them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, bindparam, func, select

from app.accounts.models import Person
from app.core.db import table_of
from app.core.plain import joined, rows
from app.ledger.latest import Latest
from app.proposals.models import Proposal, Version
from app.reviewers.models import Certified, Seat, SeatHolder, SeatState
from app.reviewers.rules import JUDGED
from app.reviews.events import OF_ONE_SEAT, QUIET
from app.reviews.models import Recognised, Recognition
from app.reviews.rules import Rate

_seat, _holders, _certified = map(table_of, (Seat, SeatHolder, Certified))
_proposal, _version = map(table_of, (Proposal, Version))
_person, _recognition = map(table_of, (Person, Recognition))


class SeatsOf(NamedTuple):
    """One proposal in review, with the states of its seats as one text."""

    proposal_id: str
    number: str
    title: str
    states: str | None


class Owed(NamedTuple):
    """Somebody who still owes reviews."""

    account_id: str
    name: str
    invited: int
    accepted: int
    submitted: int
    due_at: datetime
    certified: bool  # at the end, that they know of no conflict in all they judged


class InReview(NamedTuple):
    """Every proposal in review, by number, and how many recognised who applied."""

    seats: dict[str, SeatsOf]  # by the key of the proposal
    recognised: Rate


_SAID = [
    select(func.count())
    .where(_recognition.c.call_id == bindparam("call"), _recognition.c.answer == answer)
    .scalar_subquery()
    for answer in (Recognised.NO, Recognised.PERHAPS, Recognised.SURE)
]
_SEATS = (
    select(
        _proposal.c.id,
        _proposal.c.number,
        _version.c.title,
        select(joined(_seat.c.state))
        .where(_seat.c.proposal_id == _proposal.c.id)
        .correlate(_proposal)
        .scalar_subquery(),
        *_SAID,
    )
    .join(_version, _version.c.id == _proposal.c.version_id)
    .where(_proposal.c.call_id == bindparam("call"), _proposal.c.state.in_(JUDGED))
    .order_by(_proposal.c.number)
)
_OWING = (SeatState.INVITED, SeatState.ACCEPTED, SeatState.SUBMITTED)
_COUNTED = (
    select(
        _holders.c.account_id,
        *(func.count().filter(_seat.c.state == state).label(state.value) for state in _OWING),
        func.coalesce(
            func.min(_seat.c.due_at).filter(_seat.c.state != SeatState.SUBMITTED),
            func.max(_seat.c.due_at),
        ).label("due_at"),
    )
    .join(_seat, _seat.c.id == _holders.c.seat_id)
    .where(_seat.c.state.in_(_OWING))
    .group_by(_holders.c.account_id)
)
_JUDGED = select(_proposal.c.id).where(
    _proposal.c.call_id == bindparam("call"), _proposal.c.state.in_(JUDGED)
)


def _named(counting: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    counted = counting.subquery()
    certified = (
        select(func.count())
        .where(
            _certified.c.call_id == bindparam("call"),
            _certified.c.account_id == counted.c.account_id,
        )
        .correlate(counted)
        .scalar_subquery()
    )
    return (
        select(counted.c.account_id, _person.c.name, *counted.c[1:], certified)
        .join(_person, _person.c.account_id == counted.c.account_id)
        .order_by(_person.c.name)
    )


_these: BindParameter[Any] = bindparam("seats", expanding=True)
_SEATS_BESIDE = _SEATS.where(
    _proposal.c.id.in_(select(_seat.c.proposal_id).where(_seat.c.id.in_(_these)))
)
_PEOPLE = _named(
    _COUNTED.where(_seat.c.call_id == bindparam("call"), _seat.c.proposal_id.in_(_JUDGED))
)
# From the people to their seats: SQLite would begin with all seats of the call if these were named.
_PEOPLE_IN = _named(
    _COUNTED.where(
        _holders.c.account_id.in_(
            select(_holders.c.account_id).where(_holders.c.seat_id.in_(_these))
        ),
        _JUDGED.where(_proposal.c.id == _seat.c.proposal_id).exists(),
    )
)


latest_seats: Latest[InReview] = Latest(quiet=QUIET, of_one=OF_ONE_SEAT)
latest_people: Latest[dict[str, Owed]] = Latest(quiet=QUIET, of_one=OF_ONE_SEAT)


def progress_in(call_id: str) -> InReview:
    """Return each proposal in review with the states of its seats, and how many recognised who
    applied: the engine counts those once and says them beside every row."""

    def again(known: InReview, seats: list[str]) -> InReview | None:
        some = rows(_SEATS_BESIDE, {"call": call_id, "seats": seats})
        new = {row[0]: SeatsOf(*row[:4]) for row in some}
        if not new.keys() <= known.seats.keys():
            return None
        return InReview(known.seats | new, known.recognised)

    def read() -> InReview:
        found = rows(_SEATS, {"call": call_id})
        rate = Rate(*found[0][4:]) if found else Rate(0, 0, 0)
        return InReview({row[0]: SeatsOf(*row[:4]) for row in found}, rate)

    return latest_seats.find(call_id, read, again)


def owed_in(call_id: str) -> list[Owed]:
    """Return each reviewer's seats by state, who owes most first; one grouped query."""

    def again(known: dict[str, Owed], seats: list[str]) -> dict[str, Owed] | None:
        new = _by_account(rows(_PEOPLE_IN, {"call": call_id, "seats": seats}))
        return known | new if new.keys() <= known.keys() else None

    def read() -> dict[str, Owed]:
        return _by_account(rows(_PEOPLE, {"call": call_id}))

    by_name = latest_people.find(call_id, read, again).values()
    return sorted(by_name, key=lambda one: -one.invited - one.accepted)


def _by_account(found: Sequence[Any]) -> dict[str, Owed]:
    return {row.account_id: Owed._make(row) for row in found}
