"""Files sent in pieces: a lost line costs one piece, and the whole goes the way of any upload."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from flask import session as cookie
from sqlalchemy import select

from app.accounts import session
from app.accounts.actor import Actor
from app.calls.models import Audience, Call, Question, QuestionKind
from app.core import clock
from app.core.db import db
from app.core.jobs import enqueue, run_due_jobs
from app.core.work import Mode, unit_of_work
from app.proposals.models import PartialUpload, Proposal, Upload
from app.proposals.service.arriving import JOB, KIND
from tests.browser_client import Browser, forms_of
from tests.engines import both_engines
from tests.factories import a_call, a_draft, a_person, plant, planted
from tests.live import Site
from tests.pdfs import a_pdf

PIECE = 200


def _a_call_with_a_file() -> Call:
    call = a_call()
    plant(
        Question(
            call_id=call.id,
            key="paper",
            label="Paper",
            kind=QuestionKind.FILE,
            audience=Audience.SCIENTIFIC,
            position=10,
        )
    )
    return call


def _told(data: bytes, name: str = "Ada Byron, Lakeside.pdf") -> dict[str, str]:
    return {"name": name, "size": str(len(data)), "sha256": sha256(data).hexdigest()}


class _Sender:
    """Sends a file as the page's script does, past the page."""

    def __init__(self, browser: Browser, proposal: Proposal) -> None:
        self.browser = browser
        self.page = f"/proposals/{proposal.id}/files/paper"
        form = next(f for f in forms_of(browser.get(self.page).text) if "partial" in f.names)
        self.token = form.fields["csrf_token"][0]

    def begin(self, data: bytes, **other: str) -> Any:
        form = {**_told(data), **other, "csrf_token": self.token}
        return self.browser.post(f"{self.page}/pieces", data=form)

    def piece(self, partial: str, at: int, piece: bytes) -> Any:
        return self.browser.post(
            f"{self.page}/pieces/{partial}?at={at}",
            data=piece,
            content_type="application/octet-stream",
            headers={"X-CSRFToken": self.token},
        )


def _partials() -> list[PartialUpload]:
    with unit_of_work(mode=Mode.READ):
        return list(db.session.scalars(select(PartialUpload)))


def _kept(browser: Browser) -> Iterator[str]:
    yield from browser.app.extensions["files"].keys(KIND)


@both_engines
def test_a_file_in_pieces_is_put_together_and_leaves_no_piece(browser: Browser) -> None:
    call, lead = _a_call_with_a_file(), a_person()
    proposal, data = a_draft(call, lead), a_pdf("Findings")
    browser.sign_in(lead.id)
    sender = _Sender(browser, proposal)

    begun = sender.begin(data).json
    for at in range(0, len(data), PIECE):
        answer = sender.piece(begun["id"], at, data[at : at + PIECE])
        assert answer.json == {"received": min(at + PIECE, len(data))}
    lost = sender.piece(begun["id"], 0, data[:PIECE])
    assert (lost.status_code, lost.json) == (409, {"received": len(data)}), "said where it is"
    assert "100 % of “Ada Byron" in browser.get(sender.page).text
    done = browser.fill_in(sender.page, partial=begun["id"])

    assert "its copy for reviewers is made" in done.text
    assert (_partials(), list(_kept(browser))) == ([], [])
    with unit_of_work(mode=Mode.READ):
        upload = db.session.scalars(select(Upload)).one()
    assert (upload.sha256, upload.original_name) == (
        sha256(data).hexdigest(),
        "Ada Byron, Lakeside.pdf",
    )
    preview = browser.get(f"/proposals/{proposal.id}/as-reviewers-see-it").text
    assert "paper.pdf" in preview
    assert "Byron" not in preview, "reviewers see a neutral name"


def test_what_is_sent_again_goes_on_and_another_file_begins_anew(browser: Browser) -> None:
    call, lead = _a_call_with_a_file(), a_person()
    proposal, data = a_draft(call, lead), a_pdf("Findings")
    browser.sign_in(lead.id)
    sender = _Sender(browser, proposal)
    first = sender.begin(data).json
    sender.piece(first["id"], 0, data[:PIECE])

    assert sender.begin(data).json == {"id": first["id"], "received": PIECE}
    [kept] = _kept(browser)
    other = sender.begin(data + b"\n").json
    assert other["id"] != first["id"]
    assert other["received"] == 0
    assert kept not in _kept(browser), "nothing of the first is left"
    assert sender.piece(first["id"], PIECE, b"x").status_code == 404


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"size": "0"}, "empty"),
        ({"size": "-5"}, "empty"),
        ({"size": "9" * 30}, "empty"),
        ({"sha256": "abc"}, "wrongly"),
        ({"size": str(10**9)}, "the limit is"),
    ],
)
def test_what_cannot_be_taken_is_refused_before_it_is_sent(
    browser: Browser, told: dict[str, str], says: str
) -> None:
    proposal = _signed_in(browser)
    answer = _Sender(browser, proposal).begin(b"%PDF-", **told)

    assert answer.status_code == 403
    assert says in answer.json["error"]
    assert _partials() == []


def _signed_in(browser: Browser) -> Proposal:
    call, lead = _a_call_with_a_file(), a_person()
    browser.sign_in(lead.id)
    return a_draft(call, lead)


def test_a_file_that_changed_on_the_way_is_refused(browser: Browser) -> None:
    proposal, data = _signed_in(browser), a_pdf("Findings")
    sender = _Sender(browser, proposal)
    begun = sender.begin(data).json
    for at, piece in ((0, data[:PIECE]), (PIECE, bytes(len(data) - PIECE))):
        assert sender.piece(begun["id"], at, piece).status_code == 200
    too_long = sender.piece(begun["id"], len(data), b"more")
    assert too_long.status_code == 403

    refused = browser.fill_in(sender.page, partial=begun["id"]).text
    assert "did not arrive whole" in refused
    assert "is on its way" not in refused
    assert (_partials(), list(_kept(browser))) == ([], [])
    with unit_of_work(mode=Mode.READ):
        assert db.session.scalars(select(Upload)).all() == []


def test_nobody_sends_pieces_to_what_is_not_theirs(browser: Browser) -> None:
    proposal, data = _signed_in(browser), a_pdf("Findings")
    sender = _Sender(browser, proposal)
    begun = sender.begin(data).json
    sender.piece(begun["id"], 0, data)

    stranger = a_person()
    browser.sign_in(stranger.id)
    for answer in (
        sender.begin(data),
        sender.piece(begun["id"], 0, data),
        browser.post(sender.page, data={"partial": begun["id"], "csrf_token": sender.token}),
    ):
        assert answer.status_code == 404
    own = a_draft(_a_call_with_a_file(), stranger)
    page = f"/proposals/{own.id}/files/paper"
    assert "did not arrive whole" in browser.fill_in(page, partial=begun["id"]).text


def test_pieces_that_nobody_goes_on_with_are_forgotten(browser: Browser) -> None:
    old, data = _signed_in(browser), a_pdf("Findings")
    for days in (4, 1):
        proposal = old if days == 4 else _signed_in(browser)
        sender = _Sender(browser, proposal)
        begun = sender.begin(data).json
        sender.piece(begun["id"], 0, data[:PIECE])
        with planted():
            row = db.session.get_one(PartialUpload, begun["id"])
            row.touched_at = clock.now() - timedelta(days=days)
    assert len(list(_kept(browser))) == 2

    with planted():
        enqueue(JOB, {"day": "2027-01-01"})
    run_due_jobs()

    assert [row.proposal_id for row in _partials()] == [proposal.id]
    assert len(list(_kept(browser))) == 1


def _live_token(site: Site, lead: Actor) -> str:
    with site.app.test_request_context():
        with unit_of_work():
            session.begin(lead.id)
        signer = site.app.session_interface.get_signing_serializer(site.app)  # type: ignore[attr-defined]
        return str(signer.dumps(dict(cookie)))


def test_a_line_that_is_cut_in_a_piece_costs_that_piece(site: Site) -> None:
    data = a_pdf("Findings")
    with site.app.app_context():
        call, lead = _a_call_with_a_file(), a_person()
        proposal = a_draft(call, lead)
        token = _live_token(site, lead)
    page = f"{site.url}/proposals/{proposal.id}/files/paper"
    visitor = requests.Session()
    visitor.cookies.set("session", token, domain="127.0.0.1", path="/")
    shown = visitor.get(page, timeout=30).text
    form = next(f for f in forms_of(shown) if "partial" in f.names)
    csrf = form.fields["csrf_token"][0]
    headers = {"X-CSRFToken": csrf, "Content-Type": "application/octet-stream"}
    told = {**_told(data), "csrf_token": csrf}
    begun = visitor.post(f"{page}/pieces", data=told, timeout=30).json()
    first = f"{page}/pieces/{begun['id']}?at=0"
    assert visitor.post(first, data=data[:PIECE], headers=headers, timeout=30).ok

    address = urlsplit(page)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=30) as line:
        head = (
            f"POST {address.path}/pieces/{begun['id']}?at={PIECE} HTTP/1.1\r\n"
            f"Host: {address.netloc}\r\nCookie: session={token}\r\nX-CSRFToken: {csrf}\r\n"
            f"Content-Type: application/octet-stream\r\nContent-Length: {PIECE}\r\n\r\n"
        )
        line.sendall(head.encode() + data[PIECE : PIECE + PIECE // 2])
    # The line is gone in the middle of the second piece.

    again = visitor.post(f"{page}/pieces", data=told, timeout=30).json()
    assert again == {"id": begun["id"], "received": PIECE}
    rest = f"{page}/pieces/{begun['id']}?at={PIECE}"
    answer = visitor.post(rest, data=data[PIECE:], headers=headers, timeout=30)
    assert answer.json() == {"received": len(data)}
    fields = {name: values[0] for name, values in form.fields.items()}
    done = visitor.post(page, data={**fields, "partial": begun["id"]}, timeout=60)
    assert "its copy for reviewers is made" in done.text
