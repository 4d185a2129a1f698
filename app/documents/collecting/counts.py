"""How much work went into a decision: counts alone, so that nobody can be told from them."""

from sqlalchemy import case, distinct, func, select

from app.allocation.computing import Data
from app.core.db import db
from app.documents import facts
from app.proposals import queries as proposals
from app.proposals.models import Proposal, ProposalState, Version, VersionIdentity
from app.reviewers.models import STANDS, Conflict, Seat, SeatHolder, SeatState
from app.reviews.models import Review, ReviewState


def taking(call_id: str, inputs: Data) -> facts.Taking:
    """Count what went into the ranking whose `inputs` are given, and who gave it."""
    counted = {(review["proposal"], review["seat"]) for review in inputs["reviews"]}
    holders = db.session.execute(
        select(Proposal.number, Seat.letter, SeatHolder.account_id)
        .select_from(Review)
        .join(Seat, Seat.id == Review.seat_id)
        .join(SeatHolder, SeatHolder.seat_id == Review.seat_id)
        .join(Proposal, Proposal.id == Review.proposal_id)
        .where(Review.call_id == call_id, Review.state == ReviewState.SUBMITTED)
    )
    reviewers = {who for number, letter, who in holders if (number, letter) in counted}
    countries = db.session.scalar(
        select(func.count(distinct(VersionIdentity.country)))
        .join(Proposal, Proposal.version_id == VersionIdentity.version_id)
        .where(Proposal.call_id == call_id, VersionIdentity.country != "")
    )
    return facts.Taking(
        submitted=proposals.numbers_given(call_id),
        reviewers=len(reviewers),
        reviews=len(counted),
        countries=int(countries or 0),
    )


def conflicts(call_id: str) -> facts.Conflicts:
    """`stopped` counts pairs of person and proposal kept apart, `reassigned` seats given up."""
    declared = func.sum(case((Conflict.declared, 1), else_=0))
    told, total = db.session.execute(
        select(declared, func.count(Conflict.id)).where(Conflict.call_id == call_id, STANDS)
    ).one()
    pairs = (
        select(Conflict.proposal_id, Conflict.account_id)
        .where(Conflict.call_id == call_id, STANDS)
        .distinct()
        .subquery()
    )
    given_up = select(func.count(Seat.id)).where(
        Seat.call_id == call_id, Seat.state == SeatState.CONFLICTED
    )
    return facts.Conflicts(
        declared=int(told or 0),
        detected=int(total or 0) - int(told or 0),
        stopped=int(db.session.scalar(select(func.count()).select_from(pairs)) or 0),
        reassigned=int(db.session.scalar(given_up) or 0),
    )


def outside_the_ranking(call_id: str, ranked: Data) -> list[tuple[str, int, facts.Decision]]:
    """Return number, amount asked and fate of each proposal that was handed in and not ranked."""
    rows = db.session.execute(
        select(Proposal.number, Version.requested_minor, Proposal.state)
        .join(Version, Version.id == Proposal.version_id)
        .where(Proposal.call_id == call_id, Proposal.number.is_not(None))
        .order_by(Proposal.number)
    )
    fates = {
        ProposalState.INELIGIBLE: facts.Decision.INELIGIBLE,
        ProposalState.WITHDRAWN: facts.Decision.WITHDRAWN,
    }
    return [
        (str(number), asked, fates.get(state, facts.Decision.DECLINED))
        for number, asked, state in rows
        if number not in ranked
    ]
