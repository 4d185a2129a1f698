"""PROBLEM.json of the stability command: how many places, or how money is allocated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scoring.allocation import Decision, Entry, allocate_by_rank
from scoring.allocation.document import Request, request_from
from scoring.allocation.optimum import optimise
from scoring.allocation.programme import Objective
from scoring.errors import InputError
from scoring.fields import exact
from scoring.reading import told
from scoring.stability.decisions import Decide, first


@dataclass(frozen=True, slots=True)
class Problem:
    """The decision that is tested, and the weight ranges it should withstand, if given.

    `quick` decisions take no solver, so that a thousand of them are nothing.
    """

    decide: Decide
    weight_ranges: Mapping[str, Sequence[float]] | None
    quick: bool = True


def problem_from(content: object, ids: Sequence[str]) -> Problem:
    """Return the problem in the content of a PROBLEM.json for the proposals `ids`.

    Either `{"k": 11}`, or a problem of `allocate`. There the order of the scores takes the place of
    the merits: the best proposal gets the highest of the given merits, and so on; under the
    objective “rank” merits and currency may be left out. `weight_ranges` `{key: [low, high]}` may
    be added to either.
    """
    if not isinstance(content, dict):
        raise InputError("There must be an object with names and values in the problem file.")
    ranges = content.get("weight_ranges")
    if ranges is not None:
        _check_ranges(ranges)
    if "k" in content:
        return Problem(_first_k(content["k"]), ranges)
    request = request_from(_completed(content))
    _check_amounts(request, ids)
    if request.programme.objective is Objective.RANK and not _has_rules(request):
        return Problem(_down_the_ranking(request), ranges)
    return Problem(_optimum(request), ranges, quick=False)


def _check_ranges(ranges: object) -> None:
    named = ranges.items() if isinstance(ranges, dict) else [("", None)]
    for key, pair in named:
        if not isinstance(pair, list) or len(pair) != len(("low", "high")):
            raise InputError("“weight_ranges” must give [low, high] for each criterion it names.")
        for end in pair:
            exact(end, f"an end of the weight range “{key}”")


def _first_k(k: object) -> Decide:
    if isinstance(k, bool) or not isinstance(k, int):
        raise InputError(f"“k” is {told(k)}; give a whole number of places.")
    return first(k)


def _completed(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the content with what the objective “rank” does not need filled in."""
    rule, proposals = content.get("rule"), content.get("proposals")
    by_rank = not isinstance(rule, dict) or rule.get("objective", "rank") == "rank"
    if not by_rank:
        return content
    if isinstance(proposals, list):
        proposals = [{"merit": 0, **one} if isinstance(one, dict) else one for one in proposals]
    return {"currency": "XXX", **content, "proposals": proposals}


def _check_amounts(request: Request, ids: Sequence[str]) -> None:
    known = {candidate.id for candidate in request.programme.candidates}
    for proposal in ids:
        if proposal not in known:
            raise InputError(f"The problem file has no amount for the proposal “{proposal}”.")
    for proposal in sorted(known - set(ids)):
        raise InputError(f"The proposal “{proposal}” of the problem file has no review.")


def _has_rules(request: Request) -> bool:
    one = request.programme
    return bool(one.constraints or one.exclusive or one.requires or one.forced)


def _down_the_ranking(request: Request) -> Decide:
    programme = request.programme
    entries = {
        one.id: Entry(one.id, one.ask_minor, one.minimum_minor, attributes=one.attributes)
        for one in programme.candidates
    }

    def decide(order: Sequence[str]) -> frozenset[str]:
        allocation = allocate_by_rank(
            [entries[proposal] for proposal in order],
            programme.budget_minor,
            when_unaffordable=request.when_unaffordable,
            contributions=programme.contributions or None,
        )
        return frozenset(line.id for line in allocation.lines if line.decision is Decision.AWARD)

    return decide


def _optimum(request: Request) -> Decide:
    programme = request.programme
    count = len(programme.candidates)
    if programme.objective is Objective.RANK:
        merits = list(range(count, 0, -1))
    else:
        merits = sorted((one.merit for one in programme.candidates), reverse=True)
    known: dict[tuple[str, ...], frozenset[str]] = {}

    def decide(order: Sequence[str]) -> frozenset[str]:
        key = tuple(order)
        if key not in known:
            worth = dict(zip(order, merits, strict=True))
            candidates = tuple(replace(one, merit=worth[one.id]) for one in programme.candidates)
            found = optimise(replace(programme, candidates=candidates), seed=request.seed)
            known[key] = frozenset(one.id for one in found.funded)
        return known[key]

    return decide
