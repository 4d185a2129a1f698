"""Equality monitoring: what people say of themselves, kept apart and only ever counted.

Each person's answers are one row that no lens but their own can read. After the call has closed
they are counted once, by a job: counts that could be asked for again and again while people
apply would tell, by their difference, what the last one answered.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from app.accounts.actor import SYSTEM_ACTOR, Actor
from app.calls import queries as calls
from app.calls.asking import form_of
from app.calls.form_rules import answer_faults
from app.calls.kinds import Asked, kind_of
from app.calls.models import Audience, Call, CallState
from app.calls.moving import after_move
from app.core import clock
from app.core.db import Json, db
from app.core.gate import enforce
from app.core.jobs import enqueue, handles
from app.core.verdict import ALLOWED, refused
from app.ledger.service import record
from app.proposals import policy
from app.proposals.events import EqualityCounted
from app.proposals.models import (
    EqualityAnswer,
    EqualityCount,
    Proposal,
    ProposalMember,
    ProposalState,
)

JOB = "proposals.count_equality"
SMALLEST = 10  # a count below it is not told
UNCOUNTED = frozenset({ProposalState.DRAFT, ProposalState.WITHDRAWN})


def questions(call: Call) -> list[Asked]:
    return [asked for asked in form_of(call) if asked.audience is Audience.EQUALITY]


def own_answers(actor: Actor, call: Call) -> dict[str, str]:
    row = _row(actor, call)
    return dict(row.answers) if row else {}


def _row(actor: Actor, call: Call) -> EqualityAnswer | None:
    return db.session.scalar(
        select(EqualityAnswer).where(
            EqualityAnswer.call_id == call.id, EqualityAnswer.account_id == actor.id
        )
    )


def save(actor: Actor, proposal: Proposal, call: Call, answers: Mapping[str, str]) -> None:
    """Keep what a person says of themselves; nothing of it is in the ledger or the proposal."""
    enforce(policy.may_write(actor, proposal, call))
    asked = {question.key: question for question in questions(call)}
    kept = {key: answer for key, answer in answers.items() if key in asked and answer}
    for key, answer in kept.items():
        for fault in answer_faults(asked[key], answer):
            enforce(refused(fault.sentence))
    row = _row(actor, call)
    if row is None:
        db.session.add(EqualityAnswer(call_id=call.id, account_id=actor.id, answers=kept))
    else:
        row.answers = kept


# --- counting ------------------------------------------------------------------------------------


def told(counts: Iterable[int]) -> list[int | None]:
    """Return counts with the small ones left out, and one more where a sum would tell it."""
    found: list[int | None] = [count if count >= SMALLEST else None for count in counts]
    left = [count for count in found if count is not None]
    if found.count(None) == 1 and left:
        found[found.index(min(left))] = None
    return found


def counted(form: Sequence[Asked], rows: Sequence[Mapping[str, str]]) -> Json:
    """Return question -> choice -> count, None for what is not told."""
    result: Json = {}
    for asked in form:
        kind = kind_of(asked.kind)
        chosen = Counter(value for row in rows for value in kind.values(row.get(asked.key, "")))
        shown = told(chosen[choice] for choice in asked.choices)
        result[asked.key] = dict(zip(asked.choices, shown, strict=True))
    return result


@after_move
def count_after_closing(call: Call, to: CallState) -> None:
    if to is CallState.ASSIGNING and questions(call):
        enqueue(JOB, {"call_id": call.id})


@handles(JOB)
def count(payload: Json) -> None:
    """Count the answers of those who submitted, once; a second run changes nothing."""
    call = calls.get_call(payload["call_id"])
    if call is None or db.session.get(EqualityCount, call.id) is not None:
        return
    enforce(ALLOWED)  # closing the call allowed it
    rows = db.session.scalars(
        select(EqualityAnswer.answers).where(
            EqualityAnswer.call_id == call.id,
            EqualityAnswer.account_id.in_(
                select(ProposalMember.account_id)
                .join(Proposal, Proposal.id == ProposalMember.proposal_id)
                .where(Proposal.call_id == call.id, Proposal.state.not_in(UNCOUNTED))
            ),
        )
    ).all()
    db.session.add(
        EqualityCount(
            call_id=call.id, counted_at=clock.now(), counts=counted(questions(call), rows)
        )
    )
    record(SYSTEM_ACTOR, EqualityCounted(code=call.code), about=call)


def counted_calls() -> list[tuple[Call, datetime]]:
    """Return the calls that were counted, the last first."""
    rows = db.session.execute(
        select(Call, EqualityCount.counted_at)
        .join(EqualityCount, EqualityCount.call_id == Call.id)
        .order_by(EqualityCount.counted_at.desc(), Call.code)
    )
    return [(row[0], row[1]) for row in rows]


def counts_of(call: Call) -> EqualityCount | None:
    return db.session.get(EqualityCount, call.id)
