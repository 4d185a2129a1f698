"""A way into the ledger: events, facts, nodes and the new head by one statement.

Nothing is in this view; what is inserted into it goes to the tables behind it, whose guards look at
each row as before. It runs with the rights of whoever inserts."""

from alembic import op

from migrations import lenses

WAY_IN = "ledger_append"
EVENT = ("seq", "record", "action", "about", "leaf", "prev_chain", "chain")
FACTS = ("payload", "salt")
NODE = ("level", "place", "hash")
HEAD = ("size", "peaks", "at")  # and `chain`, which an event beside it has anyway

# What a row brings, with the column that says whether it does.
PARTS = (
    ("seq", "ledger_entry", EVENT),
    ("seq", "ledger_payload", ("seq", *FACTS)),
    ("hash", "ledger_node", NODE),
)
GRANTS = {"equipoise_door_ledger": {WAY_IN: "SELECT, INSERT"}}

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    shown = [f"e.{name}" for name in EVENT] + [f"p.{name}" for name in FACTS]
    shown += [f"n.{name}" for name in NODE] + [f"h.{name}" for name in HEAD]
    op.execute(
        f"CREATE VIEW {WAY_IN} AS SELECT {', '.join(shown)} FROM ledger_entry AS e,"  # noqa: S608
        " ledger_payload AS p, ledger_node AS n, ledger_head AS h WHERE 1 = 0"
    )
    body = " ".join(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT"
        f" {', '.join(f'NEW.{name}' for name in names)} WHERE NEW.{there} IS NOT NULL;"
        for there, table, names in PARTS
    )
    moved = ", ".join(f"{name} = NEW.{name}" for name in ("chain", *HEAD))
    body += f" UPDATE ledger_head SET {moved} WHERE NEW.size IS NOT NULL;"  # noqa: S608
    if op.get_bind().dialect.name != "postgresql":
        op.get_bind().exec_driver_sql(
            f"CREATE TRIGGER {WAY_IN}_insert INSTEAD OF INSERT ON {WAY_IN} BEGIN {body} END"
        )
        return
    op.get_bind().exec_driver_sql(
        f"CREATE FUNCTION {WAY_IN}_insert() RETURNS trigger LANGUAGE plpgsql AS"
        f" $way_in$ BEGIN {body} RETURN NEW; END $way_in$"
    )
    op.get_bind().exec_driver_sql(
        f"CREATE TRIGGER {WAY_IN}_insert INSTEAD OF INSERT ON {WAY_IN}"
        f" FOR EACH ROW EXECUTE FUNCTION {WAY_IN}_insert()"
    )
    lenses.grant(GRANTS)


def downgrade() -> None:
    op.execute(f"DROP VIEW {WAY_IN}")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {WAY_IN}_insert()")
