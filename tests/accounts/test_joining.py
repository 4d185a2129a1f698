"""Registering, confirming and setting passwords: nobody learns who has an account."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import func, select

from app.accounts.actor import SYSTEM_ACTOR
from app.accounts.models import Account, Person, Role
from app.accounts.service import ask_for_letter, ensure_person
from app.core import clock
from app.core.db import db
from app.core.gate import Refused
from app.core.jobs import Job
from app.core.lens import Lens
from app.core.work import Mode, unit_of_work
from app.notifications.models import Letter
from tests.accounts.doors import PASSWORD, a_password, letters, link_in, register, sign_in
from tests.browser_client import Browser
from tests.engines import both_engines
from tests.factories import a_person, an_officer

if TYPE_CHECKING:
    from app.core.web import EquipoiseApp
    from tests.conftest import LedgerReader


@both_engines
def test_whoever_registers_is_signed_in_at_once_and_asked_to_confirm(
    app: EquipoiseApp, browser: Browser, ledger: LedgerReader
) -> None:
    page = register(browser)
    assert "We have sent a letter to new@example.org" in page.text
    assert "Nia New" in browser.get("/profile").text
    assert ledger.actions() == ["accounts.registered"]
    ((to, subject, text),) = letters(app)
    assert (to, subject) == ("new@example.org", "Confirm your address for Equipoise demonstration")
    link = link_in(text)
    assert "Is new@example.org your address" in browser.get(link).text
    assert ledger.actions() == ["accounts.registered"]  # a scanner opens links: nothing happens
    assert browser.send(link, form=link).status_code == 303
    assert ledger.actions()[-1] == "accounts.address_confirmed"
    assert browser.get(link).status_code == 410


@both_engines
def test_registering_with_a_known_address_looks_the_same(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    owner = a_person(email="known@example.org")
    a_password(owner.id, "the owner's own words")
    stranger, other = Browser(app), Browser(app)
    known = register(stranger, "Known@Example.org")
    fresh = register(other, "fresh@example.org")
    assert _without(known.text, "Known@Example.org") == _without(fresh.text, "fresh@example.org")
    assert ledger.actions() == ["accounts.registered"] * 2
    for browser, email in ((stranger, "Known@Example.org"), (other, "fresh@example.org")):
        assert browser.get("/profile").status_code == 200
        again = Browser(app)
        assert sign_in(again, email).status_code == 303  # signing in again works for both
        assert again.get("/profile").status_code == 200
    told = {to: subject for to, subject, _text in letters(app)}
    assert told["known@example.org"].startswith("You already have an account")
    assert told["fresh@example.org"].startswith("Confirm your address")
    assert "Known@Example.org" not in told
    assert sign_in(Browser(app), "known@example.org", "the owner's own words").status_code == 303


def _without(page: str, email: str) -> str:
    page = page.replace(email, "…")
    return re.sub(r'(nonce|value)="[^"]+"', "", page)


def test_an_address_that_another_proved_first_stays_theirs(app: EquipoiseApp) -> None:
    first, second = Browser(app), Browser(app)
    for browser, name in ((first, "First"), (second, "Second")):
        register(browser, "twin@example.org", name=name)
    links = [link_in(text) for _to, _subject, text in letters(app)]
    assert first.send(links[0], form=links[0]).status_code == 303
    refused = second.send(links[1], form=links[1])
    assert "There is another account with this address" in refused.text
    with unit_of_work(mode=Mode.READ):
        proved = db.session.scalars(select(Person.name).where(Person.confirmed_at.is_not(None)))
        assert proved.all() == ["First"]


def test_a_link_of_a_letter_is_in_no_table(app: EquipoiseApp, browser: Browser) -> None:
    register(browser)
    ((_to, _subject, text),) = letters(app)
    with unit_of_work(mode=Mode.READ):
        (body,) = db.session.scalars(select(Letter.body))
    assert link_in(text) not in body
    assert "[[link]]" in body


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"email": "nobody"}, "Write an e-mail address, like name@example.org."),
        ({"email": "a@b\x00.org"}, "Write an e-mail address, like name@example.org."),
        ({"name": ""}, "Write your name."),
        ({"name": "Nia\r\nBcc: x"}, "Write this on one line"),
        ({"password": "short"}, "at least 12 characters"),
        ({"password": "x" * 257}, "at most 256 characters"),
        ({"password": "password1234"}, "among the first to be guessed"),
        ({"password": "nia.new.2026"}, "among the first to be guessed"),
        ({"password": "aaaaaaaaaaaa"}, "among the first to be guessed"),
    ],
)
def test_a_registration_with_a_fault_says_which_and_keeps_the_words(
    app: EquipoiseApp, browser: Browser, fields: dict[str, str], sentence: str
) -> None:
    assert app
    page = register(browser, **{"email": "nia@example.org", **fields})
    assert sentence in page.text
    assert "Error:" in page.text
    if "email" not in fields:
        assert 'value="nia@example.org"' in page.text
    with unit_of_work(mode=Mode.READ):
        assert db.session.scalar(select(func.count()).select_from(Account)) == 0


def test_a_long_password_of_any_letters_counts_whole(app: EquipoiseApp, browser: Browser) -> None:
    long = "пароль 密码 🔑 " * 15
    register(browser, password=long)
    assert sign_in(Browser(app), "new@example.org", long).status_code == 303
    assert sign_in(Browser(app), "new@example.org", long[:-2]).status_code == 200


def test_a_forgotten_password_is_set_by_a_link_that_works_once(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    owner = a_person(email="owner@example.org")
    a_password(owner.id)
    elsewhere = Browser(app).sign_in(owner.id)
    browser = Browser(app)
    asked = browser.fill_in("/reset-password", email="owner@example.org")
    assert "If there is an account with the address owner@example.org" in asked.text
    ((_to, _subject, text),) = letters(app)
    link = link_in(text)
    assert "too old" not in browser.get(link).text
    done = browser.fill_in(link, password="four words of another kind")
    assert "Your password is set" in done.text
    assert ledger.actions() == ["accounts.password_set"]
    assert elsewhere.get("/profile").status_code == 303  # signed out everywhere
    assert browser.get(link).status_code == 410
    assert sign_in(browser, "owner@example.org").status_code == 200
    assert sign_in(browser, "owner@example.org", "four words of another kind").status_code == 303


def test_asking_for_a_link_tells_nobody_whether_the_address_is_known(
    app: EquipoiseApp, browser: Browser
) -> None:
    a_person(email="owner@example.org")
    known = browser.fill_in("/reset-password", email="owner@example.org").text
    unknown = browser.fill_in("/reset-password", email="nobody@example.org").text
    assert _without(known, "owner@example.org") == _without(unknown, "nobody@example.org")
    assert [to for to, _s, _t in letters(app)] == ["owner@example.org"]


def test_asking_for_a_link_writes_as_much_for_a_stranger(app: EquipoiseApp) -> None:
    """Whether a row is written shows in the time of the answer: a disk is slow."""
    a_person(email="owner@example.org")
    wishes = []
    for email in ("owner@example.org", "nobody@example.org"):
        with unit_of_work(Lens.PUBLIC):
            ask_for_letter(email)
        with unit_of_work(mode=Mode.READ):
            wishes.append(len(db.session.scalars(select(Job)).all()))
    assert wishes == [1, 2]
    assert [to for to, _s, _t in letters(app)] == ["owner@example.org"]


def test_nobodys_mailbox_is_flooded(app: EquipoiseApp, browser: Browser) -> None:
    a_person(email="owner@example.org")
    for _ in range(8):
        assert browser.fill_in("/reset-password", email="owner@example.org").status_code == 200
    assert len(letters(app)) == 5


def test_a_link_is_over_after_its_time_and_when_a_letter_is_changed(
    app: EquipoiseApp, browser: Browser
) -> None:
    a_person(email="owner@example.org")
    browser.fill_in("/reset-password", email="owner@example.org")
    link = link_in(letters(app)[0][2])
    head, dot, signature = link.rpartition(".")
    other = "A" if signature[0] != "A" else "B"
    assert browser.get(f"{head}{dot}{other}{signature[1:]}").status_code == 410
    assert browser.get(link.replace("set-password", "confirm")).status_code == 410
    with time_machine.travel(clock.now() + timedelta(hours=3)):
        over = browser.get(link)
    assert over.status_code == 410
    assert "too old" in over.text


@both_engines
def test_staff_enter_a_person_once_and_a_letter_invites_them(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    officer = an_officer()
    with unit_of_work(Lens.STAFF):
        first = ensure_person(officer, "Rae Viewer", "Rae@Example.org", "Institute", "KE")
    with unit_of_work(Lens.STAFF):
        again = ensure_person(officer, "Other Name", " rae@example.org", "Elsewhere", "FR")
    assert first == again
    assert ledger.actions() == ["accounts.person_entered"]
    with unit_of_work(mode=Mode.READ):
        person = db.session.get_one(Person, first)
    assert (person.name, person.organisation, person.country) == ("Rae Viewer", "Institute", "KE")
    ((to, _subject, text),) = letters(app)
    assert to == "Rae@Example.org"
    browser = Browser(app)
    assert "Rae Viewer" in browser.get(link_in(text)).text
    browser.fill_in(link_in(text), password=PASSWORD)
    assert sign_in(browser, "rae@example.org").status_code == 303


def test_a_command_may_enter_people_too(app: EquipoiseApp) -> None:
    assert app
    with unit_of_work():
        assert ensure_person(SYSTEM_ACTOR, "Rae", "rae@example.org")


@pytest.mark.parametrize("role", [None, Role.REVIEWER, Role.AUDITOR, Role.FUNDER])
def test_others_enter_nobody(app: EquipoiseApp, role: Role | None) -> None:
    assert app
    actor = a_person(role) if role else a_person()
    with pytest.raises(Refused, match="Only officers"), unit_of_work(Lens.STAFF):
        ensure_person(actor, "Rae", "rae@example.org")


def test_what_is_no_address_enters_nobody(app: EquipoiseApp) -> None:
    assert app
    officer = an_officer()
    with pytest.raises(Refused, match="“rae” is not an e-mail address"), unit_of_work(Lens.STAFF):
        ensure_person(officer, "Rae", "rae")


def test_a_stranger_who_registered_with_an_address_is_not_whom_staff_enter(
    app: EquipoiseApp, browser: Browser
) -> None:
    register(browser, "rae@example.org", name="Mallory")
    officer = an_officer()
    with unit_of_work(Lens.STAFF):
        entered = ensure_person(officer, "Rae", "rae@example.org")
    with unit_of_work(mode=Mode.READ):
        assert db.session.get_one(Person, entered).name == "Rae"
    assert len(letters(app)) == 2
