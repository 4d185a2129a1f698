from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from app.accounts.actor import Actor
from app.accounts.models import Person, Role, RoleGrant
from app.calls.models import Blinding, Call
from app.core import clock
from app.core.db import Model, db
from app.core.gate import Refused
from app.core.lens import Lens
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.notifications.models import Letter
from app.proposals.models import Proposal, ProposalState
from app.reviewers import queries, service
from app.reviewers.models import (
    Conflict,
    ConflictKind,
    Decline,
    PoolMember,
    ReviewerKind,
    Seat,
    SeatHolder,
    SeatState,
    ShownIdentity,
)
from app.reviewers.service import ReviewerDraft
from tests.conftest import LedgerReader
from tests.engines import both_engines
from tests.factories import (
    a_call,
    a_person,
    a_reviewer,
    a_seat,
    a_submitted_proposal,
    an_approver,
    an_officer,
    in_pool,
    plant,
    planted,
)


def _all(model: type[Model]) -> list[Model]:
    with unit_of_work(mode=Mode.READ):
        return list(db.session.scalars(select(model)))


def _draft(**values: object) -> ReviewerDraft:
    settled: dict[str, object] = {
        "name": "Dr Ada Holm",
        "email": "ada.holm@example.org",
        "organisation": "Elsewhere Institute",
        "country": "SE",
        "kind": ReviewerKind.PATIENT,
        "expertise": "screening",
        "most": 4,
        **values,
    }
    return ReviewerDraft(**settled)  # type: ignore[arg-type]


def _enter(officer: Actor, call: Call, **values: object) -> str:
    with unit_of_work(Lens.STAFF):
        stored = db.session.get_one(Call, call.id)
        return service.enter_reviewer(officer, stored, _draft(**values)).account_id


def _assign(officer: Actor, call: Call, proposal: Proposal, account_id: str) -> str:
    with unit_of_work(Lens.STAFF):
        return service.assign(
            officer,
            db.session.get_one(Call, call.id),
            db.session.get_one(Proposal, proposal.id),
            account_id,
        ).id


def _state_of(seat_id: str) -> SeatState:
    with unit_of_work(mode=Mode.READ):
        return db.session.get_one(Seat, seat_id).state


@both_engines
def test_a_new_reviewer_is_a_person_with_the_role_in_this_call_alone(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    assert app
    call = a_call(phase="assigning")

    account_id = _enter(an_officer(), call)

    with unit_of_work(mode=Mode.READ):
        person = db.session.get_one(Person, account_id)
        grants = db.session.scalars(select(RoleGrant).where(RoleGrant.account_id == account_id))
        assert person.name == "Dr Ada Holm"
        assert [(grant.role, grant.scope) for grant in grants] == [(Role.REVIEWER, call.id)]
    [member] = _all(PoolMember)
    assert isinstance(member, PoolMember)
    assert (member.kind, member.most) == (ReviewerKind.PATIENT, 4)
    assert "reviewers.reviewer_entered" in ledger.actions()


def test_a_known_person_is_recognised_by_address_and_entered_once(app: EquipoiseApp) -> None:
    assert app
    call, officer = a_call(phase="assigning"), an_officer()
    known = a_person(email="ada.holm@example.org", name="Ada Holm-Lind")

    assert _enter(officer, call, email="Ada.Holm@Example.org") == known.id
    with pytest.raises(Refused, match="Ada Holm-Lind is in the pool already"):
        _enter(officer, call)
    assert len(_all(PoolMember)) == 1


@both_engines
def test_conflicts_are_found_at_entry_and_once(app: EquipoiseApp, ledger: LedgerReader) -> None:
    assert app
    call, officer = a_call(phase="assigning"), an_officer()
    lead = a_person(organisation="Elsewhere Institute")
    mine = a_submitted_proposal(call, lead)
    a_submitted_proposal(call, a_person(organisation="Another Place"))

    account_id = _enter(officer, call)

    [found] = _all(Conflict)
    assert isinstance(found, Conflict)
    assert (found.proposal_id, found.account_id) == (mine.id, account_id)
    assert (found.kind, found.declared) == (ConflictKind.ORGANISATION, False)
    before = ledger.actions()
    with unit_of_work(Lens.STAFF):
        assert service.detect_conflicts(officer, db.session.get_one(Call, call.id)) == 0
    assert ledger.actions() == before, "a search that finds nothing new says nothing"


def test_an_address_among_the_identity_answers_is_found(app: EquipoiseApp) -> None:
    assert app
    call = a_call(phase="assigning")
    lead = a_person(name="Contact: Ada.Holm@example.org", organisation="Another Place")
    a_submitted_proposal(call, lead)

    _enter(an_officer(), call)

    assert [one.kind for one in _all(Conflict) if isinstance(one, Conflict)] == [
        ConflictKind.SAME_PERSON
    ]


@both_engines
def test_an_assignment_gives_a_seat_with_a_letter_and_writes_once(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    assert app
    call, officer = a_call(phase="assigning", title="Fjord grants"), an_officer()
    lead = a_person(name="Ngozi Quist", organisation="Quist Laboratory")
    first, second = a_submitted_proposal(call, lead), a_submitted_proposal(call, lead)
    reviewer = a_reviewer()
    in_pool(call, reviewer)

    _assign(officer, call, first, reviewer.id)
    _assign(officer, call, second, reviewer.id)

    seats = [seat for seat in _all(Seat) if isinstance(seat, Seat)]
    assert {seat.state for seat in seats} == {SeatState.INVITED}
    assert all(len(seat.letter) == 1 and seat.letter.isupper() for seat in seats)
    assert len(_all(SeatHolder)) == 2
    [letter] = _all(Letter)
    assert isinstance(letter, Letter)
    assert letter.account_id == reviewer.id
    assert "Fjord grants" in letter.body
    for secret in ("Quist", first.number or "", "A thing worth finding out"):
        assert secret not in letter.body + letter.subject
    assert ledger.actions().count("reviewers.seat_given") == 2


def test_letters_go_out_again_after_an_hour(app: EquipoiseApp) -> None:
    assert app
    call, officer, reviewer = a_call(phase="assigning"), an_officer(), a_reviewer()
    in_pool(call, reviewer)
    _assign(officer, call, a_submitted_proposal(call), reviewer.id)
    with planted():
        letter = db.session.scalars(select(Letter)).one()
        letter.created_at = clock.now() - timedelta(hours=2)

    _assign(officer, call, a_submitted_proposal(call), reviewer.id)

    assert len(_all(Letter)) == 2


@both_engines
def test_an_assignment_is_refused_with_its_reason_and_changes_nothing(app: EquipoiseApp) -> None:
    assert app
    call, officer = a_call(phase="assigning"), an_officer()
    lead = a_person(organisation="Quist Laboratory")
    proposal = a_submitted_proposal(call, lead)
    number = str(proposal.number)
    conflicted = a_person(Role.REVIEWER, name="Near", organisation="Quist Laboratory")
    full, stranger = a_reviewer("Full"), a_reviewer()
    seated = a_reviewer("Seated")
    in_pool(call, conflicted)
    in_pool(call, full, most=1)
    in_pool(call, seated)
    a_seat(call, a_submitted_proposal(call), full)
    a_seat(call, proposal, seated)
    unfit = a_submitted_proposal(call, state=ProposalState.INELIGIBLE)
    elsewhere = a_submitted_proposal(a_call(phase="assigning"))
    before = len(_all(Seat))

    for account_id, which, reason in (
        (conflicted.id, proposal, f"Near has a conflict of interest with {number}."),
        (full.id, proposal, "Full has 1 of at most 1"),
        (seated.id, proposal, "Seated is already assigned"),
        (stranger.id, proposal, "not in the pool"),
        (seated.id, unfit, "is not eligible"),
        (seated.id, elsewhere, "belongs to another call"),
    ):
        with pytest.raises(Refused, match=reason):
            _assign(officer, call, which, account_id)
    assert len(_all(Seat)) == before
    assert _all(Letter) == []


@pytest.mark.parametrize("phase", ["drafting", "announced", "open", "closed", "ranking"])
def test_nobody_is_assigned_outside_its_phases(app: EquipoiseApp, phase: str) -> None:
    assert app
    call, reviewer = a_call(phase=phase), a_reviewer()
    proposal = a_submitted_proposal(call)
    in_pool(call, reviewer)

    with pytest.raises(Refused):
        _assign(an_officer(), call, proposal, reviewer.id)


def test_only_officers_of_the_call_assign(app: EquipoiseApp) -> None:
    assert app
    call, reviewer = a_call(phase="assigning"), a_reviewer()
    proposal = a_submitted_proposal(call)
    in_pool(call, reviewer)
    elsewhere = a_person(Role.OFFICER, scope=a_call().id)

    for actor in (reviewer, elsewhere):
        with pytest.raises(Refused) as refusal:
            _assign(actor, call, proposal, reviewer.id)
        assert refusal.value.verdict.hidden
    with pytest.raises(Refused, match="Only an officer"):
        _assign(an_approver(), call, proposal, reviewer.id)


@both_engines
def test_who_declined_gets_the_same_seat_again(app: EquipoiseApp) -> None:
    assert app
    call, reviewer = a_call(phase="reviewing"), a_reviewer()
    proposal = a_submitted_proposal(call)
    in_pool(call, reviewer)
    seat = a_seat(call, proposal, reviewer, state=SeatState.DECLINED)
    plant(Decline(seat_id=seat.id, reason="No time", declined_at=clock.now()))

    assert _assign(an_officer(), call, proposal, reviewer.id) == seat.id
    assert _state_of(seat.id) is SeatState.INVITED
    assert _all(Decline) == []


@both_engines
def test_a_conflict_found_later_closes_the_seat(app: EquipoiseApp, ledger: LedgerReader) -> None:
    assert app
    call, officer = a_call(phase="reviewing"), an_officer()
    near = a_person(Role.REVIEWER, organisation="Quist Laboratory")
    in_pool(call, near)
    proposal = a_submitted_proposal(call, a_person(organisation="Quist laboratory"))
    seat = a_seat(call, proposal, near, state=SeatState.ACCEPTED)

    with unit_of_work(Lens.STAFF):
        assert service.detect_conflicts(officer, db.session.get_one(Call, call.id)) == 1

    assert _state_of(seat.id) is SeatState.CONFLICTED
    assert "reviewers.conflicts_found" in ledger.actions()


@both_engines
def test_staff_enter_a_conflict_with_its_reason(app: EquipoiseApp, ledger: LedgerReader) -> None:
    assert app
    call, officer, reviewer = a_call(phase="reviewing"), an_officer(), a_reviewer()
    in_pool(call, reviewer)
    proposal = a_submitted_proposal(call)
    seat = a_seat(call, proposal, reviewer, state=SeatState.SUBMITTED)

    def enter() -> None:
        with unit_of_work(Lens.STAFF):
            service.add_conflict(
                officer,
                db.session.get_one(Call, call.id),
                db.session.get_one(Proposal, proposal.id),
                reviewer.id,
                kind=ConflictKind.FAMILY,
                reason="Married",
            )

    enter()
    with pytest.raises(Refused, match="known already"):
        enter()

    [conflict] = _all(Conflict)
    assert isinstance(conflict, Conflict)
    assert (conflict.entered_by, conflict.detail) == (officer.id, "Married")
    assert _state_of(seat.id) is SeatState.CONFLICTED
    assert "reviewers.conflict_entered" in ledger.actions()
    with pytest.raises(Refused, match="conflict of interest"):
        _assign(officer, call, proposal, reviewer.id)


@pytest.mark.parametrize(
    ("blinding", "shown"),
    [(Blinding.DOUBLE, False), (Blinding.SINGLE, True), (Blinding.OPEN, True)],
)
def test_who_applies_is_copied_for_reviewers_only_where_the_call_shows_it(
    app: EquipoiseApp, *, blinding: Blinding, shown: bool
) -> None:
    assert app
    call = a_call(phase="assigning", blinding=blinding)
    proposal = a_submitted_proposal(call, a_person(name="Ngozi Quist", organisation="Quist Lab"))
    officer = an_officer()
    for _each in range(2):
        reviewer = a_reviewer()
        in_pool(call, reviewer)
        _assign(officer, call, proposal, reviewer.id)

    told = [(one.lead_name, one.organisation) for one in _all(ShownIdentity)]  # type: ignore[attr-defined]
    assert told == ([("Ngozi Quist", "Quist Lab")] * 2 if shown else []), "one for each seat"


def test_a_seat_is_removed_until_its_review_is_in(app: EquipoiseApp) -> None:
    assert app
    call, officer = a_call(phase="reviewing"), an_officer()
    proposal = a_submitted_proposal(call)
    begun = a_seat(call, proposal, a_person(), state=SeatState.ACCEPTED)
    done = a_seat(call, proposal, a_person(), state=SeatState.SUBMITTED)

    def remove(seat_id: str) -> None:
        with unit_of_work(Lens.STAFF):
            service.remove_seat(
                officer, db.session.get_one(Call, call.id), db.session.get_one(Seat, seat_id)
            )

    remove(begun.id)
    with pytest.raises(Refused, match="is submitted"):
        remove(done.id)
    assert (_state_of(begun.id), _state_of(done.id)) == (SeatState.REMOVED, SeatState.SUBMITTED)


@both_engines
def test_the_pool_counts_live_seats_of_this_call_alone(app: EquipoiseApp) -> None:
    assert app
    call, other, reviewer = a_call(phase="reviewing"), a_call(), a_reviewer()
    in_pool(call, reviewer)
    for state in SeatState:
        a_seat(call, a_submitted_proposal(call), reviewer, state=state)
    a_seat(other, a_submitted_proposal(other), reviewer)

    with unit_of_work(Lens.STAFF, Mode.READ):
        [row] = queries.pool_of(call.id)
        assert (row.load, row.submitted) == (3, 1)
        assert queries.load_of(call.id, reviewer.id) == 3


@both_engines
def test_two_officers_at_once_do_not_exceed_the_limit(app: EquipoiseApp) -> None:
    call, reviewer = a_call(phase="assigning"), a_reviewer()
    proposals = [a_submitted_proposal(call) for _each in range(2)]
    officers = [an_officer() for _each in range(2)]
    in_pool(call, reviewer, most=1)
    start = Barrier(2)

    def try_one(place: int) -> str:
        with app.app_context():
            start.wait()
            try:
                return _assign(officers[place], call, proposals[place], reviewer.id)
            except Refused as refusal:
                return str(refusal)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(try_one, range(2)))

    [seat] = _all(Seat)
    assert isinstance(seat, Seat)
    assert seat.id in answers
    assert sum("has 1 of at most 1" in answer for answer in answers) == 1
