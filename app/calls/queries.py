"""Reads of calls and what belongs to them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.calls.models import Amendment, Call, CallState, Criterion, Question, QuestionKind, Section
from app.calls.rules import Phase, phase_of
from app.core import clock
from app.core.db import db
from app.core.work import keep, once

# Asked by most pages, so built once.
_CRITERIA = (
    select(Criterion).where(Criterion.call_id == bindparam("call")).order_by(Criterion.position)
)
_QUESTIONS = (
    select(Question).where(Question.call_id == bindparam("call")).order_by(Question.position)
)


def get_call(call_id: str) -> Call | None:
    return db.session.get(Call, call_id)


_WITH_CRITERIA = (
    select(Call, Criterion)
    .outerjoin(Criterion, Criterion.call_id == Call.id)
    .where(Call.id == bindparam("call"))
    .order_by(Criterion.position)
)


def get_call_with_criteria(call_id: str) -> Call | None:
    """Return a call, for pages that ask for its criteria too: one statement finds both."""
    found = db.session.execute(_WITH_CRITERIA, {"call": call_id}).all()
    keep_criteria(call_id, [criterion for _call, criterion in found])
    return found[0][0] if found else None


def keep_criteria(call_id: str, found: Sequence[Criterion | None]) -> None:
    """Keep the criteria of a call that a join found beside something else, in their order."""
    keep(("criteria", call_id), [criterion for criterion in found if criterion is not None])


def call_with_code(code: str) -> Call | None:
    return db.session.scalar(select(Call).where(Call.code == code))


def phase(call: Call) -> Phase:
    return phase_at(call, clock.now())


def phase_at(call: Call, moment: datetime) -> Phase:
    return phase_of(call.state, opens_at=call.opens_at, closes_at=call.closes_at, now=moment)


def criteria_of(call_id: str) -> Sequence[Criterion]:
    own = {"call": call_id}
    return once(
        ("criteria", call_id), "criterion", lambda: db.session.scalars(_CRITERIA, own).all()
    )


def questions_of(call_id: str) -> Sequence[Question]:
    own = {"call": call_id}
    return once(
        ("questions", call_id), "question", lambda: db.session.scalars(_QUESTIONS, own).all()
    )


BY_VALUE = (QuestionKind.CHOICE, QuestionKind.COUNTRY, QuestionKind.TEXT)


def choices_of(call_id: str) -> dict[str, Sequence[str]]:
    """Return the questions that a rule may go by: key and choices, none where all are allowed."""
    return {q.key: q.choices for q in questions_of(call_id) if q.kind in BY_VALUE}


def sections_of(call_id: str) -> Sequence[Section]:
    return db.session.scalars(
        select(Section).where(Section.call_id == call_id).order_by(Section.position)
    ).all()


def amendments_of(call_id: str) -> Sequence[Amendment]:
    """Return what was changed after publication, in the order of the numbers."""
    return db.session.scalars(
        select(Amendment).where(Amendment.call_id == call_id).order_by(Amendment.number)
    ).all()


def amended_last() -> dict[str, datetime]:
    """Return when each call that was ever amended was so for the last time."""
    rows = db.session.execute(
        select(Amendment.call_id, func.max(Amendment.made_at)).group_by(Amendment.call_id)
    )
    return {row[0]: row[1] for row in rows}


def second_stage_of(call_id: str) -> Call | None:
    """Return the call in which invited outlines of this one go on."""
    return db.session.scalar(
        select(Call).where(Call.first_stage_id == call_id).order_by(Call.id).limit(1)
    )


def published_calls() -> Sequence[Call]:
    """Every call the public may know of, the next to close first."""
    return db.session.scalars(
        select(Call).where(Call.state != CallState.DRAFTING).order_by(Call.closes_at.desc())
    ).all()


def open_calls() -> Sequence[Call]:
    now = clock.now()
    return db.session.scalars(
        select(Call)
        .where(Call.state == CallState.PUBLISHED, Call.opens_at <= now, Call.closes_at >= now)
        .order_by(Call.closes_at)
    ).all()


def coming_calls() -> Sequence[Call]:
    """Return the calls that are open or announced, the next to close first."""
    return db.session.scalars(
        select(Call)
        .where(Call.state == CallState.PUBLISHED, Call.closes_at >= clock.now())
        .order_by(Call.closes_at, Call.id)
    ).all()


def calls_on_desk_of(actor: Actor) -> Sequence[Call]:
    """Return the calls the person works on: all of them, or those they were given."""
    statement = select(Call).order_by(Call.closes_at.desc(), Call.code)
    if not (actor.holds(Role.OFFICER) or actor.holds(Role.APPROVER)):
        scopes = actor.scopes_of(Role.OFFICER) | actor.scopes_of(Role.APPROVER)
        statement = statement.where(Call.id.in_(scopes))
    return db.session.scalars(statement).all()
