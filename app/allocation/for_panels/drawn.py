"""The draw at the funding line among the proposals that are open to somebody: from the same public
value, as if there were no others. Plain data in, plain data out, for a job.

The list and the record of the whole draw name every proposal, its hash can be tried out, and each
chance tells how many share the places; so none of these is shown.
"""

from app.allocation import computing, drawing
from app.allocation.computing import Data
from app.allocation.models import Draw
from scoring.allocation import refused_because
from scoring.errors import InputError


def stated(draw: Draw | None) -> Data:
    """Return what a draw is held by, apart from who takes part: its value once it is held."""
    if draw is None:
        return {}
    told = {"label": draw.label, "mode": draw.entrants["mode"]}
    held = draw.held_at is not None
    return {**told, "randomness": draw.record["randomness"]} if held else told


def again(told: Data, calibration: Data, places: int, ranked: Data, rule: Data) -> Data:
    """Return list, chances and, once it is held, the record of the draw on these proposals.

    Nothing where nobody of them would have to be drawn, whatever was drawn among all.
    """
    if not told or not rule or not calibration["line"]:
        return {}
    try:
        out = _kept_out(ranked, rule)
        stated = drawing.entrants(told["label"], told["mode"], places, calibration, out)
        found = drawing.chances(stated)
        if all(chance in {"0/1", "1/1"} for chance in found["probabilities"].values()):
            return {}
        if "randomness" in told:
            found = drawing.held(stated, {"randomness": told["randomness"]}, [])
    except (InputError, ValueError):
        return {}
    return {"record": found, "held": "randomness" in told}


def _kept_out(ranked: Data, rule: Data) -> frozenset[str]:
    threshold = computing.scoring_rule(rule).threshold
    entries = computing.entries_of(ranked, rule)
    return frozenset(one.id for one in entries if refused_because(one, threshold) is not None)


def followed(found: Data) -> Data:
    """Return what a draw that was held adds to a rule."""
    if not found.get("held"):
        return {}
    record = found["record"]
    return {"draw": {name: record[name] for name in ("surely", "selected")}}
