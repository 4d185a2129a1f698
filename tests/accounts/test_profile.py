"""One's own page: what is said about oneself, the password and the second factor."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyotp
import pytest

from app.accounts import rules
from app.accounts.models import Person
from app.core import clock
from app.core.db import db
from app.core.work import Mode, unit_of_work
from tests.accounts.doors import PASSWORD, a_password, letters, register, sign_in
from tests.browser_client import Browser
from tests.engines import both_engines
from tests.factories import a_person

if TYPE_CHECKING:
    from app.core.web import EquipoiseApp
    from tests.conftest import LedgerReader

OWNER = "owner@example.org"


@both_engines
def test_a_profile_is_saved_and_the_ledger_says_which_fields(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    person = a_person(email=OWNER)
    browser = Browser(app).sign_in(person.id)
    page = browser.fill_in(
        "/profile", name="Ołga Öwner", organisation="Institute of Light", country="KE",
        orcid="https://orcid.org/0000-0002-1825-0097", zone="Africa/Nairobi",
    )  # fmt: skip
    assert "Your profile is saved." in page.text
    with unit_of_work(mode=Mode.READ):
        row = db.session.get_one(Person, person.id)
        assert (row.name, row.country, row.orcid, row.zone) == (
            "Ołga Öwner", "KE", "0000-0002-1825-0097", "Africa/Nairobi",
        )  # fmt: skip
    assert ledger.actions() == ["accounts.profile_changed"]
    browser.fill_in("/profile", name="Ołga Öwner")
    assert ledger.actions() == ["accounts.profile_changed"]  # nothing changed, nothing said


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("orcid", "0000-0002-1825-0098", "has a typing error"),
        ("country", "XX", "“XX” cannot be chosen here. Choose one of the"),
        ("zone", "Mars/Olympus", "“Mars/Olympus” cannot be chosen here."),
        ("name", "", "Write your name."),
        ("organisation", "x" * 201, "longer than 200"),
    ],
)
def test_a_fault_in_a_profile_is_named_and_nothing_changes(
    app: EquipoiseApp, field: str, value: str, sentence: str
) -> None:
    person = a_person(email=OWNER)
    browser = Browser(app).sign_in(person.id)
    page = browser.fill_in("/profile", **{field: value})
    assert sentence in page.text
    with unit_of_work(mode=Mode.READ):
        assert db.session.get_one(Person, person.id).name == person.name


@pytest.mark.parametrize(
    ("text", "orcid"),
    [
        ("0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("0000000218250097", "0000-0002-1825-0097"),
        ("0000-0002-1694-233X", "0000-0002-1694-233X"),
        ("0000-0002-1694-233x", "0000-0002-1694-233X"),
        ("0000-0002-1694-2339", None),
        ("0000-0002-1825", None),
        ("", None),
    ],
)
def test_an_orcid_id_is_checked_by_its_last_character(text: str, orcid: str | None) -> None:
    assert rules.orcid(text) == orcid


def test_a_password_is_changed_with_the_present_one(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    person = a_person(email=OWNER)
    a_password(person.id)
    browser, elsewhere = Browser(app).sign_in(person.id), Browser(app).sign_in(person.id)
    new = "four words of another kind"
    wrong = browser.fill_in("/profile/password", current="wrong", password=new)
    assert "The present password is not right." in wrong.text
    done = browser.fill_in("/profile/password", current=PASSWORD, password=new)
    assert "Your password is changed" in done.text
    assert browser.get("/profile").status_code == 200
    assert elsewhere.get("/profile").status_code == 303
    assert sign_in(Browser(app), OWNER, new).status_code == 303
    assert ledger.actions() == ["accounts.password_set", "accounts.signed_in"]


def test_a_second_factor_is_set_with_a_code_and_removed_with_the_password(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    person = a_person(email=OWNER)
    a_password(person.id)
    browser = Browser(app).sign_in(person.id)
    offered = browser.get("/profile/second-factor").text
    assert "<svg" in offered
    assert "style=" not in offered
    found = re.search(r'name="secret"[^>]*value="([A-Z2-7]{32})"', offered)
    assert found
    wrong = browser.post(
        "/profile/second-factor",
        data={"secret": found[1], "otp": "000000", "csrf_token": _token(offered)},
    )
    assert "This is not the code of this moment" in wrong.text
    assert found[1] in wrong.text  # the same key: the app already has it
    code = pyotp.TOTP(found[1]).at(clock.now())
    done = browser.post(
        "/profile/second-factor",
        data={"secret": found[1], "otp": code, "csrf_token": _token(wrong.text)},
        follow_redirects=True,
    )
    assert "From now on, signing in asks for a code." in done.text
    assert sign_in(Browser(app), OWNER).headers["Location"] == "/sign-in/code"
    kept = browser.fill_in("/profile/second-factor/remove", password="wrong")
    assert "The present password is not right." in kept.text
    browser.fill_in("/profile/second-factor/remove", password=PASSWORD)
    assert sign_in(Browser(app), OWNER).headers["Location"] != "/sign-in/code"
    assert ledger.actions()[:2] == ["accounts.second_factor_set", "accounts.second_factor_removed"]


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def test_the_letter_to_confirm_can_be_asked_for_again(app: EquipoiseApp, browser: Browser) -> None:
    register(browser)
    again = browser.fill_in("/profile", form="/confirm-again")
    assert "We sent the letter again." in again.text
    assert len(letters(app)) == 2
