"""The ledger's tables, and the triggers that let them grow and never change."""

import secrets
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

from migrations import lenses

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

GRANTS = {
    "equipoise_auditor": {
        "ledger_checkpoint": "SELECT",
        "ledger_entry": "SELECT",
        "ledger_head": "SELECT",
        "ledger_node": "SELECT",
        "ledger_payload": "SELECT",
    },
    "equipoise_door_ledger": {
        "ledger_checkpoint": "SELECT, INSERT",
        "ledger_entry": "SELECT, INSERT",
        "ledger_head": "SELECT, UPDATE, DELETE",
        "ledger_node": "SELECT, INSERT",
        "ledger_payload": "SELECT, INSERT",
    },
}
TABLES = ("ledger_entry", "ledger_payload", "ledger_node", "ledger_head", "ledger_checkpoint")

# What an INSERT or UPDATE must not be; each condition is SQL over NEW (and OLD), with a reason.
# BEFORE INSERT also stops REPLACE and upserts: their row is there already, so it cannot be next.
INSERTS = {
    "ledger_entry": (
        (
            "NEW.seq IS NULL OR NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM ledger_entry)",
            "the number does not follow",
        ),
        (
            (
                "NEW.prev_chain IS DISTINCT FROM coalesce((SELECT chain FROM ledger_entry"
                " WHERE seq = NEW.seq - 1), (SELECT start FROM ledger_head))"
            ),
            "the link does not fit the record before",
        ),
        ("length(NEW.leaf) <> 32 OR length(NEW.chain) <> 32", "a hash has the wrong length"),
        (
            (
                "{seq} IS DISTINCT FROM NEW.seq OR {action} IS DISTINCT FROM NEW.action"
                " OR {object} IS DISTINCT FROM NEW.about OR {ts} IS NULL"
            ),
            "the columns do not repeat the record",
        ),
        (
            "{ts} < (SELECT {before_ts} FROM ledger_entry AS e WHERE e.seq = NEW.seq - 1)",
            "the time goes back",
        ),
    ),
    "ledger_payload": (
        (
            "NOT EXISTS (SELECT 1 FROM ledger_entry WHERE seq = NEW.seq)",
            "there is no such record",
        ),
        (
            "EXISTS (SELECT 1 FROM ledger_payload WHERE seq = NEW.seq)",
            "the record has its payload already",
        ),
        ("NEW.payload IS NULL OR NEW.salt IS NULL OR length(NEW.salt) <> 32", "it is empty"),
    ),
    "ledger_node": (
        ("NEW.level < 1 OR NEW.place < 0 OR length(NEW.hash) <> 32", "it is no node"),
        (
            "EXISTS (SELECT 1 FROM ledger_node WHERE level = NEW.level AND place = NEW.place)",
            "the node is known already",
        ),
    ),
    "ledger_head": (("EXISTS (SELECT 1 FROM ledger_head)", "the ledger has one head"),),
    "ledger_checkpoint": (
        (
            "EXISTS (SELECT 1 FROM ledger_checkpoint WHERE size = NEW.size)",
            "that size is sealed already",
        ),
        ("NEW.size <> (SELECT size FROM ledger_head)", "it is not about the present size"),
    ),
}
UPDATES = {
    "ledger_head": (
        ("NEW.id <> OLD.id OR NEW.log <> OLD.log OR NEW.start <> OLD.start", "it would be another"),
        ("NEW.size < OLD.size OR NEW.at < OLD.at", "it would go back"),
        (
            (
                "NEW.size > OLD.size AND (NEW.size <> (SELECT max(seq) FROM ledger_entry)"
                " OR NEW.chain IS DISTINCT FROM"
                " (SELECT chain FROM ledger_entry WHERE seq = NEW.size))"
            ),
            "it does not fit the last record",
        ),
        (
            "NEW.size = OLD.size AND (NEW.chain <> OLD.chain OR NEW.peaks <> OLD.peaks)",
            "it changes without a record",
        ),
        ("OLD.key <> '' AND NEW.key <> OLD.key", "the key is fixed"),
    ),
    "ledger_payload": (
        (
            "NEW.seq <> OLD.seq OR NEW.payload IS NOT NULL OR NEW.salt IS NOT NULL",
            "a payload can only be erased",
        ),
        (
            (
                "NOT EXISTS (SELECT 1 FROM ledger_entry WHERE action = 'ledger.payload_erased'"
                " AND about = 'entry:' || CAST(OLD.seq AS TEXT) AND seq > OLD.seq)"
            ),
            "no event tells of the erasure",
        ),
    ),
}
# PostgreSQL can hash, so there the guard computes the links itself.
HASHED = {
    "ledger_entry": (
        (
            (
                "NEW.leaf <> sha256('\\x00'::bytea || convert_to(NEW.record, 'UTF8'))"
                " OR NEW.chain <> sha256('\\x02'::bytea || NEW.prev_chain || NEW.leaf)"
            ),
            "a hash is wrong",
        ),
    ),
    "ledger_node": (
        (
            (
                "NEW.hash IS DISTINCT FROM sha256('\\x01'::bytea || CASE NEW.level WHEN 1 THEN"
                " (SELECT string_agg(leaf, ''::bytea ORDER BY seq) FROM ledger_entry"
                "  WHERE seq IN (2 * NEW.place + 1, 2 * NEW.place + 2)) ELSE"
                " (SELECT string_agg(hash, ''::bytea ORDER BY place) FROM ledger_node WHERE"
                "  level = NEW.level - 1 AND place IN (2 * NEW.place, 2 * NEW.place + 1)) END)"
            ),
            "a hash is wrong",
        ),
    ),
}

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_entry",
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("prev_chain", sa.LargeBinary(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_ledger_entry")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_ledger_entry_about"), "ledger_entry", ["about"])
    op.create_table(
        "ledger_payload",
        sa.Column("seq", WHOLE, autoincrement=False, nullable=False),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["seq"], ["ledger_entry.seq"], name=op.f("fk_ledger_payload_seq")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_ledger_payload")),
        sqlite_strict=True,
    )
    op.create_table(
        "ledger_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", WHOLE, autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "place", name=op.f("pk_ledger_node")),
        sqlite_strict=True,
    )
    head = op.create_table(
        "ledger_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("log", sa.Text(), nullable=False),
        sa.Column("start", sa.LargeBinary(), nullable=False),
        sa.Column("size", WHOLE, nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_ledger_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_head")),
        sqlite_strict=True,
    )
    op.create_table(
        "ledger_checkpoint",
        sa.Column("size", WHOLE, autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_ledger_checkpoint")),
        sqlite_strict=True,
    )
    log = secrets.token_hex(13)
    start = sha256(b"\x02" + log.encode()).digest()
    row = {"id": 1, "log": log, "start": start, "size": 0, "chain": start, "peaks": b""}
    op.bulk_insert(head, [{**row, "at": "", "key": ""}])
    lenses.grant(GRANTS)
    guard = _guard_postgresql if op.get_bind().dialect.name == "postgresql" else _guard_sqlite
    for table in TABLES:
        guard(table)


def downgrade() -> None:
    events = op.get_bind().execute(sa.text("SELECT count(*) FROM ledger_entry")).scalar_one()
    if events:
        raise RuntimeError(f"The ledger holds {events} events; no migration may drop them.")
    for table in ("ledger_checkpoint", "ledger_head", "ledger_node", "ledger_payload"):
        op.drop_table(table)
    op.drop_index(op.f("ix_ledger_entry_about"), "ledger_entry")
    op.drop_table("ledger_entry")
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            for kind in ("insert", "update", "refuse"):
                op.execute(f"DROP FUNCTION IF EXISTS {table}_{kind}()")


def _guard_sqlite(table: str) -> None:
    fields = {
        name: f"json_extract(NEW.record, '$.{name}')" for name in ("seq", "action", "object", "ts")
    }
    fields["before_ts"] = "json_extract(e.record, '$.ts')"
    for kind, guards in (("insert", INSERTS), ("update", UPDATES), ("delete", {})):
        refusals = guards.get(table, (("1", "it never changes"),))
        body = " ".join(
            f"SELECT RAISE(ABORT, '{table}: {reason}') WHERE {condition.format(**fields)};"
            for condition, reason in refusals
        )
        op.get_bind().exec_driver_sql(
            f"CREATE TRIGGER {table}_{kind} BEFORE {kind.upper()} ON {table} BEGIN {body} END"
        )


def _guard_postgresql(table: str) -> None:
    fields = {name: f"(NEW.record::json->>'{name}')" for name in ("action", "object", "ts")}
    fields |= {"seq": "(NEW.record::json->>'seq')::bigint", "before_ts": "e.record::json->>'ts'"}
    kinds = {"insert": (*INSERTS[table], *HASHED.get(table, ())), "update": UPDATES.get(table, ())}
    for kind, refusals in kinds.items():
        checks = "\n".join(
            f"IF {condition.format(**fields)} THEN"
            f" RAISE EXCEPTION '{table}: {reason}' USING ERRCODE = 'integrity_constraint_violation';"
            " END IF;"
            for condition, reason in refusals
        )
        if refusals:
            _function(f"{table}_{kind}", f"{checks}\nRETURN NEW;")
    _function(
        f"{table}_refuse",
        f"RAISE EXCEPTION '{table}: it never changes'"
        " USING ERRCODE = 'integrity_constraint_violation';",
    )
    for kind in ("insert", "update", "delete", "truncate"):
        run = f"{table}_{kind}" if kinds.get(kind) else f"{table}_refuse"
        each = "STATEMENT" if kind == "truncate" else "ROW"
        op.get_bind().exec_driver_sql(
            f"CREATE TRIGGER {table}_{kind} BEFORE {kind.upper()} ON {table}"
            f" FOR EACH {each} EXECUTE FUNCTION {run}()"
        )
        op.get_bind().exec_driver_sql(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{kind}")


def _function(name: str, body: str) -> None:
    op.get_bind().exec_driver_sql(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $guard$ BEGIN {body} END $guard$"
    )
