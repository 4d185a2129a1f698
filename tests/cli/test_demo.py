"""The fictional world: whole, consistent, in every phase, and never in production."""

import subprocess
import sys
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from flask import current_app
from sqlalchemy import func, select

from app import create_app, ledger
from app.accounts.models import Person, Role, RoleGrant
from app.allocation.models import AllocationLine, Ranking
from app.awards.models import Award
from app.calls import queries as calls
from app.calls.models import Call
from app.calls.rules import ORDER, instant_of
from app.cli.demo import story, together
from app.cli.demo.command import SEED
from app.cli.demo.stage import Stage
from app.cli.demo.telling import tell_world
from app.cli.demo.world import FOLDER, World, read_world
from app.core import clock, migrate
from app.core.db import db
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.ledger.models import LedgerEntry
from app.panels.models import Panel, PanelState
from app.proposals.models import BlindedFile, Proposal, Upload, Version, VersionIdentity
from app.reviewers.models import Conflict
from app.reviews.models import Review
from config import Config
from tests.browser_client import Browser
from tests.cli.commands import DEMO_PASSWORD as PASSWORD
from tests.cli.commands import run, succeed, the_demo
from tests.conftest import KEY
from tests.engines import both_engines
from tests.worlds import BuiltOnce

BESIDE = (together.CODE, together.SECOND)  # calls beside the one in each phase
VERIFIER = Path(ledger.__file__).parent / "verify.py"


@both_engines
def test_the_demo_fills_an_empty_installation(
    app: EquipoiseApp, built_once: BuiltOnce, tmp_path: Path
) -> None:
    said, written = built_once(the_demo)

    assert PASSWORD in said
    assert PASSWORD in written
    assert "invariants hold" in succeed(app, "check")
    with unit_of_work(mode=Mode.READ):
        every = db.session.scalars(select(Call)).all()
        assert {calls.phase(call) for call in every} == set(ORDER[:-1])
        assert all(call.fictional for call in every)
        assert "fictional" in " ".join(call.summary.lower() for call in every)
        _the_main_call_is_rich()
        held = set(db.session.scalars(select(RoleGrant.role)))
        assert held == set(Role)
    _the_ledger_stands_alone(app, tmp_path / "ledger")
    _nothing_is_later_than_now()
    _panels_take_their_time()
    _files_are_blinded()
    _everybody_can_sign_in(app)
    _a_second_time_changes_nothing(app)


def _the_ledger_stands_alone(app: EquipoiseApp, folder: Path) -> None:
    assert f"to {folder}" in succeed(app, "ledger", "export", str(folder))
    told = subprocess.run(
        [sys.executable, str(VERIFIER), str(folder)], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.startswith("OK: ")


def _the_main_call_is_rich() -> None:
    main = calls.call_with_code("HOME26")
    assert main is not None
    rows = db.session.execute(
        select(Proposal, VersionIdentity)
        .join(Version, Version.id == Proposal.version_id)
        .join(VersionIdentity, VersionIdentity.version_id == Version.id)
        .where(Proposal.call_id == main.id)
    ).all()
    assert len(rows) >= 24
    assert len({identity.country for _proposal, identity in rows}) >= 12
    assert len({identity.currency for _proposal, identity in rows}) >= 4
    result = db.session.scalars(select(Ranking).where(Ranking.call_id == main.id)).one().result
    assert any(place["tied_with"] for place in result["places"])
    departures = db.session.scalars(
        select(AllocationLine.departure).where(AllocationLine.departure != "")
    ).all()
    assert len(departures) >= 2
    assert len(set(db.session.scalars(select(Conflict.kind)))) >= 2
    assert 6 <= len(db.session.scalars(select(Award)).all()) <= 14
    reviews = db.session.scalars(select(Review).where(Review.call_id == main.id)).all()
    assert len({grade for review in reviews for grade in review.grades.values()}) >= 5
    assert len({reason for review in reviews for reason in review.reasons.values()}) > 30


def _panels_take_their_time() -> None:
    with unit_of_work(mode=Mode.READ):
        panels = db.session.scalars(select(Panel)).all()
        assert {panel.state for panel in panels} == {PanelState.APPROVED, PanelState.MEETING}
        assert all(panel.opened_at == panel.meets_at for panel in panels)
        for panel in panels:
            if panel.closed_at and panel.opened_at and panel.approved_at:
                assert panel.closed_at - panel.opened_at > timedelta(minutes=30)
                assert panel.approved_at > panel.closed_at


def _nothing_is_later_than_now() -> None:
    with unit_of_work(mode=Mode.READ):
        entries = db.session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq)).all()
        times = [entry.record.partition('"ts":"')[2][:27] for entry in entries]
    assert times == sorted(times)
    assert times[-1] <= clock.to_text(clock.now())
    assert times[0] < times[-1]


def _files_are_blinded() -> None:
    store = current_app.extensions["files"]
    with unit_of_work(mode=Mode.READ):
        sealed = db.session.scalars(select(Upload)).all()
        blinded = db.session.scalars(select(BlindedFile)).all()
        assert len(sealed) == len(blinded) >= 4
        for upload in sealed:
            with pikepdf.open(BytesIO(store.get(upload.file_key))) as pdf:
                assert str(pdf.docinfo["/Author"]) in upload.original_name
        for copy in blinded:
            with pikepdf.open(BytesIO(store.get(copy.file_key))) as pdf:
                assert "/Author" not in pdf.docinfo


def _everybody_can_sign_in(app: EquipoiseApp) -> None:
    for key, path, word in (
        ("officer", "/desk", "HOME26"),
        ("wroblewska", "/proposals", "Five fractions"),
        ("reviewer", "/reviews/", "Pain and palliative"),
    ):
        browser = Browser(app)
        browser.fill_in("/sign-in", email=f"{key}@equipoise.example", password=PASSWORD)
        page = browser.get(path, follow_redirects=True)
        assert page.status_code == 200, (key, path)
        assert word in page.text, (key, path)


def _a_second_time_changes_nothing(app: EquipoiseApp) -> None:
    with unit_of_work(mode=Mode.READ):
        before = db.session.scalar(select(func.count(LedgerEntry.seq)))

    said = succeed(app, "demo", "--if-empty")
    refused = run(app, "demo")

    assert "is here already" in said
    assert PASSWORD not in said
    assert refused.exit_code == 2
    with unit_of_work(mode=Mode.READ):
        # signing in, above, was recorded; nobody and nothing was added
        assert db.session.scalar(select(func.count(LedgerEntry.seq))) == before
        assert db.session.scalar(select(func.count(Call.id))) == len(ORDER) - 1 + len(BESIDE)


def test_the_demo_is_refused_in_production(tmp_path: Path) -> None:
    app = create_app(Config(data_dir=tmp_path, secret_key=KEY, production=True))
    with app.app_context():
        migrate.upgrade()

        refused = run(app, "demo")
        silent = run(app, "demo", "--if-empty")

        assert refused.exit_code == 2
        assert silent.exit_code == 0
        with unit_of_work(mode=Mode.READ):
            assert db.session.scalar(select(func.count(Person.account_id))) == 0
        for each in db.engines.values():
            each.dispose()


def test_an_installation_with_people_gets_no_demo(app: EquipoiseApp) -> None:
    succeed(
        app,
        *("create-staff", "--email", "someone@example.org", "--name", "Someone"),
        *("--role", "officer", "--password", "four words that differ"),
    )

    said = succeed(app, "demo", "--if-empty")

    assert "no demonstration is added" in said
    with unit_of_work(mode=Mode.READ):
        assert db.session.scalar(select(func.count(Call.id))) == 0


def test_everybody_in_the_world_says_to_be_fictional() -> None:
    world = read_world()
    words = ("fictional", "fictif", "fictício", "fittizio", "ficticio", "ficticia", "fiktiv")
    for figure in world.everybody():
        assert any(word in figure.organisation for word in words), figure
        assert figure.email.endswith(".example")
    for plan in world.plans:
        assert "ictional" in plan.summary
        for given in plan.contributions:
            assert "(fictional)" in given["funder"]


def test_the_same_seed_tells_the_same_story(tmp_path: Path) -> None:
    told = []
    for name in ("one", "other"):
        app = create_app(Config(data_dir=tmp_path / name, secret_key=KEY))
        with app.app_context():
            migrate.upgrade()
            tell_world(_small(), "no password", seed=7)
            with unit_of_work(mode=Mode.READ):
                call = calls.call_with_code("BEAM26")
                assert call is not None
                ranking = db.session.scalars(select(Ranking)).one()
                told.append(ranking.result)
            for each in db.engines.values():
                each.dispose()

    assert told[0] == told[1]


def _small() -> World:
    world = read_world()
    return replace(world, plans=[plan for plan in world.plans if plan.code == "BEAM26"])


@pytest.mark.parametrize("name", ["people.toml", "calls.toml", "main_call.toml", "sentences.toml"])
def test_the_files_of_the_world_can_be_read(name: str) -> None:
    assert tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("hour", range(24))
def test_the_story_keeps_each_calendar_whatever_the_hour_it_is_told(hour: int) -> None:
    # Around midnight the date where a call lives is another than the date in UTC.
    told = datetime(2026, 11, 26, hour, 12, tzinfo=UTC)
    world = read_world()
    stage = Stage(world, SEED, told)
    for plan in world.plans:
        draft = story.draft_of(stage, plan)
        opens, closes = (instant_of(wall, plan.zone) for wall in (draft.opens, draft.closes))
        applying = [day for day, _idea in story.days_of_applying(stage, plan)]
        assert all(opens < day <= closes for day in applying), (plan.code, hour)
        if plan.closes < 0:
            assert closes < story.day(stage, plan, plan.closes + 1), (plan.code, hour)
