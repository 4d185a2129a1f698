from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.actor import Actor
from app.allocation import queries, service
from app.allocation.models import (
    Allocation,
    AllocationLine,
    AllocationState,
    Decision,
    Feedback,
    Outcome,
)
from app.allocation.service import Departure
from app.calls.models import Call, CallState
from app.core.db import db
from app.core.gate import Refused
from app.core.lens import Lens
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.proposals.models import Proposal, ProposalState
from tests.conftest import LedgerReader
from tests.engines import both_engines
from tests.factories import a_call, a_review, a_submitted_proposal, an_approver, an_officer

GRADES = {"A": ("6", "6"), "B": ("5", "4"), "C": ("5", "4"), "D": ("2", "1")}


def _a_judged_call(**values: Any) -> tuple[Call, dict[str, Proposal]]:
    """Four proposals of 30,000 in a fund of 70,000; B and C tie exactly."""
    call = a_call(phase="ranking", contributions=(("One", 4_000_000), ("Two", 3_000_000)), **values)
    made = {}
    for name, grades in GRADES.items():
        made[name] = a_submitted_proposal(call, requested_minor=3_000_000)
        for grade in grades:
            a_review(made[name], call, merit=grade, plan=grade)
    return call, made


def _ranked(officer: Actor, call: Call) -> None:
    with unit_of_work(Lens.STAFF):
        service.make_ranking(officer, db.session.get_one(Call, call.id))


def _proposed(officer: Actor, call: Call, *departures: Departure) -> Allocation:
    with unit_of_work(Lens.STAFF):
        return service.propose(officer, db.session.get_one(Call, call.id), departures)


def _approved(approver: Actor, call: Call, seen: str) -> None:
    with unit_of_work(Lens.STAFF):
        allocation = queries.latest_allocation(call.id)
        assert allocation is not None
        service.approve(approver, db.session.get_one(Call, call.id), allocation, seen_sha256=seen)


def _released(officer: Actor, call: Call, second: Actor | None = None) -> None:
    with unit_of_work(Lens.STAFF):
        allocation = queries.latest_allocation(call.id)
        assert allocation is not None
        stored = db.session.get_one(Call, call.id)
        if second is not None:
            service.propose_release(second, stored, allocation)
        service.release(officer, stored, allocation)


def _all(statement: object) -> list[object]:
    with unit_of_work(mode=Mode.READ):
        return list(db.session.scalars(statement))  # type: ignore[call-overload]


def _call_now(call: Call) -> Call:
    with unit_of_work(mode=Mode.READ):
        return db.session.get_one(Call, call.id)


@both_engines
def test_a_call_goes_from_reviews_to_release(app: EquipoiseApp, ledger: LedgerReader) -> None:
    assert app
    officer, approver = an_officer(), an_approver()
    call, made = _a_judged_call()

    _ranked(officer, call)
    proposed = _proposed(officer, call)
    _approved(approver, call, proposed.sha256)
    _released(officer, call, approver)

    places = _places(call)
    exact = {number: Fraction(place["total"]) for number, place in places.items()}
    numbers = {name: str(proposal.number) for name, proposal in made.items()}
    assert exact == {
        numbers[name]: sum(map(Fraction, grades)) / 2 for name, grades in GRADES.items()
    }
    assert places[numbers["B"]]["tied_with"] == [numbers["C"]]
    assert places[numbers["B"]]["rank"] == places[numbers["C"]]["rank"] == 2
    lines = {line.proposal_id: line for line in _all(select(AllocationLine))}  # type: ignore[attr-defined]
    assert lines[made["A"].id].decision is Decision.AWARD  # type: ignore[attr-defined]
    assert sum(line.amount_minor for line in lines.values()) == 6_000_000  # type: ignore[attr-defined]
    for line in lines.values():
        assert sum(line.sources.values()) == line.amount_minor  # type: ignore[attr-defined]
    outcomes = {o.proposal_id: o.decision for o in _all(select(Outcome))}  # type: ignore[attr-defined]
    assert outcomes[made["D"].id] is not Decision.AWARD
    assert len(_all(select(Feedback))) == 8
    stored = _call_now(call)
    assert stored.state is CallState.RELEASED
    assert stored.results["awards"] == 2
    actions = ledger.actions()
    assert [a for a in actions if a.startswith("allocation.")] == [
        "allocation.ranking_made",
        "allocation.allocation_proposed",
        "allocation.allocation_approved",
        "allocation.release_proposed",
        "allocation.results_released",
    ]


def _places(call: Call) -> dict[str, dict[str, Any]]:
    with unit_of_work(mode=Mode.READ):
        ranking = queries.latest_ranking(call.id)
        assert ranking is not None
        return {place["proposal"]: place for place in ranking.result["places"]}


def test_nothing_is_told_before_the_release(app: EquipoiseApp) -> None:
    assert app
    officer, approver = an_officer(), an_approver()
    call, _ = _a_judged_call()
    _ranked(officer, call)
    _approved(approver, call, _proposed(officer, call).sha256)

    assert _all(select(Outcome)) == []
    assert _all(select(Feedback)) == []
    assert {p.state for p in _all(select(Proposal))} == {ProposalState.ELIGIBLE}  # type: ignore[attr-defined]


def test_the_proposer_cannot_approve(app: EquipoiseApp) -> None:
    assert app
    from app.accounts.models import Role  # noqa: PLC0415
    from tests.factories import a_person  # noqa: PLC0415

    both = a_person(Role.OFFICER, Role.APPROVER)
    call, _ = _a_judged_call()
    _ranked(both, call)
    proposed = _proposed(both, call)

    with pytest.raises(Refused, match="somebody else must approve"):
        _approved(both, call, proposed.sha256)


def test_one_person_cannot_approve_twice_and_two_are_needed(app: EquipoiseApp) -> None:
    assert app
    officer, first, second = an_officer(), an_approver(), an_approver()
    call, _ = _a_judged_call(approvals_needed=2)
    _ranked(officer, call)
    proposed = _proposed(officer, call)
    _approved(first, call, proposed.sha256)

    with pytest.raises(Refused, match="You have approved"):
        _approved(first, call, proposed.sha256)
    with pytest.raises(Refused, match="Only an approved allocation"):
        _released(officer, call)
    _approved(second, call, proposed.sha256)

    assert [a.state for a in _all(select(Allocation))] == [AllocationState.APPROVED]  # type: ignore[attr-defined]


def test_what_was_not_seen_cannot_be_approved(app: EquipoiseApp) -> None:
    assert app
    officer, approver = an_officer(), an_approver()
    call, _ = _a_judged_call()
    _ranked(officer, call)
    _proposed(officer, call)

    with pytest.raises(Refused, match="changed since you opened"):
        _approved(approver, call, "f" * 64)


def test_an_allocation_over_the_fund_is_refused_with_the_figures(app: EquipoiseApp) -> None:
    assert app
    officer = an_officer()
    call, made = _a_judged_call()
    _ranked(officer, call)
    too_much = Departure(str(made["D"].number), Decision.AWARD, 2_000_000, "The panel insists.")

    with pytest.raises(Refused, match=r"EUR\s80,000, but the fund holds EUR\s70,000: EUR\s10,000"):
        _proposed(officer, call, too_much)

    assert _all(select(Allocation)) == []
    assert _call_now(call).state is CallState.ALLOCATING


def test_a_departure_needs_its_reason_and_is_kept_with_it(app: EquipoiseApp) -> None:
    assert app
    officer = an_officer()
    call, made = _a_judged_call()
    _ranked(officer, call)
    number = str(made["D"].number)

    with pytest.raises(Refused, match="needs its reason"):
        _proposed(officer, call, Departure(number, Decision.AWARD, 1_000_000, " "))
    _proposed(officer, call, Departure(number, Decision.AWARD, 1_000_000, "A rare disease."))

    line = _all(select(AllocationLine).where(AllocationLine.proposal_id == made["D"].id))[0]
    assert line.departure == "A rare disease."  # type: ignore[attr-defined]
    assert line.amount_minor == 1_000_000  # type: ignore[attr-defined]


def test_a_returned_allocation_can_be_proposed_anew(app: EquipoiseApp) -> None:
    assert app
    officer, approver = an_officer(), an_approver()
    call, _ = _a_judged_call()
    _ranked(officer, call)
    _proposed(officer, call)
    with unit_of_work(Lens.STAFF):
        allocation = queries.latest_allocation(call.id)
        assert allocation is not None
        service.send_back(
            approver, db.session.get_one(Call, call.id), allocation, "Look at the reserve list."
        )

    again = _proposed(officer, call)

    assert again.number == 2
    assert _call_now(call).state is CallState.APPROVING


def test_a_threshold_keeps_the_weak_out_even_when_there_is_money(app: EquipoiseApp) -> None:
    assert app
    officer = an_officer()
    call, made = _a_judged_call(threshold="4.5")
    _ranked(officer, call)
    _proposed(officer, call)

    lines = {line.proposal_id: line for line in _all(select(AllocationLine))}  # type: ignore[attr-defined]
    assert lines[made["D"].id].decision is Decision.DECLINE  # type: ignore[attr-defined]
    assert "threshold" in lines[made["D"].id].reason  # type: ignore[attr-defined]
    assert lines[made["B"].id].reason != lines[made["D"].id].reason  # type: ignore[attr-defined]


@pytest.mark.parametrize("role", ["approver", "auditor", "applicant"])
def test_only_an_officer_ranks_and_proposes(app: EquipoiseApp, role: str) -> None:
    assert app
    from app.accounts.models import Role  # noqa: PLC0415
    from tests.factories import a_person  # noqa: PLC0415

    roles = [Role(role)] if role in set(Role) else []
    call, _ = _a_judged_call()

    with pytest.raises(Refused):
        _ranked(a_person(*roles), call)
    assert _call_now(call).state is CallState.RANKING


def test_totals_are_decimals_shown_half_even() -> None:
    from scoring.weighting import show  # noqa: PLC0415

    assert show(Fraction(137, 60)) == "2.2833"
    assert Decimal(show(Fraction(1, 8), 2)) == Decimal("0.12")


@pytest.mark.usefixtures("app")
@both_engines
def test_the_ranking_that_would_stand_now_is_the_one_that_is_made() -> None:
    """It is read proposal by proposal, what is kept review by review."""
    call, made = _a_judged_call()
    unjudged = a_submitted_proposal(call, requested_minor=3_000_000)
    with unit_of_work(Lens.STAFF, Mode.READ):
        stored = db.session.get_one(Call, call.id)
        titles = service.standing(stored).titles
        before = service.standing(stored).result
    _ranked(an_officer(), call)
    with unit_of_work(Lens.STAFF, Mode.READ):
        ranking = queries.latest_ranking(call.id)
        assert ranking is not None
        assert ranking.result == before
        assert [len(ranking.inputs["reviews"]), len(before["places"])] == [8, 4]
    assert {one.number for one in (*made.values(), unjudged)} == set(titles)
