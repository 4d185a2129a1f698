"""Rating how much reviews helped."""

from collections.abc import Mapping

from app.accounts.actor import Actor
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.ledger.service import record
from app.reviewers.models import Helpfulness
from app.reviews.history import policy, queries
from app.reviews.history.events import HelpfulnessRated


def rate(actor: Actor, call: Call, proposal_id: str, ratings: Mapping[str, int]) -> int:
    """Keep the ratings of a proposal's reviews by seat, over those that were there; return how
    many changed."""
    enforce(policy.may_rate(actor, call))
    seats = {one.review.seat_id for one in queries.reviews_of(proposal_id)}
    there = queries.ratings_of(seats)
    changed = 0
    for seat_id in sorted(seats & set(ratings)):
        kept = there.get(seat_id)
        if kept is not None and kept.rating == ratings[seat_id]:
            continue
        if kept is None:
            kept = Helpfulness(seat_id=seat_id)
            db.session.add(kept)
        kept.rating, kept.rated_by, kept.rated_at = ratings[seat_id], actor.id, clock.now()
        changed += 1
    if changed:
        record(actor, HelpfulnessRated(changed), about=f"proposal:{proposal_id}")
    return changed
