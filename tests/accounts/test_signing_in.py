"""Signing in: one sentence for every failure, codes taken once, no stranger locks an owner out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pyotp
import pytest
import time_machine
from sqlalchemy import update

from app.accounts import passwords, rules
from app.accounts.models import Account, AccountState
from app.core import clock
from app.core.db import db
from app.core.work import current_work
from tests.accounts.doors import PASSWORD, a_password, sign_in
from tests.browser_client import Browser
from tests.engines import both_engines
from tests.factories import a_person, planted

if TYPE_CHECKING:
    from app.core.web import EquipoiseApp
    from tests.conftest import LedgerReader

GENERIC = "The e-mail address or the password is not right."
OWNER = "owner@example.org"


@pytest.fixture
def owner(app: EquipoiseApp) -> str:
    assert app
    person = a_person(email=OWNER, name="Olga Owner")
    a_password(person.id)
    return person.id


@both_engines
def test_the_right_password_signs_in_and_signing_out_ends_it(
    app: EquipoiseApp, browser: Browser, ledger: LedgerReader, owner: str
) -> None:
    assert app
    assert owner
    done = browser.send(
        "/sign-in?next=/profile", form="/sign-in", email=" Owner@Example.org ",
        password=PASSWORD,
    )  # fmt: skip
    assert (done.status_code, done.headers["Location"]) == (303, "/profile")
    assert "Olga Owner" in browser.get("/profile").text
    assert browser.get("/sign-in").status_code == 303
    browser.send("/profile", form="/sign-out")
    assert browser.get("/profile").headers["Location"] == "/sign-in?next=/profile"
    assert ledger.actions() == ["accounts.signed_in", "accounts.signed_out"]


@pytest.mark.parametrize(
    ("email", "password"),
    [(OWNER, "wrong horse battery"), ("nobody@example.org", PASSWORD), ("not an address", "x")],
)
def test_every_failure_has_the_same_sentence(
    browser: Browser, ledger: LedgerReader, owner: str, email: str, password: str
) -> None:
    assert owner
    page = sign_in(browser, email, password)
    assert page.status_code == 200
    assert GENERIC in page.text
    assert f'value="{email}"' in page.text
    assert ledger.actions() == []


def test_a_wrong_guess_costs_two_hashes_whatever_the_address(
    browser: Browser, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert owner
    tried: list[bool] = []
    true_matches = passwords.matches

    def counting(stored: str | None, password: str) -> bool:
        tried.append(True)
        return true_matches(stored, password)

    monkeypatch.setattr(passwords, "matches", counting)
    for email in (OWNER, "nobody@example.org"):
        tried.clear()
        sign_in(browser, email, "wrong horse battery")
        assert len(tried) == 2


def test_hashing_happens_with_no_transaction_open(
    browser: Browser, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert owner
    from app.core.work import HouseRuleBroken  # noqa: PLC0415

    def outside(stored: str | None, password: str) -> bool:
        del password
        with pytest.raises(HouseRuleBroken):
            current_work()
        return stored is not None

    monkeypatch.setattr(passwords, "matches", outside)
    assert sign_in(browser, OWNER).status_code == 303


def test_a_closed_account_is_out_on_the_next_request(
    app: EquipoiseApp, browser: Browser, owner: str
) -> None:
    browser.sign_in(owner)
    assert browser.get("/profile").status_code == 200
    with planted():
        db.session.execute(
            update(Account).where(Account.id == owner).values(state=AccountState.DEACTIVATED)
        )
    assert browser.get("/profile").status_code == 303
    assert GENERIC in sign_in(Browser(app), OWNER).text


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/calls?x=1", "/calls?x=1"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\tb", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_after_signing_in_the_way_leads_to_our_own_pages_alone(
    wanted: str | None, led_to: str
) -> None:
    assert rules.local_path(wanted) == led_to


def test_guessing_ends_and_the_owners_browser_is_not_locked_out(
    app: EquipoiseApp, browser: Browser, owner: str
) -> None:
    assert owner
    assert sign_in(browser, OWNER).status_code == 303
    browser.send("/profile", form="/sign-out")
    stranger = Browser(app)  # in the same network
    answers = [sign_in(stranger, OWNER, f"wrong guess {n}").status_code for n in range(12)]
    assert answers == [200] * 10 + [429] * 2
    refused = sign_in(Browser(app), OWNER)
    assert "Too many tries" in refused.text
    assert sign_in(browser, OWNER).status_code == 303  # this browser signed in before
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        assert sign_in(Browser(app), OWNER).status_code == 303


def test_a_forged_browser_cookie_gives_no_count_of_its_own(app: EquipoiseApp, owner: str) -> None:
    assert owner
    stranger = Browser(app)
    for n in range(11):
        stranger.client.set_cookie("browser", f"WyJ4IiwgIntufSJd.forged{n}")
        last = sign_in(stranger, OWNER, f"wrong guess {n}")
    assert last.status_code == 429


def test_guesses_from_one_network_at_many_addresses_end(app: EquipoiseApp) -> None:
    stranger = Browser(app)
    monkeys = [sign_in(stranger, f"p{n}@example.org", "wrong").status_code for n in range(102)]
    assert set(monkeys[:100]) == {200}
    assert monkeys[100:] == [429, 429]


@both_engines
def test_a_second_factor_is_asked_for_and_its_code_taken_once(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    secret = pyotp.random_base32()
    person = a_person(email=OWNER)
    a_password(person.id, secret=secret)
    browser = Browser(app)
    with time_machine.travel(clock.now(), tick=False):
        half = sign_in(browser, OWNER)
        assert half.headers["Location"] == "/sign-in/code"
        assert browser.get("/profile").status_code == 303  # the password alone opens nothing
        wrong = browser.send("/sign-in/code", otp="000000")
        assert "This is not the code of this moment" in wrong.text
        code = pyotp.TOTP(secret).at(clock.now())
        done = browser.send("/sign-in/code", otp=f"{code[:3]} {code[3:]}")
        assert done.status_code == 303
        assert browser.get("/profile").status_code == 200
        other = Browser(app)
        sign_in(other, OWNER)
        replayed = other.send("/sign-in/code", otp=code)
        assert "or it was used before" in replayed.text
    assert ledger.actions() == ["accounts.signed_in"]


@pytest.mark.parametrize(("drift", "taken"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_clock_may_be_half_a_minute_off_and_no_more(
    app: EquipoiseApp, drift: int, *, taken: bool
) -> None:
    secret = pyotp.random_base32()
    person = a_person(email=OWNER)
    a_password(person.id, secret=secret)
    browser = Browser(app)
    with time_machine.travel(clock.now().replace(second=15), tick=False):
        sign_in(browser, OWNER)
        code = pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=drift))
        page = browser.send("/sign-in/code", otp=code)
    assert (page.status_code == 303) is taken


def test_codes_cannot_be_tried_out(app: EquipoiseApp) -> None:
    secret = pyotp.random_base32()
    person = a_person(email=OWNER)
    a_password(person.id, secret=secret)
    browser = Browser(app)
    sign_in(browser, OWNER)
    for _ in range(6):
        browser.send("/sign-in/code", otp="12345x")
    right = browser.send("/sign-in/code", otp=pyotp.TOTP(secret).at(clock.now()))
    assert "Too many wrong codes" in right.text
    assert browser.get("/profile").status_code == 303


def test_the_code_page_without_a_password_leads_back(browser: Browser) -> None:
    assert browser.get("/sign-in/code").headers["Location"] == "/sign-in"


def test_a_password_given_long_ago_counts_no_more(app: EquipoiseApp) -> None:
    secret = pyotp.random_base32()
    person = a_person(email=OWNER)
    a_password(person.id, secret=secret)
    browser = Browser(app)
    sign_in(browser, OWNER)
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        assert browser.get("/sign-in/code").status_code == 303


def test_a_page_that_is_not_there_looks_the_same_signed_in_or_out(
    app: EquipoiseApp, owner: str
) -> None:
    out, inside = Browser(app), Browser(app).sign_in(owner)
    assert out.get("/nothing").status_code == 404
    assert out.get("/nothing").text == inside.get("/nothing").text


def test_signing_out_needs_the_form(browser: Browser, owner: str) -> None:
    browser.sign_in(owner)
    assert browser.get("/sign-out").status_code == 405
    assert browser.post("/sign-out").status_code == 400
    assert browser.get("/profile").status_code == 200


@both_engines
def test_a_sign_in_that_is_used_goes_on_and_an_unused_one_ends(app: EquipoiseApp) -> None:
    person = a_person(email=OWNER)
    used, unused = Browser(app).sign_in(person.id), Browser(app).sign_in(person.id)
    for days in (5, 10, 15, 20):
        with time_machine.travel(clock.now() + timedelta(days=days)):
            assert used.fill_in("/profile", name=f"Olga {days}").status_code == 200
    with time_machine.travel(clock.now() + timedelta(days=21)):
        assert used.get("/profile").status_code == 200
        assert unused.get("/profile").status_code == 303
