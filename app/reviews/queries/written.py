"""What a review says, as it is being written and as it counts."""

from decimal import Decimal

from app.calls import queries as calls
from app.calls.models import Call
from app.reviews.models import Review
from app.reviews.rules import Measure, Written
from scoring.weighting import Criterion, Scale


def measure_of(call: Call) -> Measure:
    """Return what a call judges and on which scale, as the scoring package takes it."""
    return Measure(
        criteria=tuple(
            Criterion(criterion.key, criterion.label, Decimal(criterion.weight))
            for criterion in calls.criteria_of(call.id)
        ),
        scale=Scale(
            best=Decimal(call.scale_best),
            worst=Decimal(call.scale_worst),
            step=Decimal(call.scale_step),
        ),
    )


def working(review: Review | None) -> Written:
    """Return a review as its writer goes on with it: what changed since it was submitted, else
    what stands."""
    if review is None:
        return Written({}, {}, None, "", "")
    if review.changes:
        return Written(**review.changes)
    return standing(review)


def standing(review: Review) -> Written:
    return Written(
        grades=review.grades,
        reasons=review.reasons,
        confidence=review.confidence,
        to_applicant=review.to_applicant,
        to_panel=review.to_panel,
        to_staff=review.to_staff,
    )
