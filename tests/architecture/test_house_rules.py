"""The unit of work, the gate and the routes refuse what the house forbids."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select, text, update
from werkzeug.routing import Rule

from app import create_app
from app.accounts.models import Account, AccountState
from app.core import clock
from app.core.access import access, anyone
from app.core.db import Model, db
from app.core.gate import Refused, enforce
from app.core.ids import new_id
from app.core.lens import Lens
from app.core.verdict import ALLOWED, hidden, refused
from app.core.work import HouseRuleBroken, Mode, abandon_changes, current_work, unit_of_work
from app.ledger.events import Event
from app.ledger.service import record
from tests.browser_client import Browser
from tests.engines import both_engines
from tests.factories import a_person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.core.verdict import Verdict
    from app.core.web import EquipoiseApp


def _add_account() -> None:
    db.session.add(Account(created_at=clock.now()))


def _insert_account() -> None:
    db.session.execute(insert(Account).values(id=new_id(), created_at=clock.now()))


def _update_accounts() -> None:
    db.session.execute(update(Account).values(state=AccountState.DEACTIVATED))


WAYS_TO_CHANGE = (_add_account, _insert_account, _update_accounts)


def _allow() -> None:
    enforce(ALLOWED)


def _note() -> None:
    record(None, Event(), about="test:1")


def _accounts() -> int:
    with unit_of_work(mode=Mode.READ):
        return len(db.session.scalars(select(Account)).all())


def _do(*steps: Callable[[], object], mode: Mode = Mode.WRITE) -> None:
    with unit_of_work(mode=mode):
        for step in steps:
            step()


@both_engines
@pytest.mark.parametrize("change", WAYS_TO_CHANGE)
def test_a_change_that_nobody_authorised_is_not_committed(
    app: EquipoiseApp, change: Callable[[], None]
) -> None:
    assert app
    with pytest.raises(HouseRuleBroken, match="nobody checked permission to change: account"):
        _do(change, _note)
    assert _accounts() == 0


@both_engines
@pytest.mark.parametrize("change", WAYS_TO_CHANGE)
def test_a_change_that_nobody_recorded_is_not_committed(
    app: EquipoiseApp, change: Callable[[], None]
) -> None:
    assert app
    with pytest.raises(HouseRuleBroken, match="no ledger entry for the change of: account"):
        _do(_allow, change)
    assert _accounts() == 0


@both_engines
@pytest.mark.parametrize("mode", [Mode.READ, Mode.READ_RECORDED])
def test_reading_work_changes_nothing(app: EquipoiseApp, mode: Mode) -> None:
    assert app
    with pytest.raises(HouseRuleBroken, match="read-only work changed: account"):
        _do(_allow, _add_account, _note, mode=mode)
    assert _accounts() == 0


@both_engines
def test_what_is_authorised_and_recorded_is_committed(app: EquipoiseApp) -> None:
    assert app
    _do(_allow, _add_account, _note)
    assert _accounts() == 1


def test_an_exception_undoes_everything_and_runs_no_effect(app: EquipoiseApp) -> None:
    assert app
    effects: list[str] = []

    def fail() -> None:
        current_work().after_commit.append(lambda: effects.append("sent"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        _do(_allow, _add_account, _note, fail)
    assert (_accounts(), effects) == (0, [])


def test_abandoned_changes_leave_no_trace_and_no_effect(app: EquipoiseApp) -> None:
    assert app
    effects: list[str] = []
    with unit_of_work():
        _add_account()
        db.session.flush()
        current_work().after_commit.append(lambda: effects.append("sent"))
        abandon_changes()
    assert (_accounts(), effects) == (0, [])


def test_one_unit_of_work_holds_no_other(app: EquipoiseApp) -> None:
    assert app
    with pytest.raises(HouseRuleBroken, match="opened inside another"):
        _do(_do)


def test_outside_of_a_unit_of_work_there_is_no_database(app: EquipoiseApp) -> None:
    assert app
    with pytest.raises(HouseRuleBroken, match="outside a unit of work"):
        db.session.execute(text("SELECT 1"))
    with pytest.raises(HouseRuleBroken):
        enforce(ALLOWED)


@pytest.mark.parametrize("verdict", [refused("No, because."), hidden("Not yours.")])
def test_the_gate_stops_what_is_refused(app: EquipoiseApp, verdict: Verdict) -> None:
    assert app
    with pytest.raises(Refused, match=verdict.reason):
        _do(lambda: enforce(verdict))


# --- routes --------------------------------------------------------------------------------


@pytest.fixture
def bare(app: EquipoiseApp) -> Iterator[EquipoiseApp]:
    """An application on the same database that takes further routes: it answered nobody yet."""
    made = create_app(app.extensions["equipoise"])
    made.config["PROPAGATE_EXCEPTIONS"] = False
    yield made
    with made.app_context():
        for engine in db.engines.values():
            engine.dispose()


def _view() -> str:
    return "seen"


def _may_look(_actor: object) -> Verdict:
    return ALLOWED


def test_a_route_without_lens_and_policy_fails_at_registration(bare: EquipoiseApp) -> None:
    with pytest.raises(HouseRuleBroken, match="declares no lens and policy"):
        bare.add_url_rule("/loose", view_func=_view)
    with pytest.raises(HouseRuleBroken, match="declares no lens and policy"):
        bare.get("/loose")(_view)


def test_a_route_registered_past_the_gate_is_not_there(bare: EquipoiseApp) -> None:
    bare.url_map.add(Rule("/loose", endpoint="loose", methods=["GET"]))
    bare.view_functions["loose"] = _view
    answer = bare.test_client().get("/loose")
    assert answer.status_code == 404
    assert "seen" not in answer.text


def test_the_system_lens_is_for_no_page() -> None:
    with pytest.raises(ValueError, match="no page may read through the system lens"):
        access(Lens.SYSTEM, _may_look)
    with pytest.raises(ValueError, match="no page may read through the system lens"):
        anyone(Lens.SYSTEM)


def test_a_page_that_never_asks_the_gate_is_an_error(bare: EquipoiseApp) -> None:
    @access(Lens.PUBLIC, _may_look)
    def careless() -> str:
        return "seen"

    @access(Lens.PUBLIC, _may_look)
    def careful() -> str:
        enforce(ALLOWED)
        return "seen"

    bare.add_url_rule("/careless", view_func=careless)
    bare.add_url_rule("/careful", view_func=careful)
    browser = Browser(bare).sign_in(a_person().id)
    assert browser.get("/careful").text == "seen"
    assert browser.get("/careless").status_code == 500
    assert Browser(bare).get("/careful").headers["Location"] == "/sign-in?next=/careful"


def test_a_get_that_writes_is_an_error_and_writes_nothing(bare: EquipoiseApp) -> None:
    @anyone(Lens.ADMIN)
    def writing() -> str:
        _allow()
        _add_account()
        _note()
        return "done"

    bare.add_url_rule("/writing", view_func=writing, methods=["GET"])
    assert bare.test_client().get("/writing").status_code == 500
    assert _accounts() == 0


def test_every_page_declares_and_every_policy_is_named(app: EquipoiseApp) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()} - {"static"}
    undeclared = {endpoint for endpoint in endpoints if app.access_of(endpoint) is None}
    assert undeclared == set()
    assert len(endpoints) > 20


OPEN_TO_ANYONE_UNDER_ANOTHER_LENS = {
    "proposals.answer_as_partner",  # the signed link of a letter opens the one row it names
    "proposals.sign_off",  # likewise, for the signatory of the lead organisation
}


def test_what_is_open_to_anyone_reads_through_the_public_lens(app: EquipoiseApp) -> None:
    wide = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if (found := app.access_of(rule.endpoint)) is not None
        and found.open_to_anyone
        and found.lens is not Lens.PUBLIC
    }
    assert wide == OPEN_TO_ANYONE_UNDER_ANOTHER_LENS


WORD = r"[a-z0-9]+(?:-[a-z0-9]+)*"
ARGUMENT = r"<[a-z_]+(?:\([^)]*\))?:[a-z_]+>"
PART = re.compile(rf"(?:{WORD}|{ARGUMENT}|\.well-known)(?:\.[a-z0-9]+)?")


def test_every_address_is_kebab_case_with_typed_arguments(app: EquipoiseApp) -> None:
    odd = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        and not all(PART.fullmatch(part) for part in rule.rule.strip("/").split("/") if part)
    ]
    assert odd == []


def test_no_table_may_be_changed_through_the_lens_of_a_page_open_to_anyone() -> None:
    changeable = {
        mapper.class_.__tablename__
        for mapper in Model.registry.mappers
        if Lens.PUBLIC in mapper.class_.__lens__.change
    }
    assert changeable == set()
