"""Why an applicant got what they got, frozen at the release: their own figures, and of others only
what is nobody's in particular."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from app.allocation.computing import Data

# Of others' grades nothing is told where fewer are funded besides one's own: a quartile of few is
# somebody's grade, and with one or two awards even the line is.
FEWEST_OTHERS = 5
FEWEST_FUNDED = 3
STEP = Decimal("0.1")


def line_shown(funded: Sequence[Data]) -> str:
    """Return the last total that was funded, where enough were that it is nobody's secret."""
    return str(funded[-1]["shown"]) if len(funded) >= FEWEST_FUNDED else ""


def beside_funded(place: Data, funded: Sequence[Data]) -> dict[str, list[str]]:
    """Return, by criterion, the quartiles of the means of the funded others, coarsely; nothing
    where they are few."""
    others = [one for one in funded if one["proposal"] != place["proposal"]]
    found = {}
    for key in place["means"]:
        means = sorted(Decimal(one["means"][key]) for one in others if one["means"][key])
        if len(means) >= FEWEST_OTHERS:
            last = len(means) - 1
            found[key] = [str(means[last * part // 4].quantize(STEP)) for part in (1, 2, 3)]
    return found


def interval_of(calibration: Data | None, places: int, number: str) -> Data | None:
    """Return where one proposal could stand, beside how many could be funded."""
    known: Mapping[str, Data] = (
        {one["id"]: one for one in calibration["proposals"]} if calibration else {}
    )
    one = known.get(number)
    if one is None or places <= 0:
        return None
    low, high = (int(at) for at in one["rank_90"])
    side = "above" if high <= places else "below" if low > places else "across"
    return {
        "half": [int(at) for at in one["rank_50"]],
        "most": [low, high],
        "expected": f"{one['expected_rank']:.1f}",
        "places": places,
        "of": len(known),
        "side": side,
    }


def drawn(record: Data, number: str) -> Data | None:
    """Return the chance somebody had in a draw and how it fell; nothing for those not in it."""
    chance = record.get("probabilities", {}).get(number)
    if chance is None or str(chance) in {"0", "1", "0/1", "1/1"}:
        return None
    return {"chance": str(chance), "selected": number in record.get("selected", [])}
