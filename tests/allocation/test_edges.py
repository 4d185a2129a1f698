"""Decisions at their edges: withdrawals at the last moment, no reviews, two people at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from app.accounts.actor import Actor
from app.allocation import queries, service
from app.allocation.models import Allocation, AllocationState, Decision, Outcome, SignOff
from app.calls.models import Call, CallState
from app.core.db import db
from app.core.gate import Refused
from app.core.jobs.running import run_due_jobs
from app.core.lens import Lens
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.documents.models import Document, DocumentKind, DocumentState
from app.notifications.models import Letter
from app.proposals import service as proposals
from app.proposals.models import Proposal, ProposalState
from tests.browser_client import Browser, forms_of
from tests.conftest import LedgerReader
from tests.engines import both_engines
from tests.factories import (
    Released,
    a_call,
    a_judged_call,
    a_person,
    a_submitted_proposal,
    an_approver,
    an_officer,
    approve_allocation,
    release_results,
)

Act = Callable[[Actor, Call, Allocation], object]


def _withdraw(world: Released, name: str) -> None:
    with unit_of_work(Lens.APPLICANT):
        proposals.withdraw(
            world.leads[name], db.session.get_one(Proposal, world.proposals[name].id)
        )


def _act(world: Released, actor: Actor, act: Act) -> None:
    with unit_of_work(Lens.STAFF):
        made = queries.latest_allocation(world.call.id)
        assert made is not None
        act(actor, db.session.get_one(Call, world.call.id), made)


def _approve(actor: Actor, call: Call, made: Allocation) -> None:
    service.approve(actor, call, made, seen_sha256=made.sha256)


def _send_back(actor: Actor, call: Call, made: Allocation) -> None:
    service.send_back(actor, call, made, "One was withdrawn.")


def _rank(world: Released) -> None:
    with unit_of_work(Lens.STAFF):
        service.make_ranking(world.officer, db.session.get_one(Call, world.call.id))


def _propose(world: Released) -> None:
    with unit_of_work(Lens.STAFF):
        service.propose(world.officer, db.session.get_one(Call, world.call.id))


def _states(world: Released) -> dict[str, ProposalState]:
    with unit_of_work(mode=Mode.READ):
        return {
            name: db.session.get_one(Proposal, one.id).state
            for name, one in world.proposals.items()
        }


# --- withdrawn at the last moment ----------------------------------------------------------------


def test_a_withdrawal_after_the_ranking_asks_for_a_new_one_with_a_sentence(
    app: EquipoiseApp, browser: Browser
) -> None:
    assert app
    world = a_judged_call()
    _rank(world)
    browser.sign_in(world.officer.id)
    desk = f"/desk/calls/{world.call.id}"
    open_still = forms_of(browser.get(f"{desk}/allocation").text)
    _withdraw(world, "A")

    page = browser.get(f"{desk}/allocation").text
    assert str(world.proposals["A"].number) in page
    assert "left the call after the ranking was made" in page
    (propose,) = (one for one in open_still if one.action.endswith("/allocation"))
    assert propose.action not in [one.action for one in forms_of(page)]
    stale = browser.post(propose.action, data=propose.fields, follow_redirects=True)
    assert "left the call after the ranking was made" in stale.text
    with unit_of_work(mode=Mode.READ):
        assert queries.latest_allocation(world.call.id) is None
    ranked = browser.fill_in(f"{desk}/ranking")
    assert ranked.status_code == 200
    _propose(world)

    with unit_of_work(mode=Mode.READ):
        made = queries.latest_allocation(world.call.id)
        assert made is not None
        numbers = {row.number for row in queries.lines_of(made.id)}
    assert numbers == {str(p.number) for n, p in world.proposals.items() if n != "A"}


def test_what_was_withdrawn_is_not_approved_and_not_released(app: EquipoiseApp) -> None:
    assert app
    world = a_judged_call()
    approve_allocation(world)
    _withdraw(world, "A")

    with pytest.raises(Refused, match="left the call"):
        release_results(world)
    assert _states(world)["A"] is ProposalState.WITHDRAWN
    _act(world, world.approver, _send_back)
    _rank(world)
    _propose(world)
    _act(world, world.approver, _approve)
    release_results(world)

    states = _states(world)
    assert states["A"] is ProposalState.WITHDRAWN
    assert [states[name] for name in "BC"] == [ProposalState.AWARDED, ProposalState.AWARDED]


def test_an_allocation_with_a_withdrawn_proposal_is_not_signed(app: EquipoiseApp) -> None:
    assert app
    world = a_judged_call()
    _rank(world)
    _propose(world)
    _withdraw(world, "D")

    with pytest.raises(Refused, match="left the call"):
        _act(world, world.approver, _approve)


def _made() -> list[str]:
    """Return the kinds of the finished documents; the pack waits for the others."""
    ready = select(Document.kind).where(
        Document.state == DocumentState.READY, Document.kind != DocumentKind.AUDIT_PACK
    )
    return sorted(kind.value for kind in db.session.scalars(ready))


# --- without a review ----------------------------------------------------------------------------


def test_who_has_no_review_is_told_the_end_too(app: EquipoiseApp, browser: Browser) -> None:
    assert app
    world = a_judged_call()
    lead = a_person(name="Nora Unreviewed")
    alone = a_submitted_proposal(world.call, lead)
    approve_allocation(world)
    release_results(world)

    with unit_of_work(mode=Mode.READ):
        assert db.session.get_one(Proposal, alone.id).state is ProposalState.DECLINED
        assert db.session.get_one(Outcome, alone.id).decision is Decision.DECLINE
        letters = db.session.scalars(select(Letter).where(Letter.account_id == lead.id)).all()
        assert [letter.kind for letter in letters] == ["allocation.outcome"]
        assert "no review that counts" in letters[0].body
    page = browser.sign_in(lead.id).get(f"/proposals/{alone.id}/outcome")
    assert page.status_code == 200
    assert "no review that counts" in page.text
    assert "None" not in page.text


@both_engines
def test_a_call_without_any_review_comes_to_its_end(app: EquipoiseApp) -> None:
    assert app
    call, lead = a_call(phase="ranking", rules_sha256="c" * 64), a_person()
    alone = a_submitted_proposal(call, lead)
    world = Released(call, an_officer(), an_approver(), (), {"A": lead}, {"A": alone})
    approve_allocation(world)
    release_results(world)
    run_due_jobs()

    assert _states(world)["A"] is ProposalState.DECLINED
    with unit_of_work(mode=Mode.READ):
        assert _made() == ["allocation-report", "decision-letter", "funder-report"]
        assert db.session.get_one(Call, call.id).results["awards"] == 0


def test_a_call_that_nobody_applied_in_comes_to_its_end(
    app: EquipoiseApp, browser: Browser
) -> None:
    assert app
    call = a_call(phase="ranking", rules_sha256="c" * 64)
    world = Released(call, an_officer(), an_approver(), (), {}, {})
    browser.sign_in(world.officer.id)
    desk = f"/desk/calls/{call.id}"
    assert browser.fill_in(f"{desk}/ranking").status_code == 200
    assert browser.fill_in(f"{desk}/allocation", form="/allocation").status_code == 200
    _act(world, world.approver, _approve)
    release_results(world)
    run_due_jobs()

    with unit_of_work(mode=Mode.READ):
        assert db.session.get_one(Call, call.id).state is CallState.RELEASED
        assert _made() == ["allocation-report", "funder-report"]
    assert browser.get(f"/results/{call.code}").status_code == 200


# --- two at once ---------------------------------------------------------------------------------


def _at_once(app: EquipoiseApp, world: Released, *acts: tuple[Actor, Act]) -> list[object]:
    """Let all read the decision, then act together; return what each got: None or a refusal."""
    start = Barrier(len(acts))

    def run(actor: Actor, act: Act) -> object:
        with app.app_context():
            start.wait(10)
            try:
                _act(world, actor, act)
            except Refused as refusal:
                return str(refusal)
            return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return [one.result() for one in [pool.submit(run, *pair) for pair in acts]]


@both_engines
@pytest.mark.parametrize("turn", range(4))
def test_two_approvals_at_once_make_an_approved_allocation(app: EquipoiseApp, turn: int) -> None:
    assert turn >= 0
    world = a_judged_call(approvals_needed=2)
    second = an_approver()
    _rank(world)
    _propose(world)

    answers = _at_once(app, world, (world.approver, _approve), (second, _approve))

    assert answers == [None, None]
    with unit_of_work(mode=Mode.READ):
        made = queries.latest_allocation(world.call.id)
        assert made is not None
        assert made.state is AllocationState.APPROVED


@both_engines
@pytest.mark.parametrize("turn", range(4))
def test_one_person_pressing_twice_signs_once(
    app: EquipoiseApp, ledger: LedgerReader, turn: int
) -> None:
    assert turn >= 0
    world = a_judged_call(approvals_needed=2)
    _rank(world)
    _propose(world)

    answers = _at_once(app, world, (world.approver, _approve), (world.approver, _approve))

    assert sorted(answer is None for answer in answers) == [False, True]
    assert ledger.actions().count("allocation.allocation_approved") == 1


@both_engines
@pytest.mark.parametrize("turn", range(4))
def test_approving_what_is_sent_back_at_the_same_moment_never_counts(
    app: EquipoiseApp, turn: int
) -> None:
    assert turn >= 0
    world = a_judged_call()
    second = an_approver()
    _rank(world)
    _propose(world)

    _at_once(app, world, (world.approver, _approve), (second, _send_back))

    with unit_of_work(mode=Mode.READ):
        made = queries.latest_allocation(world.call.id)
        assert made is not None
        assert made.state is AllocationState.RETURNED
        assert db.session.get_one(Call, world.call.id).state is CallState.ALLOCATING


@both_engines
@pytest.mark.parametrize("turn", range(3))
def test_two_releases_at_once_release_once(
    app: EquipoiseApp, ledger: LedgerReader, turn: int
) -> None:
    assert turn >= 0
    world = a_judged_call()
    approve_allocation(world)
    other = an_officer()
    _act(world, world.approver, service.propose_release)

    answers = _at_once(app, world, (world.officer, service.release), (other, service.release))

    assert sorted(answer is None for answer in answers) == [False, True]
    assert ledger.actions().count("allocation.results_released") == 1
    with unit_of_work(mode=Mode.READ):
        signed = db.session.scalars(select(SignOff.act)).all()
    assert len([act for act in signed if act == "release"]) == 1
