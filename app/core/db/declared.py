"""What the tables declare of who may read and change them, gathered for the engine to enforce."""

from app.core.db.tables import Model
from app.core.lens import May, Scope

ROLE_PREFIX = "equipoise_"
SCOPE_PRIVILEGES = (
    (May.READ, "SELECT"),
    (May.APPEND, "INSERT"),
    (May.CHANGE, "UPDATE"),
    (May.CHANGE, "DELETE"),
)


def grants(scope: Scope) -> dict[str, May]:
    """Return what `scope` may do, table by table, from the declarations of all models."""
    models = [mapper.class_ for mapper in Model.registry.mappers]
    declared = {model.__tablename__: model.__lens__ for model in models}
    for model in models:
        declared |= model.__ways_in__
    return {name: may for name, sees in declared.items() if (may := sees.may(scope))}


def column_rules(scope: Scope) -> dict[str, frozenset[str]]:
    """Return the tables of which `scope` reads some columns only, each with those."""
    return {
        mapper.class_.__tablename__: mapper.class_.__lens__.columns[scope]
        for mapper in Model.registry.mappers
        if scope in mapper.class_.__lens__.columns
    }


def row_rules(lens: Scope) -> dict[str, str]:
    """Return the tables of which `lens` sees some rows only, each with the condition."""
    return {
        mapper.class_.__tablename__: mapper.class_.__lens__.rows[lens]
        for mapper in Model.registry.mappers
        if lens in mapper.class_.__lens__.rows
    }


def role_of(scope: Scope) -> str:
    """Return the PostgreSQL role that stands for a lens or door."""
    return ROLE_PREFIX + scope.value
