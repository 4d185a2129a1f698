"""What a person may ask for: everything held about them, and to be forgotten."""

import json
import os
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import select

from app.accounts.events import PersonErased
from app.accounts.models import Person
from app.calls.models import Audience, Blinding, Question, QuestionKind
from app.cli import install
from app.cli.checks import INVARIANTS
from app.cli.person import command, looking
from app.cli.person.command import person
from app.cli.person.holding import APART, OWN
from app.core import clock
from app.core.db import Model, db, table_of
from app.core.gate import enforce
from app.core.settings import settings
from app.core.verdict import ALLOWED
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.ledger.models import LedgerEntry, LedgerPayload
from app.ledger.service import export, record
from app.notifications.models import Letter
from app.proposals.models import (
    Background,
    BlindedFile,
    Draft,
    DraftSave,
    Invitation,
    MayDo,
    MemberRole,
    Partner,
    ProposalMember,
    Signatory,
    Upload,
    VersionIdentity,
    VersionStaff,
)
from app.reviewers.models import PoolMember, Suggestion, Tie, TieSource
from app.reviews.models import Review
from tests.browser_client import Browser
from tests.engines import both_engines
from tests.factories import (
    Released,
    a_call,
    a_draft,
    a_person,
    a_released_call,
    a_reviewer,
    a_seat,
    a_submitted_proposal,
    an_officer,
    in_pool,
    plant,
)
from tests.pdfs import a_pdf
from tests.trust.pdf_tokens import find_tokens
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
            assert looking.remaining(values) == {}
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


@both_engines
def test_ties_partners_careers_answers_for_staff_and_places_in_pools_go(
    app: EquipoiseApp, built_once: BuiltOnce
) -> None:
    world: Released = built_once(a_released_call, blinding=Blinding.DOUBLE)
    lead, proposal = world.leads["D"], world.proposals["D"]
    judges, version_id = world.reviewers, proposal.version_id
    assert version_id is not None
    contact = {"contact_name": "Cora Nable", "contact_email": "cora@example.org"}
    partner = {"name": "Cornish Clinic", "ror": "0abcdef12", **contact, "answered_by": "Cora"}
    going = a_call(phase="reviewing")
    plant(
        *(_a_tie(judges[0].id, name) for name in ("Una", "Duo")),
        *(_a_tie(judges[1].id, f"Old {one.name}", one.email) for one in (lead, judges[0])),
        Partner(proposal_id=proposal.id, position=0, country="IE", **partner),
        Background(proposal_id=proposal.id, doctorate="2019-06", break_months=7),
        VersionStaff(version_id=version_id, answers={"bank": "Hers alone"}, sha256="2" * 64),
    )
    for member in (in_pool(going, judges[0]), in_pool(world.call, judges[0])):
        assert member.account_id == judges[0].id
    mentored = in_pool(going, judges[1])
    shared = {"converted_minor": 0, "country": "IE", **partner}
    with unit_of_work():
        enforce(ALLOWED)
        db.session.get_one(PoolMember, mentored.id).mentor_id = judges[0].id
        db.session.get_one(Draft, proposal.id).staff_only = {"bank": "Hers alone"}
        db.session.get_one(VersionIdentity, version_id).consortium = {
            "partners": [shared], "lead_minor": 3_000_000, "doctorate": "2019-06",
            "break_months": 7,
        }  # fmt: skip
        record(None, PersonErased(0, 0, "Planted."), about="person:nobody")
    before = _findings()
    for who in (lead, judges[0]):
        assert run(app, "erase", who.email, "--reason", "Asked for.", "--yes")[0] == 0
    with unit_of_work(mode=Mode.READ):
        assert db.session.scalars(select(Tie)).all() == []
        row = db.session.scalars(select(Partner)).one()
        told = db.session.get_one(VersionIdentity, version_id).consortium
        frozen = told["partners"][0]
        assert set(told) == {"partners", "lead_minor"}
        for column in partner:
            assert (getattr(row, column), frozen[column]) == ("", "")
        assert (row.country, frozen["country"]) == ("IE", "IE")
        assert db.session.get(Background, proposal.id) is None
        assert db.session.get_one(VersionStaff, version_id).answers == {}
        assert db.session.get_one(Draft, proposal.id).staff_only == {}
        pools = db.session.execute(
            select(PoolMember.call_id, PoolMember.account_id, PoolMember.mentor_id)
        ).all()
        assert sorted(pools) == sorted(
            [(going.id, judges[1].id, None), (world.call.id, judges[0].id, None)]
        )
    assert _findings() <= before


def _a_tie(account_id: str, name: str, email: str = "") -> Tie:
    return Tie(
        account_id=account_id,
        source=TieSource.DECLARED,
        name=name,
        name_key=name.casefold(),
        email_key=email.casefold(),
    )


def test_copies_about_people_go_and_a_file_that_somebody_else_names_stays(
    app: EquipoiseApp, built_once: BuiltOnce
) -> None:
    world: Released = built_once(a_released_call, blinding=Blinding.DOUBLE)
    lead, other = world.leads["D"], world.proposals["C"]
    proposal = world.proposals["D"]
    plant(
        Question(
            call_id=world.call.id, key="cv", label="CV", kind=QuestionKind.FILE,
            audience=Audience.IDENTITY, required=False, position=9,
        )
    )  # fmt: skip
    store, folder = app.extensions["files"], settings().data_dir / "files"
    cv, as_sent = a_pdf(f"CV of {lead.name}"), a_pdf("Sent", author=lead.name)
    kept = {
        "cv": store.put(cv, kind="blinded"),
        "sent": store.put(as_sent, kind="sealed"),
        "plan": store.put(a_pdf("The plan"), kind="blinded"),
        "shared": store.put(a_pdf("Of both"), kind="blinded"),
        "new": store.put(a_pdf("Just comes once more"), kind="blinded"),
    }
    copies = (
        *((proposal.id, "cv", name) for name in ("cv", "cv", "shared", "new")),
        (proposal.id, "description", "plan"),
        (other.id, "cv", "shared"),
    )
    plant(
        *(
            BlindedFile(
                proposal_id=of, question_key=question, file_key=kept[name].key,
                sha256=kept[name].sha256, size=kept[name].size, pages=1,
            )
            for of, question, name in copies
        ),
        Upload(
            proposal_id=proposal.id, question_key="cv", original_name="cv.pdf",
            file_key=kept["sent"].key, sha256=kept["sent"].sha256, size=kept["sent"].size,
            uploaded_at=clock.now(),
        ),
    )  # fmt: skip
    for name, file in kept.items():
        if name != "new":
            os.utime(folder / file.key, (0, 0))
    assert {one.token for one in find_tokens(cv, [lead.name])} == {lead.name}  # it can be found
    status, said = run(app, "erase", lead.email, "--reason", "Asked for.", "--yes")
    assert (status, "3 files removed" in said) == (0, True)
    there = {name for name, file in kept.items() if store.exists(file.key)}
    assert there == {"plan", "shared", "new"}
    for path in folder.rglob("*"):
        if path.is_file():
            assert find_tokens(path.read_bytes(), [lead.name, lead.email]) == set()
    with unit_of_work(mode=Mode.READ):
        left = db.session.execute(select(BlindedFile.proposal_id, BlindedFile.question_key)).all()
    assert sorted(left) == sorted([(proposal.id, "description"), (other.id, "cv")])


def test_who_applies_with_somebody_gets_their_own_part_alone(
    app: EquipoiseApp, tmp_path: Path
) -> None:
    call = a_call()
    lead, ada = a_person(name="Lea Leader"), a_person(name="Ada Holm")
    proposal = a_draft(call, lead)
    sent = app.extensions["files"].put(a_pdf("Of the lead"), kind="sealed")
    saved = [
        {"title": "First", "q_aims": "Before.", "q_team": "Lea Leader"},
        {"title": "First", "q_aims": "Ada wrote this.", "q_team": "Lea Leader and Ada"},
    ]
    plant(
        ProposalMember(
            proposal_id=proposal.id, account_id=ada.id, role=MemberRole.CO_APPLICANT,
            name=ada.name,
        ),
        *(
            DraftSave(
                proposal_id=proposal.id, account_id=who.id, author=who.name, span=number,
                revision=number, saved_at=clock.now(), content=content,
            )
            for number, (who, content) in enumerate(zip((lead, ada), saved, strict=True), start=1)
        ),
        Upload(
            proposal_id=proposal.id, question_key="description", original_name="lea.pdf",
            file_key=sent.key, sha256=sent.sha256, size=sent.size, uploaded_at=clock.now(),
        ),
        Invitation(
            proposal_id=proposal.id, email=ada.email, email_key=ada.email, may=MayDo.EDIT,
            invited_at=clock.now(),
        ),
        Suggestion(
            call_id=call.id, by_account_id=lead.id, name=ada.name, email=ada.email,
            why="Lea knows her.", suggested_at=clock.now(),
        ),
        Partner(
            proposal_id=proposal.id, position=0, name="Holm Ltd", country="NO",
            contact_name=ada.name, contact_email=ada.email.upper(),
        ),
        Signatory(proposal_id=proposal.id, name=ada.name, email=ada.email),
    )  # fmt: skip
    copies = {}
    for who in (ada, lead):
        out = tmp_path / f"{who.id}.zip"
        assert run(app, "export", who.email, str(out))[0] == 0
        with zipfile.ZipFile(out) as archive:
            copies[who.id] = archive.namelist(), archive.read("person.json").decode()
    names, text = copies[ada.id]
    held = json.loads(text)["held"]
    assert names == ["person.json"]
    assert [one for one in ("Lea", lead.email, "We will find out.", "lea.pdf") if one in text] == []
    assert [(one["revision"], one["changed"]) for one in held["draft_save"]] == [
        (2, {"q_aims": "Ada wrote this."})
    ]
    assert {"proposal", "proposal_member", "invitation", "suggestion", "partner", "signatory"} <= {
        *held
    }
    assert "draft" not in held
    names, text = copies[lead.id]
    assert len(names) == 2
    assert "Lea Leader and others" in text
    assert [one for one in ("partner", "signatory") if one in json.loads(text)["held"]] == []


def test_an_address_is_found_in_capitals_of_every_alphabet(app: EquipoiseApp) -> None:
    assert app
    call, lead = a_call(), a_person()
    plant(
        *(
            Suggestion(
                call_id=call.id, by_account_id=lead.id, name="Åsa", email=address,
                why="-", suggested_at=clock.now(),
            )
            for address in ("Åsa@Holm.example", "asa@holm.example")
        )
    )  # fmt: skip
    with unit_of_work(mode=Mode.READ):
        found = db.session.scalars(
            select(Suggestion.email).where(looking.spells(Suggestion.email, "åsa@holm.example"))
        ).all()
    assert found == ["Åsa@Holm.example"]


def test_a_database_in_use_is_told_after_what_was_done_and_written_anew_later(
    app: EquipoiseApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = a_person(name="Ada Holm")
    award = a_submitted_proposal(a_call(phase="released"), title="As Ada Holm says")
    monkeypatch.setattr(command, "PATIENCE", 0.05)
    place = settings().data_dir / "equipoise.db"
    with closing(sqlite.connect(place, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM proposal").fetchone()
        status, said = run(app, "erase", ada.email, "--reason", "Asked for.", "--yes")
        assert status == 1, said
        assert "Still says it: draft.title in 1 rows (somebody else" in said
        assert "Stop the web server and the worker, and run: flask person vacuum" in said
        other.execute("ROLLBACK")
        other.execute("BEGIN IMMEDIATE")
        status, said = run(app, "vacuum")
        assert (status, "flask person vacuum (database is locked)" in said) == (1, True)
    assert run(app, "vacuum") == (
        0, "Done: nothing that was emptied lies in the database any more.\n",
    )  # fmt: skip
    assert ada.email.encode() not in place.read_bytes()
    assert award.id.encode() in place.read_bytes()


def test_facts_that_say_the_name_are_forgotten_and_those_with_a_word_like_it_are_not(
    app: EquipoiseApp,
) -> None:
    mark, ada = a_person(name="Mark"), a_person(name="Ada Holm")
    with unit_of_work():
        enforce(ALLOWED)
        for note in (
            "Marked as late.",
            "As Ada Holm asked.",
            "Nothing of anybody.",
            "Said:\nADA HOLM.",
            "Ada Holmes and Eva-Ada Holm",
            f"x.{ada.email} or {ada.email}.au",
            f"To {ada.email.upper()}.",
        ):
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
    assert [one is None for one in told] == [False, True, False, True, False, False, True]


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
