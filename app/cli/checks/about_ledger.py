"""Invariants of the ledger. The offline verifier checks the same, and more, without us."""

import json
from collections.abc import Iterator

from sqlalchemy import select

from app.cli.checks.registry import invariant
from app.core.db import db
from app.ledger import tree
from app.ledger.checkpoint import BadCheckpointError, VerifierKey, open_note
from app.ledger.models import LedgerCheckpoint, LedgerEntry, LedgerHead, LedgerPayload
from app.ledger.record import commitment
from app.ledger.service import own_verifier_key

AT_ONCE = 1_000


def _entries() -> Iterator[LedgerEntry]:
    return iter(
        db.session.scalars(
            select(LedgerEntry).order_by(LedgerEntry.seq).execution_options(yield_per=AT_ONCE)
        )
    )


@invariant("ledger.sequence", "Events are numbered without a gap, up to where the head says.")
def _sequence() -> Iterator[object]:
    expected = 1
    for entry in _entries():
        if entry.seq != expected:
            yield entry.seq
        expected = entry.seq + 1
    if db.session.scalar(select(LedgerHead.size)) != expected - 1:
        yield f"head, after {expected - 1}"


@invariant("ledger.chain", "Every record hashes to its leaf, and the leaves make the chain.")
def _chain() -> Iterator[object]:
    before = db.session.scalar(select(LedgerHead.start))
    for entry in _entries():
        leaf = tree.leaf_hash(entry.record.encode())
        links = entry.prev_chain == before and entry.chain == tree.chain_next(
            entry.prev_chain, leaf
        )
        if leaf != entry.leaf or not links:
            yield entry.seq
        before = entry.chain
    if db.session.scalar(select(LedgerHead.chain)) != before:
        yield "head"


@invariant("ledger.tree", "The leaves make the tree whose peaks the head holds.")
def _tree() -> Iterator[object]:
    peaks: list[bytes] = []
    for size, entry in enumerate(_entries()):
        tree.append(size, peaks, entry.leaf)
    if db.session.scalar(select(LedgerHead.peaks)) != b"".join(peaks):
        yield "head"


@invariant("ledger.facts", "The facts of every event are those its record commits to, or erased.")
def _facts() -> Iterator[object]:
    rows = db.session.execute(
        select(LedgerEntry.seq, LedgerEntry.record, LedgerPayload.payload, LedgerPayload.salt)
        .outerjoin(LedgerPayload, LedgerPayload.seq == LedgerEntry.seq)
        .order_by(LedgerEntry.seq)
    )
    for seq, record, payload, salt in rows:
        if payload is None and salt is None:
            continue
        told = json.loads(record)["commit"]
        if payload is None or salt is None or commitment(payload.encode(), salt) != told:
            yield seq


@invariant("ledger.columns", "What an event is looked up by is what its record says.")
def _columns() -> Iterator[object]:
    for entry in _entries():
        record = json.loads(entry.record)
        if (record["seq"], record["action"], record["object"]) != (
            entry.seq,
            entry.action,
            entry.about,
        ):
            yield entry.seq


@invariant("ledger.checkpoints", "Every checkpoint is signed by this ledger and states its root.")
def _checkpoints() -> Iterator[object]:
    key = VerifierKey.parse(own_verifier_key())
    for row in db.session.scalars(select(LedgerCheckpoint)):
        try:
            stated = open_note(row.note, key)
        except BadCheckpointError:
            yield row.size
            continue
        if (stated.size, stated.root) != (row.size, row.root):
            yield row.size
