"""Reads of plans, and of all that one is computed from."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from app.calls import queries as calls
from app.calls.kinds import kind_of
from app.calls.models import Audience, Call, Question, QuestionKind
from app.core import clock
from app.core.db import Json, db
from app.proposals.models import Proposal, ProposalMember, ProposalState, Version
from app.reviewers import coding, queries
from app.reviewers.assigning.inputs import Inputs, Judgeable, LeftOut, Person, Wishes
from app.reviewers.assigning.models import AssignmentPlan, PlanSheet, PlanState
from app.reviewers.assigning.sheets import Sheet, from_bytes
from app.reviewers.bidding import queries as bids
from app.reviewers.mix import queries as mix
from app.reviewers.models import PoolMember, ReviewerKind, Seat, SeatHolder
from app.reviewers.rules import DAYS_TO_REVIEW, LIVE, is_away, words_of

WRITTEN = (QuestionKind.TEXT, QuestionKind.LONG_TEXT)
CHOSEN = (QuestionKind.CHOICE, QuestionKind.CHOICES)
EARLIER = 20  # proposals of their own that tell what somebody knows


def get_plan(call_id: str, plan_id: str) -> AssignmentPlan | None:
    return db.session.scalar(
        select(AssignmentPlan).where(
            AssignmentPlan.id == plan_id, AssignmentPlan.call_id == call_id
        )
    )


def plans_of(call_id: str) -> list[AssignmentPlan]:
    """Return the plans of a call, the latest first."""
    return list(
        db.session.scalars(
            select(AssignmentPlan)
            .where(AssignmentPlan.call_id == call_id)
            .order_by(AssignmentPlan.number.desc())
        )
    )


def states_of(call_id: str) -> list[PlanState]:
    return list(
        db.session.scalars(select(AssignmentPlan.state).where(AssignmentPlan.call_id == call_id))
    )


def next_number(call_id: str) -> int:
    last = select(func.max(AssignmentPlan.number)).where(AssignmentPlan.call_id == call_id)
    return int(db.session.scalar(last) or 0) + 1


def sheet_of(plan_id: str) -> Sheet | None:
    content = db.session.scalar(select(PlanSheet.content).where(PlanSheet.plan_id == plan_id))
    return None if content is None else from_bytes(content)


def titles_of(call_id: str) -> dict[str, str]:
    """Return the titles of a call's submitted proposals by id."""
    rows = db.session.execute(
        select(Proposal.id, Version.title)
        .join(Version, Version.id == Proposal.version_id)
        .where(Proposal.call_id == call_id)
    )
    return {row.id: row.title for row in rows}


# --- what a plan is computed from ----------------------------------------------------------------


class _Held(NamedTuple):
    proposal_id: str
    account_id: str
    live: bool


def inputs_of(call: Call, wishes: Wishes, found: Iterable[tuple[str, str]] = ()) -> Inputs:
    """Gather the inputs of a plan; the number of queries does not depend on the rows.

    `found` are conflicts beside those that are noted, as proposal and account.
    """
    proposals = _proposals(call)
    people = _people(call, mix.genders_of(call.id) if wishes.genders else {})
    row = {one.id: place for place, one in enumerate(proposals)}
    column = {one.account_id: place for place, one in enumerate(people)}
    pairs = [
        (row[held.proposal_id], column[held.account_id], held.live)
        for held in _seats(call.id)
        if held.proposal_id in row and held.account_id in column
    ]
    conflicts = {
        (row[proposal], column[account])
        for proposal, account in queries.conflicted_pairs(call.id).union(found)
        if proposal in row and account in column
    }
    fixed = {(i, j) for i, j, live in pairs if live} - conflicts
    return Inputs(
        wishes=wishes,
        proposals=tuple(proposals),
        people=tuple(people),
        ruled_out=frozenset(conflicts | {(i, j) for i, j, live in pairs if not live}) - fixed,
        fixed=tuple(sorted(fixed)),
        bids=tuple(
            (row[proposal_id], column[account_id], bid)
            for sheet, account_id in bids.sheets_of(call.id)
            if account_id in column
            for proposal_id, bid in sorted(sheet.bids.items())
            if proposal_id in row
        ),
    )


def _proposals(call: Call) -> list[Judgeable]:
    asked = [
        question
        for question in calls.questions_of(call.id)
        if question.audience is Audience.SCIENTIFIC
    ]
    written = [question.key for question in asked if question.kind in WRITTEN]
    chosen = [question for question in asked if question.kind in CHOSEN]
    rows = db.session.execute(
        select(Proposal.id, Proposal.number, Version.title, Version.answers)
        .join(Version, Version.id == Proposal.version_id)
        .where(Proposal.call_id == call.id, Proposal.state == ProposalState.ELIGIBLE)
        .order_by(Proposal.number)
    )
    return [
        Judgeable(
            row.id,
            row.number,
            (row.title, *_texts(row.answers, written)),
            coding.told_by(_choices(row.answers, chosen)),
        )
        for row in rows
    ]


def _texts(answers: Json, keys: Iterable[str]) -> list[str]:
    return [str(answers[key]) for key in keys if answers.get(key)]


def _choices(answers: Json, questions: Iterable[Question]) -> list[str]:
    """Return what a proposal chose: choices that name codes tell what it is about."""
    return [
        value
        for question in questions
        for value in kind_of(question.kind).values(str(answers.get(question.key) or ""))
    ]


def _people(call: Call, genders: Mapping[str, str]) -> list[Person]:
    """Return the pool. Who declined or is away keeps what they hold, and gets nothing more."""
    earlier, left_out = _earlier_texts(call), left_out_of(call)
    return [
        Person(
            account_id=row.account_id,
            patient=row.kind is ReviewerKind.PATIENT,
            country=row.country,
            organisation=" ".join(sorted(words_of(row.organisation))),
            gender=genders.get(row.account_id, ""),
            most=row.load if row.account_id in left_out else row.most,
            held=row.load,
            texts=tuple(
                text
                for text in (row.expertise, row.statement, *earlier.get(row.account_id, ()))
                if text
            ),
            codes=coding.marked(row.codes, row.cancers),
            left_out=left_out.get(row.account_id),
        )
        for row in sorted(queries.pool_of(call.id), key=lambda row: row.account_id)
    ]


def left_out_of(call: Call) -> dict[str, LeftOut]:
    """Return who of the pool gets nothing new, and why: their last answer was no, or they are
    away for most of the time there is."""
    today = clock.now().date()
    due = (call.reviews_due_at or clock.now() + timedelta(days=DAYS_TO_REVIEW)).date()
    pool = [row.account_id for row in queries.pool_of(call.id)]
    found = {
        account_id: LeftOut.AWAY
        for account_id, away in queries.away_by_account(pool).items()
        if is_away(away, today, due)
    }
    return found | dict.fromkeys(queries.declined_in(call.id), LeftOut.DECLINED)


def _earlier_texts(call: Call) -> Mapping[str, list[str]]:
    """Return what people of the pool proposed in other calls: it tells what they know."""
    pool = select(PoolMember.account_id).where(PoolMember.call_id == call.id)
    rows = db.session.execute(
        select(ProposalMember.account_id, Version.title, Version.answers)
        .join(Proposal, Proposal.id == ProposalMember.proposal_id)
        .join(Version, Version.id == Proposal.version_id)
        .where(Proposal.call_id != call.id, ProposalMember.account_id.in_(pool))
        .order_by(ProposalMember.account_id, Version.id)
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        texts = found.setdefault(row.account_id, [])
        if len(texts) < EARLIER:
            told = [row.title, *(str(value) for value in row.answers.values())]
            texts.append("\n".join(text for text in told if " " in text))
    return found


def _seats(call_id: str) -> list[_Held]:
    rows = db.session.execute(
        select(SeatHolder.proposal_id, SeatHolder.account_id, Seat.state)
        .join(Seat, Seat.id == SeatHolder.seat_id)
        .where(Seat.call_id == call_id)
    )
    return [_Held(row.proposal_id, row.account_id, row.state in LIVE) for row in rows]
