import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.accounts.models import Role
from app.calls.models import Call, CallState, Criterion, Question
from app.core.db import db
from app.core.work import Mode, unit_of_work
from app.funds.models import Contribution
from tests.browser_client import Browser
from tests.conftest import LedgerReader
from tests.engines import both_engines
from tests.factories import a_call, a_person, an_approver, an_officer

NOW = datetime.now(UTC)


def _wall(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}"


GOOD: dict[str, Any] = {
    "code": "NEW27",
    "title": "A new call",
    "summary": "What it funds.",
    "zone": "Europe/Oslo",
    "opens": _wall(NOW + timedelta(days=1)),
    "closes": _wall(NOW + timedelta(days=20)),
    "reviews_due": _wall(NOW + timedelta(days=40)),
    "currency": "EUR",
    "rates": "USD 0.925\nNOK 0.085",
}


def _stored(call: Call) -> Call:
    with unit_of_work(mode=Mode.READ):
        return db.session.get_one(Call, call.id)


def _only_call() -> Call | None:
    with unit_of_work(mode=Mode.READ):
        return db.session.scalar(select(Call))


def _count(model: type) -> int:
    with unit_of_work(mode=Mode.READ):
        return int(db.session.scalar(select(func.count()).select_from(model)) or 0)


@both_engines
def test_an_officer_builds_and_publishes_a_call(browser: Browser, ledger: LedgerReader) -> None:
    browser.sign_in(an_officer().id)

    page = browser.fill_in("/desk/calls/new", **GOOD)

    assert "Add at least one contribution" in page.text
    call = _only_call()
    assert call is not None
    assert call.state is CallState.DRAFTING
    assert call.rates == {"USD": "0.925", "NOK": "0.085"}
    assert call.zone_data
    desk = f"/desk/calls/{call.id}"
    browser.fill_in(
        f"{desk}/contributions/new", funder="A charity", kind="charity", amount="1 000 000.50"
    )
    page = browser.fill_in(desk, form="/publish")
    assert "is published" in page.text
    published = _stored(call)
    assert published.state is CallState.PUBLISHED
    assert len(published.rules_sha256) == 64
    assert published.rules_sha256 in browser.get("/calls/NEW27").text
    with unit_of_work(mode=Mode.READ):
        assert db.session.scalar(select(Contribution.amount_minor)) == 100_000_050
    assert ledger.actions()[-1] == "calls.call_published"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"code": "new 27"}, "capital letters and digits"),
        ({"zone": "Europe/Atlantis"}, "is not a known time zone"),
        ({"opens": "2027-03-28T02:30", "closes": "2027-05-01T12:00"}, "does not exist"),
        ({"closes": GOOD["opens"]}, "close after it opens"),
        ({"reviews_due": GOOD["opens"]}, "due after the call closes"),
        ({"currency": "EURO"}, "is not a currency code"),
        ({"rates": "USD"}, "Line 1"),
        ({"rates": "USD 0.9\nXXQ 1"}, "Line 2"),
        ({"rates": "USD -1"}, "is no rate"),
        ({"scale_best": "6", "scale_worst": "6"}, "must differ"),
        ({"scale_step": "2"}, "whole number of steps"),
        ({"ceiling": "10.123"}, "more decimals"),
        ({"anchors": "6 Outstanding"}, "grade, colon and words"),
        ({"reviewers_each": "0"}, "between 1 and 12"),
        ({"title": ""}, "Give the call a title"),
        ({"tie_rules": "coin"}, "is no rule for ties"),
        ({"tie_rules": "spread"}, "with hash"),
        ({"threshold": "high"}, "write a number of the scale"),
        ({"threshold": "7"}, "lies outside the scale"),
    ],
)
def test_a_call_that_cannot_run_is_refused_with_the_words_kept(
    browser: Browser, change: dict[str, str], says: str
) -> None:
    browser.sign_in(an_officer().id)

    page = browser.fill_in("/desk/calls/new", **{**GOOD, **change})

    assert says in page.text
    assert "What it funds." in page.text
    assert _only_call() is None


def test_two_calls_cannot_share_a_code(browser: Browser) -> None:
    a_call(code="NEW27")
    browser.sign_in(an_officer().id)

    page = browser.fill_in("/desk/calls/new", **GOOD)

    assert "There is a call with the code NEW27" in page.text
    assert _count(Call) == 1


def test_weights_that_do_not_sum_keep_a_call_from_being_published(browser: Browser) -> None:
    call = a_call(phase="drafting")
    browser.sign_in(an_officer().id)
    browser.fill_in(
        f"/desk/calls/{call.id}/form/criteria/new", label="Luck", key="luck", weight="0.25"
    )

    page = browser.get(f"/desk/calls/{call.id}")
    assert "The weights add up to 1.25, not 1" in page.text
    assert 'action="/desk/calls' not in page.text or "/publish" not in page.text
    browser.app.config["WTF_CSRF_ENABLED"] = False
    refused = browser.post(f"/desk/calls/{call.id}/publish")
    browser.app.config["WTF_CSRF_ENABLED"] = True
    assert refused.status_code == 403
    assert _stored(call).state is CallState.DRAFTING


@pytest.mark.parametrize("weight", ["-0.1", "1.5", "a lot", ""])
def test_a_weight_that_is_no_share_is_refused(browser: Browser, weight: str) -> None:
    call = a_call(phase="drafting")
    browser.sign_in(an_officer().id)

    page = browser.fill_in(
        f"/desk/calls/{call.id}/form/criteria/new", label="Luck", key="luck", weight=weight
    )

    assert 'class="field__error"' in page.text
    assert _count(Criterion) == 2


def test_a_published_call_keeps_its_rules(browser: Browser) -> None:
    call = a_call(phase="open")
    browser.sign_in(an_officer().id)
    questions = _count(Question)

    page = browser.fill_in(f"/desk/calls/{call.id}/edit", title="Another title")
    browser.fill_in(f"/desk/calls/{call.id}/form/questions/new", label="One more", key="more")

    assert "rules are frozen" in page.text
    assert "One more" not in browser.get(f"/calls/{call.code}").text
    assert _stored(call).title == call.title
    assert _count(Question) == questions


def test_a_deadline_moves_later_with_its_reason_and_never_earlier(
    browser: Browser, ledger: LedgerReader
) -> None:
    call = a_call(phase="open")
    browser.sign_in(an_officer().id)
    address = f"/desk/calls/{call.id}/extend"

    refused = browser.fill_in(address, closes=_wall(NOW + timedelta(days=1)), reason="Haste.")
    assert "only move later" in refused.text
    assert "Haste." in refused.text
    browser.fill_in(address, closes=_wall(NOW + timedelta(days=60)), reason="A storm.")

    assert _stored(call).closes_at > call.closes_at
    assert ledger.actions() == ["calls.deadline_extended"]


def test_an_open_call_is_closed_by_the_clock_alone(browser: Browser) -> None:
    call = a_call(phase="open")
    browser.sign_in(an_officer().id)
    browser.app.config["WTF_CSRF_ENABLED"] = False
    answer = browser.post(f"/desk/calls/{call.id}/move/assigning")
    browser.app.config["WTF_CSRF_ENABLED"] = True

    assert answer.status_code == 403
    assert "the clock closes it" in answer.text
    assert _stored(call).state is CallState.PUBLISHED


def test_a_draft_is_nobodys_business_but_the_staffs(browser: Browser) -> None:
    a_call(code="HUSH1", phase="drafting")

    assert browser.get("/calls/HUSH1").status_code == 404
    assert "HUSH1" not in browser.get("/calls").text
    browser.sign_in(an_officer().id)
    assert browser.get("/calls/HUSH1").status_code == 200


def test_an_officer_of_one_call_sees_that_one_alone(browser: Browser) -> None:
    mine, other = a_call(phase="open"), a_call(phase="open")
    browser.sign_in(a_person(Role.OFFICER, scope=mine.id).id)

    page = browser.get("/desk/")
    assert mine.code in page.text
    assert other.code not in page.text
    assert browser.get(f"/desk/calls/{other.id}").status_code == 404
    assert browser.get("/desk/calls/new").status_code == 403


@pytest.mark.parametrize("phase", ["open", "closed", "ranking"])
def test_an_approver_is_led_to_no_page_of_the_desk_that_refuses_them(
    browser: Browser, phase: str
) -> None:
    call = a_call(phase=phase)
    browser.sign_in(an_approver().id)
    desk, followed = f"/desk/calls/{call.id}", set()
    for page in (desk, f"{desk}/proposals/exceptions"):
        followed |= set(re.findall(rf'href="({desk}/[^"#?]+)"', browser.get(page).text))
    assert f"{desk}/proposals/" in followed
    assert {one: browser.get(one).status_code for one in followed} == dict.fromkeys(followed, 200)
