"""Tokens on one's own page: made, shown once, listed, revoked; and what becomes of them."""

import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select

from app.accounts import service
from app.accounts.actor import SYSTEM_ACTOR
from app.accounts.models import ApiToken, Role
from app.accounts.rules import token_hash
from app.accounts.service.tokens import MOST
from app.cli import install
from app.cli.person.command import person
from app.core.api import TokenScope
from app.core.db import db
from app.core.ids import new_id
from app.core.lens import Lens
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.ledger.models import LedgerEntry, LedgerPayload
from tests.accounts.doors import PASSWORD, a_password, letters
from tests.browser_client import Browser
from tests.factories import a_person
from tests.programs import Program, a_program, a_token

NEW = "/profile/tokens/new"
NAME = "A name that no ledger says"


def _made(browser: Browser, **fields: Any) -> str:
    """Make a token on the page; return it."""
    values: dict[str, Any] = {
        "name": NAME,
        "scopes": ["proposals:read"],
        "password": PASSWORD,
        **fields,
    }
    answer = browser.send(NEW, **values)
    found = re.search(r"<code>(eqp_[\w-]{43})</code>", answer.text)
    assert found, answer.text
    return found[1]


def _tokens() -> list[ApiToken]:
    with unit_of_work(mode=Mode.READ):
        return list(db.session.scalars(select(ApiToken)))


def test_a_token_is_made_shown_once_used_and_revoked(app: EquipoiseApp, browser: Browser) -> None:
    owner = a_person()
    a_password(owner.id)
    browser.sign_in(owner.id)
    assert "No token yet" in browser.get("/profile/tokens").text
    assert "/profile/tokens" in browser.get("/profile").text

    token = _made(browser)

    page = browser.get("/profile/tokens").text
    assert NAME in page
    assert "Never" in page
    assert token not in page
    assert Program(app, token).get("/me").get_json()["scopes"] == ["proposals:read"]
    assert "Never" not in browser.get("/profile/tokens").text
    browser.fill_in("/profile/tokens", form="/revoke")
    assert Program(app, token).get("/me").status_code == 401
    assert "No token yet" in browser.get("/profile/tokens").text


def test_nothing_but_the_hash_is_kept_and_the_ledger_says_no_name(
    app: EquipoiseApp, browser: Browser
) -> None:
    owner = a_person()
    a_password(owner.id)
    token = _made(browser.sign_in(owner.id))
    browser.fill_in("/profile/tokens", form="/revoke")

    with unit_of_work(mode=Mode.READ):
        said = " ".join(db.session.scalars(select(LedgerPayload.payload)))
        acts = list(db.session.scalars(select(LedgerEntry.action).order_by(LedgerEntry.seq)))
    assert acts[-2:] == ["accounts.token_made", "accounts.token_revoked"]
    assert "proposals:read" in said
    assert token not in said
    assert token_hash(token) not in said
    assert NAME not in said
    (to, subject, text), *_ = letters(app)
    assert (to, "token" in subject) == (owner.email, True)
    assert "/profile/tokens" in text
    assert token not in text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"password": "not the password"}, "The present password is not right."),
        ({"name": ""}, "Name the token"),
        ({"scopes": []}, "Choose at least one."),
        ({"scopes": ["desk:read"]}, "“desk:read” cannot be chosen here."),
        ({"days": "3650"}, "“3650” cannot be chosen here."),
    ],
)
def test_a_token_is_refused_with_a_reason(
    browser: Browser, fields: dict[str, Any], said: str
) -> None:
    owner = a_person()
    a_password(owner.id)
    values: dict[str, Any] = {
        "name": NAME,
        "scopes": ["proposals:read"],
        "password": PASSWORD,
        **fields,
    }
    answer = browser.sign_in(owner.id).send(NEW, **values)
    assert said in answer.text
    assert _tokens() == []


def test_only_what_ones_roles_open_is_offered(browser: Browser) -> None:
    plain = browser.sign_in(a_person().id).get(NEW).text
    assert set(re.findall(r'value="([a-z]+):', plain)) == {"proposals"}
    every = browser.sign_in(a_person(*Role).id).get(NEW).text
    assert set(re.findall(r'value="([a-z]+:[a-z]+)"', every)) == set(TokenScope)


def test_another_s_token_is_not_there(app: EquipoiseApp, browser: Browser) -> None:
    owner, other = a_person(), a_person()
    program = a_program(app, owner)
    a_token(other)
    browser.sign_in(other.id)
    app.config["WTF_CSRF_ENABLED"] = False
    (mine,) = [one.id for one in _tokens() if one.account_id == owner.id]
    try:
        answers = [browser.post(f"/profile/tokens/{one}/revoke") for one in (mine, new_id())]
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    assert [answer.status_code for answer in answers] == [404, 404]
    assert program.get("/me").status_code == 200
    assert mine not in browser.get("/profile/tokens").text


def test_a_new_password_and_a_closed_account_end_every_token(app: EquipoiseApp) -> None:
    owner, administrator = a_person(), a_person(Role.ADMINISTRATOR)
    a_password(owner.id)
    program = a_program(app, owner)
    with unit_of_work(Lens.PUBLIC):
        service.change_password(owner, "a hash")
    assert program.get("/me").status_code == 401

    program = a_program(app, owner)
    with unit_of_work(Lens.ADMIN):
        service.close_account(administrator, owner.id)
    with unit_of_work(Lens.ADMIN):
        service.reopen_account(administrator, owner.id)
    assert program.get("/me").status_code == 401


def test_a_password_set_by_command_ends_every_token_and_sign_in(app: EquipoiseApp) -> None:
    owner = a_person()
    program, browser = a_program(app, owner), Browser(app).sign_in(owner.id)
    assert program.get("/me").status_code == 200
    with unit_of_work():
        service.enter_with_password(SYSTEM_ACTOR, owner.name, owner.email, "a hash")
    assert program.get("/me").status_code == 401
    assert browser.get("/profile").headers["Location"].startswith("/sign-in")


def test_nobody_has_more_than_some_tokens_and_old_ones_go(browser: Browser) -> None:
    owner = a_person()
    a_password(owner.id)
    a_token(owner, days=-31)
    for _each in range(MOST):
        a_token(owner)
    browser.sign_in(owner.id)
    values: dict[str, Any] = {"name": NAME, "scopes": ["proposals:read"], "password": PASSWORD}
    assert "Revoke one that you do not need" in browser.send(NEW, **values).text
    browser.fill_in("/profile/tokens", form="/revoke")
    _made(browser)
    with unit_of_work(mode=Mode.READ):
        assert db.session.scalar(select(func.count(ApiToken.id))) == MOST


def test_tokens_are_handed_out_without_their_hash_and_go_with_their_owner(
    app: EquipoiseApp, tmp_path: Path
) -> None:
    owner, other = a_person(), a_person()
    token, program = a_token(owner), a_program(app, other)
    install(app)
    runner = app.test_cli_runner()
    out = tmp_path / "own.zip"
    assert runner.invoke(person, ["export", owner.email, str(out)]).exit_code == 0
    with ZipFile(out) as packed:
        told = " ".join(packed.read(name).decode() for name in packed.namelist())
    assert "Of a test" in told
    assert token_hash(token) not in told
    gone = runner.invoke(person, ["erase", owner.email, "--reason", "Asked for it.", "--yes"])
    assert gone.exit_code == 0, gone.output
    assert [one.account_id for one in _tokens()] == [other.id]
    assert Program(app, token).get("/me").status_code == 401
    assert program.get("/me").status_code == 200
