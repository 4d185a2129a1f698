"""In which steps the rule came to a decision, as sentences. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.words import _, plural


def tie_words(decided_by: str, labels: Mapping[str, str]) -> str:
    """Name the rule that ordered equals; `labels` are those of the criteria by key."""
    if decided_by.startswith("mean of "):
        key = decided_by.removeprefix("mean of ")
        return _("the better mean of %(criterion)s", criterion=labels.get(key, key))
    return {
        "smallest spread": _("the smaller spread between its reviewers"),
        "SHA-256 of call and proposal id": _("the SHA-256 of call and proposal number"),
    }.get(decided_by, decided_by)


def trace(
    place: Mapping[str, Any],
    ranked: int,
    *,
    reason: str,
    departure: str,
    sources: Sequence[tuple[str, str]],
    labels: Mapping[str, str],
) -> list[str]:
    """Return the steps of the rule as sentences.

    `place` is one of the ranking's places, `reason` what the rule said, `sources` are pairs of
    funder and amount in words.
    """
    steps = [
        _("It was found eligible: complete, in time and within the rules of the call."),
        _(
            "Its weighted total of %(total)s puts it at rank %(rank)s of %(ranked)s.",
            total=place["shown"],
            rank=place["rank"],
            ranked=ranked,
        ),
    ]
    if place["tied_with"]:
        steps.append(
            plural(
                "One other proposal has exactly the same total; the order was decided by %(rule)s.",
                "%(num)s others have exactly the same total; the order was decided by %(rule)s.",
                len(place["tied_with"]),
                rule=tie_words(place["decided_by"], labels) or _("no rule: they stay equal"),
            )
        )
    steps.append(reason)
    if departure:
        steps.append(_("Departure from the rule: %(reason)s", reason=departure))
    steps += [
        _("%(funder)s pays %(amount)s of it.", funder=funder, amount=amount)
        for funder, amount in sources
    ]
    return steps
