"""Reading the ledger: for auditors and commands through their lens, for proofs through the door."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    and_,
    bindparam,
    literal_column,
    select,
    text,
    tuple_,
    union_all,
)

from app.core.db import db, door
from app.core.lens import Door
from app.ledger import tree
from app.ledger.models import LedgerCheckpoint, LedgerEntry, LedgerNode, LedgerPayload
from app.ledger.proof import Proof
from app.ledger.writing import Head, read_head

GUARDED = ("ledger_entry", "ledger_payload", "ledger_node", "ledger_head", "ledger_checkpoint")


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as an auditor reads it; `facts` is None once erased."""

    seq: int
    record: dict[str, Any]
    facts: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Stated:
    """A checkpoint that was issued."""

    size: int
    note: str


def head() -> Head:
    """Return where the ledger ends."""
    return read_head()


def entries_about(thing: str) -> list[Entry]:
    """Return the events about one thing, named as in records (`proposal:<id>`), oldest first."""
    return _entries(LedgerEntry.about == thing)


def told_about(thing: str, actions: Collection[str]) -> list[Entry]:
    """Return the events of some kinds about one thing, oldest first; through the ledger's door,
    for rooms that print what they recorded themselves."""
    with door(Door.LEDGER):
        return _entries(and_(LedgerEntry.about == thing, LedgerEntry.action.in_(actions)))


def entries_after(seq: int, limit: int = 100) -> list[Entry]:
    """Return at most `limit` events that follow event `seq`."""
    return _entries(LedgerEntry.seq > seq, limit)


def payload_of(seq: int) -> str | None:
    """Return the canonical facts of an event, None when erased or absent."""
    return db.session.scalar(select(LedgerPayload.payload).where(LedgerPayload.seq == seq))


def latest_checkpoint() -> Stated | None:
    row = db.session.execute(
        select(LedgerCheckpoint.size, LedgerCheckpoint.note)
        .order_by(LedgerCheckpoint.size.desc())
        .limit(1)
    ).first()
    return Stated(*row) if row else None


def checkpoint_notes() -> Iterator[str]:
    """Return all signed notes in order of size."""
    return iter(db.session.scalars(select(LedgerCheckpoint.note).order_by(LedgerCheckpoint.size)))


def proof_against(seq: int, size: int, note: str) -> Proof:
    """Return the opened proof of event `seq` in the tree of `size`, whose checkpoint is `note`."""
    record, payload, salt = db.session.execute(
        select(LedgerEntry.record, LedgerPayload.payload, LedgerPayload.salt)
        .join(LedgerPayload, LedgerPayload.seq == LedgerEntry.seq)
        .where(LedgerEntry.seq == seq)
    ).one()
    plan = tree.inclusion_plan(seq - 1, size)
    path = tree.resolve(plan, _hashes(tree.nodes_in(plan)))
    return Proof(record, seq - 1, tuple(path), note, payload, salt)


def consistency(old: int, new: int) -> list[bytes]:
    """Return the hashes which show that the ledger of size `new` extends that of size `old`."""
    plan = tree.consistency_plan(old, new)
    return tree.resolve(plan, _hashes(tree.nodes_in(plan)))


def missing_guards() -> list[str]:
    """Name the tables of the ledger whose triggers are gone; needs the system lens."""
    if db.session.connection().dialect.name == "sqlite":
        found = db.session.scalars(
            text("SELECT tbl_name || ' ' || name FROM sqlite_master WHERE type = 'trigger'")
        )
        kinds = ["insert", "update", "delete"]
    else:
        found = db.session.scalars(
            text(
                "SELECT tgrelid::regclass || ' ' || tgname FROM pg_trigger"
                " WHERE NOT tgisinternal AND tgenabled = 'A'"
            )
        )
        kinds = ["insert", "update", "delete", "truncate"]
    present = set(found)
    return [
        f"{table} {kind}"
        for table in GUARDED
        for kind in kinds
        if f"{table} {table}_{kind}" not in present
    ]


def _entries(condition: Any, limit: int | None = None) -> list[Entry]:  # noqa: ANN401 - SQL
    rows = db.session.execute(
        select(LedgerEntry.seq, LedgerEntry.record, LedgerPayload.payload)
        .join(LedgerPayload, LedgerPayload.seq == LedgerEntry.seq)
        .where(condition)
        .order_by(LedgerEntry.seq)
        .limit(limit)
    )
    return [
        Entry(seq, json.loads(record), json.loads(payload) if payload is not None else None)
        for seq, record, payload in rows
    ]


def _hashes(nodes: set[tree.Node]) -> dict[tree.Node, bytes]:
    """Read the hashes of subtrees: leaves from the entries, the others from the nodes."""
    wanted = {
        "leaves": [node.place + 1 for node in nodes if node.level == 0],
        "above": [tuple(node) for node in nodes if node.level],
    }
    return {
        tree.Node(level, place): hash_
        for level, place, hash_ in db.session.execute(_HASHES, wanted)
    }


_HASHES: CompoundSelect[int, int, bytes] = union_all(
    select(literal_column("0"), LedgerEntry.seq - 1, LedgerEntry.leaf).where(
        LedgerEntry.seq.in_(bindparam("leaves", expanding=True))
    ),
    select(LedgerNode.level, LedgerNode.place, LedgerNode.hash).where(
        tuple_(LedgerNode.level, LedgerNode.place).in_(bindparam("above", expanding=True))
    ),
)
