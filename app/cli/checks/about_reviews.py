"""Invariants of reviews: where they stand, their grades, totals and kept versions."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import and_, exists, or_, select

from app.calls.models import Call, CallState
from app.cli.checks.registry import invariant, no_rows
from app.core.db import db
from app.ledger.canonical import canonical
from app.reviewers.models import Seat, SeatHolder, SeatState
from app.reviews import queries, rules
from app.reviews.ending.models import ReviewingClosed
from app.reviews.models import Review, ReviewState, ReviewVersion
from app.reviews.offline.models import ReviewPack

no_rows(
    "reviews.place",
    "A review belongs to the proposal and call of its seat.",
    lambda: (
        select(Review.seat_id)
        .join(Seat, Seat.id == Review.seat_id)
        .where(or_(Review.proposal_id != Seat.proposal_id, Review.call_id != Seat.call_id))
    ),
)

no_rows(
    "reviews.seat_state",
    "A seat counts as submitted if, and only if, its review is.",
    lambda: (
        select(Seat.id)
        .outerjoin(Review, Review.seat_id == Seat.id)
        .where(
            or_(
                and_(
                    Seat.state == SeatState.SUBMITTED,
                    or_(Review.seat_id.is_(None), Review.state != ReviewState.SUBMITTED),
                ),
                and_(
                    Seat.state.in_([SeatState.INVITED, SeatState.ACCEPTED]),
                    Review.state == ReviewState.SUBMITTED,
                ),
            )
        )
    ),
)

no_rows(
    "reviews.kept",
    "The version of every submitted review is kept.",
    lambda: select(Review.seat_id).where(
        Review.state == ReviewState.SUBMITTED,
        ~exists().where(
            ReviewVersion.seat_id == Review.seat_id, ReviewVersion.number == Review.version
        ),
    ),
)


@invariant("reviews.packs", "A pack is of its holder's own seats, in its own call.")
def _packs() -> Iterator[object]:
    held = {
        (row.seat_id, row.account_id, row.call_id)
        for row in db.session.execute(
            select(SeatHolder.seat_id, SeatHolder.account_id, Seat.call_id).join(
                Seat, Seat.id == SeatHolder.seat_id
            )
        )
    }
    for pack in db.session.scalars(select(ReviewPack)):
        if any((seat, pack.account_id, pack.call_id) not in held for seat in pack.seats):
            yield pack.id


no_rows(
    "reviews.closed",
    "Reviewing is noted as closed only in calls that have left it.",
    lambda: (
        select(ReviewingClosed.call_id)
        .join(Call, Call.id == ReviewingClosed.call_id)
        .where(Call.state.in_([CallState.DRAFTING, CallState.ASSIGNING, CallState.REVIEWING]))
    ),
)


def _submitted() -> Iterator[tuple[rules.Measure, Review]]:
    for call in db.session.scalars(select(Call)):
        measure = queries.measure_of(call)
        for review in db.session.scalars(
            select(Review).where(Review.call_id == call.id, Review.state == ReviewState.SUBMITTED)
        ):
            yield measure, review


@invariant("reviews.total", "The total of a submitted review is its exact weighted mean.")
def _totals() -> Iterator[object]:
    for measure, review in _submitted():
        exact = rules.total(measure, review.grades)
        if exact is None or rules.as_text(exact) != review.total:
            yield review.seat_id


@invariant("reviews.grades", "A submitted review answers every criterion of its call and no other.")
def _grades() -> Iterator[object]:
    for measure, review in _submitted():
        if set(review.grades) != {criterion.key for criterion in measure.criteria}:
            yield review.seat_id


@invariant("reviews.version_hash", "Every kept version hashes to what it says.")
def _hashes() -> Iterator[object]:
    for version in db.session.scalars(select(ReviewVersion)):
        if hashlib.sha256(canonical(version.content)).hexdigest() != version.sha256:
            yield f"{version.seat_id} {version.number}"


@invariant("reviews.counted", "What counts of a review is what its last kept version says.")
def _counted() -> Iterator[object]:
    rows = db.session.execute(
        select(Review, ReviewVersion.content).join(
            ReviewVersion,
            and_(ReviewVersion.seat_id == Review.seat_id, ReviewVersion.number == Review.version),
        )
    )
    names = ("grades", "reasons", "confidence", "to_applicant", "to_panel", "to_staff", "total")
    for review, content in rows:
        stated = {"to_staff": "", **content}  # there was none at first
        if any(getattr(review, name) != stated.get(name) for name in names):
            yield review.seat_id
