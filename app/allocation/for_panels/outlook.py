"""How the proposals that are open to somebody stand: plain data in, plain data out, for a job.

Nothing of a closed proposal goes in, so nothing of it can come out: not by a gap in the ranks, not
by a severity estimated from its reviews, not by the place it would have taken above the line.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.allocation import calibrating, computing, troubles, whatif
from app.allocation.computing import Data
from app.calls.award_rule import OrderBy
from scoring.errors import InputError

OWN = 0  # number of the call's own rule among those tried


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule to carry out: its number, its terms as they are kept, and the rule with the money, or
    why it cannot be."""

    number: int
    terms: Data
    rule: Data
    order_by: OrderBy
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """All that an outlook is computed from: reviews without the letters of seats."""

    inputs: Data
    people: calibrating.Seats
    titles: Mapping[str, str]
    tried: Sequence[Tried]
    earmarked: Sequence[Data] = ()  # blind.earmarked

    @property
    def sha256(self) -> str:
        told: list[object] = [self.inputs, sorted(self.people.items()), dict(self.titles)]
        told += [[one.number, one.terms, one.rule] for one in self.tried]
        told.append(list(self.earmarked))
        text = json.dumps(told, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def open_inputs(
    inputs: Data, people: calibrating.Seats, numbers: Collection[str]
) -> tuple[Data, calibrating.Seats]:
    """Return the inputs of a ranking with the reviews of these proposals alone, and which of these
    one person wrote.

    Seats are lettered and people numbered anew, by what was graded: names drawn at random, or over
    all proposals, would let what is closed shine through in the order of the draws.
    """
    kept = [one for one in inputs["reviews"] if one["proposal"] in numbers]
    kept.sort(key=lambda one: (one["proposal"], json.dumps(one["grades"], sort_keys=True)))
    names: dict[str, str] = {}
    reviews, wrote = [], {}
    for place, one in enumerate(kept):
        seat = f"S{place:05d}"
        who = people.get((one["proposal"], one["seat"]), f"{one['proposal']} {one['seat']}")
        wrote[one["proposal"], seat] = names.setdefault(who, f"R{len(names):05d}")
        reviews.append({**one, "seat": seat})
    return {**inputs, "reviews": reviews}, wrote


def computed(given: Given, asks: Mapping[str, int], beat: Callable[[], None]) -> Data:
    """Return ranking, calibration and what each rule gives; `beat` is called between steps."""
    ranked = computing.ranking_result(given.inputs)
    found: Data = {
        "titles": dict(given.titles),
        "asks": dict(asks),
        "ranked": ranked,
        "places": 0,
        "calibration": None,
        "tried": [],
        "earmarked": list(given.earmarked),
    }
    if not ranked["places"]:
        return found
    own = next(one for one in given.tried if one.number == OWN)
    found["places"] = _places(ranked, own.rule)
    calibration = calibrating.calibration_result(given.inputs, given.people, found["places"], beat)
    found["calibration"] = {
        name: calibration[name] for name in ("proposals", "flags", "graph", "line")
    }
    found["tried"] = [_tried(given, ranked, calibration, one, beat) for one in given.tried]
    return found


def _places(ranked: Data, rule: Data) -> int:
    if not rule:
        return 0
    try:
        lines = computing.by_rule(ranked, rule)["lines"]
    except (InputError, ValueError):
        return 0  # the rule cannot be carried out: intervals are shown all the same
    return sum(line["decision"] == "award" for line in lines)


def _tried(
    given: Given, ranked: Data, calibration: Data, one: Tried, beat: Callable[[], None]
) -> Data:
    rule = one.rule
    told: Data = {"number": one.number, "terms": one.terms, "rule": {}, "result": {}}
    if not rule:
        return {**told, "trouble": one.trouble}
    if one.order_by is OrderBy.CALIBRATED:
        rule = {**rule, **calibrating.order_of(calibration, given.inputs["call"])}
    told["rule"] = {name: rule[name] for name in ("budget_minor", "lower_is_better")}
    try:
        found = whatif.explored(ranked, given.inputs, rule, given.people, lambda _percent: beat())
    except (InputError, ValueError) as error:
        return {**told, "trouble": troubles.words_of(error, rule)}
    lines = [_without_payers(line) for line in found["lines"]]
    return {**told, "result": {**found, "lines": lines}, "trouble": ""}


def _without_payers(line: Data) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name != "sources"}
