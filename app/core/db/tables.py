"""What every table is made of: its base with the declarations it owes, its key, its types."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, Enum, MetaData, String, Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from app.core.ids import ID_LENGTH, new_id
from app.core.lens import Sees

Json = dict[str, Any]


class UtcDateTime(TypeDecorator[datetime]):
    """An instant; naive input is refused, and SQLite's naive output becomes UTC again."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: instants carry their zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _values(members: type[StrEnum]) -> list[str]:
    return [member.value for member in members]


class Model(DeclarativeBase):
    """A table. Each declares `__lens__`; rows whose change need no ledger entry say so.

    `__ways_in__` names views through which rows are written by one statement, each with its lens.
    """

    __lens__: ClassVar[Sees]
    __ways_in__: ClassVar[Mapping[str, Sees]] = {}
    __recorded__: ClassVar[bool] = True

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        Json: JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
        list[Any]: JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
        StrEnum: Enum(StrEnum, native_enum=False, values_callable=_values, length=32),
    }


class Identified:
    """A primary key that nobody can guess; made by us, so no lens needs to read it back."""

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)

    def __init__(self, **values: object) -> None:
        super().__init__(**{"id": new_id(), **values})


def table_of(model: type[Model]) -> Table:
    """Return the table of a model, for statements that need plain rows: they cost a third."""
    return Model.metadata.tables[model.__tablename__]
