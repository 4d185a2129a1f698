"""Every table declares its lenses, and under each lens the engine refuses all the others."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Executable, Row, Text, cast, event, func, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError, ProgrammingError

from app.calls.models import Blinding, Call
from app.core.db import (
    ROLE_PREFIX,
    Model,
    column_rules,
    connection_in_use,
    db,
    door,
    engine_of,
    grants,
    role_of,
)
from app.core.lens import EVERYONE, SCOPES, Door, Lens, May, Scope, Sees
from app.core.migrate import differences
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from tests.engines import both_engines
from tests.factories import a_call, a_submitted_proposal

REFUSED = "prohibited|not authorized|permission denied|because it is a view"


def _tables() -> list[str]:
    return sorted(Model.metadata.tables)


def test_every_table_declares_its_lenses(app: EquipoiseApp) -> None:
    assert app
    for mapper in Model.registry.mappers:
        assert isinstance(getattr(mapper.class_, "__lens__", None), Sees), mapper.class_
    assert len(_tables()) > 30


@both_engines
@pytest.mark.parametrize("lens", EVERYONE)
def test_under_a_lens_every_table_outside_it_is_refused(app: EquipoiseApp, lens: Lens) -> None:
    assert app
    readable = {table for table, may in grants(lens).items() if May.READ in may}
    inside = min(readable)
    for name in _tables():
        table = Model.metadata.tables[name]
        column = next(iter(table.primary_key.columns))
        other = Model.metadata.tables[inside].alias()
        ways = (
            text(f'SELECT * FROM "{name}"'),
            text(f'SELECT count(*) FROM "{name}"'),
            select(func.count()).select_from(table),
            select(other).join(table, cast(column, Text) == cast(next(iter(other.c)), Text)),
            select(other).where(select(column).exists()),
            text(f'SELECT 1 FROM "{inside}" AS x WHERE EXISTS (SELECT 1 FROM "{name}")'),
            text(f'WITH seen AS (SELECT * FROM "{name}") SELECT count(*) FROM seen'),
        )
        for way in ways:
            if name in column_rules(lens):
                continue  # of these the next test tells
            if name in readable:
                with unit_of_work(lens, Mode.READ):
                    db.session.execute(way).all()
            else:
                with (
                    pytest.raises((DatabaseError, ProgrammingError), match=REFUSED),
                    unit_of_work(lens, Mode.READ),
                ):
                    db.session.execute(way).all()


@both_engines
@pytest.mark.parametrize("scope", [one for one in SCOPES if column_rules(one)])
def test_of_some_tables_only_the_declared_columns_are_read(app: EquipoiseApp, scope: Scope) -> None:
    assert app
    for name, shown in column_rules(scope).items():
        table = Model.metadata.tables[name]
        hidden = [column for column in table.columns if column.name not in shown]
        assert hidden
        assert _read(scope, select(func.count()).select_from(table)) == [(0,)]
        assert _read(scope, select(*(table.c[column] for column in sorted(shown)))) == []
        for column in hidden:
            for way in (
                select(column),
                select(func.count(column)),
                select(table.c.id).where(column.is_(None)),
                select(table.c.id).order_by(column),
                text(f'SELECT 1 FROM "{name}" AS x GROUP BY x."{column.name}"'),
                text(f'SELECT * FROM "{name}"'),
                text(f'SELECT x FROM "{name}" AS x'),
            ):
                with pytest.raises(
                    (DatabaseError, ProgrammingError), match=f"{REFUSED}|no such column: x"
                ):
                    _read(scope, way)


def _read(scope: Scope, statement: Executable) -> Sequence[Row[Any]]:
    """Run a statement under a lens, or through a door from the lens that sees least."""
    lens = scope if isinstance(scope, Lens) else Lens.PUBLIC
    with unit_of_work(lens, Mode.READ):
        if isinstance(scope, Door):
            with door(scope):
                return db.session.execute(statement).all()
        return db.session.execute(statement).all()


@both_engines
@pytest.mark.parametrize("lens", EVERYONE)
def test_a_lens_changes_only_what_it_declares(app: EquipoiseApp, lens: Lens) -> None:
    assert app
    granted = grants(lens)
    for name in _tables():
        if May.CHANGE in granted.get(name, May.NOTHING):
            continue
        with (
            pytest.raises((DatabaseError, ProgrammingError), match=REFUSED),
            unit_of_work(lens),
        ):
            db.session.execute(text(f'DELETE FROM "{name}"'))


@both_engines
def test_ways_in_are_closed_to_every_lens_that_does_not_declare_them(app: EquipoiseApp) -> None:
    assert app
    ways = [name for mapper in Model.registry.mappers for name in mapper.class_.__ways_in__]
    assert ways
    for name, lens in product(ways, EVERYONE):
        for attempt in (f"INSERT INTO {name} (seq) VALUES (1)", f"SELECT * FROM {name}"):
            with (
                pytest.raises((DatabaseError, ProgrammingError), match=REFUSED),
                unit_of_work(lens),
            ):
                db.session.execute(text(attempt))


@both_engines
def test_a_door_shows_its_own_tables_and_closes_behind_itself(app: EquipoiseApp) -> None:
    assert app
    own = text("SELECT count(*) FROM person")
    with unit_of_work(Lens.REVIEWER, Mode.READ):
        with door(Door.SESSION):
            assert db.session.execute(own).scalar() == 0
        with pytest.raises((DatabaseError, ProgrammingError), match=REFUSED):
            db.session.execute(own).all()


@both_engines
def test_a_door_that_breaks_is_closed_too(app: EquipoiseApp) -> None:
    assert app
    with unit_of_work(Lens.REVIEWER, Mode.READ):
        with pytest.raises(ZeroDivisionError), door(Door.SESSION):
            _break()
        with pytest.raises((DatabaseError, ProgrammingError), match=REFUSED):
            db.session.execute(text("SELECT count(*) FROM person")).all()


def _break() -> None:
    db.session.execute(text("SELECT count(*) FROM person")).scalar()
    raise ZeroDivisionError


@both_engines
@pytest.mark.parametrize("end", ["", " /*door_session*/", " -- ", " /*"])
def test_what_a_door_prepared_does_not_run_outside_it(app: EquipoiseApp, end: str) -> None:
    """SQLite keeps prepared statements by their text: the same words must be asked about anew."""
    assert app
    words = "SELECT count(*) FROM person"
    with unit_of_work(Lens.REVIEWER, Mode.READ):
        connection = db.session.connection()
        for _ in range(3):
            with door(Door.SESSION):
                assert connection.exec_driver_sql(words).scalar() == 0
        with pytest.raises(DatabaseError, match=f"{REFUSED}|unterminated"):
            connection.exec_driver_sql(words + end).all()


@both_engines
def test_what_a_lens_prepared_does_not_run_inside_a_door(app: EquipoiseApp) -> None:
    assert app
    words = text('SELECT count(*) FROM "call"')
    with unit_of_work(Lens.REVIEWER, Mode.READ):
        assert db.session.execute(words).scalar() == 0
        with (
            pytest.raises((DatabaseError, ProgrammingError), match=REFUSED),
            door(Door.SESSION),
        ):
            db.session.execute(words).all()


def test_every_statement_on_sqlite_ends_with_its_scope(app: EquipoiseApp) -> None:
    assert app
    seen: list[str] = []

    def note(_connection: object, cursor: object, statement: str, *_: object) -> None:
        assert cursor
        seen.append(statement)

    engine = engine_of(Lens.REVIEWER)
    event.listen(engine, "before_cursor_execute", note)
    try:
        with unit_of_work(Lens.REVIEWER, Mode.READ):
            db.session.execute(select(Model.metadata.tables["call"])).all()
            with door(Door.SESSION):
                db.session.execute(text("SELECT count(*) FROM person")).all()
            db.session.execute(text('SELECT count(*) FROM "call"')).all()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    ends = [statement.rpartition(" ")[2] for statement in seen]
    assert ends == ["/*reviewer*/", "/*reviewer*/", "/*door_session*/", "/*reviewer*/"]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_on_postgresql_every_statement_runs_in_the_role_of_its_scope(app: EquipoiseApp) -> None:
    """A role is taken when something is asked; nothing is ever asked in the one before."""
    assert app

    def role() -> str:
        return str(db.session.scalar(text("SELECT current_user")))

    for lens in (Lens.STAFF, Lens.PUBLIC):  # on one connection of the pool, one after the other
        with unit_of_work(lens, Mode.READ):
            with door(Door.SESSION):
                assert role() == role_of(Door.SESSION)
            with door(Door.INTERESTS):
                assert role() == role_of(Door.INTERESTS)
            assert role() == role_of(lens)
            with pytest.raises(RuntimeError), door(Door.LEDGER):
                raise RuntimeError
            assert role() == role_of(lens)
            savepoint = db.session.begin_nested()
            with door(Door.LEDGER):
                assert role() == role_of(Door.LEDGER)
            savepoint.rollback()
            assert role() == role_of(lens)
            with door(Door.LEDGER):
                assert role() == role_of(Door.LEDGER)
    with unit_of_work(Lens.SYSTEM, Mode.READ):
        assert not role().startswith(ROLE_PREFIX)
    with engine_of(Lens.STAFF).connect() as connection:  # past any work, as migrations ask
        assert not str(connection.scalar(text("SELECT current_user"))).startswith(ROLE_PREFIX)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_after_a_failed_flush_nothing_is_asked_in_a_wider_role(app: EquipoiseApp) -> None:
    """The transaction that follows on the same connection is none that the session began."""
    assert app
    with unit_of_work(Lens.STAFF):
        connection = connection_in_use()
        db.session.add(Call())  # lacks nearly everything
        with pytest.raises(IntegrityError):
            db.session.flush()
        asked = connection.exec_driver_sql("SELECT current_user").scalar()
        db.session.rollback()
    assert asked == role_of(Lens.STAFF)


def test_there_are_seven_doors() -> None:
    assert len(Door) == 7, "a new door is a decision: write it down in docs/adr/0003"


@both_engines
def test_a_table_of_which_a_lens_sees_some_rows_is_not_there_behind_its_back(
    app: EquipoiseApp,
) -> None:
    """Under another schema, an alias or a sub-query: the rows are the same, or it is refused."""
    assert app
    call = a_call(phase="reviewing", blinding=Blinding.TRIPLE)
    hidden = a_submitted_proposal(call)
    seen = a_submitted_proposal(a_call(phase="reviewing"))
    for way in (
        "SELECT proposal_id FROM proposal_member",
        "SELECT m.proposal_id FROM proposal_member AS m JOIN proposal ON proposal.id = proposal_id",
        "WITH m AS (SELECT * FROM proposal_member) SELECT proposal_id FROM m",
        "SELECT proposal_id FROM version WHERE id IN (SELECT version_id FROM version_identity)",
    ):
        with unit_of_work(Lens.STAFF, Mode.READ):
            found = db.session.execute(text(way)).scalars().all()
        assert found == [seen.id], way
        with unit_of_work(Lens.AUDITOR, Mode.READ):
            assert hidden.id in db.session.execute(text(way)).scalars().all(), "it is there"
    schema = "main" if engine_of(Lens.STAFF).dialect.name == "sqlite" else "public"
    with unit_of_work(Lens.STAFF, Mode.READ):
        try:
            found = (
                db.session.execute(text(f"SELECT proposal_id FROM {schema}.proposal_member"))
                .scalars()
                .all()
            )
            assert hidden.id not in found
        except (DatabaseError, ProgrammingError) as refusal:
            assert "prohibited" in str(refusal) or "does not exist" in str(refusal)  # noqa: PT017
    with unit_of_work(Lens.STAFF, Mode.READ), door(Door.INTERESTS):
        found = db.session.execute(text("SELECT proposal_id FROM proposal_member")).scalars().all()
        assert hidden.id in found


@both_engines
def test_database_models_and_grants_agree(app: EquipoiseApp) -> None:
    assert app
    assert differences() == []
