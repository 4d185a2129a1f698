"""Sending letters: each is a job; each person's keep their order, and none blocks another's."""

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from sqlalchemy import select, tuple_, update

from app.accounts.models import Account, AccountState, Person
from app.core import clock, mail
from app.core.db import Json, db
from app.core.jobs import Hopeless, Job, Later, handles, hasten
from app.notifications import account_letters
from app.notifications.models import Letter, LetterState

KIND = "notifications.send"
TRIES = 8  # over about three hours: grey-listing and a server's bad afternoon
TURN = timedelta(seconds=30)  # looked at again then, unless the one before hastens it


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of handing the letter over."""

    sent: bool


def _hand_over(payload: Json) -> Outcome:
    """Send the mail in work that only reads: a slow mail server keeps nobody from writing."""
    row = db.session.execute(
        select(Letter, Person, Account.state)
        .join(Person, Person.account_id == Letter.account_id)
        .join(Account, Account.id == Letter.account_id)
        .where(Letter.id == payload["letter_id"])
    ).one_or_none()
    if row is None:
        raise Hopeless("the letter or its person is gone")
    letter, person, account_state = row
    if letter.state is not LetterState.WAITING:
        return Outcome(sent=False)
    if account_state is not AccountState.ACTIVE:
        raise Hopeless("the account is closed")
    if _one_comes_first(letter):
        raise Later(TURN, "an earlier letter to the same person waits")
    try:
        mail.send(_as_mail(letter, person), current_app.extensions["equipoise"])
    except mail.MailRefused as refusal:
        raise Hopeless(str(refusal)) from refusal
    return Outcome(sent=True)


def _gave_up(payload: Json, trouble: str) -> None:
    _close(payload["letter_id"], LetterState.FAILED, trouble)


@handles(KIND, prepare=_hand_over, gave_up=_gave_up, tries=TRIES)
def _sent(payload: Json, outcome: Outcome) -> None:
    if outcome.sent:
        _close(payload["letter_id"], LetterState.SENT)


def _close(letter_id: str, state: LetterState, trouble: str = "") -> None:
    """Note what became of the letter, and let the person's next one go."""
    attempts = select(Job.attempts).where(Job.id == letter_id).scalar_subquery()
    db.session.execute(
        update(Letter)
        .where(Letter.id == letter_id)
        .values(
            state=state,
            trouble=trouble,
            attempts=attempts,
            sent_at=clock.now() if state is LetterState.SENT else None,
        )
        .execution_options(synchronize_session=False)
    )
    person = select(Letter.account_id).where(Letter.id == letter_id).scalar_subquery()
    following = db.session.scalar(
        select(Letter.id)
        .where(Letter.account_id == person, Letter.state == LetterState.WAITING)
        .order_by(Letter.created_at, Letter.id)
        .limit(1)
    )
    if following is not None:
        hasten(following)


def _one_comes_first(letter: Letter) -> bool:
    earlier = select(Letter.id).where(
        Letter.account_id == letter.account_id,
        Letter.state == LetterState.WAITING,
        tuple_(Letter.created_at, Letter.id) < (letter.created_at, letter.id),
    )
    return db.session.scalar(earlier.limit(1)) is not None


def _as_mail(letter: Letter, person: Person) -> mail.Mail:
    files = current_app.extensions["files"]
    return mail.Mail(
        reference=letter.id,
        to=person.email,
        name=person.name,
        subject=letter.subject,
        body=account_letters.with_link(letter),
        written_at=letter.created_at,
        attachments=[
            mail.Attachment(item["name"], files.get(item["key"])) for item in letter.attachments
        ],
    )
