"""The audit pack: all of a released call in one file, and no name that is not to be there."""

import json
from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

from sqlalchemy import select

from app.calls.models import Call
from app.core.db import db
from app.core.jobs import Job, hasten, run_due_jobs
from app.core.work import Mode, unit_of_work
from app.documents import pack, queries
from app.documents.models import Document, DocumentKind, DocumentState
from app.documents.service import store
from app.ledger import checkpoint, proof
from app.ledger.service import own_verifier_key
from scoring.replay import replay
from tests.browser_client import Browser
from tests.engines import both_engines
from tests.factories import Released, a_person, a_reported_call
from tests.trust.pdf_tokens import find_tokens
from tests.worlds import BuiltOnce


def _packed(built_once: BuiltOnce) -> tuple[Released, Document]:
    world = built_once(a_reported_call)
    with unit_of_work():
        for job in db.session.scalars(select(Job.id).where(Job.finished_at.is_(None))):
            hasten(job)
    run_due_jobs()
    with unit_of_work(mode=Mode.READ):
        (document,) = (
            one
            for one in queries.documents_of(world.call.id)
            if one.kind is DocumentKind.AUDIT_PACK
        )
    return world, document


def _members(document: Document) -> dict[str, bytes]:
    with ZipFile(BytesIO(store().get(document.file_key))) as whole:
        assert whole.testzip() is None
        return {name.partition("/")[2]: whole.read(name) for name in whole.namelist()}


@both_engines
def test_a_pack_holds_what_the_process_left_behind_and_it_can_be_checked(
    built_once: BuiltOnce,
) -> None:
    world, document = _packed(built_once)
    assert document.state is DocumentState.READY
    files = _members(document)

    assert replay(files["bundle.json"]).differences == ()
    with unit_of_work(mode=Mode.READ):
        call = db.session.get_one(Call, world.call.id)
        reports = [
            one for one in queries.documents_of(call.id) if one.kind is not DocumentKind.AUDIT_PACK
        ]
        assert pack.packed(call, store()) == store().get(document.file_key)
    held = {sha256(content).hexdigest() for name, content in files.items() if "reports/" in name}
    assert held == {report.sha256 for report in reports}
    assert sum(name.startswith("reports/") for name in files) == len(reports) == 5
    assert files["signatures.csv"].decode().count("\n") == 5  # head, and four acts
    with unit_of_work(mode=Mode.READ):
        key = checkpoint.VerifierKey.parse(own_verifier_key())
    lines = files["ledger-proofs.jsonl"].decode().splitlines()
    actions = set()
    for line in lines:
        found = proof.from_json(json.loads(line))
        assert found.holds(key)
        actions.add(json.loads(found.record)["action"])
    assert {"allocation.results_released", "documents.report_frozen"} <= actions
    assert all(name in files["README.txt"].decode() for name in files if name != "README.txt")


def test_a_pack_names_no_reviewer_and_nobody_who_was_not_funded(built_once: BuiltOnce) -> None:
    world, document = _packed(built_once)
    files = _members(document)
    reviewers = {word for person in world.reviewers for word in (person.name, person.email)}
    declined = world.leads["D"]
    hidden = reviewers | {declined.name, declined.email, declined.organisation}

    for name, content in files.items():
        assert [word for word in hidden if word.encode() in content] == [], name
        if name.endswith(".pdf"):
            assert find_tokens(content, hidden) == set(), name


def test_auditors_and_staff_get_the_pack_and_nobody_else(
    built_once: BuiltOnce, browser: Browser
) -> None:
    world, document = _packed(built_once)
    content = store().get(document.file_key)

    browser.sign_in(world.officer.id)
    got = browser.get(f"/desk/calls/{world.call.id}/reports/{document.id}.zip")
    assert (got.data, got.mimetype) == (content, "application/zip")
    assert "audit-pack.zip" in got.headers["Content-Disposition"]
    assert browser.get(f"/desk/calls/{world.call.id}/reports/{document.id}.pdf").status_code == 404
    for stranger in (a_person(), world.leads["A"], world.reviewers[0]):
        browser.sign_in(stranger.id)
        for address in (
            f"/desk/calls/{world.call.id}/reports/{document.id}.zip",
            f"/audit/reports/{document.id}.zip",
            f"/funder/reports/{document.id}.pdf",
        ):
            assert browser.get(address).status_code == 404
