"""Grades and the words for them."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.calls import queries as calls
from app.calls.models import Call, Criterion, Moment
from app.core.words import _
from app.proposals import views as proposal_views
from app.reviews import rules
from app.reviews.queries import Other, standing
from app.reviews.rules import Measure, Written
from scoring.weighting import show

Values = dict[str, Any]


def scale_values(call: Call, measure: Measure) -> Values:
    """Return the scale as the form draws it."""
    return {
        "typed": measure.typed,
        "lowest": measure.show(measure.scale.lowest),
        "highest": measure.show(measure.scale.highest),
        "best": measure.show(measure.scale.best),
        "step": str(measure.scale.step),
        "anchors": _anchors(call, measure),
    }


def _anchors(call: Call, measure: Measure) -> dict[str, str]:
    return _tidied(call.anchors, measure)


def _tidied(anchors: Mapping[str, Any], measure: Measure) -> dict[str, str]:
    """Return anchors by the grade as the scale writes it ("1" and "1.0" are one grade)."""
    return {measure.tidy(str(grade)): str(words) for grade, words in anchors.items()}


def criteria_values(call: Call, measure: Measure, criteria: Sequence[Criterion]) -> list[Values]:
    """Return the criteria with the anchors of each: its own, else those of the call."""
    own = anchors_by_criterion(call, measure)
    return [
        {
            "key": c.key,
            "weight": c.weight,
            "anchors": own[c.key],
            "differs": bool(c.anchors),
        }
        for c in criteria
    ]


def anchors_by_criterion(call: Call, measure: Measure) -> dict[str, dict[str, str]]:
    return {
        criterion.key: _tidied(criterion.anchors or call.anchors, measure)
        for criterion in calls.criteria_of(call.id)
    }


def written_values(call: Call, measure: Measure, written: Written) -> Values:
    """Return a review as it is read: grades with their words, reasons, comments and the total."""
    anchors = anchors_by_criterion(call, measure)
    exact = rules.total(measure, written.grades)
    return {
        "criteria": [
            {
                "label": criterion.label,
                "weight": str(criterion.weight),
                "grade": _grade_words(
                    written.grades.get(criterion.key, ""), anchors.get(criterion.key, {})
                ),
                "reason": proposal_views.paragraphs(written.reasons.get(criterion.key, "")),
                "field": f"g_{criterion.key}",
            }
            for criterion in measure.criteria
        ],
        "confidence": confidence_words(written.confidence),
        "to_applicant": proposal_views.paragraphs(written.to_applicant),
        "to_panel": proposal_views.paragraphs(written.to_panel),
        "to_staff": proposal_views.paragraphs(written.to_staff),
        "total": show(exact, 2) if exact is not None else "",
        "best": measure.show(measure.scale.best),
    }


def _grade_words(grade: str | None, anchors: Mapping[str, str]) -> str:
    if grade is None:
        return _("cannot judge")
    return f"{grade} – {anchors[grade]}" if grade in anchors else grade


def confidence_words(confidence: int | None) -> str:
    return {1: _("low"), 2: _("medium"), 3: _("high")}.get(confidence or 0, "")


def other_values(call: Call, measure: Measure, others: Sequence[Other]) -> list[Values]:
    """Return what others wrote about the proposal; the office's comments are not among it."""
    named = call.reviewers_to_reviewers is not Moment.NEVER
    return [
        {
            "letter": one.letter,
            "name": one.name if named else "",
            "written": {**written_values(call, measure, standing(one.review)), "to_staff": []},
        }
        for one in others
    ]
