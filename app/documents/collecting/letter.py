"""The facts of decision letters, from what a released call decided."""

from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy import select

from app.allocation import queries as allocations
from app.allocation.letters import service as letters
from app.allocation.letters.service import Told
from app.allocation.models import Decision, Outcome, Ranking
from app.allocation.releasing import Release
from app.awards import queries as awards
from app.awards.queries import Applied
from app.calls.models import Call
from app.core.db import db
from app.core.money import Money
from app.documents import facts
from app.documents.collecting.decided import about_call, issue
from app.documents.facts import AllocationReport
from app.documents.frozen import Facts
from app.proposals import queries as proposals
from app.proposals.models import ProposalState

_DECISIONS = {
    Decision.AWARD: facts.Decision.AWARDED,
    Decision.RESERVE: facts.Decision.RESERVE,
    Decision.DECLINE: facts.Decision.DECLINED,
}


def decision_letters(
    call: Call, report: Facts, had: set[str], most: int
) -> Iterator[tuple[str, facts.DecisionLetter]]:
    """Return the letters, with the proposal's id, of up to `most` proposals that have none yet.

    `report` is the allocation report of the call: a letter names the same parts of the decision.
    """
    assert isinstance(report, AllocationReport)
    waiting = (told for told in letters.letters_of(_released(call)) if told.proposal_id not in had)
    chosen = list(islice(waiting, most))
    applied = awards.applied([told.proposal_id for told in chosen])
    for told in chosen:
        yield told.proposal_id, _letter(call, report, told, applied[told.proposal_id])


def _released(call: Call) -> Release:
    """Return the release of a call as it was, from what it left behind."""
    allocation = allocations.released_allocation(call.id)
    assert allocation is not None
    lines = allocations.lines_of(allocation.id)
    ranked = {row.number for row in lines}
    told = set(_told_ids(call))
    declined = proposals.in_review(call.id, ProposalState.DECLINED)
    unranked = [one for one in declined if one.id in told and one.number not in ranked]
    ranking = db.session.get_one(Ranking, allocation.ranking_id)
    return Release(call, allocation, ranking.result, lines, unranked)


def _told_ids(call: Call) -> Iterable[str]:
    return db.session.scalars(select(Outcome.proposal_id).where(Outcome.call_id == call.id))


def _letter(
    call: Call, report: AllocationReport, told: Told, applied: Applied
) -> facts.DecisionLetter:
    awarded = told.decision is Decision.AWARD
    return facts.DecisionLetter(
        issue=issue(f"{call.code}/letter/{told.number}", call, report.released_at),
        call=about_call(call),
        number=told.number,
        title=told.title,
        lead=applied.lead_name,
        organisation=applied.organisation,
        decision=_DECISIONS[told.decision],
        amount=Money(told.amount_minor, call.currency) if awarded else None,
        subject=told.words.subject,
        paragraphs=tuple(p for p in told.words.body.split("\n\n") if p.strip()),
        released_at=report.released_at,
        digests=report.digests,
    )
