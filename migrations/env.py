"""Alembic's entry: runs the migrations on the connection that app.core.migrate hands over."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from app.core.db import Model, UtcDateTime


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Write our column types as plain ones: a migration must not change when they do."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    if isinstance(item, sa.JSON):
        return "JSON"
    return False


def compare_type(_context: Any, _inspected: Any, _declared: Any, found: Any, ours: Any) -> bool:
    """Types that are stored alike are alike."""
    if isinstance(ours, sa.JSON):
        return not isinstance(found, sa.JSON)
    if isinstance(ours, UtcDateTime):
        return not isinstance(found, sa.DateTime)
    return False if isinstance(ours, sa.Enum) else None  # type: ignore[return-value]


def run(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Model.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
        compare_type=compare_type,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
