"""Holds a draw from start to finish and writes down everything needed to repeat it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

from scoring.draw.intervals import Interval
from scoring.draw.merit import guaranteed, merit_lottery
from scoring.draw.rational import published_chances
from scoring.draw.seed import PastDraw, refuse_second_draw
from scoring.draw.systematic import Drawing, draw_places
from scoring.draw.uniform import uniform_lottery
from scoring.errors import InputError

Mode = Literal["merit", "uniform"]


@dataclass(frozen=True, slots=True)
class Chances:
    """Exact probabilities by id, and what they guarantee.

    `value` is the expected number of true top-k proposals funded at least; `best_value` the most
    that any lottery guarantees.
    """

    probabilities: dict[str, Fraction]
    value: float
    best_value: float


@dataclass(frozen=True, slots=True)
class Result:
    """A draw that was held: those certain beforehand, the drawing, and all that are selected."""

    chances: Chances
    drawing: Drawing
    surely: tuple[str, ...]
    selected: tuple[str, ...]


def chances(intervals: Sequence[Interval], k: int, mode: Mode) -> Chances:
    """Return the published probabilities of a call for k places, before any draw."""
    ids = [one.id for one in intervals]
    seen: set[str] = set()
    for row, name in enumerate(ids):
        if name in seen:
            raise InputError(f"entrant {name} stands twice (entry {row + 1}); list each once")
        seen.add(name)
    best = merit_lottery(intervals, k)
    if mode == "merit":
        exact = published_chances(ids, best.p, k)
    else:
        exact = dict(zip(ids, uniform_lottery(intervals, k), strict=True))
    exact = {name: exact[name] for name in sorted(exact)}
    p = np.array([float(exact[name]) for name in ids])
    return Chances(exact, guaranteed(intervals, k, p), best.best)


def hold(found: Chances, seed: bytes, label: str, past: Sequence[PastDraw] = ()) -> Result:
    """Draw once. A label or a seed that was used before is refused."""
    refuse_second_draw(label, seed, past)
    open_ids = {name: p for name, p in found.probabilities.items() if 0 < p < 1}
    surely = tuple(name for name, p in found.probabilities.items() if p == 1)
    drawing = draw_places(open_ids, seed, label)
    return Result(found, drawing, surely, tuple(sorted([*surely, *drawing.selected])))
