"""The server is killed in the middle of a submission and started again: one receipt or none."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest
import requests
from flask import session as cookie
from playwright.sync_api import Browser, expect
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app import create_app
from app.accounts import session
from app.core import migrate
from app.core.db import db
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.ledger.models import LedgerEntry
from app.notifications.models import Letter
from app.proposals.models import (
    Proposal,
    ProposalState,
    Receipt,
    Version,
    VersionIdentity,
)
from config import Config
from tests.browser_client import Browser as PlainBrowser
from tests.browser_client import forms_of
from tests.cli.commands import succeed
from tests.factories import a_call, a_draft, a_person
from tests.services import free_port

ROOT = Path(__file__).resolve().parents[2]
FLASK = Path(sys.executable).with_name("flask")
KEY = "a key for tests alone, long enough"
# Milliseconds after the request is sent: before it is read, in the transaction, after the answer.
MOMENTS = (1, 8, 25)


def _environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "EQUIPOISE_DATA_DIR": str(folder),
        "EQUIPOISE_SECRET_KEY": KEY,
    }


@contextmanager
def _served(folder: Path, port: int = 0) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the server in a process of its own, until it is killed or the block ends."""
    server = subprocess.Popen(
        [FLASK, "--app", "wsgi", "serve", "--bind", f"127.0.0.1:{port}"],
        cwd=ROOT,
        env={
            "PYTHONPATH": str(ROOT),
            "EQUIPOISE_DATA_DIR": str(folder),
            "EQUIPOISE_SECRET_KEY": KEY,
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", server.stdout.readline())
        assert found
        yield server, found[0]
    finally:
        server.kill()
        server.wait(30)
        if server.stdout:
            server.stdout.close()


def _prepared(folder: Path) -> tuple[EquipoiseApp, list[str], str]:
    """Make one complete draft for each moment, and sign their lead in."""
    app = create_app(Config(data_dir=folder, secret_key=KEY))
    with app.app_context():
        migrate.upgrade()
        lead, call = a_person(), a_call()
        drafts = [a_draft(call, lead).id for _ in MOMENTS]
        with app.test_request_context():
            with unit_of_work():
                session.begin(lead.id)
            signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
            token = str(signer.dumps(dict(cookie)))
        for engine in db.engines.values():
            engine.dispose()
    return app, drafts, token


def _visitor(token: str) -> requests.Session:
    visitor = requests.Session()
    visitor.cookies.set("session", token, domain="127.0.0.1", path="/")
    return visitor


def _receipts(folder: Path, proposal_id: str) -> list[tuple[str, str]]:
    with sqlite3.connect(folder / "equipoise.db") as connection:
        rows = connection.execute(
            "SELECT receipt.id, version.id FROM receipt JOIN version"
            " ON version.id = receipt.version_id WHERE receipt.proposal_id = ?",
            (proposal_id,),
        ).fetchall()
    return [(str(receipt), str(version)) for receipt, version in rows]


@pytest.mark.browser
def test_a_submission_killed_at_any_moment_gives_one_receipt_or_none(tmp_path: Path) -> None:
    app, drafts, token = _prepared(tmp_path)
    before: dict[str, int] = {}
    for moment, proposal_id in zip(MOMENTS, drafts, strict=True):
        address = f"/proposals/{proposal_id}/submit"
        with _served(tmp_path) as (server, url):
            visitor = _visitor(token)
            page = visitor.get(url + address, timeout=30)
            [form] = [form for form in forms_of(page.text) if "key" in form.fields]
            fields = {name: values[0] for name, values in form.fields.items()}
            answers: list[str] = []

            def send(
                visitor: requests.Session, to: str, data: dict[str, str], heard: list[str]
            ) -> None:
                with suppress(requests.RequestException):
                    answer = visitor.post(to, data=data, timeout=30, allow_redirects=False)
                    heard.append(answer.headers.get("Location", ""))

            sender = Thread(target=send, args=(visitor, url + address, fields, answers))
            sender.start()
            time.sleep(moment / 1000)
            server.send_signal(signal.SIGKILL)
            server.wait(30)
            sender.join(30)

        found = _receipts(tmp_path, proposal_id)
        before[proposal_id] = len(found)
        assert len(found) <= 1
        if answers and answers[0]:
            assert [receipt for receipt, _version in found] == [answers[0].rsplit("/", 1)[1]], (
                "what was acknowledged is there"
            )
    with _served(tmp_path) as (_server, url):
        for proposal_id in drafts:
            address = f"{url}/proposals/{proposal_id}/submit"
            visitor = _visitor(token)
            page = visitor.get(address, timeout=30)
            if before[proposal_id]:
                assert page.status_code == 200, "it can be submitted again until the deadline"
                continue
            [form] = [form for form in forms_of(page.text) if "key" in form.fields]
            fields = {name: values[0] for name, values in form.fields.items()}
            answer = visitor.post(address, data=fields, timeout=30, allow_redirects=False)
            assert answer.status_code == 303, "nothing is left half done"
    assert [len(_receipts(tmp_path, each)) for each in drafts] == [1] * len(drafts)
    with app.app_context():
        for rooms in ("proposals.", "ledger.", "files.", "letters."):  # the call is made by hand
            said = succeed(app, "check", "--only", rooms)
            assert re.search(r"All [1-9]\d* invariants hold", said), said
        for engine in db.engines.values():
            engine.dispose()


@pytest.mark.browser
def test_in_chromium_a_submission_that_died_is_pressed_again_for_one_receipt(
    chromium: Browser, tmp_path: Path
) -> None:
    _app, [proposal_id, *_others], token = _prepared(tmp_path)
    port = free_port()
    site = f"http://127.0.0.1:{port}"
    address = f"{site}/proposals/{proposal_id}/submit"
    context = chromium.new_context()
    context.set_default_timeout(20_000)
    context.add_cookies([{"name": "session", "value": token, "url": site}])
    page = context.new_page()
    press = page.get_by_role("button", name="Submit the proposal")
    with _served(tmp_path, port) as (server, _url):
        page.goto(address)
        server.send_signal(signal.SIGSTOP)  # the click is on its way, and nobody answers it
        press.click(no_wait_after=True)
    assert _receipts(tmp_path, proposal_id) == []
    with _served(tmp_path, port):
        page.goto(address)
        press.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Proposal submitted")
        page.goto(address)
        expect(page.locator("body")).to_contain_text("Submitted already")
    assert len(_receipts(tmp_path, proposal_id)) == 1
    context.close()


# --- at every step --------------------------------------------------------------------------------


def _killed_at(step: int, act: Callable[[], object]) -> bool:
    """Do `act` in a process of its own that dies at its `step`th statement or commit; whether it
    died."""
    db.session.remove()
    for engine in db.engines.values():
        engine.dispose()  # a connection belongs to one process
    child = os.fork()
    if not child:
        left = iter(range(step))

        def count(*_: object) -> None:
            if next(left, None) == step - 1:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            for engine in db.engines.values():
                event.listen(engine, "after_cursor_execute", count)
            event.listen(Session, "before_commit", count)
            event.listen(Session, "after_commit", count)
            act()
        finally:
            os._exit(0)
    _child, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _handed_in(proposal_id: str) -> tuple[int, ...]:
    """Return how many versions, identities, receipts, letters and events there are of it."""
    with unit_of_work(mode=Mode.READ):
        versions = select(Version.id).where(Version.proposal_id == proposal_id)
        return tuple(
            len(db.session.scalars(found).all())
            for found in (
                versions,
                select(VersionIdentity).where(VersionIdentity.version_id.in_(versions)),
                select(Receipt).where(Receipt.proposal_id == proposal_id),
                select(Letter).where(Letter.kind == "proposals.receipt"),
                select(LedgerEntry).where(LedgerEntry.action == "proposals.version_submitted"),
                select(Proposal).where(
                    Proposal.id == proposal_id, Proposal.state == ProposalState.SUBMITTED
                ),
            )
        )


def test_a_submission_that_dies_at_any_step_is_whole_or_not_there(browser: PlainBrowser) -> None:
    lead = a_person()
    proposal = a_draft(a_call(), lead)
    address = f"/proposals/{proposal.id}/submit"
    page = browser.sign_in(lead.id).get(address)
    [form] = [form for form in forms_of(page.text) if "key" in form.fields]
    steps = 0
    while not any(_handed_in(proposal.id)):
        steps += 1
        died = _killed_at(steps, lambda: browser.client.post(address, data=form.fields))
        assert died, "only what is committed may end the search"
        assert len(set(_handed_in(proposal.id))) == 1, f"half done when it died at step {steps}"
    assert steps > 10, "it died at each of its statements"

    answers = [browser.client.post(address, data=form.fields) for _click in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert set(_handed_in(proposal.id)) == {1}, "the person tries again: still one receipt"
