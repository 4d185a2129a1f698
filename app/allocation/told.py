"""What applicants read of their outcome: why, beside whom, and what comes next."""

from collections.abc import Sequence
from typing import Any

from app.allocation.models import Decision, Feedback, Outcome
from app.allocation.tracing import tie_words
from app.allocation.views import decision_words, merit
from app.calls import queries as calls
from app.calls.models import Call
from app.core.money import Money
from app.core.words import _

Values = dict[str, Any]


def outcome(call: Call, told: Outcome, feedback: Sequence[Feedback]) -> Values:
    words, tone, stage = decision_words(told.decision)
    labels = {c.key: c.label for c in calls.criteria_of(call.id)}
    return {
        "decision": told.decision.value,
        "chip_of": {"words": words, "tone": tone, "stage": stage},
        "amount": Money(told.amount_minor, told.currency).show() if told.amount_minor else "",
        "facts": told.facts,
        "decided_by": tie_words(told.facts["decided_by"], labels),
        "criteria": _criteria(told.facts),
        "interval": _interval(told.facts.get("interval")),
        "next_steps": next_steps(told.decision, told.facts, read=bool(feedback)),
        "letter": bool(told.letter),
        "scale": {"best": call.scale_best, "worst": call.scale_worst},
        "width": merit(call, told.facts["total"]) if told.facts["total"] else None,
        "line_width": merit(call, told.facts["last_funded_total"])
        if told.facts["last_funded_total"]
        else None,
        "feedback": [
            {
                "letter": said.letter,
                "reviewer": said.reviewer,
                "comment": said.comment,
                "grades": [
                    {
                        "label": labels.get(key, key),
                        "grade": grade,
                        "reason": said.reasons.get(key, ""),
                    }
                    for key, grade in said.grades.items()
                ],
            }
            for said in feedback
        ],
    }


def _criteria(facts: Values) -> list[Values]:
    """Return own means beside the quartiles of the funded, where enough are funded."""
    funded = facts.get("funded", {})
    return [
        {
            "label": label,
            "mean": mean or "–",
            "quarter": funded[label][0] if label in funded else "",
            "middle": funded[label][1] if label in funded else "",
            "three_quarters": funded[label][2] if label in funded else "",
        }
        for label, mean in facts["means"].items()
    ]


def _interval(found: Values | None) -> Values | None:
    """Return where the proposal could stand, as a chart and in words."""
    if not found:
        return None
    low, high = found["most"]
    words = {
        "above": _("Given how reviewers differ, it very likely stands above the line."),
        "below": _("Given how reviewers differ, it very likely stands below the line."),
        "across": _("It cannot be told for sure on which side of the line it stands."),
    }[found["side"]]
    count = max(found["of"], 2)
    return {
        "words": words,
        "low": low,
        "high": high,
        "row": {
            "label": _("Yours"),
            "low": low,
            "high": high,
            "inner_low": found["half"][0],
            "inner_high": found["half"][1],
            "middle": float(found["expected"]),
            "state": "line" if found["side"] == "across" else "funded",
        },
        "last": count,
        "line": found["places"] + 0.5 if found["places"] < count else None,
        "ticks": [(at, str(at)) for at in sorted({1, max(1, count // 2), count})],
    }


def next_steps(decision: Decision, facts: Values, *, read: bool) -> list[str]:
    """Say what comes next, in the order in which it does, and what others learn of it."""
    steps = {
        Decision.AWARD: [
            _("The office writes to you about the agreement. Nothing starts before both sign."),
            _public(facts),
        ],
        Decision.RESERVE: [
            _(
                "You need do nothing. If an award falls away and yours is next on the reserve "
                "list, the office writes to you."
            ),
            _("You may submit the proposal elsewhere meanwhile; tell the office if it is funded."),
            _unnamed(facts),
        ],
        Decision.DECLINE: [
            _unnamed(facts),
            _(
                "You may take it up again in another call: when you start there, choose to begin "
                "with a copy of it."
            ),
        ],
    }[decision]
    first = [_("Read what the reviewers wrote, below.")] if read else []
    checked = _(
        "If you think that the procedure was not followed, write to the office. The report of the "
        "call holds all data that were computed with, and anyone can compute the decision again."
    )
    return [*first, *steps, checked]


def _public(facts: Values) -> str:
    """Say what everybody reads of what was funded."""
    shown = _(
        "Since the release the public page of results shows its title and, where the call asks "
        "for one, its summary for everybody; who leads it and where; the amount and who pays it; "
        "its place, total and mean on each criterion, and why it was funded."
    )
    return _with_departure(shown, facts)


def _unnamed(facts: Values) -> str:
    """Say what the report tells of what was not funded: a number, and nothing of who applied."""
    ranked = facts["rank"] is not None
    listed = (
        _(
            "Nobody outside learns that you applied. The report lists the proposal by its number "
            "alone, with its place, its grades, the amount asked for and the decision."
        )
        if ranked
        else _(
            "Nobody outside learns that you applied. The report lists the proposal by its number "
            "alone, with the amount asked for and the decision."
        )
    )
    return _with_departure(listed, facts)


def _with_departure(said: str, facts: Values) -> str:
    if not facts["departure"]:
        return said
    also = _("Everybody can read there, too, that the decision departs from the rule, and why.")
    return f"{said} {also}"
