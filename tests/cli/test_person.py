"""What a person may ask for: everything held about them, and to be forgotten."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

from sqlalchemy import select

from app.accounts.events import PersonErased
from app.accounts.models import Person
from app.calls.models import Blinding
from app.cli import install
from app.cli.checks import INVARIANTS
from app.cli.person import erasing
from app.cli.person.command import person
from app.cli.person.holding import APART, OWN
from app.core.db import Model, db, table_of
from app.core.gate import enforce
from app.core.settings import settings
from app.core.verdict import ALLOWED
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.ledger.models import LedgerEntry, LedgerPayload
from app.ledger.service import export, record
from app.notifications.models import Letter
from app.reviews.models import Review
from tests.browser_client import Browser
from tests.engines import both_engines
from tests.factories import (
    Released,
    a_call,
    a_person,
    a_released_call,
    a_reviewer,
    a_seat,
    a_submitted_proposal,
    an_officer,
)
from tests.worlds import BuiltOnce


def run(app: EquipoiseApp, *words: str) -> tuple[int, str]:
    install(app)
    done = app.test_cli_runner().invoke(person, list(words))
    return done.exit_code, done.output


def test_every_column_that_names_an_account_is_handed_out_or_has_its_reason() -> None:
    named = {
        f"{table.name}.{column.name}"
        for table in Model.metadata.sorted_tables
        for column in table.c
        for key in column.foreign_keys
        if key.column.table.name == "account"
    }
    told = {f"{table_of(model).name}.account_id" for model in OWN} | set(APART)
    assert named == told


@both_engines
def test_a_person_gets_what_is_theirs_and_learns_of_nobody_else(
    app: EquipoiseApp, built_once: BuiltOnce, tmp_path: Path
) -> None:
    world: Released = built_once(a_released_call, blinding=Blinding.DOUBLE)
    lead, judge = world.leads["A"], world.reviewers[0]
    leads = [value for one in world.leads.values() for value in (one.name, one.email)]
    judges = [value for one in world.reviewers for value in (one.name, one.email)]
    for who, own, others in (
        (
            lead,
            "We will find out.",
            [*judges, *(v for v in leads if v not in {lead.name, lead.email})],
        ),
        (
            judge,
            "Because the plan says so.",
            [*leads, world.officer.name, world.reviewers[1].email],
        ),
    ):
        out = tmp_path / f"{who.id}.zip"
        status, said = run(app, "export", who.email, str(out))
        assert status == 0, said
        with zipfile.ZipFile(out) as archive:
            text = archive.read("person.json").decode()
        assert {who.name, who.email, own} <= {v for v in (who.name, who.email, own) if v in text}
        assert [value for value in others if f'"{value}"' in text or f" {value}" in text] == []
        held = json.loads(text)["held"]
        assert held["person"][0]["email"] == who.email
        assert "password_hash" not in text
    status, said = run(app, "export", lead.email, str(out))
    assert (status, "is there already" in said) == (2, True)
    assert run(app, "export", "nobody@example.org", str(tmp_path / "x"))[0] == 2


@both_engines
def test_who_was_forgotten_is_nowhere_and_what_was_decided_still_holds(
    app: EquipoiseApp, built_once: BuiltOnce, tmp_path: Path
) -> None:
    world: Released = built_once(a_released_call, blinding=Blinding.DOUBLE)
    lead, judge = world.leads["D"], world.reviewers[0]
    before = _findings()
    for who in (lead, judge):
        status, said = run(app, "erase", who.email, "--reason", "Asked for.", "--yes")
        assert status == 0, said
        assert "Still says it" not in said
        values = [who.name, who.email]
        with unit_of_work(mode=Mode.READ):
            assert erasing.remaining(values) == {}
            told = db.session.get_one(Person, who.id)
            assert (told.name, told.organisation) == ("Erased person", "")
            assert {one.body for one in _letters(who.id)} <= {"(erased)"}
        for file in settings().data_dir.rglob("*"):
            if file.is_file() and file.suffix != ".key":
                kept = file.read_bytes()
                assert [v for v in values if v.encode() in kept] == [], file.name
        assert run(app, "erase", who.email, "--reason", "Again.", "--yes")[0] == 2

    with unit_of_work(mode=Mode.READ):
        assert len(db.session.scalars(select(Review)).all()) == 8  # every grade still counts
    assert _findings() <= before
    with unit_of_work():
        export(tmp_path / "ledger")
    checked = subprocess.run(
        [sys.executable, "app/ledger/verify.py", tmp_path / "ledger"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.stdout.startswith("OK: "), checked.stdout + checked.stderr
    desk = Browser(app).sign_in(world.officer.id)
    page = desk.get(f"/desk/calls/{world.call.id}/proposals/{world.proposals['D'].id}").text
    assert "Erased person" in page


def test_facts_that_say_the_name_are_forgotten_and_those_with_a_word_like_it_are_not(
    app: EquipoiseApp,
) -> None:
    mark, ada = a_person(name="Mark"), a_person(name="Ada Holm")
    with unit_of_work():
        enforce(ALLOWED)
        for note in ("Marked as late.", "As Ada Holm asked.", "Nothing of anybody."):
            record(None, PersonErased(0, 0, note), about="person:nobody")
    for who in (mark, ada):
        assert run(app, "erase", who.email, "--reason", "Asked for.", "--yes")[0] == 0
    with unit_of_work(mode=Mode.READ):
        told = db.session.scalars(
            select(LedgerPayload.payload)
            .join(LedgerEntry, LedgerEntry.seq == LedgerPayload.seq)
            .where(LedgerEntry.about == "person:nobody")
            .order_by(LedgerPayload.seq)
        ).all()
    assert ["Marked" in (told[0] or ""), told[1], "Nothing" in (told[2] or "")] == [
        True, None, True,
    ]  # fmt: skip


def _findings() -> set[str]:
    with unit_of_work(mode=Mode.READ):
        return {f"{name} {row}" for name, one in INVARIANTS.items() for row in one.findings()}


def _letters(account_id: str) -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.account_id == account_id)))


def test_nobody_is_forgotten_whom_a_call_an_office_or_the_books_still_need(
    app: EquipoiseApp, built_once: BuiltOnce
) -> None:
    world: Released = built_once(a_released_call)
    going = a_call(phase="reviewing", code="GOING1")
    applicant, judge = a_person(), a_reviewer()
    a_seat(going, a_submitted_proposal(going, applicant), judge)
    cases = {
        applicant.email: "They apply in GOING1, which is not decided yet",
        judge.email: "They review in GOING1, which is not decided yet",
        an_officer().email: "They still work here as officer",
        world.leads["A"].email: "must stay in the books for 10 years",
    }
    for email, sentence in cases.items():
        status, said = run(app, "erase", email, "--reason", "Asked for.", "--yes")
        assert status == 2
        assert sentence in said
    with unit_of_work(mode=Mode.READ):
        kept = db.session.scalars(select(Person.email)).all()
        assert set(cases) <= set(kept)
    # once the years are over, what is public still says who was funded, and the command says so
    status, said = run(
        app, "erase", world.leads["A"].email, "--reason", "Old.", "--awards-kept", "0", "--yes"
    )
    assert status == 0
    assert "award.lead_name in 1 rows (who was funded is public)" in said
