"""The administrators' list: roles and closed accounts count from the next request on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, func, select

from app.accounts.actor import SYSTEM_ACTOR
from app.accounts.models import Account, Person, Role, RoleGrant
from app.accounts.policy import may_grant
from app.accounts.service import grant_role, revoke_role
from app.core import clock
from app.core.db import db
from app.core.gate import Refused
from app.core.lens import Lens
from app.core.work import Mode, unit_of_work
from tests.accounts.doors import a_password, sign_in
from tests.browser_client import Browser
from tests.engines import both_engines
from tests.factories import a_person, an_officer, planted

if TYPE_CHECKING:
    from app.accounts.actor import Actor
    from app.core.web import EquipoiseApp
    from tests.conftest import LedgerReader


def an_administrator() -> Actor:
    return a_person(Role.ADMINISTRATOR, name="Ada Admin", email="ada@example.org")


@both_engines
def test_a_role_is_granted_and_revoked_and_counts_at_once(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    admin, person = an_administrator(), a_person(name="Olu Officer")
    browser, theirs = Browser(app).sign_in(admin.id), Browser(app).sign_in(person.id)
    page = f"/people/{person.id}"
    assert theirs.get("/desk/").status_code == 404
    done = browser.fill_in(page, role="officer:")
    assert "The role is granted." in done.text
    assert theirs.get("/desk/").status_code == 200
    done = browser.fill_in(page, form="/revoke", role="officer:")
    assert "The role is taken away" in done.text
    assert theirs.get("/desk/").status_code == 404
    assert ledger.actions() == ["accounts.role_granted", "accounts.role_revoked"]


@both_engines
def test_closing_an_account_ends_it_everywhere_until_it_is_reopened(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    admin, person = an_administrator(), a_person()
    browser, theirs = Browser(app).sign_in(admin.id), Browser(app).sign_in(person.id)
    assert theirs.get("/profile").status_code == 200
    browser.fill_in(f"/people/{person.id}", form="/close")
    assert theirs.get("/profile").status_code == 303
    browser.fill_in(f"/people/{person.id}", form="/reopen")
    assert theirs.get("/profile").status_code == 303  # the old sign-in stays ended
    assert ledger.actions() == ["accounts.account_closed", "accounts.account_reopened"]


def test_an_administrator_does_not_lock_themselves_out(app: EquipoiseApp) -> None:
    admin = an_administrator()
    browser = Browser(app).sign_in(admin.id)
    page = browser.get(f"/people/{admin.id}").text
    assert "You cannot take the administrator’s role from yourself." in page
    assert "You cannot close your own account here." in page
    with pytest.raises(Refused, match="from yourself"), unit_of_work(Lens.ADMIN):
        revoke_role(admin, admin.id, Role.ADMINISTRATOR)


@pytest.mark.parametrize("role", [None, *[r for r in Role if r is not Role.ADMINISTRATOR]])
def test_to_all_others_the_list_is_not_there(app: EquipoiseApp, role: Role | None) -> None:
    person = a_person(role) if role else a_person()
    browser = Browser(app).sign_in(person.id)
    absent = browser.get("/nothing").text
    for path in ("/people", "/people/new", f"/people/{person.id}"):
        assert browser.get(path).status_code == 404
        assert browser.get(path).text == absent


def test_the_list_is_searched_by_name_address_and_organisation(app: EquipoiseApp) -> None:
    admin = an_administrator()
    a_person(
        name="Zoë Zander", email="zz@lab.example", organisation="Institute of 100% Light, Åßen"
    )
    browser = Browser(app).sign_in(admin.id)
    for wanted in ("zander", "ZZ@lab", "100%", "of 100", "Åßen", "åSSEN", "ZOË"):
        page = browser.get("/people", query_string={"q": wanted}).text
        assert "Zoë Zander" in page
        assert "ada@example.org" not in page
    assert "Nobody found" in browser.get("/people?q=100_").text


def test_the_list_asks_as_many_questions_for_many_as_for_one(app: EquipoiseApp) -> None:
    browser = Browser(app).sign_in(an_administrator().id)

    def questions() -> int:
        asked: list[str] = []
        listeners = [
            (engine, lambda *args: asked.append(args[2])) for engine in db.engines.values()
        ]
        for engine, listener in listeners:
            event.listen(engine, "before_cursor_execute", listener)
        browser.get("/people")
        for engine, listener in listeners:
            event.remove(engine, "before_cursor_execute", listener)
        return len(asked)

    few = questions()
    with planted():
        for number in range(60):
            account = Account(created_at=clock.now())
            db.session.add(account)
            db.session.flush()
            email = f"many{number}@example.org"
            db.session.add(Person(account_id=account.id, name="M", email=email, email_key=email))
            db.session.add(RoleGrant(account_id=account.id, role=Role.REVIEWER))
    assert questions() == few
    assert "61 people" in browser.get("/people").text
    assert browser.get("/people?page=2").text.count("<tr>") == 12


def test_an_administrator_enters_a_person(app: EquipoiseApp) -> None:
    browser = Browser(app).sign_in(an_administrator().id)
    page = browser.fill_in("/people/new", name="Rae Viewer", email="rae@example.org", country="KE")
    assert "The person is entered." in page.text
    assert "Kenya" in page.text


@pytest.mark.parametrize("role", list(Role))
def test_who_may_grant_which_role(app: EquipoiseApp, role: Role) -> None:
    assert app
    assert may_grant(an_administrator(), role)
    assert may_grant(SYSTEM_ACTOR, role)
    assert bool(may_grant(an_officer(), role)) is (role is Role.REVIEWER)
    assert not may_grant(a_person(Role.REVIEWER), role)


@both_engines
def test_a_role_granted_twice_is_held_once(app: EquipoiseApp, ledger: LedgerReader) -> None:
    assert app
    officer, person = an_officer(), a_person()
    for _ in range(2):
        with unit_of_work(Lens.STAFF):
            grant_role(officer, person.id, Role.REVIEWER)
    with unit_of_work(mode=Mode.READ):
        held = select(func.count()).where(RoleGrant.account_id == person.id)
        assert db.session.scalar(held) == 1
    assert ledger.actions() == ["accounts.role_granted"]


@both_engines
def test_an_administrator_helps_somebody_who_lost_their_device(
    app: EquipoiseApp, ledger: LedgerReader
) -> None:
    admin, person = an_administrator(), a_person(email="lost@example.org")
    for who in (admin, person):
        a_password(who.id, secret="A" * 32)
    browser = Browser(app).sign_in(admin.id)
    assert sign_in(Browser(app), "lost@example.org").headers["Location"] == "/sign-in/code"
    done = browser.fill_in(f"/people/{person.id}", form="/reset-second-factor")
    assert "signs in without a code from now on" in done.text
    assert sign_in(Browser(app), "lost@example.org").headers["Location"] != "/sign-in/code"
    own = browser.get(f"/people/{admin.id}").text
    assert "Change this on your own profile" in own
    assert ledger.actions() == ["accounts.second_factor_removed", "accounts.signed_in"]
