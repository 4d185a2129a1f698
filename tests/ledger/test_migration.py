"""The ledger's tables come and go only while nothing is written in them."""

from dataclasses import dataclass

import pytest

from app.core import migrate
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.ledger import queries, service
from app.ledger.events import Event
from tests.engines import both_engines


@dataclass(frozen=True)
class Noted(Event):
    pass


def note_something() -> None:
    with unit_of_work():
        service.record(None, Noted(), about="thing:1")


@both_engines
def test_an_empty_ledger_goes_down_and_up_again_with_all_its_guards(app: EquipoiseApp) -> None:
    assert app
    migrate.downgrade("0001")
    migrate.upgrade()
    assert [found for found in migrate.differences() if "ledger_" in found] == []
    with unit_of_work(mode=Mode.READ):
        assert queries.missing_guards() == []
    note_something()
    with unit_of_work(mode=Mode.READ):
        assert len(queries.entries_about("thing:1")) == 1


@both_engines
def test_no_migration_drops_a_ledger_that_holds_events(app: EquipoiseApp) -> None:
    assert app
    note_something()
    with pytest.raises(RuntimeError, match="holds 1 events"):
        migrate.downgrade("0001")
    migrate.upgrade()  # SQLite went down as far as the ledger, and no further
    note_something()
    with unit_of_work(mode=Mode.READ):
        assert len(queries.entries_about("thing:1")) == 2
