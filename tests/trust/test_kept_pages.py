"""Lists that are kept while nothing happens: never for another viewer, never past a permission."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import delete, update

from app.accounts.actor import Actor
from app.accounts.models import Role, RoleGrant
from app.calls import queries as calls
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.kept_pages import Drawn, KeptPage, KeptPages
from app.core.web import EquipoiseApp
from app.core.work import HouseRuleBroken, Mode, unit_of_work
from app.ledger import unchanged
from app.ledger.events import PayloadErased
from app.ledger.latest import forget_all
from app.ledger.service import record
from app.proposals.models import Proposal, Version
from app.reviewers.models import Conflict, ConflictKind
from app.reviews.models import ReviewState
from bench.web.statements import counted
from tests.browser_client import Browser
from tests.engines import both_engines
from tests.factories import a_call, a_person, a_review, a_submitted_proposal, an_officer, planted

KEPT = ("ranking", "progress")


@contextmanager
def _unseen() -> Iterator[None]:
    """Change something that the ledger is told nothing of: a kept page still stands after it."""
    with unit_of_work() as work:
        yield
        work.enforced += 1
        work.recorded += 1


@contextmanager
def _an_event() -> Iterator[None]:
    with unit_of_work() as work:
        yield
        work.enforced += 1
        record(None, PayloadErased(seq=0, reason="of a test"), about="entry:0")


def _scene(phase: str = "reviewing") -> tuple[Call, Proposal, Actor]:
    call = a_call(phase=phase)
    proposal = a_submitted_proposal(call)
    with planted():
        _retitled(proposal, "Of moths")
    a_review(proposal, call, merit="5", plan="4")
    return call, proposal, an_officer()


def _retitled(proposal: Proposal, title: str) -> None:
    db.session.execute(update(Version).where(Version.id == proposal.version_id).values(title=title))


def _address(call: Call, tail: str) -> str:
    return f"/desk/calls/{call.id}/{tail}"


def _without_tokens(page: str) -> str:
    return re.sub(r'(name="csrf_token"[^>]*value|nonce)="[^"]+"', "", page)


@both_engines
def test_an_unchanged_list_is_sent_again_and_any_event_draws_it_anew(
    app: EquipoiseApp, browser: Browser
) -> None:
    call, proposal, officer = _scene()
    browser.sign_in(officer.id)
    for tail in KEPT:
        first = browser.get(_address(call, tail))
        with counted() as seen:
            again = browser.get(_address(call, tail))
        assert len(seen) == 4  # who asks, the call, what they have at stake, where the ledger ends
        assert _without_tokens(again.text) == _without_tokens(first.text)
        nonces = [re.findall(r'nonce="([^"]+)"', page.text) for page in (first, again)]
        assert len({*nonces[0], *nonces[1]}) == 2
        assert f"nonce-{nonces[1][0]}" in again.headers["Content-Security-Policy"]
        assert again.headers["Cache-Control"] == "no-store"
        assert "ETag" not in again.headers

        with _unseen():
            _retitled(proposal, "Of owls")
        assert "Of moths" in browser.get(_address(call, tail)).text  # it is really kept
        with _an_event():
            pass
        assert "Of owls" in browser.get(_address(call, tail)).text
        with _an_event():
            _retitled(proposal, "Of moths")
        assert "Of moths" in browser.get(_address(call, tail)).text
    assert app.extensions["kept_pages"].size > 0


@both_engines
@pytest.mark.parametrize("tail", KEPT)
def test_permission_is_asked_before_a_kept_list_even_where_the_ledger_knows_of_nothing(
    app: EquipoiseApp, browser: Browser, tail: str
) -> None:
    call, proposal, officer = _scene()
    browser.sign_in(officer.id)
    assert "Of moths" in browser.get(_address(call, tail)).text

    with _unseen():
        db.session.add(
            Conflict(
                call_id=call.id,
                proposal_id=proposal.id,
                account_id=officer.id,
                kind=ConflictKind.OTHER,
                declared=True,
                found_at=clock.now(),
            )
        )
    refused = browser.get(_address(call, tail))
    assert refused.status_code == 403
    assert "Of moths" not in refused.text
    with _unseen():
        db.session.execute(delete(Conflict))
    assert "Of moths" in browser.get(_address(call, tail)).text

    with _unseen():
        db.session.execute(delete(RoleGrant).where(RoleGrant.account_id == officer.id))
    lost = browser.get(_address(call, tail))
    absent = browser.get(_address(call, tail).replace(call.id, "a" * len(call.id)))
    assert lost.status_code == absent.status_code == 404
    assert "Of moths" not in lost.text

    stranger = Browser(app)
    stranger.sign_in(a_person(Role.REVIEWER).id)
    assert stranger.get(_address(call, tail)).status_code == 404


def test_nothing_kept_for_one_is_sent_to_another_or_to_the_same_person_in_another_role(
    app: EquipoiseApp, browser: Browser
) -> None:
    call, proposal, officer = _scene()
    other, second = a_person(Role.OFFICER, Role.APPROVER), Browser(app)
    browser.sign_in(officer.id)
    second.sign_in(other.id)
    page = browser.get(_address(call, "progress")).text
    assert officer.name in page
    with _unseen():  # a page sent from what is kept would not tell
        _retitled(proposal, "Of owls")
    forget_all()
    theirs = second.get(_address(call, "progress")).text
    assert "Of owls" in theirs
    assert other.name in theirs
    assert officer.name not in theirs
    assert "Of moths" in browser.get(_address(call, "progress")).text

    with _unseen():
        db.session.add(RoleGrant(account_id=officer.id, role=Role.APPROVER, scope=""))
    assert "Of owls" in browser.get(_address(call, "progress")).text


def test_what_the_clock_alone_changes_is_drawn_anew(app: EquipoiseApp, browser: Browser) -> None:
    assert app
    call, proposal, officer = _scene()
    a_review(proposal, call, state=ReviewState.DRAFT)  # owed in seven days
    browser.sign_in(officer.id)
    assert ">late<" not in browser.get(_address(call, "progress")).text
    with clock.story_at(clock.now() + timedelta(days=6)):
        assert ">late<" not in browser.get(_address(call, "progress")).text
    with clock.story_at(clock.now() + timedelta(days=8)):
        assert ">late<" in browser.get(_address(call, "progress")).text

    waiting = a_call(phase="open")
    with planted():
        db.session.get_one(Call, waiting.id).closes_at = clock.now() + timedelta(days=1)
    before = browser.get(_address(waiting, "ranking")).text
    with clock.story_at(clock.now() + timedelta(days=2)):
        assert browser.get(_address(waiting, "ranking")).text != before


def test_a_message_is_shown_once_and_never_kept(app: EquipoiseApp, browser: Browser) -> None:
    assert app
    call, _proposal, officer = _scene()
    browser.sign_in(officer.id)
    for _ in range(2):
        with browser.client.session_transaction() as kept:
            kept["_flashes"] = [("good", "Well done.")]
        assert "Well done." in browser.get(_address(call, "progress")).text
        assert "Well done." not in browser.get(_address(call, "progress")).text


@both_engines
@pytest.mark.parametrize("tail", KEPT)
def test_a_row_read_an_instant_before_its_change_is_not_kept(
    app: EquipoiseApp, browser: Browser, monkeypatch: pytest.MonkeyPatch, tail: str
) -> None:
    call, _proposal, officer = _scene()
    browser.sign_in(officer.id)
    name = {"ranking": "get_call_with_criteria", "progress": "get_call"}[tail]
    read = getattr(calls, name)

    def change() -> None:
        with app.app_context(), _an_event():
            renamed = {"title": "Renamed", "code": "Renamed"}
            db.session.execute(update(Call).where(Call.id == call.id).values(**renamed))

    def slowly(call_id: str) -> Call | None:
        found: Call | None = read(call_id)
        other = Thread(target=change)  # somebody else, between this row and the rest of the page
        other.start()
        other.join()
        return found

    with monkeypatch.context() as patch:
        patch.setattr(calls, name, slowly)
        browser.get(_address(call, tail))
    assert "Renamed" in browser.get(_address(call, tail)).text


def test_a_kept_page_must_note_the_end_before_it_reads(app: EquipoiseApp) -> None:
    with app.test_request_context("/"), unit_of_work(mode=Mode.READ) as work:
        work.enforced += 1
        with pytest.raises(HouseRuleBroken, match="note the end"):
            unchanged.page("somebody", lambda: Drawn("a page"), seen="")


def test_no_kept_page_is_asked_for_before_permission(app: EquipoiseApp) -> None:
    with (
        app.test_request_context("/"),
        unit_of_work(mode=Mode.READ),
        pytest.raises(HouseRuleBroken),
    ):
        unchanged.page("somebody", lambda: Drawn("a page"), seen="")


def test_a_page_whose_reading_is_an_event_is_never_kept(app: EquipoiseApp) -> None:
    said = iter("ab")
    before = app.extensions["kept_pages"].size
    with app.test_request_context("/"), unit_of_work(mode=Mode.READ_RECORDED) as work:
        work.enforced += 1
        for text in (b"a", b"b"):
            answer = unchanged.page("somebody", lambda: Drawn(next(said)), seen="")
            assert answer.get_data() == text
    assert app.extensions["kept_pages"].size == before


def test_kept_pages_are_bounded_and_end_when_they_said() -> None:
    pages = KeptPages(most_bytes=100)
    for name in "abc":
        pages.keep(name, KeptPage([name.encode() * 40], None, 40))
    assert (pages.size, pages.find("a")) == (80, None)
    pages.find("b")
    pages.keep("d", KeptPage([b"d" * 40], None, 40))
    assert pages.find("c") is None  # b was asked for since
    pages.keep("b", KeptPage([b"B" * 50], None, 50))
    assert pages.size == 90
    pages.keep("e", KeptPage([b"e" * 200], None, 200))
    assert (pages.size, pages.find("e")) == (0, None)
    pages.keep("f", KeptPage([b"f"], clock.now() - timedelta(seconds=1), 1))
    assert pages.find("f") is None
