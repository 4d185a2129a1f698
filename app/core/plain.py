"""Plain rows: for long lists and for what every request asks, past the unit of objects.

A statement on bare tables (`table_of`) that goes straight to the connection costs half of what it
costs through the session: no objects, no identity map, no hooks for changes. It is the same
connection, so the same lens and the same transaction. It only reads; a change must stay visible
to the guards of the unit of work.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, String, Text, cast, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.core.db import connection_in_use, db
from app.core.work import HouseRuleBroken

Values = Mapping[str, Any]
Reading = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]


def rows(statement: Reading, values: Values | None = None) -> Sequence[Any]:
    """Return all rows of a statement, after what waits to be written is."""
    _check(statement)
    db.session.flush()
    return connection_in_use().execute(statement, values).all()


def batches(statement: Reading, values: Values, at_once: int = 500) -> Iterator[Sequence[Any]]:
    """Return the rows of a statement so many at a time; they never lie in memory all at once."""
    _check(statement)
    db.session.flush()
    streamed = statement.execution_options(yield_per=at_once)
    yield from connection_in_use().execute(streamed, values).partitions()


def _check(statement: object) -> None:
    if not isinstance(statement, Select | CompoundSelect):
        raise HouseRuleBroken("plain rows are only read")


class instant_text(FunctionElement[str]):  # noqa: N801 - it reads as a function
    """Select an instant as `clock.to_text` writes it, without making one of it."""

    type = String()
    inherit_cache = True
    name = "instant_text"


@compiles(instant_text, "sqlite")
def _on_sqlite(element: FunctionElement[str], compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    # As UtcDateTime keeps it: in UTC, with six decimals.
    return f"replace({compiler.process(element.clauses, **options)}, ' ', 'T') || 'Z'"


@compiles(instant_text, "postgresql")
def _on_postgresql(element: FunctionElement[str], compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    column = compiler.process(element.clauses, **options)
    return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"


def joined(column: ColumnElement[Any]) -> ColumnElement[str]:
    """Select the values of a group as one text, separated by commas, in no particular order."""
    return func.aggregate_strings(cast(column, Text), ",")
