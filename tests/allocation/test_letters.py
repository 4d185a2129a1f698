"""Decision letters: written and looked at before the release, sent and signed by it."""

from io import BytesIO

import pypdf
import pytest
from sqlalchemy import select

from app.accounts.actor import Actor
from app.allocation import queries as allocations
from app.allocation.letters import queries, service, words
from app.allocation.letters.words import GAPS, Words
from app.allocation.models import Decision
from app.calls.models import Call
from app.core.db import db
from app.core.gate import Refused
from app.core.jobs import run_due_jobs
from app.core.lens import Lens
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.documents.service import store
from app.notifications.models import Letter, LetterState
from tests.browser_client import Browser
from tests.conftest import LedgerReader
from tests.engines import both_engines
from tests.factories import (
    Released,
    a_judged_call,
    a_reported_call,
    approve_allocation,
    release_results,
)
from tests.trust.pdf_tokens import find_tokens
from tests.worlds import BuiltOnce

SAID = Words("{number}: {result}", "Dear team of “{title}”,\n\nin {call} you get {amount}.")


def _write(world: Released, actor: Actor, decision: Decision, said: Words) -> None:
    with unit_of_work(Lens.STAFF):
        service.write(actor, db.session.get_one(Call, world.call.id), decision, said)


def _sent(world: Released, name: str) -> Letter:
    with unit_of_work(mode=Mode.READ):
        about = Letter.about_id == world.proposals[name].id
        return db.session.scalars(select(Letter).where(about, Letter.kind == queries.KIND)).one()


@both_engines
def test_what_staff_write_is_what_everybody_with_that_outcome_is_told(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    assert app
    world = a_judged_call()
    _write(world, world.officer, Decision.AWARD, Words("first", "first"))
    _write(world, world.officer, Decision.AWARD, SAID)
    assert ledger.actions()[-2:] == ["allocation.letter_written"] * 2
    approve_allocation(world)
    with unit_of_work(mode=Mode.READ):
        assert db.session.scalars(select(Letter).where(Letter.kind == queries.KIND)).all() == []

    release_results(world)

    told = _sent(world, "A")
    assert told.subject == f"{world.proposals['A'].number}: awarded EUR 30,000"
    assert told.body.startswith("Dear team of “")
    assert "you get EUR\N{NO-BREAK SPACE}30,000." in told.body
    declined = _sent(world, "D")
    assert "not funded" in declined.body
    assert "thank you and your partners" in declined.body
    assert declined.state is LetterState.WAITING


def test_what_applicants_typed_is_not_read_for_gaps() -> None:
    values = {**dict.fromkeys(GAPS, "-"), "title": "{amount} and {nothing}"}

    assert words.filled(Words("{title}", "{title}"), values).body == "{amount} and {nothing}"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (Words("", "text"), "needs a subject"),
        (Words("Subject", " \n "), "needs a subject and a text"),
        (Words("One\nTwo", "text"), "one line"),
        (Words("Subject", "Dear {lead}"), "no {lead} to fill in"),
    ],
)
def test_a_letter_that_cannot_be_sent_is_refused(app: EquipoiseApp, said: Words, why: str) -> None:
    assert app
    world = a_judged_call()
    with pytest.raises(Refused, match=why):
        _write(world, world.officer, Decision.DECLINE, said)


def test_only_the_officer_writes_letters_and_nobody_after_the_release(app: EquipoiseApp) -> None:
    assert app
    world = a_judged_call()
    with pytest.raises(Refused):
        _write(world, world.approver, Decision.AWARD, SAID)
    with pytest.raises(Refused):
        _write(world, world.leads["A"], Decision.AWARD, SAID)
    approve_allocation(world)
    release_results(world)
    with pytest.raises(Refused, match="are sent"):
        _write(world, world.officer, Decision.AWARD, SAID)


def test_each_applicant_has_a_signed_letter_of_their_own(
    built_once: BuiltOnce, browser: Browser
) -> None:
    world = built_once(a_reported_call)

    for name, lead in world.leads.items():
        with unit_of_work(mode=Mode.READ):
            outcome = allocations.outcome_of(world.proposals[name].id)
        assert outcome is not None
        pdf = store().get(outcome.letter["file_key"])
        told = " ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages)
        assert lead.name in told
        others = {other.name for key, other in world.leads.items() if key != name}
        strangers = others | {person.name for person in world.reviewers}
        assert find_tokens(pdf, strangers) == set()
        address = f"/proposals/{world.proposals[name].id}/decision-letter.pdf"
        browser.sign_in(lead.id)
        assert browser.get(address).data == pdf
        stranger = next(actor for key, actor in world.leads.items() if key != name)
        browser.sign_in(stranger.id)
        assert browser.get(address).status_code == 404
    assert run_due_jobs() == 0


def test_the_page_shows_each_letter_as_it_goes_out_and_keeps_what_was_typed(
    app: EquipoiseApp, browser: Browser
) -> None:
    assert app
    world = a_judged_call()
    approve_allocation(world)
    browser.sign_in(world.officer.id)
    address = f"/desk/calls/{world.call.id}/letters"

    page = browser.get(f"{address}?number={world.proposals['D'].number}")
    assert f"The result for {world.proposals['D'].number}" in page.text
    for lead in world.leads.values():
        assert lead.name not in page.text
        assert lead.organisation not in page.text

    refused = browser.fill_in(
        address, decision="award", subject="Good news", body="Dear {lead} of ours"
    )
    assert "no {lead} to fill in" in refused.text
    assert "Dear {lead} of ours" in refused.text
    kept = browser.fill_in(address, decision="award", subject="Good news", body="For {number}.")
    assert "The letter is kept" in kept.text
    assert f"For {world.proposals['A'].number}." in kept.text
    nothing = browser.send(address, decision="none", subject="Good news", body="For nobody.")
    assert nothing.status_code == 404
