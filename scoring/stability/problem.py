"""PROBLEM.json of the stability command: how many places, or how much money down the ranking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from scoring.allocation import Contribution, Decision, Entry, allocate_by_rank
from scoring.errors import InputError
from scoring.stability.decisions import Decide, first


@dataclass(frozen=True, slots=True)
class Problem:
    """The decision that is tested, and the weight ranges it should withstand, if given."""

    decide: Decide
    weight_ranges: Mapping[str, Sequence[float]] | None


def problem_from(content: object, ids: Sequence[str]) -> Problem:
    """Return the problem in the content of a PROBLEM.json for the proposals `ids`.

    Either `{"k": 11}`, or an allocation problem whose rule has the objective “rank”
    (`budget_minor` or `contributions`, `proposals` with `id` and `ask_minor`, optionally
    `rule.when_unaffordable` “stop” or “skip”). `weight_ranges` `{key: [low, high]}` may be added.
    """
    if not isinstance(content, dict):
        raise InputError("There must be an object with names and values in the problem file.")
    ranges = content.get("weight_ranges")
    if ranges is not None:
        _check_ranges(ranges)
    decide = _first_k(content["k"]) if "k" in content else _money(content, ids)
    return Problem(decide, ranges)


def _check_ranges(ranges: object) -> None:
    pairs = ranges.values() if isinstance(ranges, dict) else [None]
    for pair in pairs:
        if not isinstance(pair, list) or len(pair) != len(("low", "high")):
            raise InputError("“weight_ranges” must give [low, high] for each criterion it names.")


def _first_k(k: object) -> Decide:
    if isinstance(k, bool) or not isinstance(k, int):
        raise InputError(f"“k” is {k!r}; give a whole number of places.")
    return first(k)


def _money(content: Mapping[str, Any], ids: Sequence[str]) -> Decide:
    rule = content.get("rule", {})
    objective = rule.get("objective", "rank")
    if objective != "rank" or rule.get("constraints"):
        raise InputError(
            "Stability is computed for the objective “rank” without constraints; "
            f"here the objective is “{objective}”. Give a rank rule, or “k”."
        )
    entries = {item["id"]: _entry(item) for item in _listed(content, "proposals")}
    for proposal in ids:
        if proposal not in entries:
            raise InputError(f"The problem file has no amount for the proposal “{proposal}”.")
    pots = [_pot(item) for item in content.get("contributions", [])]
    budget = content.get("budget_minor", sum(pot.amount_minor for pot in pots))
    handling = cast("Literal['stop', 'skip']", rule.get("when_unaffordable", "stop"))

    def decide(order: Sequence[str]) -> frozenset[str]:
        allocation = allocate_by_rank(
            [entries[proposal] for proposal in order],
            budget,
            when_unaffordable=handling,
            contributions=pots or None,
        )
        return frozenset(line.id for line in allocation.lines if line.decision is Decision.AWARD)

    return decide


def _listed(content: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    items = content.get(name)
    if not isinstance(items, list) or not all(isinstance(i, dict) and "id" in i for i in items):
        raise InputError(f"“{name}” must be a list of objects, each with an “id”.")
    return items


def _entry(item: Mapping[str, Any]) -> Entry:
    if "ask_minor" not in item:
        raise InputError(f"The proposal “{item['id']}” has no “ask_minor”; give the amount.")
    return Entry(
        id=item["id"],
        ask_minor=item["ask_minor"],
        minimum_minor=item.get("minimum_minor"),
        attributes=item.get("attributes", {}),
    )


def _pot(item: Mapping[str, Any]) -> Contribution:
    for name in ("id", "amount_minor"):
        if name not in item:
            raise InputError(f"A contribution has no “{name}”; add it.")
    return Contribution(item["id"], item["amount_minor"], item.get("earmark") or {})
