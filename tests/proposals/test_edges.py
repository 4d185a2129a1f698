"""Proposals at their edges: not eligible, not screened, and two acts at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from app.accounts.actor import Actor
from app.calls import service as calls
from app.calls.models import Call, CallState
from app.calls.queries import questions_of
from app.core import clock
from app.core.db import db
from app.core.gate import Refused
from app.core.lens import Lens
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.notifications.models import Letter
from app.proposals import service
from app.proposals.models import Draft, Proposal, ProposalState, Receipt, Version
from tests.browser_client import Browser
from tests.conftest import LedgerReader
from tests.engines import both_engines
from tests.factories import a_call, a_draft, a_person, a_submitted_proposal, an_officer


def _letters_to(person: Actor) -> list[str]:
    with unit_of_work(mode=Mode.READ):
        found = db.session.scalars(
            select(Letter).where(Letter.account_id == person.id).order_by(Letter.created_at)
        )
        return [letter.body for letter in found]


# --- eligibility ---------------------------------------------------------------------------------


@both_engines
def test_who_is_not_eligible_is_told_why_by_letter_and_on_the_page(browser: Browser) -> None:
    call, lead, officer = a_call(phase="closed"), a_person(), an_officer()
    proposal = a_submitted_proposal(call, lead, state=ProposalState.SUBMITTED)
    desk = f"/desk/calls/{call.id}/proposals/{proposal.id}"
    own = f"/proposals/{proposal.id}"

    browser.sign_in(officer.id).fill_in(desk, eligible="no", reason="No partner from abroad.")
    page = browser.sign_in(lead.id).get(own)
    assert "No partner from abroad." in page.text
    assert officer.name not in page.text
    [letter] = _letters_to(lead)
    assert "No partner from abroad." in letter
    assert officer.name not in letter

    browser.sign_in(officer.id).fill_in(desk, eligible="yes", reason="Found on page 9.")
    page = browser.sign_in(lead.id).get(own)
    assert "No partner from abroad." not in page.text
    assert "Found on page 9." not in page.text, "the staff's own words stay theirs"
    assert "eligible after all" in _letters_to(lead)[-1]


def test_who_is_eligible_at_once_gets_no_letter(browser: Browser) -> None:
    call, lead = a_call(phase="closed"), a_person()
    proposal = a_submitted_proposal(call, lead, state=ProposalState.SUBMITTED)

    browser.sign_in(an_officer().id).fill_in(
        f"/desk/calls/{call.id}/proposals/{proposal.id}", eligible="yes"
    )

    assert _letters_to(lead) == []


def test_reviewing_does_not_begin_while_a_proposal_is_not_screened(app: EquipoiseApp) -> None:
    assert app
    officer, call = an_officer(), a_call(phase="assigning")
    proposal = a_submitted_proposal(call, state=ProposalState.SUBMITTED)
    a_submitted_proposal(call, state=ProposalState.WITHDRAWN)

    def move() -> None:
        with unit_of_work(Lens.STAFF):
            calls.move(officer, db.session.get_one(Call, call.id), CallState.REVIEWING)

    with pytest.raises(Refused, match="1 proposal waits for a decision on its eligibility"):
        move()
    with unit_of_work(Lens.STAFF):
        service.screen(
            officer,
            db.session.get_one(Call, call.id),
            db.session.get_one(Proposal, proposal.id),
            eligible=True,
            reason="",
        )
    move()


# --- two at once ---------------------------------------------------------------------------------


def _at_once(app: EquipoiseApp, *acts: Callable[[], object]) -> list[object]:
    """Run all together, each in work of its own; return what each got: None or a refusal."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        with app.app_context():
            start.wait(10)
            try:
                with unit_of_work(Lens.APPLICANT):
                    act()
            except Refused as refusal:
                return str(refusal)
            return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return [one.result() for one in [pool.submit(run, act) for act in acts]]


def _submit(lead: Actor, proposal: Proposal, key: str) -> Callable[[], object]:
    def act() -> None:
        stored = db.session.get_one(Proposal, proposal.id)
        call = db.session.get_one(Call, stored.call_id)
        service.submit(lead, stored, call, key=key, received_at=clock.now())

    return act


@both_engines
@pytest.mark.parametrize("turn", range(3))
def test_five_clicks_on_submit_give_one_receipt(
    app: EquipoiseApp, ledger: LedgerReader, turn: int
) -> None:
    assert turn >= 0
    lead = a_person()
    proposal = a_draft(a_call(), lead)

    answers = _at_once(app, *[_submit(lead, proposal, "one form")] * 5)

    assert answers == [None] * 5
    with unit_of_work(mode=Mode.READ):
        assert len(db.session.scalars(select(Receipt)).all()) == 1
        assert len(db.session.scalars(select(Version)).all()) == 1
    assert ledger.actions().count("proposals.version_submitted") == 1


@both_engines
@pytest.mark.parametrize("turn", range(4))
def test_what_is_withdrawn_while_it_is_submitted_stays_withdrawn(
    app: EquipoiseApp, turn: int
) -> None:
    assert turn >= 0
    lead = a_person()
    proposal = a_draft(a_call(), lead)

    def withdraw() -> None:
        service.withdraw(lead, db.session.get_one(Proposal, proposal.id))

    _at_once(app, _submit(lead, proposal, "one form"), withdraw)

    with unit_of_work(mode=Mode.READ):
        assert db.session.get_one(Proposal, proposal.id).state is ProposalState.WITHDRAWN


def test_the_key_of_one_form_is_in_the_way_of_no_other(app: EquipoiseApp) -> None:
    lead, call = a_person(), a_call()
    one, other = a_draft(call, lead), a_draft(call, lead)

    assert _at_once(app, _submit(lead, one, "k")) == [None]
    assert _at_once(app, _submit(lead, other, "k")) == [None]

    with unit_of_work(mode=Mode.READ):
        assert len(db.session.scalars(select(Receipt)).all()) == 2


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)  # SQLite has one writer
def test_a_file_attached_while_the_text_is_saved_loses_no_word(app: EquipoiseApp) -> None:
    """The file's work has read the draft; then the autosave of another tab comes first."""
    lead, call = a_person(), a_call()
    proposal = a_draft(call, lead)

    def save() -> None:
        stored = db.session.get_one(Proposal, proposal.id)
        draft = db.session.get_one(Draft, proposal.id)
        values = {"title": "Typed meanwhile", "organisation": "O", "country": "NO"}
        money = {"currency": "EUR", "requested": "1", "months": "2"}
        answers = {"aims": "Words typed meanwhile."}
        change = service.Change(draft.revision, **values, **money, answers=answers)
        service.save(lead, stored, db.session.get_one(Call, call.id), change)

    with unit_of_work(Lens.APPLICANT):
        stored = db.session.get_one(Proposal, proposal.id)
        before = db.session.get_one(Draft, proposal.id)
        assert before.title != "Typed meanwhile"
        with ThreadPoolExecutor(1) as pool:
            pool.submit(_at_once, app, save).result()
        questions = questions_of(call.id)
        question = next(q for q in questions if q.key == "description")
        service.remove_file(lead, stored, db.session.get_one(Call, call.id), question)

    with unit_of_work(mode=Mode.READ):
        draft = db.session.get_one(Draft, proposal.id)
        assert draft.title == "Typed meanwhile"
        assert draft.science["aims"] == "Words typed meanwhile."
        assert draft.revision == 2


def test_the_clock_of_a_page_decides_not_that_of_the_lock(app: EquipoiseApp) -> None:
    """Waiting for somebody else's work makes nobody late: the head of the request counts."""
    lead, call = a_person(), a_call()
    proposal = a_draft(call, lead)
    in_time = clock.now()
    with unit_of_work() as work:
        db.session.get_one(Call, call.id).closes_at = in_time + timedelta(milliseconds=1)
        work.enforced, work.recorded = 1, 1

    def act() -> None:
        stored = db.session.get_one(Proposal, proposal.id)
        service.submit(
            lead, stored, db.session.get_one(Call, call.id), key="k", received_at=in_time
        )

    assert _at_once(app, act) == [None]
