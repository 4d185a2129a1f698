import hashlib
from dataclasses import asdict, replace
from fractions import Fraction

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError, ProgrammingError

from app.accounts.actor import Actor
from app.allocation.queries import judged_in
from app.core.db import Model, db
from app.core.gate import Refused
from app.core.lens import Lens
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.ledger.canonical import canonical
from app.reviewers.models import Conflict, ConflictKind, Decline, Seat, SeatHolder, SeatState
from app.reviews import queries, service
from app.reviews.models import Review, ReviewState, ReviewVersion
from app.reviews.queries import Opened
from app.reviews.rules import Written
from app.reviews.service import Change, Overtaken
from tests.conftest import LedgerReader
from tests.engines import both_engines
from tests.factories import a_call, a_review, a_reviewer, a_seat, a_submitted_proposal

REASON = "A reason of just five words."
WHOLE = Written(
    grades={"merit": "5", "plan": "4"},
    reasons={"merit": REASON, "plan": REASON},
    confidence=2,
    to_applicant="Go on.",
    to_panel="Between us: fund it.",
)


def _opened(actor: Actor, seat: Seat) -> Opened:
    opened = queries.opened(actor.id, seat.id)
    assert opened is not None
    return opened


def _all(model: type[Model]) -> list[Model]:
    with unit_of_work(mode=Mode.READ):
        return list(db.session.scalars(select(model)))


def _review() -> Review:
    [review] = _all(Review)
    assert isinstance(review, Review)
    return review


def _state_of(seat: Seat) -> SeatState:
    with unit_of_work(mode=Mode.READ):
        return db.session.get_one(Seat, seat.id).state


def _save(actor: Actor, seat: Seat, revision: int, written: Written) -> int:
    with unit_of_work(Lens.REVIEWER):
        return service.save(actor, _opened(actor, seat), Change(revision, written)).revision


def _submit(actor: Actor, seat: Seat, *, looked: bool = False, revision: int | None = None) -> None:
    with unit_of_work(Lens.REVIEWER):
        opened = _opened(actor, seat)
        service.submit(
            actor,
            opened,
            queries.measure_of(opened.call),
            looked=looked,
            no_conflict=True,
            revision=revision,
        )


def _scene(state: SeatState = SeatState.ACCEPTED, phase: str = "reviewing") -> tuple[Actor, Seat]:
    call, actor = a_call(phase=phase), a_reviewer("Ada Holm", organisation="Fjord Institute")
    return actor, a_seat(call, a_submitted_proposal(call), actor, state=state)


@both_engines
def test_accepting_opens_an_empty_review(app: EquipoiseApp, ledger: LedgerReader) -> None:
    assert app
    actor, seat = _scene(SeatState.INVITED)

    for _click in range(2):
        with unit_of_work(Lens.REVIEWER):
            service.accept(actor, _opened(actor, seat))

    assert _state_of(seat) is SeatState.ACCEPTED
    assert (_review().state, _review().revision) == (ReviewState.DRAFT, 0)
    assert ledger.actions() == ["reviews.seat_accepted"]


@both_engines
def test_no_other_revision_is_submitted_than_the_one_that_was_read(app: EquipoiseApp) -> None:
    assert app
    actor, seat = _scene(SeatState.INVITED)
    with unit_of_work(Lens.REVIEWER):
        service.accept(actor, _opened(actor, seat))
    _save(actor, seat, 0, WHOLE)
    read = _save(actor, seat, 1, replace(WHOLE, to_panel="Read."))
    with pytest.raises(Overtaken):
        _submit(actor, seat, revision=read - 1)
    assert _review().state is ReviewState.DRAFT
    _submit(actor, seat, revision=read)
    assert _review().state is ReviewState.SUBMITTED


@both_engines
def test_a_declared_conflict_is_kept_and_closes_the_seat_for_good(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    assert app
    actor, seat = _scene(SeatState.INVITED)

    with unit_of_work(Lens.REVIEWER):
        service.declare_conflict(
            actor, _opened(actor, seat), ConflictKind.SUPERVISOR, " Taught them. "
        )

    [conflict] = _all(Conflict)
    assert isinstance(conflict, Conflict)
    assert (conflict.account_id, conflict.kind) == (actor.id, ConflictKind.SUPERVISOR)
    assert (conflict.declared, conflict.detail) == (True, "Taught them.")
    assert _state_of(seat) is SeatState.CONFLICTED
    with pytest.raises(Refused) as refusal, unit_of_work(Lens.REVIEWER):
        service.accept(actor, _opened(actor, seat))
    assert refusal.value.verdict.hidden
    assert ledger.actions() == ["reviews.conflict_declared"]


@both_engines
def test_who_declines_says_why_and_no_reviewer_can_read_it(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    assert app
    actor, seat = _scene(SeatState.ACCEPTED)

    with pytest.raises(Refused, match="few words why"), unit_of_work(Lens.REVIEWER):
        service.decline(actor, _opened(actor, seat), "  ")
    with unit_of_work(Lens.REVIEWER):
        service.decline(actor, _opened(actor, seat), "On leave at the Fjord Institute.")

    assert _state_of(seat) is SeatState.DECLINED
    assert len(_all(Decline)) == 1
    for model in (Decline, Conflict, SeatHolder):
        with (
            pytest.raises((DatabaseError, ProgrammingError), match=r"prohibited|denied"),
            unit_of_work(Lens.REVIEWER, Mode.READ),
        ):
            db.session.scalars(select(model)).all()
    assert ledger.actions() == ["reviews.seat_declined"]


@both_engines
def test_a_draft_is_saved_and_an_older_window_is_refused(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    assert app
    actor, seat = _scene()
    begun = replace(WHOLE, grades={"merit": "9"}, reasons={"merit": "Odd\r\nlines"})

    assert _save(actor, seat, 0, begun) == 1
    assert _save(actor, seat, 1, begun) == 1, "saving the same again changes nothing"
    with pytest.raises(Overtaken):
        _save(actor, seat, 0, WHOLE)

    assert _review().revision == 1
    assert _review().grades == {"merit": "9"}, "a draft may be wrong"
    assert _review().reasons == {"merit": "Odd\nlines"}
    assert (_review().state, _review().total) == (ReviewState.DRAFT, None)
    assert ledger.actions() == ["reviews.review_saved"]


@both_engines
def test_submitting_freezes_a_version_with_its_exact_total(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    assert app
    actor, seat = _scene()
    _save(actor, seat, 0, WHOLE)

    _submit(actor, seat)
    _submit(actor, seat)

    review = _review()
    assert review.state is ReviewState.SUBMITTED
    assert review.total == "23/5"
    assert _state_of(seat) is SeatState.SUBMITTED
    [version] = _all(ReviewVersion)
    assert isinstance(version, ReviewVersion)
    assert version.content == {**asdict(WHOLE), "total": "23/5"}
    assert version.sha256 == hashlib.sha256(canonical(version.content)).hexdigest()
    assert ledger.actions().count("reviews.review_submitted") == 1


@both_engines
def test_a_change_after_submitting_counts_only_when_submitted_again(app: EquipoiseApp) -> None:
    assert app
    actor, seat = _scene()
    _save(actor, seat, 0, WHOLE)
    _submit(actor, seat)
    better = replace(WHOLE, grades={"merit": "6", "plan": None})

    _save(actor, seat, _review().revision, better)

    with unit_of_work(Lens.STAFF, Mode.READ):
        [counted] = queries.submitted_reviews(seat.call_id)
        assert counted.grades == {"merit": "5", "plan": "4"}
        assert counted.total == "23/5"
    assert queries.working(_review()) == better
    _submit(actor, seat)
    with unit_of_work(Lens.STAFF, Mode.READ):
        [counted] = queries.submitted_reviews(seat.call_id)
        assert Fraction(str(counted.total)) == 6
        assert counted.letter == seat.letter
    assert (_review().version, _review().changes) == (2, {})
    assert len(_all(ReviewVersion)) == 2


@both_engines
def test_an_incomplete_review_is_not_submitted(app: EquipoiseApp) -> None:
    assert app
    actor, seat = _scene()
    _save(actor, seat, 0, replace(WHOLE, reasons={"merit": REASON}))

    with pytest.raises(Refused, match="“Plan”: justify the grade in 5 words or more"):
        _submit(actor, seat)

    assert _state_of(seat) is SeatState.ACCEPTED
    assert _all(ReviewVersion) == []


def test_words_that_tell_who_wrote_it_need_a_second_look(app: EquipoiseApp) -> None:
    assert app
    actor, seat = _scene()
    _save(actor, seat, 0, replace(WHOLE, to_applicant="Yours, Ada Holm of the Fjord Institute"))

    with pytest.raises(Refused, match="words that might tell who you are"):
        _submit(actor, seat)
    _submit(actor, seat, looked=True)

    assert _review().state is ReviewState.SUBMITTED


@pytest.mark.parametrize("phase", ["assigning", "ranking", "released"])
def test_nothing_is_written_outside_reviewing(app: EquipoiseApp, phase: str) -> None:
    assert app
    actor, seat = _scene(phase=phase)

    with pytest.raises(Refused) as refusal:
        _save(actor, seat, 0, WHOLE)
    assert not refusal.value.verdict.hidden
    with pytest.raises(Refused):
        _submit(actor, seat)
    assert _review().revision == 0


@both_engines
def test_another_persons_seat_is_not_found(app: EquipoiseApp) -> None:
    assert app
    _actor, seat = _scene()
    other = a_reviewer()

    with unit_of_work(Lens.REVIEWER, Mode.READ):
        assert queries.opened(other.id, seat.id) is None
        assert queries.own_seat_ids(other.id) == []
        assert queries.own_seats(other.id) == []


@both_engines
def test_a_review_counts_only_from_a_seat_still_held(app: EquipoiseApp) -> None:
    assert app
    call = a_call(phase="ranking")
    proposal = a_submitted_proposal(call)
    kept = a_review(proposal, call, letter="K", merit="5", plan="4")
    shut_out = a_review(proposal, call, letter="C", merit="1", plan="1")
    a_review(proposal, call, letter="D", state=ReviewState.DRAFT, merit="2")
    with unit_of_work() as work:
        db.session.get_one(Seat, shut_out.id).state = SeatState.CONFLICTED
        work.enforced = work.recorded = 1

    with unit_of_work(Lens.STAFF, Mode.READ):
        counted = queries.submitted_reviews(call.id)

        ranked = judged_in(call.id)

    assert [(one.seat_id, one.letter, one.total) for one in counted] == [(kept.id, "K", "23/5")]
    assert [one.seat for one in ranked] == ["K"], "the ranking counts the same"
