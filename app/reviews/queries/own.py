"""Seats and reviews of one's own: the list, one that is opened, those beside it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Row, Select, and_, bindparam, func, select

from app.calls import queries as calls
from app.calls.models import Call, Moment
from app.calls.rules import Phase, phase_of
from app.core import clock
from app.core.db import db, door, table_of
from app.core.few import as_text
from app.core.lens import Door
from app.core.plain import rows
from app.core.work import once
from app.proposals.models import Proposal, ProposalState, Version
from app.reviewers.models import PoolMember, ReviewerKind, Seat, SeatHolder, SeatState
from app.reviewers.rules import JUDGED
from app.reviews.models import Review, ReviewState, ShownReviewer
from app.reviews.rules import Place

_seat, _proposal, _version = map(table_of, (Seat, Proposal, Version))
_review, _call = map(table_of, (Review, Call))
_holders = table_of(SeatHolder)


@dataclass(frozen=True, slots=True)
class Opened:
    """A seat of one's own with all that its page needs, and the place that policies judge."""

    seat: Seat
    proposal: Proposal
    version: Version
    call: Call
    review: Review | None
    place: Place
    plain: bool = False  # asked as a patient or one of the public: in plain words


_pool = table_of(PoolMember)


_HELD_BY = (
    select(_holders.c.seat_id, _pool.c.call_id)
    .outerjoin(
        _pool,
        and_(_pool.c.account_id == _holders.c.account_id, _pool.c.kind == ReviewerKind.PATIENT),
    )
    .where(_holders.c.account_id == bindparam("account"))
)


def own_seat_ids(account_id: str) -> list[str]:
    """Return the ids of the seats somebody holds, in whatever state; nothing else leaves."""
    return list(dict.fromkeys(seat for seat, _call in _own(account_id)))


def _own(account_id: str) -> list[tuple[str, str | None]]:
    """Return each seat somebody holds with each call that asks them as a patient, read once."""

    def found() -> list[tuple[str, str | None]]:
        with door(Door.OWN_SEATS):
            return [(seat, call) for seat, call in rows(_HELD_BY, {"account": account_id})]

    return once(("reviews.own_seats", account_id), SeatHolder.__tablename__, found)


def _held(account_id: str, seat_id: str) -> frozenset[str] | None:
    """Return the calls that ask the holder of a seat as a patient; None where it is not theirs."""
    asking = [call for seat, call in _own(account_id) if seat == seat_id]
    return frozenset(call for call in asking if call) if asking else None


def opened(account_id: str, seat_id: str) -> Opened | None:
    """Return a seat that somebody holds; None for an absent seat and for another's alike."""
    as_patient = _held(account_id, seat_id)
    if as_patient is None:
        return None
    row = db.session.execute(_ONE, {"seat": seat_id}).one_or_none()
    if row is None:
        return None
    found = _opened(account_id, row)
    return replace(found, plain=found.call.id in as_patient)


def _seats() -> Select[Seat, Proposal, Version, Call, Review | None]:
    return (
        select(Seat, Proposal, Version, Call, Review)
        .join(Proposal, Proposal.id == Seat.proposal_id)
        .join(Version, Version.id == Proposal.version_id)
        .join(Call, Call.id == Seat.call_id)
        .outerjoin(Review, Review.seat_id == Seat.id)
    )


_ONE = _seats().where(Seat.id == bindparam("seat"))


def _opened(account_id: str, row: Row[Seat, Proposal, Version, Call, Review | None]) -> Opened:
    seat, proposal, version, call, review = row
    place = Place(
        holder=account_id,
        call_id=call.id,
        state=seat.state,
        proposal=proposal.state,
        phase=calls.phase(call),
        stands=call.applicants_to_reviewers is Moment.SCORED,
        others=call.reviews_to_reviewers,
    )
    return Opened(seat, proposal, version, call, review, place)


class ListedCall(NamedTuple):
    """What the list of one's own seats says of a call."""

    id: str
    code: str
    title: str
    fictional: bool
    zone: str
    phase: Phase


class Listed(NamedTuple):
    """One of one's own seats as a list needs it: proposals and reviews are named and not read."""

    id: str
    due_at: datetime
    state: SeatState
    number: str
    title: str
    proposal: ProposalState
    begun: bool
    changed: bool  # since it was submitted
    call: ListedCall

    def place(self, holder: str) -> Place:
        return Place(holder, self.call.id, self.state, self.proposal, self.call.phase)


def own_seats(account_id: str) -> list[Listed]:
    """Return somebody's seats, those of the next deadline first; two queries whatever their
    number."""
    found = rows(_LISTED, {"own": own_seat_ids(account_id)})
    known: dict[str, ListedCall] = {}
    for row in found:
        if row.call_id not in known:
            phase = phase_of(
                row.call_state, opens_at=row.opens_at, closes_at=row.closes_at, now=clock.now()
            )
            known[row.call_id] = ListedCall(
                row.call_id, row.code, row.call_title, row.fictional, row.zone, phase
            )
    return [Listed._make((*row[:_OF_SEAT], known[row.call_id])) for row in found]


_OF_SEAT = len(Listed._fields) - 1


_LISTED = (
    select(
        _seat.c.id,
        _seat.c.due_at,
        _seat.c.state,
        _proposal.c.number,
        _version.c.title,
        _proposal.c.state,
        func.coalesce(_review.c.revision, 0) > 0,
        func.coalesce(as_text(_review.c.changes), "{}") != "{}",
        _call.c.id.label("call_id"),
        _call.c.code,
        _call.c.title.label("call_title"),
        _call.c.fictional,
        _call.c.zone,
        _call.c.state.label("call_state"),
        _call.c.opens_at,
        _call.c.closes_at,
    )
    .join(_proposal, _proposal.c.id == _seat.c.proposal_id)
    .join(_version, _version.c.id == _proposal.c.version_id)
    .join(_call, _call.c.id == _seat.c.call_id)
    .outerjoin(_review, _review.c.seat_id == _seat.c.id)
    .where(_seat.c.id.in_(bindparam("own", expanding=True)))
    .order_by(_seat.c.due_at, _call.c.code, _proposal.c.number)
)


class Beside(NamedTuple):
    """Another of one's own seats in the same call."""

    seat_id: str
    number: str
    state: SeatState


def own_beside(account_id: str, call_id: str) -> list[Beside]:
    """Return one's own accepted seats in a call by the numbers of their proposals."""
    rows = db.session.execute(_BESIDE, {"own": own_seat_ids(account_id), "call": call_id})
    return [Beside(*row) for row in rows]


_BESIDE = (
    select(Seat.id, func.coalesce(Proposal.number, ""), Seat.state)
    .join(Proposal, Proposal.id == Seat.proposal_id)
    .where(
        Seat.id.in_(bindparam("own", expanding=True)),
        Seat.call_id == bindparam("call"),
        Seat.state.in_([SeatState.ACCEPTED, SeatState.SUBMITTED]),
        Proposal.state.in_(JUDGED),
    )
    .order_by(Proposal.number)
)


def own_in_call(account_id: str, call_id: str) -> list[Opened]:
    """Return somebody's seats in one call with all they wrote, by the numbers of the proposals."""
    rows = db.session.execute(_IN_CALL, {"own": own_seat_ids(account_id), "call": call_id})
    return [_opened(account_id, row) for row in rows]


_IN_CALL = (
    _seats()
    .where(Seat.id.in_(bindparam("own", expanding=True)), Seat.call_id == bindparam("call"))
    .order_by(Proposal.number)
)


class Other(NamedTuple):
    """What somebody else wrote about the same proposal; `name` is empty where none is told."""

    letter: str
    review: Review
    name: str


def others_of(opened: Opened) -> list[Other]:
    """Return the other submitted reviews of a proposal, by letter."""
    rows = db.session.execute(
        select(Seat.letter, Review, func.coalesce(ShownReviewer.name, ""))
        .join(Seat, Seat.id == Review.seat_id)
        .outerjoin(ShownReviewer, ShownReviewer.seat_id == Review.seat_id)
        .where(
            Review.proposal_id == opened.proposal.id,
            Review.seat_id != opened.seat.id,
            Review.state == ReviewState.SUBMITTED,
            Seat.state == SeatState.SUBMITTED,
        )
        .order_by(Seat.letter)
    )
    return [Other(*row) for row in rows]
