"""What a rule gives, what each part of it costs, and who moves: one rule beside the call's own.

Plain data in, plain data out; for jobs, since a rule with quotas takes a solver.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import count

from app.allocation import calibrating, computing, troubles
from app.allocation.computing import Data
from scoring.allocation import Decision
from scoring.allocation.decide import decide, prices_of, programme_of
from scoring.allocation.places.of_rule import turns_of
from scoring.allocation.programme import Objective

PLAIN_DRAWS, RULED_DRAWS, MOST_RULED = 1_000, 100, 120
Progress = Callable[[int], None]


def explored(
    ranking: Data,
    inputs: Data,
    rule: Data,
    seats: calibrating.Seats,
    progress: Progress = lambda _percent: None,
) -> Data:
    """Return lines, worth, prices, margins and survival of a rule.

    Raises ValueError (scoring.InputError among them) where the rule cannot be carried out.
    """
    result = computing.allocation_result(ranking, rule)
    progress(20)
    merits = _merits(ranking, inputs, rule)
    funded = {ln["proposal"]: ln["amount_minor"] for ln in result["lines"] if ln["amount_minor"]}
    return {
        **result,
        "merit": sum(merits[name] for name in funded),
        "prices": _prices(ranking, rule, merits, progress),
        "margins": _margins(ranking, rule, progress),
        "survival": _survival(ranking, inputs, rule, seats, merits=merits, progress=progress),
    }


def _merits(ranking: Data, inputs: Data, rule: Data) -> dict[str, int]:
    return computing.merits_of(ranking, {"scale": inputs["scale"], **rule})


def _prices(ranking: Data, rule: Data, merits: dict[str, int], progress: Progress) -> list[Data]:
    told = computing.scoring_rule(rule)
    if told.is_plain and not any(pot.earmark for pot in told.contributions):
        return []
    words = troubles.names(rule)
    found = prices_of(
        computing.entries_of(ranking, rule),
        merits,
        told,
        progress=lambda done, of: progress(20 + 40 * done // of),
    )
    return [
        {
            "name": words.get(one.name, one.name),
            "points": one.points,
            "enters": list(one.enters),
            "leaves": list(one.leaves),
        }
        for one in found
    ]


def _margins(ranking: Data, rule: Data, progress: Progress) -> list[Data]:
    """Return how far each decision is from turning: in points of merit where a sum is maximised;
    in rank order whom a proposal would have to pass, or who it, and how far off that one is."""
    told = computing.scoring_rule(rule)
    if told.objective is Objective.RANK:
        return _turns(ranking, rule, progress)
    from scoring.allocation.optimum import margins  # noqa: PLC0415 - numpy is for jobs alone

    entries, merits = computing.entries_of(ranking, rule), computing.merits_of(ranking, rule)
    found = margins(
        programme_of(entries, merits, told),
        progress=lambda done, of: progress(60 + 30 * done // of),
    )
    return [
        {
            "proposal": one.id,
            "points": one.points,
            "leaves": list(one.leaves),
            "enters": list(one.enters),
        }
        for one in found
    ]


def _turns(ranking: Data, rule: Data, progress: Progress) -> list[Data]:
    totals = {place["proposal"]: Fraction(place["total"]) for place in ranking["places"]}
    found = turns_of(
        computing.entries_of(ranking, rule),
        computing.scoring_rule(rule),
        progress=lambda done, of: progress(60 + 29 * done // of),
    )
    by_total = not rule.get("order")
    return [
        {
            "proposal": one.id,
            "other": one.other,
            "distance": f"{float(abs(totals[one.id] - totals[one.other])):.4f}"
            if one.other and by_total
            else "",
        }
        for one in found
    ]


def _survival(
    ranking: Data,
    inputs: Data,
    rule: Data,
    seats: calibrating.Seats,
    *,
    merits: dict[str, int],
    progress: Progress,
) -> Data:
    """Return how often each award survives: of fewer tries where each takes more than a look down
    the list, and only for short lists where it takes a solver."""
    told = computing.scoring_rule(rule)
    long = len(ranking["places"]) > MOST_RULED
    if long and not told.is_plain:
        return {"draws": 0, "shares": []}
    quick = told.is_plain and not (long and any(pot.earmark for pot in told.contributions))
    entries = {entry.id: entry for entry in computing.entries_of(ranking, rule)}
    by_merit = sorted(merits.values(), reverse=True)
    draws, done = PLAIN_DRAWS if quick else RULED_DRAWS, count()

    def funded(order: Sequence[str]) -> frozenset[str]:
        progress(90 + 9 * next(done) // draws)
        able = [entries[name] for name in order if name in entries]
        worth = dict(zip([entry.id for entry in able], by_merit, strict=False))
        found = decide(able, worth, told)
        return frozenset(ln.id for ln in found.lines if ln.decision is Decision.AWARD)

    shares = calibrating.survival(inputs, seats, funded, draws=draws)
    return {
        "draws": draws,
        "shares": [{"proposal": name, "share": share} for name, share in sorted(shares.items())],
    }


def moves(official: Data, other: Data) -> Data:
    """Return who is funded in one of two results alone, and whose amount differs."""
    before = {ln["proposal"]: ln for ln in official["lines"]}
    after = {ln["proposal"]: ln for ln in other["lines"]}
    found: Data = {"enters": [], "leaves": [], "changes": []}
    for name, line in after.items():
        was, now = before.get(name, {}).get("amount_minor", 0), line["amount_minor"]
        kind = "enters" if now and not was else "leaves" if was and not now else ""
        kind = kind or ("changes" if now != was else "")
        if kind:
            why = line["reason"]
            found[kind].append({"proposal": name, "was": was, "now": now, "why": why})
    return found
