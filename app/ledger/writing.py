"""Writing events down: the one place where rows of the ledger are made."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from app.core import clock
from app.core.db import db, table_of
from app.ledger import tree
from app.ledger.models import WAY_IN, LedgerEntry, LedgerHead, LedgerPayload
from app.ledger.record import SALT_BYTES, Record, commitment

_HASH_BYTES = 32

# Built once: building a statement costs more than running it.
_entry, _payload, _head = map(table_of, (LedgerEntry, LedgerPayload, LedgerHead))
_HEAD_COLUMNS = (
    _head.c.log,
    _head.c.size,
    _head.c.chain,
    _head.c.peaks,
    _head.c.at,
    _head.c.key,
)
_HEAD = select(*_HEAD_COLUMNS).select_from(table_of(LedgerHead))
_LOCKED_HEAD = _HEAD.with_for_update()
_APPEND = insert(WAY_IN)
_NOTHING: dict[str, Any] = dict.fromkeys(column.name for column in WAY_IN.c)
_READ_BACK = (
    select(
        _entry.c.seq,
        _entry.c.record,
        _entry.c.prev_chain,
        _entry.c.chain,
        _payload.c.payload,
        _payload.c.salt,
        *_HEAD_COLUMNS,
    )
    .join(_payload, _payload.c.seq == _entry.c.seq)
    .join(_head, _head.c.id == 1)
    .where(_entry.c.seq > bindparam("before"))
    .order_by(_entry.c.seq)
)


class LedgerBroken(RuntimeError):  # noqa: N818 - it says what happened
    """What the database holds is not what was written; the transaction must not commit."""


@dataclass(frozen=True, slots=True)
class Said:
    """An event waiting to be written, with its facts already in canonical form."""

    actor: str
    role: str
    action: str
    about: str
    refs: tuple[str, ...]
    request: str
    payload: str


@dataclass(slots=True)
class Head:
    """Where the ledger ends."""

    log: str
    size: int
    chain: bytes
    peaks: list[bytes] = field(repr=False)
    at: str
    key: str

    @property
    def root(self) -> bytes:
        return tree.root_of(self.peaks)


@dataclass(frozen=True, slots=True)
class Written:
    """What an append left: the head, and what proves the last event under its root."""

    head: Head
    record: str
    payload: str
    salt: bytes
    path: tuple[bytes, ...]


def read_head(*, lock: bool = False) -> Head:
    """Read the head; `lock` makes other appends wait (SQLite's one writer holds its lock)."""
    query = _LOCKED_HEAD if lock else _HEAD
    return _head_of(_connection().execute(query).one())


def _connection() -> Connection:
    """Return the connection of the work, past the unit of objects: rows of the ledger are plain."""
    session = db.session()
    session.flush()
    return session.connection()


def _head_of(row: Sequence[Any]) -> Head:
    log, size, chain, peaks, at, key = row
    cut = [peaks[start : start + _HASH_BYTES] for start in range(0, len(peaks), _HASH_BYTES)]
    return Head(log, size, chain, cut, at, key)


def append(said: list[Said]) -> Written:
    """Write the events in order, move the head, and read everything back.

    Runs inside the ledger's door. Raises LedgerBroken when a row reads back differently.
    """
    head = read_head(lock=True)
    before = head.size
    head.at = max(head.at, clock.to_text(clock.now()))
    rows: list[dict[str, Any]] = []
    path: list[bytes] = []
    for one in said:
        event = _event(one, head)
        path = head.peaks[::-1]  # left of the last leaf stand the peaks before it, and nothing else
        above = tree.append(head.size, head.peaks, event["leaf"])[1:]
        head.size, head.chain = head.size + 1, event["chain"]
        rows += _with_nodes(event, above)
    rows[-1] |= {"size": head.size, "peaks": b"".join(head.peaks), "at": head.at}
    rows[-1]["chain"] = head.chain
    _connection().execute(_APPEND, rows)
    events = [row for row in rows if row["seq"] is not None]
    _read_back(before, events, head)
    last = events[-1]
    if not tree.includes(head.root, head.size, head.size - 1, last["leaf"], path):
        raise LedgerBroken("The head of the ledger does not fit the tree of its records.")
    return Written(head, last["record"], last["payload"], last["salt"], tuple(path))


def _with_nodes(
    event: dict[str, Any], above: list[tuple[tree.Node, bytes]]
) -> list[dict[str, Any]]:
    """Return the rows of an event and of the nodes that it completes, the first beside it."""
    nodes = [{"level": node.level, "place": node.place, "hash": hash_} for node, hash_ in above]
    beside, others = nodes[:1] or [{}], nodes[1:]
    return [{**_NOTHING, **event, **beside[0]}, *({**_NOTHING, **node} for node in others)]


def _event(one: Said, head: Head) -> dict[str, Any]:
    salt = secrets.token_bytes(SALT_BYTES)
    record = Record(
        log=head.log,
        seq=head.size + 1,
        ts=head.at,
        actor=one.actor,
        role=one.role,
        action=one.action,
        object=one.about,
        commit=commitment(one.payload.encode(), salt),
        refs=one.refs,
        req=one.request,
    ).text()
    leaf = tree.leaf_hash(record.encode())
    return {
        "seq": head.size + 1,
        "record": record,
        "action": one.action,
        "about": one.about,
        "leaf": leaf,
        "prev_chain": head.chain,
        "chain": tree.chain_next(head.chain, leaf),
        "payload": one.payload,
        "salt": salt,
    }


def _read_back(before: int, events: list[dict[str, Any]], head: Head) -> None:
    """Hash again, from the rows the database now holds, what this transaction wrote."""
    rows = [tuple(row) for row in _connection().execute(_READ_BACK, {"before": before})]
    written = [
        (
            event["seq"],
            event["record"],
            event["prev_chain"],
            tree.chain_next(row[2], tree.leaf_hash(row[1].encode())),
            event["payload"],
            event["salt"],
        )
        for event, row in zip(events, rows, strict=False)
    ]
    own = len(rows[0]) - len(_HEAD_COLUMNS) if rows else 0
    heads = [_head_of(row[own:]) for row in rows[:1]]  # the same beside every row
    if [row[:own] for row in rows] != written or heads != [head]:
        raise LedgerBroken("The ledger reads back differently from what was written.")
