"""Taking a file in pieces: begun or gone on with, piece after piece, put together, or forgotten.

A piece counts when it is stored and its row is committed. The browser asks how much arrived and
sends the rest from there; the whole is checked against the hash that was told at the beginning.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from hashlib import sha256

from flask import current_app
from sqlalchemy import delete, select, update

from app.accounts.actor import Actor
from app.calls.models import Call, Question
from app.core import clock
from app.core.db import Json, db
from app.core.files import FileMissing, FileStore
from app.core.gate import enforce
from app.core.jobs import every_day, handles
from app.core.uploads.refusals import refusal
from app.core.verdict import ALLOWED, refused
from app.core.words import _
from app.core.work import current_work
from app.proposals import policy, rules
from app.proposals.models import PartialUpload, Proposal

LARGEST_PIECE = 1024 * 1024
KIND = "piece"  # of file in the store
KEPT_FOR = timedelta(days=3)  # after the last piece
JOB = "proposals.forget_partial_uploads"
SHA256 = re.compile(r"[0-9a-f]{64}")


class Misplaced(Exception):  # noqa: N818 - it is an answer
    """The piece does not begin where the last one ended; `received` is where that is."""

    def __init__(self, received: int) -> None:
        super().__init__("the piece begins elsewhere")
        self.received = received


@dataclass(frozen=True, slots=True)
class Announced:
    """The file that somebody is about to send."""

    name: str
    size: int
    sha256: str


def begin(
    actor: Actor,
    proposal: Proposal,
    call: Call,
    question: Question,
    announced: Announced,
    *,
    largest: int,
    store: FileStore,
) -> PartialUpload:
    """Begin a file, or go on with the very same one; another in its place is forgotten."""
    enforce(policy.may_write(actor, proposal, call))
    if not SHA256.fullmatch(announced.sha256) or announced.size <= 0:
        enforce(refused(_("The file is empty, or was announced wrongly. Choose it again.")))
    if announced.size > largest:
        values = {"size": announced.size, "limit": largest}
        enforce(refused(refusal("too_large", values).reason))
    found = partial_of(actor, proposal, question.key)
    if found is not None:
        if (found.sha256, found.size) == (announced.sha256, announced.size):
            return found
        forget([found], store)
        db.session.flush()
    made = PartialUpload(
        proposal_id=proposal.id,
        question_key=question.key,
        account_id=actor.id,
        name=rules.tidy(announced.name)[:255],
        size=announced.size,
        sha256=announced.sha256,
        received=0,
        pieces=[],
        touched_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def take(
    actor: Actor,
    proposal: Proposal,
    call: Call,
    partial: PartialUpload,
    *,
    at: int,
    piece: bytes,
    store: FileStore,
) -> int:
    """Keep the next piece; return how much has arrived. Raises Misplaced for any other piece."""
    enforce(policy.may_write(actor, proposal, call))
    if at != partial.received:
        raise Misplaced(partial.received)
    after = partial.received + len(piece)
    if not piece or len(piece) > LARGEST_PIECE or after > partial.size:
        enforce(refused(_("This piece of the file is empty or too long. Choose the file again.")))
    kept = store.put(_marked(partial.id, piece), kind=KIND)
    taken = db.session.execute(
        update(PartialUpload)
        .where(PartialUpload.id == partial.id, PartialUpload.received == at)
        .values(received=after, pieces=[*partial.pieces, kept.key], touched_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(partial)
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise Misplaced(partial.received)
    return partial.received


def partial_of(actor: Actor, proposal: Proposal, key: str) -> PartialUpload | None:
    return db.session.scalar(
        select(PartialUpload).where(
            PartialUpload.proposal_id == proposal.id,
            PartialUpload.question_key == key,
            PartialUpload.account_id == actor.id,
        )
    )


def whole(partial: PartialUpload, store: FileStore) -> bytes | None:
    """Return the file, or None where something of it is missing or it is another than announced."""
    if partial.received != partial.size:
        return None
    try:
        data = b"".join(store.get(key)[len(partial.id) :] for key in partial.pieces)
    except FileMissing:
        return None
    return data if sha256(data).hexdigest() == partial.sha256 else None


def _marked(partial_id: str, piece: bytes) -> bytes:
    """Return a piece as it is stored: no other file has the very same, so it can be deleted."""
    return partial_id.encode() + piece


def forget(partials: Sequence[PartialUpload], store: FileStore) -> None:
    """Delete files on their way; their pieces go when that is committed."""
    keys = [key for partial in partials for key in partial.pieces]
    db.session.execute(
        delete(PartialUpload).where(PartialUpload.id.in_([partial.id for partial in partials]))
    )
    current_work().after_commit.append(lambda: delete_files(keys, store))


def delete_files(keys: Sequence[str], store: FileStore) -> None:
    for key in keys:
        store.delete(key)


every_day(JOB, time(3, 40))


@handles(JOB)
def forget_old(payload: Json) -> None:
    """Forget what nobody went on with for some days. Run twice, it finds nothing more."""
    del payload
    enforce(ALLOWED)  # the operator runs the worker
    old = db.session.scalars(
        select(PartialUpload).where(PartialUpload.touched_at < clock.now() - KEPT_FOR)
    ).all()
    forget(old, current_app.extensions["files"])
