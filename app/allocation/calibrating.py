"""How severe each reviewer is, and where each proposal could stand: by `scoring`, from plain data.

numpy is heavy, so this is for jobs: pages read what was kept.
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from app.allocation.computing import Data

if TYPE_CHECKING:
    from scoring.tables import Review, Rules

DRAWS, SEED = 100_000, 2026
Seats = Mapping[tuple[str, str], str]  # proposal and seat -> one name for each reviewer


def calibration_result(
    inputs: Data, seats: Seats, k: int, beat: Callable[[], None] = lambda: None
) -> Data:
    """Return raw and calibrated scores, rank intervals and flags, as they are published.

    `inputs` are those of the ranking; `seats` says which seats one person holds (a seat that is
    not named is a person of its own); `k` is how many are funded. `beat` is called now and then
    while it works, and may end it by raising.
    """
    from scoring.ranking import as_json, rank_reviews  # noqa: PLC0415 - numpy is for jobs alone

    reviews, rules = reviews_of(inputs, seats)
    ranked = rank_reviews(reviews, rules, _options(k), progress=lambda _sentence: beat())
    found: Data = _plain(as_json(ranked))
    return found


def _options(k: int):  # type: ignore[no-untyped-def]  # noqa: ANN202 - of scoring, loaded late
    from scoring.ranking import Options  # noqa: PLC0415

    return Options(k=k, draws=DRAWS, seed=SEED)


def _plain(value: object):  # type: ignore[no-untyped-def]  # noqa: ANN202 - any JSON
    """Return JSON as it reads back: tuples are lists."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def stated(k: int) -> Data:
    """Return what a bundle states of it, so that anyone gets the same."""
    return {"k": k, "mode": "default", "draws": DRAWS, "seed": SEED}


def reviews_of(inputs: Data, seats: Seats) -> tuple[list["Review"], "Rules"]:
    """Read the reviews of a ranking by way of the table that `python -m scoring` reads."""
    from scoring.tables import reviews_from, rules_from  # noqa: PLC0415

    scale = {name: Decimal(value) for name, value in inputs["scale"].items()}
    criteria = [
        {"key": c["key"], "label": c["label"], "weight": Decimal(c["weight"])}
        for c in inputs["criteria"]
    ]
    rules = rules_from({"scale": scale, "criteria": criteria})
    keys = [c["key"] for c in criteria]
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["proposal_id", "reviewer_id", *keys])
    for review in inputs["reviews"]:
        place = (review["proposal"], review["seat"])
        cells = [review["grades"].get(key) for key in keys]
        who = seats.get(place, "/".join(place))
        table.writerow([place[0], who, *("" if cell is None else cell for cell in cells)])
    text.seek(0)
    return reviews_from(text, rules), rules


def order_by_expected_rank(result: Data, call: str) -> list[str]:
    """Return the proposals by expected rank, equals by the published hash, as a replay does."""
    from scoring.replay import hash_of  # noqa: PLC0415

    place = {one["id"]: one["expected_rank"] for one in result["proposals"]}
    return sorted(place, key=lambda one: (place[one], hash_of([call, one])))


def order_of(result: Data, call: str) -> Data:
    """Return the order and the merits that follow from a calibration."""
    return {
        "order": order_by_expected_rank(result, call),
        "merits": merits_by_expected_rank(result),
    }


def merits_by_expected_rank(result: Data) -> list[Data]:
    from scoring.allocation.decide import rank_points  # noqa: PLC0415

    count = len(result["proposals"])
    return [
        {
            "proposal": one["id"],
            "points": rank_points(Fraction(str(one["expected_rank"])), count),
        }
        for one in sorted(result["proposals"], key=lambda one: str(one["id"]))
    ]


def survival(
    inputs: Data,
    seats: Seats,
    decide: Callable[[Sequence[str]], frozenset[str]],
    *,
    draws: int,
    seed: int = SEED,
) -> dict[str, float]:
    """Return how often each proposal is funded when its reviews are drawn anew from its own."""
    from scoring.publishing import SHARES, published  # noqa: PLC0415
    from scoring.stability.ballot import ballot_from  # noqa: PLC0415
    from scoring.stability.bootstrap import over_reviews  # noqa: PLC0415

    reviews, rules = reviews_of(inputs, seats)
    ballot = ballot_from(reviews, rules)
    shares = over_reviews(ballot, decide, draws=draws, seed=seed)
    return {
        name: published(float(share), SHARES)
        for name, share in zip(ballot.ids, shares, strict=True)
    }
