"""A review and the staff's hand on its seat at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from app.accounts.actor import Actor
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.gate import Refused
from app.core.lens import Lens
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.proposals.models import Proposal
from app.reviewers import service as staff
from app.reviewers.models import ConflictKind, Seat, SeatState
from app.reviews import queries, service
from app.reviews.models import Review, ReviewState, ReviewVersion
from tests.engines import both_engines
from tests.factories import (
    a_call,
    a_reviewer,
    a_seat,
    a_submitted_proposal,
    an_officer,
    in_pool,
    plant,
)

REASON = "A reason of just five words."
Act = tuple[Lens, Callable[[], object]]


def _scene() -> tuple[Actor, Call, Proposal, Seat]:
    """A seat whose review is written and waits to be submitted."""
    call, reviewer = a_call(phase="reviewing"), a_reviewer()
    proposal = a_submitted_proposal(call)
    in_pool(call, reviewer)
    seat = a_seat(call, proposal, reviewer)
    with unit_of_work() as work:
        db.session.get_one(Seat, seat.id).state = SeatState.ACCEPTED
        work.enforced, work.recorded = 1, 1
    plant(
        Review(
            seat_id=seat.id,
            call_id=call.id,
            proposal_id=proposal.id,
            grades={"merit": "5", "plan": "4"},
            reasons={"merit": REASON, "plan": REASON},
            confidence=2,
            to_applicant="Go on.",
            saved_at=clock.now(),
        )
    )
    return reviewer, call, proposal, seat


def _submit(reviewer: Actor, seat: Seat) -> Act:
    def act() -> None:
        opened = queries.opened(reviewer.id, seat.id)
        assert opened is not None
        service.submit(
            reviewer, opened, queries.measure_of(opened.call), looked=True, no_conflict=True
        )

    return Lens.REVIEWER, act


def _at_once(app: EquipoiseApp, *acts: Act) -> list[object]:
    start = Barrier(len(acts))

    def run(lens: Lens, act: Callable[[], object]) -> object:
        with app.app_context():
            start.wait(10)
            try:
                with unit_of_work(lens):
                    act()
            except Refused as refusal:
                return str(refusal)
            return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return [one.result() for one in [pool.submit(run, *act) for act in acts]]


def _states(seat: Seat) -> tuple[SeatState, ReviewState]:
    with unit_of_work(mode=Mode.READ):
        return db.session.get_one(Seat, seat.id).state, db.session.get_one(Review, seat.id).state


@both_engines
@pytest.mark.parametrize("turn", range(4))
def test_a_conflict_entered_while_the_review_is_submitted_closes_the_seat(
    app: EquipoiseApp, turn: int
) -> None:
    assert turn >= 0
    reviewer, call, proposal, seat = _scene()
    officer = an_officer()

    def enter() -> None:
        staff.add_conflict(
            officer,
            db.session.get_one(Call, call.id),
            db.session.get_one(Proposal, proposal.id),
            reviewer.id,
            kind=ConflictKind.FAMILY,
            reason="They are married.",
        )

    _at_once(app, _submit(reviewer, seat), (Lens.STAFF, enter))

    assert _states(seat)[0] is SeatState.CONFLICTED


@both_engines
@pytest.mark.parametrize("turn", range(4))
def test_a_seat_is_removed_or_its_review_submitted_and_never_both(
    app: EquipoiseApp, turn: int
) -> None:
    assert turn >= 0
    reviewer, call, _proposal, seat = _scene()
    officer = an_officer()

    def remove() -> None:
        stored = db.session.get_one(Seat, seat.id)
        staff.remove_seat(officer, db.session.get_one(Call, call.id), stored)

    answers = _at_once(app, _submit(reviewer, seat), (Lens.STAFF, remove))

    assert [answer is None for answer in answers].count(True) == 1
    assert _states(seat) in {
        (SeatState.SUBMITTED, ReviewState.SUBMITTED),
        (SeatState.REMOVED, ReviewState.DRAFT),
    }


@both_engines
@pytest.mark.parametrize("turn", range(3))
def test_submitting_twice_at_once_makes_one_version(app: EquipoiseApp, turn: int) -> None:
    assert turn >= 0
    reviewer, _call, _proposal, seat = _scene()

    assert _at_once(app, *[_submit(reviewer, seat)] * 3) == [None] * 3

    with unit_of_work(mode=Mode.READ):
        assert len(db.session.scalars(select(ReviewVersion)).all()) == 1
