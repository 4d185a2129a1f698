"""Writing the day's reminders, and those that an officer asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from app.accounts.actor import SYSTEM_ACTOR, Actor
from app.calls.models import Call
from app.core import clock
from app.core.db import Json, db, one_at_a_time
from app.core.gate import enforce
from app.core.jobs import every_day, handles
from app.core.verdict import ALLOWED, refused
from app.core.words import _
from app.ledger.service import record
from app.notifications.service import tell
from app.reviewers.reminding import notices, policy, queries, rules
from app.reviewers.reminding.events import (
    RemindersChosen,
    RemindersWritten,
    ReviewersReminded,
)
from app.reviewers.reminding.models import DraftReminder, NoReminders, ReviewReminder
from app.reviewers.reminding.rules import Owed

JOB = "reviewers.remind"
every_day(JOB, time(6, 30))


@handles(JOB)
def remind(payload: Json) -> None:
    """Write one letter to everybody who has come to a new stage. Run twice, it writes nothing new.

    What is due counts as of now, whatever day the job is of: one that runs late says what is so.
    """
    del payload
    one_at_a_time("reminders")
    now = clock.now()
    day = now.date().isoformat()
    sent, not_today = queries.stages_sent(), queries.written_on(day) | queries.silent()
    new = [
        (one, stage)
        for one in (*queries.reviews_owed(), *queries.drafts_open(now))
        if one.account_id not in not_today
        and (stage := _stage(one))
        and (one.account_id, one.about, stage) not in sent
    ]
    stages = {(one.account_id, one.about): stage for one, stage in new}
    people = rules.by_person([one for one, _stage in new])
    for account_id, owed in people.items():
        _write(account_id, owed, [stages[account_id, one.about] for one in owed], day)
    if people:
        enforce(ALLOWED)  # reminding is the system's own
        record(SYSTEM_ACTOR, RemindersWritten(day, len(people)), about="reminders:daily")


def _stage(one: Owed) -> str:
    left = rules.days_left(one.due_at, one.zone, clock.now())
    return rules.stage_of(left, draft=one.draft)


def _write(
    account_id: str, owed: Sequence[Owed], stages: Sequence[str], day: str, message: str = ""
) -> None:
    now = clock.now()
    about = owed[0].call_id if len({one.call_id for one in owed}) == 1 else ""
    letter_id = tell(
        account_id,
        notices.DIGEST,
        notices.subject(owed, now),
        notices.body(owed, now, message),
        about_id=about,
    )
    db.session.flush()
    for one, stage in zip(owed, stages, strict=True):
        if one.draft:
            db.session.add(
                DraftReminder(
                    account_id=account_id, proposal_id=one.about, stage=stage, day=day,
                    letter_id=letter_id,
                )
            )  # fmt: skip
        else:
            db.session.add(
                ReviewReminder(
                    account_id=account_id, call_id=one.call_id, stage=stage, day=day,
                    letter_id=letter_id, sent_at=now,
                )
            )  # fmt: skip


# --- by an officer -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Round:
    """Whom a reminder by hand would reach, and whom it would not and why."""

    written: tuple[Owed, ...]
    today_already: tuple[str, ...]
    want_none: tuple[str, ...]


def round_of(call: Call) -> Round:
    """Return whom an officer's reminder would reach now."""
    owed = queries.reviews_owed(call.id)
    silent = queries.silent()
    today = queries.reviewers_written_on(clock.now().date().isoformat())
    return Round(
        written=tuple(one for one in owed if one.account_id not in silent | today),
        today_already=tuple(one.account_id for one in owed if one.account_id in today - silent),
        want_none=tuple(one.account_id for one in owed if one.account_id in silent),
    )


def remind_now(actor: Actor, call: Call, message: str) -> int:
    """Write to everybody who owes a review in the call, at most once a day and person."""
    enforce(policy.may_remind(actor, call))
    one_at_a_time("reminders")
    reached = round_of(call).written
    if not reached:
        enforce(refused(_("Nobody is left to write to today.")))
    day = clock.now().date()
    for one in reached:
        stage = rules.manual_stage(day, 1)
        _write(one.account_id, [one], [stage], day.isoformat(), message)
    record(actor, ReviewersReminded(len(reached), message), about=call)
    return len(reached)


# --- one's own choice ----------------------------------------------------------------------------


def choose(actor: Actor, *, wanted: bool) -> None:
    """Ask for reminders, or for none. Letters about decisions and invitations come all the same."""
    enforce(policy.may_choose(actor))
    known = queries.wants_none(actor.id)
    if wanted and known is not None:
        db.session.delete(known)
    elif not wanted and known is None:
        db.session.add(NoReminders(account_id=actor.id, since=clock.now()))
    record(actor, RemindersChosen(wanted), about=f"account:{actor.id}")
