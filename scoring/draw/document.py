"""ENTRANTS.json in, the published record of a draw out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

from scoring.draw.hold import Chances, Mode, Result, chances, hold
from scoring.draw.intervals import Interval, interval
from scoring.draw.seed import (
    Entry,
    PastDraw,
    commitment,
    drand_randomness,
    entered_randomness,
    from_hex,
    nist_randomness,
    seed_from_hex,
    seed_of,
)
from scoring.errors import InputError
from scoring.fields import Fields, exact
from scoring.publishing import published
from scoring.reading import told

METHOD = "merit-canonical/1"
_ENDS = (3, 4)


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be drawn. `randomness` and `seed` are both optional in the file."""

    intervals: tuple[Interval, ...]
    k: int
    mode: Mode
    label: str
    seed: bytes | None
    randomness: bytes | None
    past: tuple[PastDraw, ...]


def request_from(content: object) -> Request:
    """Read ENTRANTS.json.

    `intervals`: [id, low, high] or [id, low, high, point], higher is better; `k`; `mode`; `label`;
    `seed` (hex) or `public` (one of {"drand_signature"}, {"nist_output"}, {"randomness"},
    {"entries": [{"person", "secret", "promise"}, …]}), from which the seed is computed;
    `past`: [{"label", "seed"}] of draws that were held before.
    """
    fields = Fields(content, "the entrants file")
    return Request(
        intervals=tuple(_interval(item, row) for row, item in enumerate(fields.items("intervals"))),
        k=fields.whole("k"),
        mode=cast("Mode", fields.choice("mode", ["merit", "uniform"], "merit")),
        label=fields.text("label"),
        seed=seed_from_hex(fields.text("seed")) if fields.has("seed") else None,
        randomness=_randomness(fields) if fields.has("public") else None,
        past=tuple(PastDraw(one.text("label"), one.text("seed")) for one in past_of(fields)),
    )


def past_of(fields: Fields) -> list[Fields]:
    """Return the draws that were held before."""
    return list(fields.objects("past", optional=True))


def _interval(item: object, row: int) -> Interval:
    where = f"intervals[{row}]"
    if not isinstance(item, list) or len(item) not in _ENDS or not _is_id(item[0]):
        raise InputError(
            f"{where} is {told(item)}; write [id, low, high] or [id, low, high, point]"
        )
    return interval(item[0], *(exact(end, f"{where} ({item[0]})") for end in item[1:]))


def _is_id(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _randomness(fields: Fields) -> bytes:
    public = Fields(fields.content["public"], "“public”")
    if public.has("drand_signature"):
        return drand_randomness(public.text("drand_signature"))
    if public.has("nist_output"):
        return nist_randomness(public.text("nist_output"))
    if public.has("entries"):
        return entered_randomness(
            [
                Entry(one.text("person"), one.text("secret"), one.text("promise"))
                for one in public.objects("entries")
            ]
        )
    return from_hex(public.text("randomness"), "the public randomness")


def entrants_of(request: Request, found: Chances) -> dict[str, object]:
    """Return what is committed to before the draw: every number as text, entrants sorted."""
    return {
        "method": METHOD,
        "label": request.label,
        "mode": request.mode,
        "k": request.k,
        "intervals": [
            [one.id, str(one.low), str(one.high), str(one.best_guess)]
            for one in sorted(request.intervals, key=lambda one: one.id)
        ],
        "probabilities": as_text(found.probabilities),
    }


def as_text(probabilities: Mapping[str, Fraction]) -> dict[str, str]:
    """Spell exact probabilities as "a/b"."""
    return {name: f"{p.numerator}/{p.denominator}" for name, p in probabilities.items()}


def draw_from(request: Request, more_past: Sequence[PastDraw] = ()) -> dict[str, object]:
    """Hold the draw and return its record; without a seed or public value only the chances."""
    found = chances(request.intervals, request.k, request.mode)
    entrants = entrants_of(request, found)
    committed = commitment(entrants)
    record: dict[str, object] = {
        "label": request.label,
        "mode": request.mode,
        "k": request.k,
        "value": published(found.value, 6),
        "value_per_place": published(found.value / request.k, 6) if request.k else None,
        "best_value": published(found.best_value, 6),
        "probabilities": as_text(found.probabilities),
        "surely": [name for name, p in found.probabilities.items() if p == 1],
        "commitment": committed.hex(),
        "entrants": entrants,
    }
    seed = _seed(request, committed)
    if seed is None:
        return record
    held = hold(found, seed, request.label, [*request.past, *more_past])
    return {
        **record,
        "randomness": request.randomness.hex() if request.randomness else None,
        "seed": seed.hex(),
        "order": list(held.drawing.order),
        "start": f"{held.drawing.start.numerator}/{held.drawing.start.denominator}",
        "drawn": list(held.drawing.selected),
        "selected": list(held.selected),
        "transcript": transcript(held, seed, committed),
    }


def _seed(request: Request, committed: bytes) -> bytes | None:
    if request.randomness is None:
        return request.seed
    seed = seed_of(committed, request.randomness)
    if request.seed not in {None, seed}:
        raise InputError(
            f"the seed given is not the one that follows from the public value ({seed.hex()}); "
            "leave the seed out"
        )
    return seed


def transcript(held: Result, seed: bytes, committed: bytes) -> list[str]:
    """Tell the draw step by step, so that a reader can repeat it by hand."""
    p = held.chances.probabilities
    lines = [
        f"commitment (SHA-256 of the entrants): {committed.hex()}",
        f"seed: {seed.hex()}",
        f"certain without a draw: {', '.join(held.surely) or 'nobody'}",
        f"chance order: {', '.join(held.drawing.order) or 'nobody is drawn'}",
        f"start u: {held.drawing.start}",
    ]
    end = Fraction(0)
    for name in held.drawing.order:
        begin, end = end, end + p[name]
        hit = "selected" if name in held.drawing.selected else "not selected"
        lines.append(f"{name}: {begin} to {end}: {hit}")
    return lines
