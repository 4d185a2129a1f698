"""Reads of rankings, allocations, signatures and outcomes."""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import and_, bindparam, case, func, select

from app.accounts.models import Person
from app.allocation.computing import Judged
from app.allocation.models import (
    Allocation,
    AllocationLine,
    AllocationState,
    Calibration,
    Decision,
    DepartureApproval,
    Draw,
    DrawEntry,
    Feedback,
    Outcome,
    Ranking,
    Scenario,
    SignOff,
)
from app.allocation.placing import Reviews
from app.allocation.rules import Signed
from app.core.db import Json, db, table_of
from app.core.few import as_text
from app.core.plain import rows
from app.proposals.models import Proposal, ProposalState, Version
from app.reviewers.models import STANDS, Conflict, Seat, SeatHolder, SeatState
from app.reviews.models import Review, ReviewState

# In review, or decided since: what has a place in a ranking.
RANKED = (
    ProposalState.ELIGIBLE,
    ProposalState.AWARDED,
    ProposalState.RESERVE,
    ProposalState.DECLINED,
)

_proposal, _seat, _review, _version = map(table_of, (Proposal, Seat, Review, Version))
_line = _seat.c.letter.concat(" ").concat(as_text(_review.c.grades))  # JSON has no line breaks
_reviews = (
    select(func.aggregate_strings(_line, "\n"))
    .join(_review, _review.c.seat_id == _seat.c.id)
    .where(
        _seat.c.proposal_id == _proposal.c.id,
        _review.c.state == ReviewState.SUBMITTED,
        _seat.c.state == SeatState.SUBMITTED,  # else a conflict was found since
    )
    .correlate(_proposal)
    .scalar_subquery()
)
_REVIEWED = (
    select(
        func.coalesce(_proposal.c.number, ""),
        _version.c.title,
        case((_proposal.c.state == ProposalState.ELIGIBLE, _reviews)),
    )
    .join(_version, _version.c.id == _proposal.c.version_id)
    .where(_proposal.c.call_id == bindparam("call"), _proposal.c.state.in_(RANKED))
    .order_by(_proposal.c.number)
)
_REVIEWED_OF = _REVIEWED.where(
    _proposal.c.id.in_(
        select(_seat.c.proposal_id).where(_seat.c.id.in_(bindparam("seats", expanding=True)))
    )
)


class Seated(NamedTuple):
    """The reviews of one proposal that count: the letters of their seats, and their grades."""

    letters: tuple[str, ...]
    given: Reviews


class Reviewed(NamedTuple):
    """What is ranked in a call, by number: every title, and the reviews that count by letter."""

    titles: dict[str, str]
    reviews: dict[str, Seated]

    def with_these(self, others: "Reviewed") -> "Reviewed | None":
        """Return all with `others` as they are now; None where one of them is not among all."""
        if not others.titles.keys() <= self.titles.keys():
            return None
        now = {
            **{n: r for n, r in self.reviews.items() if n not in others.titles},
            **others.reviews,
        }
        return Reviewed(
            self.titles, {number: now[number] for number in self.titles if number in now}
        )


def reviewed_in(call_id: str, seats: Sequence[str] = ()) -> Reviewed:
    """Return the proposals of a call that have a place in a ranking, in the order of numbers, with
    the submitted reviews of those in review; one statement finds both. With `seats`, the proposals
    of those alone."""
    found = (
        rows(_REVIEWED_OF, {"call": call_id, "seats": seats})
        if seats
        else rows(_REVIEWED, {"call": call_id})
    )
    return Reviewed(
        {number: title for number, title, _ in found},
        {number: _seated(text) for number, _, text in found if text is not None},
    )


@lru_cache(maxsize=4_096)  # where one review changes, those of the other proposals stand
def _seated(text: str) -> Seated:
    lines = sorted(line.partition(" ") for line in text.split("\n"))
    return Seated(
        tuple(letter for letter, _, _ in lines),
        Reviews(tuple(json.loads(grades).items()) for _, _, grades in lines),
    )


def judged_in(call_id: str) -> list[Judged]:
    """Return every submitted review of a call by proposal number and seat letter."""
    return [
        Judged(number, letter, dict(grades))
        for number, reviews in reviewed_in(call_id).reviews.items()
        for letter, grades in zip(*reviews, strict=True)
    ]


def latest_ranking(call_id: str) -> Ranking | None:
    return db.session.scalar(
        select(Ranking).where(Ranking.call_id == call_id).order_by(Ranking.number.desc()).limit(1)
    )


def one_person_each(call_id: str) -> dict[tuple[str, str], str]:
    """Return, for every seat by number and letter, one name for each person who sits in them.

    The names are drawn anew each time and tell nothing of the person or of the order of seats.
    """
    rows = db.session.execute(
        select(func.coalesce(Proposal.number, ""), Seat.letter, SeatHolder.account_id)
        .join(Seat, Seat.id == SeatHolder.seat_id)
        .join(Proposal, Proposal.id == Seat.proposal_id)
        .where(Seat.call_id == call_id)
    ).all()
    people = sorted({account for _number, _letter, account in rows})
    secrets.SystemRandom().shuffle(people)
    width = len(str(len(people)))
    names = {account: f"R{place:0{width}d}" for place, account in enumerate(people, 1)}
    return {(number, letter): names[account] for number, letter, account in rows}


def calibration_of(ranking_id: str) -> Calibration | None:
    return db.session.get(Calibration, ranking_id)


def scenarios_of(ranking_id: str) -> Sequence[Scenario]:
    return db.session.scalars(
        select(Scenario).where(Scenario.ranking_id == ranking_id).order_by(Scenario.number)
    ).all()


def scenario_numbered(ranking_id: str, number: int) -> Scenario | None:
    return db.session.scalar(
        select(Scenario).where(Scenario.ranking_id == ranking_id, Scenario.number == number)
    )


def draw_of(ranking_id: str) -> Draw | None:
    return db.session.scalar(select(Draw).where(Draw.ranking_id == ranking_id))


def draws_held() -> list[tuple[str, str]]:
    """Return label and seed of every draw that was held here."""
    rows = db.session.execute(select(Draw.label, Draw.seed).where(Draw.seed.is_not(None)))
    return [(label, seed or "") for label, seed in rows]


def entries_of(draw_id: str) -> Sequence[DrawEntry]:
    return db.session.scalars(
        select(DrawEntry)
        .where(DrawEntry.draw_id == draw_id)
        .order_by(DrawEntry.entered_at, DrawEntry.id)
    ).all()


def get_scenario(scenario_id: str) -> Scenario | None:
    return db.session.get(Scenario, scenario_id)


def rankings_made(call_id: str) -> int:
    return int(
        db.session.scalar(select(func.count(Ranking.id)).where(Ranking.call_id == call_id)) or 0
    )


def latest_allocation(call_id: str) -> Allocation | None:
    return db.session.scalar(
        select(Allocation)
        .where(Allocation.call_id == call_id)
        .order_by(Allocation.number.desc())
        .limit(1)
    )


def allocations_made(call_id: str) -> int:
    found = select(func.count(Allocation.id)).where(Allocation.call_id == call_id)
    return int(db.session.scalar(found) or 0)


def released_allocation(call_id: str) -> Allocation | None:
    return db.session.scalar(
        select(Allocation).where(
            Allocation.call_id == call_id, Allocation.state == AllocationState.RELEASED
        )
    )


class LineRow(NamedTuple):
    """A line with what it is about: number and title, nothing of who applies."""

    line: AllocationLine
    number: str
    title: str
    requested_minor: int


def lines_of(allocation_id: str) -> list[LineRow]:
    rows = db.session.execute(
        select(
            AllocationLine,
            func.coalesce(Proposal.number, ""),
            Version.title,
            Version.requested_minor,
        )
        .join(Proposal, Proposal.id == AllocationLine.proposal_id)
        .join(Version, Version.id == Proposal.version_id)
        .where(AllocationLine.allocation_id == allocation_id)
        .order_by(AllocationLine.position)
    )
    return [LineRow(*row) for row in rows]


class DepartureRow(NamedTuple):
    """A departure of an allocation, and who agreed to it (nobody yet: empty)."""

    proposal_id: str
    number: str
    decision: Decision
    amount_minor: int
    reason: str
    approver: str
    approved_at: datetime | None


def departures_of(allocation_id: str) -> list[DepartureRow]:
    rows = db.session.execute(
        select(
            AllocationLine.proposal_id,
            func.coalesce(Proposal.number, ""),
            AllocationLine.decision,
            AllocationLine.amount_minor,
            AllocationLine.departure,
            func.coalesce(DepartureApproval.name, ""),
            DepartureApproval.approved_at,
        )
        .join(Proposal, Proposal.id == AllocationLine.proposal_id)
        .outerjoin(
            DepartureApproval,
            and_(
                DepartureApproval.allocation_id == AllocationLine.allocation_id,
                DepartureApproval.proposal_id == AllocationLine.proposal_id,
            ),
        )
        .where(AllocationLine.allocation_id == allocation_id, AllocationLine.departure != "")
        .order_by(AllocationLine.position)
    )
    return [DepartureRow(*row) for row in rows]


def signatures_of(allocation_id: str) -> Sequence[SignOff]:
    return db.session.scalars(
        select(SignOff)
        .where(SignOff.allocation_id == allocation_id)
        .order_by(SignOff.signed_at, SignOff.id)
    ).all()


def signed(signatures: Sequence[SignOff]) -> list[Signed]:
    return [Signed(s.account_id, s.act, s.sha256) for s in signatures]


def outcome_of(proposal_id: str) -> Outcome | None:
    return db.session.get(Outcome, proposal_id)


def feedback_of(proposal_id: str) -> Sequence[Feedback]:
    return db.session.scalars(
        select(Feedback).where(Feedback.proposal_id == proposal_id).order_by(Feedback.letter)
    ).all()


class Words(NamedTuple):
    """What one seat says to the applicant."""

    proposal_id: str
    letter: str
    grades: Json
    reasons: Json
    to_applicant: str
    reviewer: str


def words_to_applicants(call_id: str) -> list[Words]:
    """Return what the reviews that count say to those who are told an outcome, with the name of
    whoever wrote them (which the caller tells only where the call does)."""
    rows = db.session.execute(
        select(
            Review.proposal_id,
            Seat.letter,
            Review.grades,
            Review.reasons,
            Review.to_applicant,
            func.coalesce(Person.name, ""),
        )
        .outerjoin(SeatHolder, SeatHolder.seat_id == Review.seat_id)
        .outerjoin(Person, Person.account_id == SeatHolder.account_id)
        .join(Seat, Seat.id == Review.seat_id)
        .join(Outcome, Outcome.proposal_id == Review.proposal_id)
        .where(
            Review.call_id == call_id,
            Review.state == ReviewState.SUBMITTED,
            Seat.state == SeatState.SUBMITTED,
        )
        .order_by(Review.proposal_id, Seat.letter)
    )
    return [Words(*row) for row in rows]


def conflicts_handled(call_id: str) -> dict[str, int]:
    """Count the call's conflicts by kind."""
    rows = db.session.execute(
        select(Conflict.kind, func.count(Conflict.id))
        .where(Conflict.call_id == call_id, STANDS)
        .group_by(Conflict.kind)
        .order_by(Conflict.kind)
    )
    return {kind.value: count for kind, count in rows}
