"""How the proposals that are open to somebody stand: plain data in, plain data out, for a job.

Nothing of a closed proposal goes in, so nothing of it can come out: not by a gap in the ranks, not
by a severity estimated from its reviews, not by the place it would have taken above the line.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.allocation import calibrating, computing, troubles, whatif
from app.allocation.computing import Data
from app.allocation.for_panels import drawn
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
    draw: Data = field(default_factory=dict)  # drawn.stated

    @property
    def sha256(self) -> str:
        told: list[object] = [self.inputs, sorted(self.people.items()), dict(self.titles)]
        told += [[one.number, one.terms, one.rule] for one in self.tried]
        told += [list(self.earmarked), self.draw]
        return _sha256(told)

    def sha256_of_calibration(self, places: int) -> str:
        return _sha256([self.inputs, sorted(self.people.items()), places])


def _sha256(told: object) -> str:
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
    told = [(one["proposal"], json.dumps(one["grades"], sort_keys=True)) for one in kept]
    who = [
        people.get((one["proposal"], one["seat"]), f"{one['proposal']} {one['seat']}")
        for one in kept
    ]
    names = _by_what_they_wrote(who, told)
    order = sorted(range(len(kept)), key=lambda at: (told[at], names[who[at]]))
    reviews, wrote = [], {}
    for place, at in enumerate(order):
        seat = f"S{place:05d}"
        wrote[kept[at]["proposal"], seat] = names[who[at]]
        reviews.append({**kept[at], "seat": seat})
    return {**inputs, "reviews": reviews}, wrote


def _by_what_they_wrote(who: Sequence[str], told: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Name people by all that each wrote; who wrote the very same can be exchanged."""
    wrote: dict[str, list[tuple[str, str]]] = {}
    for person, review in zip(who, told, strict=True):
        wrote.setdefault(person, []).append(review)
    in_order = sorted(wrote, key=lambda person: sorted(wrote[person]))
    return {person: f"R{place:05d}" for place, person in enumerate(in_order)}


def computed(given: Given, asks: Mapping[str, int], before: Data, beat: Callable[[], None]) -> Data:
    """Return ranking, calibration, draw and what each rule gives; `beat` is called between steps.

    `before` is what was computed of the same choice: its calibration is taken over where it holds.
    """
    ranked = computing.ranking_result(given.inputs)
    found: Data = {
        "titles": dict(given.titles),
        "asks": dict(asks),
        "ranked": ranked,
        "places": 0,
        "calibration": None,
        "tried": [],
        "earmarked": list(given.earmarked),
        "draw": {},
    }
    if not ranked["places"]:
        return found
    own = next(one for one in given.tried if one.number == OWN)
    found["places"] = _places(ranked, own.rule)
    _calibrate(found, given, before, beat)
    calibration = found["calibration"]
    found["draw"] = drawn.again(given.draw, calibration, found["places"], ranked, own.rule)
    found["tried"] = [_tried(given, found, one, beat) for one in given.tried]
    return found


def _calibrate(found: Data, given: Given, before: Data, beat: Callable[[], None]) -> None:
    """Put in the calibration: another rule or a draw leaves the one that is there as it is."""
    found["calibrated_of"] = given.sha256_of_calibration(found["places"])
    if before.get("calibrated_of") == found["calibrated_of"]:
        found["calibration"] = before["calibration"]
        return
    made = calibrating.calibration_result(given.inputs, given.people, found["places"], beat)
    found["calibration"] = {name: made[name] for name in ("proposals", "flags", "graph", "line")}


def _places(ranked: Data, rule: Data) -> int:
    if not rule:
        return 0
    try:
        lines = computing.by_rule(ranked, rule)["lines"]
    except (InputError, ValueError):
        return 0  # the rule cannot be carried out: intervals are shown all the same
    return sum(line["decision"] == "award" for line in lines)


def _tried(given: Given, found: Data, one: Tried, beat: Callable[[], None]) -> Data:
    rule, ranked = one.rule, found["ranked"]
    told: Data = {"number": one.number, "terms": one.terms, "rule": {}, "result": {}}
    if not rule:
        return {**told, "trouble": one.trouble}
    if one.order_by is OrderBy.CALIBRATED:
        rule = {**rule, **calibrating.order_of(found["calibration"], given.inputs["call"])}
    if one.number == OWN:
        rule = {**rule, **drawn.followed(found["draw"])}
    told["rule"] = {name: rule[name] for name in ("budget_minor", "lower_is_better")}
    try:
        gives = whatif.explored(ranked, given.inputs, rule, given.people, lambda _percent: beat())
    except (InputError, ValueError) as error:
        return {**told, "trouble": troubles.words_of(error, rule)}
    lines = [_without_payers(line) for line in gives["lines"]]
    return {**told, "result": {**gives, "lines": lines}, "trouble": ""}


def _without_payers(line: Data) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name != "sources"}
