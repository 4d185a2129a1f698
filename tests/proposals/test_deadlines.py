"""Grace, more time, corrections, drafts that count by themselves, and fifty clicks at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from app.calls.models import Call, CallState
from app.cli import checks
from app.core import clock
from app.core.db import db
from app.core.gate import Refused
from app.core.jobs import run_due_jobs
from app.core.lens import Lens
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.notifications.models import Letter
from app.proposals import service
from app.proposals.models import Draft, Exemption, Proposal, ProposalState, Receipt, Version
from app.proposals.service.at_deadline import AFTER
from tests.browser_client import Browser
from tests.conftest import LedgerReader
from tests.engines import both_engines
from tests.factories import a_call, a_draft, a_person, a_submitted_proposal, an_officer

LOOKED_AT = AFTER + timedelta(seconds=1)  # since the deadline; whoever stood in line is through


def _all(model: type[Any]) -> list[Any]:
    with unit_of_work(mode=Mode.READ):
        return list(db.session.scalars(select(model)))


def _set(call: Call, **values: object) -> None:
    with unit_of_work() as work:
        stored = db.session.get_one(Call, call.id)
        for name, value in values.items():
            setattr(stored, name, value)
        work.enforced, work.recorded = 1, 1


def _submit(actor: Any, proposal: Proposal, at: datetime, key: str = "k") -> Receipt:
    with unit_of_work(Lens.APPLICANT):
        stored = db.session.get_one(Proposal, proposal.id)
        call = db.session.get_one(Call, stored.call_id)
        return service.submit(actor, stored, call, key=key, received_at=at)


@contextmanager
def _at(moment: datetime) -> Iterator[None]:
    with time_machine.travel(moment, tick=False):
        yield


def _wall(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}"


@both_engines
def test_the_stamp_of_the_request_decides_and_not_when_it_is_handled(app: EquipoiseApp) -> None:
    assert app
    lead, call = a_person(), a_call(phase="closed")
    early, late = a_draft(call, lead), a_draft(call, lead)

    receipt = _submit(lead, early, call.closes_at)
    with pytest.raises(Refused, match="This call closed on"):
        _submit(lead, late, call.closes_at + timedelta(microseconds=1))

    assert receipt.submitted_at == call.closes_at
    assert len(_all(Receipt)) == 1


def test_grace_counts_and_is_decided_before_the_deadline_only_longer(
    browser: Browser, ledger: LedgerReader
) -> None:
    lead, officer, call = a_person(), an_officer(), a_call()
    proposal = a_draft(call, lead)
    browser.sign_in(officer.id)
    address = f"/desk/calls/{call.id}/grace"
    browser.fill_in(address, minutes="10", reason="The line to the islands is bad.")
    assert "only grow" in browser.fill_in(address, minutes="5", reason="Less").text
    assert "10 minutes after the deadline" in browser.get(f"/calls/{call.code}").text
    assert "calls.grace_set" in ledger.actions()

    with pytest.raises(Refused):
        _submit(lead, proposal, call.closes_at + timedelta(minutes=10, microseconds=1))
    _submit(lead, proposal, call.closes_at + timedelta(minutes=10))
    _set(call, closes_at=call.opens_at + timedelta(seconds=1))
    assert "grace is decided before it" in browser.fill_in(address, minutes="20", reason="x").text


@both_engines
def test_more_time_is_asked_for_given_with_a_reason_and_counts_for_one_proposal(
    browser: Browser,
) -> None:
    lead, officer, call = a_person(), an_officer(), a_call(phase="closed")
    proposal, other = a_draft(call, lead), a_draft(call, a_person())
    until = clock.now().replace(microsecond=0) + timedelta(days=1)
    browser.sign_in(lead.id)
    assert "Ask for more time" in browser.get(f"/proposals/{proposal.id}").text
    browser.fill_in(f"/proposals/{proposal.id}/exception", reason="A flood.")
    [asked] = _all(Exemption)
    desk = Browser(browser.app).sign_in(officer.id)
    address = f"/desk/calls/{call.id}/proposals/exceptions/{asked.id}"
    assert "Say when" in desk.fill_in(address, granted="yes", reason="Yes.").text
    desk.fill_in(address, granted="yes", reason="A flood.", until=_wall(until))

    assert "You have time until" in browser.get(f"/proposals/{proposal.id}").text
    refused = desk.fill_in(f"/desk/calls/{call.id}", form="/move/assigning")
    assert "may still submit until" in refused.text
    page = browser.fill_in(f"/proposals/{proposal.id}/submit")

    assert "Receipt:" in page.text
    with pytest.raises(Refused):
        _submit(lead, other, clock.now())
    with unit_of_work(mode=Mode.READ):
        assert checks.INVARIANTS["proposals.in_time"].findings() == []


def test_an_officer_gives_time_by_the_leads_address(browser: Browser) -> None:
    lead, officer, call = a_person(), an_officer(), a_call(phase="closed")
    proposal = a_draft(call, lead)
    browser.sign_in(officer.id)
    address = f"/desk/calls/{call.id}/proposals/exceptions/new"
    until = _wall(clock.now() + timedelta(days=1))
    nobody = browser.fill_in(address, email="no@body.example", until=until, reason="x")
    assert "Nobody with this address" in nobody.text
    early = browser.fill_in(address, email=lead.email, until=_wall(call.opens_at), reason="x")
    assert "later than the call" in early.text

    browser.fill_in(address, email=lead.email, until=until, reason="In hospital.")

    _submit(lead, proposal, clock.now())
    assert {letter.kind for letter in _all(Letter)} >= {"proposals.exemption", "proposals.receipt"}


@both_engines
def test_a_proposal_returned_with_points_is_corrected_and_makes_the_next_version(
    browser: Browser, ledger: LedgerReader
) -> None:
    lead, officer, call = a_person(), an_officer(), a_call(phase="closed")
    proposal = a_submitted_proposal(call, lead, state=ProposalState.SUBMITTED)
    desk = Browser(browser.app).sign_in(officer.id)
    here = f"/desk/calls/{call.id}/proposals/{proposal.id}"
    until = clock.now().replace(microsecond=0) + timedelta(days=3)
    past = desk.fill_in(f"{here}/return", points="x", until=_wall(call.closes_at))
    assert "not over yet" in past.text
    points = "The budget names no currency.\n\nThe aims are for another call."
    desk.fill_in(f"{here}/return", points=points, until=_wall(until))
    assert "with the applicants to be corrected" in desk.get(here).text
    moved = desk.fill_in(f"/desk/calls/{call.id}", form="/move/assigning")
    assert "may still submit until" in moved.text

    browser.sign_in(lead.id)
    page = browser.get(f"/proposals/{proposal.id}")
    assert "The aims are for another call." in page.text
    browser.fill_in(f"/proposals/{proposal.id}/write", q_aims="The right aims.")
    assert "Receipt:" in browser.fill_in(f"/proposals/{proposal.id}/submit").text

    [stored] = _all(Proposal)
    versions = sorted(_all(Version), key=lambda version: version.number)
    assert stored.state is ProposalState.SUBMITTED
    assert stored.number == proposal.number
    assert [version.answers["aims"] for version in versions] == [
        "We will find out.",
        "The right aims.",
    ]
    assert "proposals.proposal_returned" in ledger.actions()


def test_a_proposal_not_corrected_in_time_is_decided_on_as_it_was(browser: Browser) -> None:
    officer, call = an_officer(), a_call(phase="closed")
    proposal = a_submitted_proposal(call, state=ProposalState.SUBMITTED)
    until = clock.now().replace(microsecond=0) + timedelta(hours=1)
    with unit_of_work(Lens.STAFF):
        service.return_for_correction(
            officer,
            db.session.get_one(Call, call.id),
            db.session.get_one(Proposal, proposal.id),
            points=["Mend it."],
            until=until,
        )
    desk = browser.sign_in(officer.id)
    here = f"/desk/calls/{call.id}/proposals/{proposal.id}"
    with _at(until + timedelta(seconds=1)):
        desk.fill_in(here, eligible="yes")
    assert _all(Proposal)[0].state is ProposalState.ELIGIBLE


def _begun(call: Call, lead: Any, **values: str) -> Proposal:
    """A draft as the page begins it, with its job; complete unless `values` say otherwise."""
    with unit_of_work(Lens.APPLICANT):
        stored = db.session.get_one(Call, call.id)
        proposal = service.start(lead, stored)
        told = {
            "title": "A thing",
            "organisation": "Institute",
            "country": "NO",
            "currency": "EUR",
            "requested": "1000",
            "months": "12",
            **values,
        }
        answers = {"aims": "Aims.", "team": "We."}
        service.save(lead, proposal, stored, service.Change(revision=0, answers=answers, **told))
        return proposal


@both_engines
def test_a_complete_draft_counts_at_the_deadline_exactly_once(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    assert app
    call, lead, other = a_call(complete_draft_counts=True), a_person(name="Lia"), a_person()
    complete, incomplete = _begun(call, lead), _begun(call, other, title="", months="x")
    run_due_jobs()
    assert _all(Receipt) == [], "nothing before its time"

    with _at(call.closes_at):
        run_due_jobs()
        assert _all(Receipt) == [], "the deadline itself still counts as open"
    with _at(call.closes_at + LOOKED_AT):
        run_due_jobs()
        run_due_jobs()

    [receipt] = _all(Receipt)
    assert receipt.proposal_id == complete.id
    assert receipt.submitted_at == call.closes_at
    states = {proposal.id: proposal.state for proposal in _all(Proposal)}
    assert states == {complete.id: ProposalState.SUBMITTED, incomplete.id: ProposalState.DRAFT}
    letters = {letter.account_id: letter for letter in _all(Letter)}
    assert letters[lead.id].kind == "proposals.receipt"
    assert letters[other.id].kind == "proposals.not_counted"
    assert "Give the project a title" in letters[other.id].body
    assert ledger.actions().count("proposals.draft_counted") == 1
    with unit_of_work(mode=Mode.READ):
        from app.proposals.models import VersionIdentity  # noqa: PLC0415

        assert db.session.scalars(select(VersionIdentity)).one().lead_name == "Lia"


def test_a_draft_waits_for_a_deadline_that_moved(app: EquipoiseApp) -> None:
    assert app
    call, lead = a_call(complete_draft_counts=True), a_person()
    _begun(call, lead)
    later = call.closes_at + timedelta(days=2)
    _set(call, closes_at=later)
    with _at(call.closes_at + LOOKED_AT):
        run_due_jobs()
        assert _all(Receipt) == []
    with _at(later + LOOKED_AT):
        run_due_jobs()
    assert [receipt.submitted_at for receipt in _all(Receipt)] == [later]


def test_where_the_call_does_not_say_so_no_draft_counts(app: EquipoiseApp) -> None:
    assert app
    call, lead = a_call(), a_person()
    _begun(call, lead)
    with _at(call.closes_at + timedelta(days=1)):
        run_due_jobs()
    assert _all(Receipt) == []


def test_an_extension_in_the_moment_of_the_request_counts(app: EquipoiseApp) -> None:
    assert app
    lead, call = a_person(), a_call(phase="closed")
    proposal = a_draft(call, lead)
    stamp = call.closes_at + timedelta(seconds=5)
    _set(call, closes_at=call.closes_at + timedelta(minutes=5))
    assert _submit(lead, proposal, stamp).submitted_at == stamp


@both_engines
def test_fifty_clicks_at_once_give_one_receipt(app: EquipoiseApp) -> None:
    lead, call = a_person(), a_call()
    proposal = a_draft(call, lead)
    start = Barrier(50, timeout=60)

    def click(_number: int) -> str:
        with app.app_context():
            start.wait()
            return _submit(lead, proposal, clock.now()).id

    with ThreadPoolExecutor(50) as pool:
        receipts = set(pool.map(click, range(50)))

    assert len(receipts) == 1
    assert len(_all(Receipt)) == len(_all(Version)) == 1
    assert len([letter for letter in _all(Letter) if letter.kind == "proposals.receipt"]) == 1


@both_engines
def test_submitting_and_withdrawing_at_once_leave_one_truth(app: EquipoiseApp) -> None:
    lead, call = a_person(), a_call()
    proposal = a_draft(call, lead)
    start = Barrier(2, timeout=60)

    def act(number: int) -> str:
        with app.app_context():
            start.wait()
            try:
                if number:
                    with unit_of_work(Lens.APPLICANT):
                        service.withdraw(lead, db.session.get_one(Proposal, proposal.id))
                else:
                    _submit(lead, proposal, clock.now())
            except Refused:
                return "refused"
            return "done"

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(act, range(2)))

    [stored] = _all(Proposal)
    assert stored.state is ProposalState.WITHDRAWN
    assert len(_all(Receipt)) == (1 if answers[0] == "done" else 0)
    assert _all(Draft)[0].title == "A thing worth finding out"
    assert call.state is CallState.PUBLISHED
