"""What people hold in their hands proves itself: receipts from the mail, reports from the pages."""

import subprocess
import sys
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import cast

import pytest
from flask import current_app
from sqlalchemy import select

import app.ledger as ledger_package
from app.calls.models import Call, CallState
from app.core.db import db
from app.core.jobs import run_due_jobs
from app.core.settings import settings
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.notifications.models import Letter
from app.proposals.models import Proposal, ProposalState
from tests.browser_client import Browser
from tests.cli.commands import succeed
from tests.engines import both_engines
from tests.factories import (
    Released,
    a_call,
    a_draft,
    a_person,
    a_review,
    an_approver,
    an_officer,
    approve_allocation,
    planted,
    release_results,
)
from tests.worlds import BuiltOnce

VERIFIER = Path(ledger_package.__file__).parent / "verify.py"


@dataclass(frozen=True)
class Evidence:
    """Everything that left the house about one call, and the ledger as it was handed out."""

    letter: Path  # the text of the mail as the outbox holds it
    mail: Path  # the same as a mail program shows it
    receipt: Path
    reports: list[Path]
    ledger: Path


def _decided() -> Released:
    """Submit through the pages, judge, decide and release."""
    browser = Browser(cast("EquipoiseApp", current_app))
    call, lead = a_call(rules_sha256="c" * 64), a_person(name="Lea Dahl")
    proposal = a_draft(call, lead, requested="30000")
    browser.sign_in(lead.id).fill_in(f"/proposals/{proposal.id}/submit")
    with planted():
        db.session.get_one(Call, call.id).state = CallState.RANKING
        db.session.get_one(Proposal, proposal.id).state = ProposalState.ELIGIBLE
    a_review(proposal, call, merit="5", plan="4")
    world = Released(call, an_officer(), an_approver(), (), {"A": lead}, {"A": proposal})
    approve_allocation(world)
    release_results(world)
    run_due_jobs()
    return world


@pytest.fixture
def evidence(
    app: EquipoiseApp, built_once: BuiltOnce, browser: Browser, tmp_path: Path
) -> Evidence:
    """Fetch each file of what was decided from its page."""
    world = built_once(_decided)
    lead = world.leads["A"].id
    return Evidence(
        *_letters(lead, tmp_path),
        receipt=_receipt(browser.sign_in(lead), world.proposals["A"].id, tmp_path),
        reports=_reports(browser.sign_in(world.officer.id), world.call.id, tmp_path),
        ledger=_exported(app, tmp_path / "ledger"),
    )


def _letters(account_id: str, folder: Path) -> tuple[Path, Path]:
    with unit_of_work(mode=Mode.READ):
        letter = db.session.scalars(
            select(Letter).where(
                Letter.account_id == account_id, Letter.kind == "proposals.receipt"
            )
        ).one()
    [sent] = (settings().data_dir / "mail").glob(f"*{letter.id}.eml")
    shown = message_from_bytes(sent.read_bytes(), policy=policy.default).get_content()
    (folder / "letter.txt").write_text(letter.body)
    (folder / "mail.txt").write_text("> " + shown.replace("\n", "\n> "))  # as somebody forwards it
    return folder / "letter.txt", folder / "mail.txt"


def _receipt(browser: Browser, proposal_id: str, folder: Path) -> Path:
    page = browser.get(f"/proposals/{proposal_id}").text
    at = page.index(f"/proposals/{proposal_id}/receipts/")
    address = page[at : page.index('"', at)]
    (folder / "receipt.pdf").write_bytes(browser.get(f"{address}.pdf").get_data())
    return folder / "receipt.pdf"


def _reports(browser: Browser, call_id: str, folder: Path) -> list[Path]:
    desk = f"/desk/calls/{call_id}/reports"
    page = browser.get(desk).text
    names = sorted({part.split(".pdf")[0] for part in page.split(f"{desk}/")[1:] if ".pdf" in part})
    for name in names:
        (folder / f"{name}.pdf").write_bytes(browser.get(f"{desk}/{name}.pdf").get_data())
    return [folder / f"{name}.pdf" for name in names]


def _exported(app: EquipoiseApp, folder: Path) -> Path:
    succeed(app, "ledger", "export", str(folder))
    return folder


def _verified(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run the verifier as an auditor does: alone, without anything of ours beside it."""
    return subprocess.run(
        [sys.executable, "-I", str(VERIFIER), str(folder), *words],
        capture_output=True,
        text=True,
        check=False,
    )


@both_engines
def test_receipts_from_the_mail_and_reports_from_the_pages_verify_offline(
    evidence: Evidence,
) -> None:
    assert len(evidence.reports) == 3, "the allocation's, the award's, and to the one funder"
    words = ["--receipt", str(evidence.letter), "--receipt", str(evidence.mail)]
    for pdf in (evidence.receipt, *evidence.reports):
        words += ["--pdf", str(pdf)]

    told = _verified(evidence.ledger, *words)

    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.startswith("OK: ")


def test_a_receipt_in_which_one_letter_was_changed_is_named(evidence: Evidence) -> None:
    text = evidence.letter.read_text()
    at = text.index("Payload:") + 40
    evidence.letter.write_text(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :])

    told = _verified(evidence.ledger, "--receipt", str(evidence.letter))

    assert told.returncode == 1
    assert "letter.txt" in told.stdout + told.stderr
