"""Putting letters into the outbox: rows of the deciding transaction, each with a job to send it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update

from app.core import clock
from app.core.db import db, door
from app.core.jobs import enqueue
from app.core.lens import Door
from app.core.work import current_work
from app.notifications import sending
from app.notifications.models import Letter, LetterState

_LAST = "notifications.last_written"


def tell(
    account_id: str,
    kind: str,
    subject: str,
    body: str,
    *,
    about_id: str = "",
    attachments: Sequence[tuple[str, str]] = (),
    held: bool = False,
) -> str:
    """Write to one person; return the letter's id.

    The mail is plain text and goes to the address the account has when it is sent, in the order
    written. `kind` is like proposals.receipt; `attachments` are pairs of file key and name.
    A `held` letter waits for `release`.
    """
    return tell_all(
        [account_id], kind, subject, body, about_id=about_id, attachments=attachments, held=held
    )[0]


def tell_all(
    account_ids: Iterable[str],
    kind: str,
    subject: str,
    body: str,
    *,
    about_id: str = "",
    attachments: Sequence[tuple[str, str]] = (),
    held: bool = False,
) -> list[str]:
    """Write the same to several people, to each a letter of their own; return the ids."""
    letters = [
        Letter(
            account_id=account_id,
            about_id=about_id,
            kind=kind,
            subject=subject,
            body=body,
            attachments=[{"key": key, "name": name} for key, name in attachments],
            state=LetterState.HELD if held else LetterState.WAITING,
            created_at=_next_instant(),
        )
        for account_id in account_ids
    ]
    with door(Door.OUTBOX):
        db.session.add_all(letters)
    if not held:
        for letter in letters:
            enqueue(sending.KIND, {"letter_id": letter.id}, job_id=letter.id)
    return [letter.id for letter in letters]


def release(about_id: str, kind: str) -> int:
    """Let the held letters of this kind about this thing go, oldest first; return how many.

    For services of the staff: the caller has enforced and records it.
    """
    held = Letter.state == LetterState.HELD
    statement = (
        select(Letter.id)
        .where(Letter.about_id == about_id, Letter.kind == kind, held)
        .order_by(Letter.created_at, Letter.id)
    )
    letters = list(db.session.scalars(statement))
    db.session.execute(
        update(Letter).where(Letter.id.in_(letters), held).values(state=LetterState.WAITING)
    )
    for letter_id in letters:
        enqueue(sending.KIND, {"letter_id": letter_id}, job_id=letter_id)
    return len(letters)


def _next_instant() -> datetime:
    """Return now, but later than the letter before: two of one transaction keep their order."""
    notes = current_work().notes
    moment: datetime = max(clock.now(), notes.get(_LAST, clock.now()) + timedelta(microseconds=1))
    notes[_LAST] = moment
    return moment
