"""What the rest of the system asks of the ledger: to record, to seal, to prove, to export."""

import json
from functools import partial
from pathlib import Path
from typing import Protocol

from sqlalchemy import insert, inspect, select, update

from app.core.db import Model, db, door, table_of
from app.core.lens import Door
from app.core.work import HouseRuleBroken, Mode, UnitOfWork, current_work, once
from app.ledger import keys, news, queries, writing
from app.ledger.canonical import canonical
from app.ledger.checkpoint import Checkpoint, sign, verifier_key
from app.ledger.events import Event, PayloadErased
from app.ledger.models import LedgerCheckpoint, LedgerEntry, LedgerHead, LedgerPayload
from app.ledger.proof import Proof
from app.ledger.record import export_line
from app.ledger.writing import Head, LedgerBroken, Said, Written

_QUEUE = "ledger"
_ADD_CHECKPOINT = insert(table_of(LedgerCheckpoint))
_EXPORTED_AT_ONCE = 1_000


class Actor(Protocol):
    """Whoever acts; the ledger keeps a pseudonym of the id."""

    @property
    def id(self) -> str: ...


def record(actor: Actor | None, event: Event, *, about: Model | str) -> None:
    """Note that `event` happened to `about`, in the same transaction as the change it tells of.

    `about` is a row, or a word such as `entry:17`. Raises NotCanonicalError or TypeError for
    facts that have no exact form. The entry is written just before the commit.
    """
    work = current_work()
    said = Said(
        actor=keys.pseudonym(actor.id if actor else ""),
        role=work.lens.value,
        action=event.action(),
        about=about if isinstance(about, str) else _named(about),
        refs=event.refs(),
        request=work.request_id,
        payload=canonical(event.facts()).decode(),
    )
    if _QUEUE not in work.notes:
        work.notes[_QUEUE] = []
        work.before_commit.append(partial(_write_queued, work))
    work.notes[_QUEUE].append(said)
    work.recorded += 1


def seal() -> Proof:
    """Write what was recorded so far, sign a checkpoint, and return the proof of the last event.

    The proof is opened: it holds the event's facts. Use `closed()` for what strangers read.
    Other appends wait from here to the end of the transaction, so call it late.
    """
    work = current_work()
    with door(Door.LEDGER):
        written = _append_queued(work)
        if written:  # a new size has no note yet, and its last event was just read back
            note = _sign(written.head)
            place = written.head.size - 1
            return Proof(written.record, place, written.path, note, written.payload, written.salt)
        head = writing.read_head(lock=True)
        if not head.size:
            raise LookupError("There is nothing to seal: no event was ever recorded.")
        return queries.proof_against(head.size, head.size, _signed(head))


def position() -> bytes:
    """Return where the ledger ends, as the hash of all before. What was computed there holds
    while it ends there; no other history has that end, not even one put back from a backup.

    For work that only reads: what is being changed is not in the ledger yet.
    """
    if current_work().mode is Mode.WRITE:
        raise HouseRuleBroken("what this work is changing has no place in the ledger yet")
    return once("ledger.position", LedgerHead.__tablename__, news.end)


def issue_checkpoint() -> str | None:
    """Sign the present size and root unless that was done; None while the ledger is empty."""
    with door(Door.LEDGER):
        head = writing.read_head(lock=True)
        return _signed(head) if head.size else None


def prove(seq: int) -> Proof:
    """Return the opened proof of event `seq` under the latest checkpoint.

    Raises LookupError when no checkpoint covers the event yet (see `issue_checkpoint`).
    """
    with door(Door.LEDGER):
        stated = queries.latest_checkpoint()
        if stated is None or not 1 <= seq <= stated.size:
            raise LookupError(f"No checkpoint covers event {seq}.")
        return queries.proof_against(seq, stated.size, stated.note)


def erase_payload(actor: Actor | None, seq: int, reason: str) -> None:
    """Forget the facts of event `seq` for good; record that and why. The chain still verifies.

    Needs the system lens: no page may do this. The facts of an erasure cannot be erased.
    """
    action = db.session.scalar(select(LedgerEntry.action).where(LedgerEntry.seq == seq))
    if action is None:
        raise LookupError(f"There is no event {seq}.")
    if action == PayloadErased.action():
        raise ValueError(f"Event {seq} tells of an erasure; its own facts stay.")
    if queries.payload_of(seq) is None:
        raise ValueError(f"The facts of event {seq} are erased already.")
    record(actor, PayloadErased(seq=seq, reason=reason), about=f"entry:{seq}")
    _write_queued(current_work())  # the database allows it only after the event that says so
    db.session.execute(
        update(LedgerPayload).where(LedgerPayload.seq == seq).values(payload=None, salt=None)
    )


def export(folder: Path) -> int:
    """Write the whole ledger for `app/ledger/verify.py`; return the number of records.

    Signs a checkpoint first, so that one covers every record. Reads a thousand rows at a time.
    """
    _write_queued(current_work())
    issue_checkpoint()
    folder.mkdir(parents=True, exist_ok=True)
    rows = db.session.execute(
        select(LedgerEntry.chain, LedgerEntry.record, LedgerPayload.payload, LedgerPayload.salt)
        .join(LedgerPayload, LedgerPayload.seq == LedgerEntry.seq)
        .order_by(LedgerEntry.seq)
        .execution_options(yield_per=_EXPORTED_AT_ONCE)
    )
    size = 0
    with (folder / "entries.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        for size, row in enumerate(rows, 1):  # noqa: B007 - the count is the answer
            file.write(export_line(*row))
    with (folder / "checkpoints.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        for note in queries.checkpoint_notes():
            file.write(json.dumps({"note": note}, ensure_ascii=False) + "\n")
    (folder / "key.txt").write_text(own_verifier_key() + "\n", encoding="utf-8")
    return size


def own_verifier_key() -> str:
    """Return the public key of this ledger as `name+id+base64`, to be published."""
    return verifier_key(keys.origin(), keys.signing_key()).text()


def _named(row: Model) -> str:
    identity = inspect(type(row)).primary_key_from_instance(row)
    return f"{row.__tablename__}:{'.'.join(str(part) for part in identity)}"


def _write_queued(work: UnitOfWork) -> None:
    """Write what waits, through the ledger's door."""
    if work.notes.get(_QUEUE):
        with door(Door.LEDGER):
            _append_queued(work)


def _append_queued(work: UnitOfWork) -> Written | None:
    """Write what waits and return the new end; None where nothing waited. The door is open."""
    queue: list[Said] = work.notes.get(_QUEUE, [])
    if not queue:
        return None
    written = writing.append(queue)
    queue.clear()
    return written


def _signed(head: Head) -> str:
    """Return the note for this head, made once for each size."""
    known = db.session.scalar(
        select(LedgerCheckpoint.note).where(LedgerCheckpoint.size == head.size)
    )
    return _sign(head) if known is None else known


def _sign(head: Head) -> str:
    own = own_verifier_key()
    if head.key not in ("", own):
        raise LedgerBroken(
            "The signing key of the ledger (in DATA_DIR/keys) is not the one it was begun with. "
            f"Put back the key of {head.key}."
        )
    if not head.key:
        db.session.execute(update(LedgerHead).values(key=own))
    note = sign(Checkpoint(keys.origin(), head.size, head.root), keys.signing_key())
    stated = {"size": head.size, "root": head.root, "note": note}
    db.session.connection().execute(_ADD_CHECKPOINT, stated)
    return note
