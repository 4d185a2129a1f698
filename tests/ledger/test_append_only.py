"""Statements that would change the past, run as the application itself: all are refused."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.accounts.actor import Actor
from app.core.db import db, door
from app.core.lens import Door, Lens
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.ledger import queries, service, tree
from app.ledger.events import Event
from tests.engines import both_engines

ENTRY = "ledger_entry (seq, record, action, about, leaf, prev_chain, chain)"
SAME = "SELECT seq, record, action, about, leaf, prev_chain, chain FROM ledger_entry"
ROWS = {
    "replace a record": f"INSERT OR REPLACE INTO {ENTRY} {SAME} WHERE seq = 2",
    "upsert a record": f"INSERT INTO {ENTRY} {SAME} WHERE seq = 2"
    " ON CONFLICT (seq) DO UPDATE SET record = ''",
    "repeat a record": f"INSERT INTO {ENTRY} {SAME} WHERE seq = 2",
    "edit a record": "UPDATE ledger_entry SET record = replace(record, 'tests', 'texts')",
    "edit nothing": "UPDATE ledger_entry SET seq = seq",
    "move a record over another": "UPDATE OR REPLACE ledger_entry SET seq = 1 WHERE seq = 2",
    "delete the last record": "DELETE FROM ledger_entry WHERE seq = 3",
    "delete all records": "DELETE FROM ledger_entry",
    "leave a hole": f"INSERT INTO {ENTRY} VALUES"
    " (9, :record, :action, :about, :leaf, :prev, :chain)",
    "count from below": f"INSERT INTO {ENTRY} VALUES"
    " (-1, :record, :action, :about, :leaf, :prev, :chain)",
    "count from zero": f"INSERT INTO {ENTRY} VALUES"
    " (0, :record, :action, :about, :leaf, :prev, :chain)",
    "no number": f"INSERT INTO {ENTRY} VALUES"
    " (NULL, :record, :action, :about, :leaf, :prev, :chain)",
    "a wrong link": f"INSERT INTO {ENTRY} VALUES"
    " (4, :record, :action, :about, :leaf, :chain, :chain)",
    "no link": f"INSERT INTO {ENTRY} VALUES (4, :record, :action, :about, :leaf, NULL, :chain)",
    "a record of another number": f"INSERT INTO {ENTRY} VALUES"
    " (4, :third, :action, :about, :leaf, :prev, :chain)",
    "another action than recorded": f"INSERT INTO {ENTRY} VALUES"
    " (4, :record, 'x', :about, :leaf, :prev, :chain)",
    "an earlier time": f"INSERT INTO {ENTRY} VALUES"
    " (4, :early, :action, :about, :leaf, :prev, :chain)",
    "no JSON": f"INSERT INTO {ENTRY} VALUES (4, 'x', :action, :about, :leaf, :prev, :chain)",
    "a short hash": f"INSERT INTO {ENTRY} VALUES"
    " (4, :record, :action, :about, :short, :prev, :chain)",
    "edit a payload": "UPDATE ledger_payload SET payload = '{}'",
    "erase without an event": "UPDATE ledger_payload SET payload = NULL, salt = NULL WHERE seq = 1",
    "delete a payload": "DELETE FROM ledger_payload",
    "fill an erased payload": "INSERT OR REPLACE INTO ledger_payload (seq, payload, salt)"
    " VALUES (1, '{}', :leaf)",
    "a payload without a record": "INSERT INTO ledger_payload (seq, payload, salt)"
    " VALUES (77, '{}', :leaf)",
    "edit a node": "UPDATE ledger_node SET hash = :leaf",
    "delete nodes": "DELETE FROM ledger_node",
    "replace a node": "INSERT OR REPLACE INTO ledger_node (level, place, hash)"
    " VALUES (1, 0, :leaf)",
    "go back": "UPDATE ledger_head SET size = size - 1",
    "go forward": "UPDATE ledger_head SET size = size + 1",
    "another end": "UPDATE ledger_head SET chain = :leaf",
    "another log": "UPDATE ledger_head SET log = 'other'",
    "no head": "DELETE FROM ledger_head",
    "two heads": "INSERT INTO ledger_head (id, log, start, size, chain, peaks, at, key)"
    " SELECT 2, log, start, size, chain, peaks, at, key FROM ledger_head",
    "edit a checkpoint": "UPDATE ledger_checkpoint SET note = 'x'",
    "delete a checkpoint": "DELETE FROM ledger_checkpoint",
    "replace a checkpoint": "INSERT OR REPLACE INTO ledger_checkpoint (size, root, note)"
    " VALUES (3, :leaf, 'x')",
    "a checkpoint of another size": "INSERT INTO ledger_checkpoint (size, root, note)"
    " VALUES (2, :leaf, 'x')",
}
SQLITE = {
    "drop the table": "DROP TABLE ledger_entry",
    "drop a guard": "DROP TRIGGER ledger_entry_update",
    "rename the table": "ALTER TABLE ledger_entry RENAME TO old_entry",
    "drop a column": "ALTER TABLE ledger_entry DROP COLUMN action",
    "add a trigger": "CREATE TRIGGER mine AFTER INSERT ON ledger_entry BEGIN SELECT 1; END",
    "shadow the table": "CREATE TEMP TABLE ledger_entry (seq)",
    "another database": "ATTACH DATABASE ':memory:' AS other",
    "copy elsewhere": "VACUUM INTO 'copy.db'",
    "open the schema": "PRAGMA writable_schema = ON",
    "sleeping triggers": "PRAGMA recursive_triggers = OFF",
    "edit the schema": "DELETE FROM sqlite_master WHERE type = 'trigger'",
}
POSTGRESQL = {
    "truncate": "TRUNCATE ledger_entry CASCADE",
    "truncate the head": "TRUNCATE ledger_head",
    "merge": "MERGE INTO ledger_entry AS e USING (SELECT 2 AS seq) AS s ON e.seq = s.seq"
    " WHEN MATCHED THEN UPDATE SET record = ''",
    "a replica's role": "SET session_replication_role = replica",
    "copy into": "COPY ledger_entry FROM '/dev/null'",
    "edit the catalogue": "DELETE FROM pg_trigger WHERE tgname = 'ledger_entry_update'",
}
POSTGRESQL_SCHEMA = {
    "drop the table": "DROP TABLE ledger_entry CASCADE",
    "drop a guard": "DROP TRIGGER ledger_entry_update ON ledger_entry",
    "disable a guard": "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
    "drop a column": "ALTER TABLE ledger_entry DROP COLUMN action",
    "rename the table": "ALTER TABLE ledger_entry RENAME TO old_entry",
    "take the table": "ALTER TABLE ledger_entry OWNER TO CURRENT_USER",
    "empty a guard": "CREATE OR REPLACE FUNCTION ledger_entry_insert() RETURNS trigger"
    " LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    "a rule": "CREATE RULE mine AS ON INSERT TO ledger_entry DO INSTEAD NOTHING",
}
REFUSED = re.compile(
    r"prohibited|not authorized|permission denied|must be (?:owner|superuser)|ledger_\w+: "
    r"|constraint|cannot VACUUM|may not be modified|malformed JSON|invalid input syntax for type"
)
"""How an engine says no: the lens, the ownership, a guard, a constraint, or its own rule."""


@dataclass(frozen=True)
class Said(Event):
    what: str


ADA = Actor(id="a" * 26, name="Ada")


@pytest.fixture
def values(app: EquipoiseApp) -> dict[str, Any]:
    """Three sealed events, and the columns of a fourth that would fit."""
    assert app
    with unit_of_work(Lens.STAFF):
        for what in ("one", "two", "three"):
            service.record(ADA, Said(what), about="thing:1")
        service.seal()
    with unit_of_work(mode=Mode.READ):
        head = queries.head()
        third = db.session.execute(
            text("SELECT record FROM ledger_entry WHERE seq = 3")
        ).scalar_one()
    record = third.replace('"seq":3', '"seq":4')
    leaf = tree.leaf_hash(record.encode())
    return {
        "third": third,
        "record": record,
        "early": re.sub('"ts":"2', '"ts":"1', record),
        "action": Said.action(),
        "about": "thing:1",
        "leaf": leaf,
        "short": leaf[:31],
        "prev": head.chain,
        "chain": tree.chain_next(head.chain, leaf),
    }


def everything() -> list[Any]:
    with unit_of_work(mode=Mode.READ):
        assert queries.missing_guards() == []
        return [
            [tuple(row) for row in db.session.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2"))]
            for table in queries.GUARDED
        ]


def run(statement: str, values: dict[str, Any], lens: Lens, *, opened: bool) -> None:
    bound = {name: value for name, value in values.items() if re.search(rf":{name}\b", statement)}
    with unit_of_work(lens):
        if opened:
            with door(Door.LEDGER):
                db.session.execute(text(statement), bound)
        else:
            db.session.execute(text(statement), bound)


def answer(statement: str, values: dict[str, Any], lens: Lens, opened: bool) -> str:  # noqa: FBT001
    try:
        run(statement, values, lens, opened=opened)
    except DBAPIError as error:
        return str(error)
    return "allowed"


def statements(engine: str, *, schema: bool) -> dict[str, str]:
    if engine == "sqlite":
        return ROWS | SQLITE
    rows = {
        name: statement.replace("INSERT OR REPLACE", "INSERT").replace(
            "UPDATE OR REPLACE", "UPDATE"
        )
        for name, statement in ROWS.items()
    }
    return rows | POSTGRESQL | (POSTGRESQL_SCHEMA if schema else {})


SCOPES = [
    pytest.param(Lens.STAFF, False, id="a page"),
    pytest.param(Lens.AUDITOR, False, id="an auditor's page"),
    pytest.param(Lens.STAFF, True, id="a page while it records"),
    pytest.param(Lens.SYSTEM, False, id="a command or job"),
]


@both_engines
@pytest.mark.parametrize(("lens", "opened"), SCOPES)
def test_no_statement_of_the_application_changes_the_past(
    engine: str,
    values: dict[str, Any],
    lens: Lens,
    opened: bool,  # noqa: FBT001
) -> None:
    """On PostgreSQL commands own the tables, so there the schema itself is theirs to change."""
    before = everything()
    tried = statements(engine, schema=lens is not Lens.SYSTEM)
    assert len(tried) >= 25
    answers = {name: answer(statement, values, lens, opened) for name, statement in tried.items()}
    assert {name: said for name, said in answers.items() if not REFUSED.search(said)} == {}
    assert everything() == before


@both_engines
def test_the_record_that_fits_is_accepted_so_the_refusals_mean_something(
    values: dict[str, Any],
) -> None:
    run(
        f"INSERT INTO {ENTRY} VALUES (4, :record, :action, :about, :leaf, :prev, :chain)",
        values,
        Lens.STAFF,
        opened=True,
    )
    with unit_of_work(mode=Mode.READ):
        seqs = db.session.execute(text("SELECT seq FROM ledger_entry ORDER BY seq")).scalars().all()
    assert seqs == [1, 2, 3, 4]


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_postgresql_computes_the_hashes_itself(values: dict[str, Any]) -> None:
    for changed in ("leaf", "chain"):
        wrong = {**values, changed: bytes(32)}
        with pytest.raises(DBAPIError, match="a hash is wrong"):
            run(
                f"INSERT INTO {ENTRY} VALUES (4, :record, :action, :about, :leaf, :prev, :chain)",
                wrong,
                Lens.STAFF,
                opened=True,
            )
    with pytest.raises(DBAPIError, match="a hash is wrong"):
        run(
            "INSERT INTO ledger_node (level, place, hash) VALUES (1, 1, :leaf)",
            values,
            Lens.STAFF,
            opened=True,
        )
