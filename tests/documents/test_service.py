"""Reports come out of a release: frozen, proved, rendered, and the same again."""

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select

from app.accounts.actor import SYSTEM_ACTOR, Actor
from app.awards import queries as awards
from app.awards.models import Award
from app.calls.events import DeadlineExtended, GraceSet
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.gate import Refused, enforce
from app.core.jobs import Job, enqueue, hasten, run_due_jobs
from app.core.jobs.kinds import TRIES
from app.core.jobs.running import run_job
from app.core.lens import Lens
from app.core.pdf.signatures import signature_of
from app.core.verdict import ALLOWED
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.documents import data, frozen, keys, queries, rendering, service
from app.documents.events import ReportFailed
from app.documents.facts import AllocationReport
from app.documents.models import Document, DocumentKind, DocumentState
from app.ledger import service as ledger_service
from app.ledger.service import record
from app.ledger.verify import check
from app.proposals.models import Correction, Exemption, ExemptionKind
from scoring.replay import replay
from tests.browser_client import Browser
from tests.conftest import LedgerReader
from tests.documents.printing import render_report
from tests.engines import both_engines
from tests.factories import (
    Released,
    a_judged_call,
    a_released_call,
    a_reported_call,
    approve_allocation,
    planted,
    release_results,
)
from tests.services import free_port
from tests.trust.pdf_tokens import find_tokens
from tests.worlds import BuiltOnce


def _documents(world: Released) -> list[Document]:
    """Return the reports; test_pack.py looks at the audit pack."""
    with unit_of_work(mode=Mode.READ):
        made = queries.documents_of(world.call.id)
    return [document for document in made if document.kind is not DocumentKind.AUDIT_PACK]


def _finish_jobs() -> int:
    """Run all jobs; the audit pack waits until the reports are there."""
    ran = run_due_jobs()
    with unit_of_work():
        for job in db.session.scalars(select(Job.id).where(Job.finished_at.is_(None))):
            hasten(job)
    return ran + run_due_jobs()


def _files(world: Released) -> dict[str, bytes]:
    """Return the finished reports by what they are about: the call, or the award's proposal."""
    with unit_of_work(mode=Mode.READ):
        made = {award.id: award.proposal_id for award in awards.awards_of(world.call.id)}
    return {
        made.get(document.about_id, "call"): service.store().get(document.file_key)
        for document in _documents(world)
        if document.kind in {DocumentKind.ALLOCATION_REPORT, DocumentKind.AWARD_REPORT}
    }


@both_engines
def test_a_release_makes_awards_and_a_report_for_each_and_for_the_call(
    built_once: BuiltOnce, ledger: LedgerReader
) -> None:
    world = built_once(a_reported_call)

    with unit_of_work(mode=Mode.READ):
        made = {award.proposal_id: award for award in awards.awards_of(world.call.id)}
    assert world.proposals["A"].id in made
    assert len(made) == 2
    reports = _documents(world)
    assert [r.kind for r in reports].count(DocumentKind.ALLOCATION_REPORT) == 1
    assert [r.kind for r in reports].count(DocumentKind.FUNDER_REPORT) == 2
    assert [r.state for r in reports] == [DocumentState.READY] * 5
    for report in reports:
        content = service.store().get(report.file_key)
        assert sha256(content).hexdigest() == report.sha256
        again = rendering.unsigned(report.facts_key, service.store())
        assert sha256(again).hexdigest() == report.rendered_sha256
        assert content.startswith(again)
    actions = [action for action in ledger.actions() if action != "documents.audit_pack_made"]
    release = actions[actions.index("allocation.results_released") :]
    assert release == [
        "allocation.results_released",
        *["awards.award_made"] * 2,
        *["documents.report_frozen"] * 5,
        *release[8:],
    ]
    # Every proposal's letter is settled after the release, and all nine files are rendered.
    assert sorted(release[8:]) == [
        *["documents.report_frozen"] * 4,
        *["documents.report_rendered"] * 9,
    ]


def test_reports_are_signed_by_the_installation(built_once: BuiltOnce) -> None:
    world = built_once(a_reported_call)

    certificate = keys.report_key(clock.now()).certificate
    for content in _files(world).values():
        found = signature_of(content, trust=[certificate])
        assert found is not None
        assert found.good
        assert found.signed_at is not None


def test_no_report_names_a_reviewer_or_who_was_not_funded(built_once: BuiltOnce) -> None:
    world = built_once(a_reported_call)
    files = _files(world)
    funded = {name for name, p in world.proposals.items() if p.id in files}
    assert funded != set(world.proposals)

    reviewers = {word for person in world.reviewers for word in (person.name, person.id)}
    reviewers |= {person.email for person in world.reviewers}
    words = {
        name: {lead.name, lead.organisation, lead.email, lead.id}
        for name, lead in world.leads.items()
    }
    everything = reviewers.union(*words.values())
    for about, content in files.items():
        told = {find.token for find in find_tokens(content, everything)}
        assert told & reviewers == set()
        for name, lead in world.leads.items():
            mine = about == world.proposals[name].id
            entitled = mine or (about == "call" and name in funded)
            found = told & words[name]
            assert lead.organisation in found if entitled else found == set(), (name, about)


def test_the_report_lists_grace_and_exceptions_and_no_reason_that_names_somebody(
    app: EquipoiseApp,
) -> None:
    assert app
    rule = {"rule": "min-countries", "at_least": 3}
    world = a_judged_call(grace_minutes=15, eligibility=[rule])
    call, leads = world.call, world.leads
    close, reviewer = call.closes_at, world.reviewers[0]
    surname = leads["D"].name.rpartition(" ")[2]
    with unit_of_work(Lens.STAFF):
        enforce(ALLOWED)
        about = f"call:{call.id}"
        record(world.officer, GraceSet(before=0, after=10, reason="Power cuts."), about=about)
        later = DeadlineExtended(clock.to_text(close), clock.to_text(close), leads["D"].name)
        record(world.officer, later, about=about)
        for place, (name, granted, reason) in enumerate(
            (
                ("A", True, "The line was down."),
                ("A", True, f"As {leads['D'].organisation} had it."),
                ("A", True, "Ask somebody@example.org."),
                ("A", True, f"{reviewer.name} fell ill."),
                ("A", True, f"{surname[:3]}\u00ad{surname[3:]} had no power."),  # as pasted
                ("D", True, "The planted reason of an unfunded one."),
                ("D", False, "The planted reason of a refusal."),
            )
        ):
            db.session.add(
                Exemption(
                    proposal_id=world.proposals[name].id,
                    call_id=call.id,
                    kind=ExemptionKind.RULE if name == "D" else ExemptionKind.DEADLINE,
                    rule="min-countries" if name == "D" else "deadline",
                    asked="The planted words of an applicant.",
                    asked_at=close,
                    granted=granted,
                    reason=reason,
                    decided_at=close + timedelta(seconds=place),
                    until=close + timedelta(days=1) if granted and name == "A" else None,
                )
            )
        until = close + timedelta(days=2)
        for name in ("D", "D"):
            db.session.add(
                Correction(
                    proposal_id=world.proposals[name].id,
                    points=["The planted point."],
                    until=until,
                    returned_at=close,
                    account_id=world.officer.id,
                )
            )
    approve_allocation(world)
    release_results(world)
    with unit_of_work(mode=Mode.READ):
        document = queries.allocation_report_of(call.id)
        assert document is not None
        facts = frozen.from_json(service.store().get(document.facts_key))
    assert isinstance(facts, AllocationReport)
    given = facts.exceptions
    assert given is not None

    assert [(g.kind.value, g.minutes, g.reason, g.reason_kept) for g in given.for_all] == [
        ("grace", 10, "Power cuts.", False),
        ("deadline", 0, "", True),
        ("grace", 15, "", False),
    ]
    first, *others = given.named
    assert (first.number, first.until) == (world.proposals["A"].number, close + timedelta(days=1))
    assert first.reason == "The line was down."
    assert [(kept.reason, kept.reason_kept) for kept in others] == [("", True)] * 4
    assert {(one.kind.value, one.rule != "", one.count) for one in given.counted} == {
        ("rule", True, 1),
        ("correction", False, 2),
    }
    assert given.refused == 1
    attached = data.facts_json(facts).decode()
    assert "The line was down." in attached
    for secret in ("planted", "somebody@", leads["D"].name, leads["D"].organisation):
        assert secret not in attached


def test_the_offline_verifier_believes_the_reports_and_no_altered_one(
    built_once: BuiltOnce, tmp_path: Path
) -> None:
    world = built_once(a_reported_call)
    with unit_of_work():
        ledger_service.export(tmp_path / "ledger")
    paths = []
    for place, content in enumerate(_files(world).values()):
        paths.append(tmp_path / f"{place}.pdf")
        paths[-1].write_bytes(content)

    assert check(tmp_path / "ledger", [], paths, None)[0].startswith("OK: ")

    other = a_released_call({"X": ("6", "6"), "Y": ("1", "1")})
    later = tmp_path / "later.pdf"
    later.write_bytes(service.store().get(render_report(other).file_key))
    assert "the export ends after" in check(tmp_path / "ledger", [], [later], None)[0]


def test_before_the_release_nothing_is_made(app: EquipoiseApp) -> None:
    assert app
    world = a_judged_call()
    approve_allocation(world)
    run_due_jobs()

    with unit_of_work(mode=Mode.READ):
        assert db.session.scalars(select(Award)).all() == []
        assert db.session.scalars(select(Document)).all() == []
        assert db.session.get_one(Call, world.call.id).results == {}
    assert list(service.store().keys()) == []


@both_engines
def test_a_ranking_that_was_changed_behind_the_approvers_is_not_released(
    app: EquipoiseApp,
) -> None:
    assert app
    from app.allocation.models import Ranking  # noqa: PLC0415

    world = a_judged_call()
    approve_allocation(world)
    with planted():
        kept = db.session.scalars(select(Ranking)).one()
        places = [dict(place) for place in kept.result["places"]]
        places[0]["shown"] = "6.5000"
        kept.result = {**kept.result, "places": places}

    with pytest.raises(Refused, match="does not come out again"):
        release_results(world)

    with unit_of_work(mode=Mode.READ):
        assert db.session.scalars(select(Award)).all() == []
        assert db.session.get_one(Call, world.call.id).released_at is None


def test_a_job_that_runs_twice_changes_nothing(built_once: BuiltOnce, ledger: LedgerReader) -> None:
    world = built_once(a_reported_call)
    _finish_jobs()
    before, said = _documents(world)[0], ledger.actions()
    with unit_of_work():
        enqueue(service.JOB, {"document_id": before.id})

    assert run_due_jobs() == 1

    after = _documents(world)[0]
    assert (after.file_key, after.sha256, after.state) == (
        before.file_key,
        before.sha256,
        before.state,
    )
    assert ledger.actions() == said


def test_a_report_that_cannot_be_made_says_why_and_can_be_asked_for_again(
    app: EquipoiseApp,
) -> None:
    assert app
    world = a_released_call({"A": ("6",)})
    lost = _documents(world)[0]
    facts = service.store().get(lost.facts_key)
    service.store().delete(lost.facts_key)
    for _ in range(4):
        run_due_jobs()
        with unit_of_work():
            for job in db.session.scalars(select(Job.id).where(Job.finished_at.is_(None))):
                hasten(job)

    failed = _documents(world)[0]
    assert failed.state is DocumentState.FAILED
    assert "is not in the store" in failed.trouble
    assert {d.state for d in _documents(world)[1:]} == {DocumentState.READY}

    service.store().put(facts, kind=rendering.FACTS)
    with unit_of_work(Lens.STAFF):
        call = db.session.get_one(Call, world.call.id)
        document = queries.get_document(failed.id)
        assert document is not None
        service.ask_again(world.officer, call, document)
    run_due_jobs()
    assert _documents(world)[0].state is DocumentState.READY


def test_a_silent_time_stamp_service_only_delays(app: EquipoiseApp) -> None:
    world = a_released_call({"A": ("6",)})
    award = next(d for d in _documents(world) if d.kind is DocumentKind.AWARD_REPORT)
    with unit_of_work(mode=Mode.READ):
        about = Job.payload["document_id"].as_string()
        job = db.session.scalars(select(Job.id).where(about == award.id)).one()
    config = app.extensions["equipoise"]
    silent = f"http://127.0.0.1:{free_port()}/"

    app.extensions["equipoise"] = replace(config, tsa_url=silent)
    for _ in range(TRIES + 1):
        with unit_of_work():
            hasten(job)
        run_job(job)
    with unit_of_work(mode=Mode.READ):
        waits, tried = queries.get_document(award.id), db.session.get_one(Job, job)
        assert queries.held_up([award.id]) == {award.id}
    assert waits is not None
    assert waits.state is DocumentState.QUEUED
    assert silent in tried.trouble

    app.extensions["equipoise"] = config
    with unit_of_work():
        hasten(job)
    run_job(job)
    with unit_of_work(mode=Mode.READ):
        made = queries.get_document(award.id)
        assert made is not None
        assert made.state is DocumentState.READY
        assert queries.held_up([award.id]) == set()


def _ask_again(world: Released, actor: Actor) -> None:
    with unit_of_work(Lens.STAFF):
        call = db.session.get_one(Call, world.call.id)
        document = queries.allocation_report_of(call.id)
        assert document is not None
        service.ask_again(actor, call, document)


def test_letters_that_could_not_be_made_are_asked_for_again_together(app: EquipoiseApp) -> None:
    world = a_released_call({"A": ("6",), "B": ("5",)})
    _finish_jobs()
    with unit_of_work():
        enforce(ALLOWED)
        made = db.session.scalars(
            select(Document).where(Document.kind == DocumentKind.DECISION_LETTER)
        ).all()
        assert {letter.state for letter in made} == {DocumentState.READY}
        for letter in made:
            letter.state, letter.trouble = DocumentState.FAILED, "the disk was full"
        record(SYSTEM_ACTOR, ReportFailed(trouble="the disk was full"), about=world.call)
    page = f"/desk/calls/{world.call.id}/reports"
    browser = Browser(app).sign_in(world.officer.id)

    assert "Try these letters again" in browser.get(page).text
    told = browser.fill_in(page, form="letters/again").text
    assert "Letters that are being made again: 2." in told
    _finish_jobs()

    with unit_of_work(mode=Mode.READ):
        assert queries.letters_by_state(world.call.id) == {"ready": 2}
    with pytest.raises(Refused, match="Only an officer"), unit_of_work(Lens.STAFF):
        service.ask_letters_again(world.approver, db.session.get_one(Call, world.call.id))


def test_a_finished_report_is_not_made_again_and_not_by_an_approver(
    built_once: BuiltOnce,
) -> None:
    world = built_once(a_reported_call)

    with pytest.raises(Refused, match="finished"):
        _ask_again(world, world.officer)
    with pytest.raises(Refused, match="Only an officer"):
        _ask_again(world, world.approver)


@both_engines
def test_anybody_decides_again_from_the_report_with_the_scoring_package_alone(
    app: EquipoiseApp,
) -> None:
    assert app
    world = a_released_call(threshold="1.5")

    found = replay(service.store().get(render_report(world).file_key))

    assert found.differences == ()
    told = json.loads(found.text)
    funded = {line["id"] for line in told["allocation"]["lines"] if line["decision"] == "award"}
    assert str(world.proposals["A"].number) in funded
    assert len(funded) == 2
