"""A real panel: our ranks beside the published ones, and beside what was really funded.

    python -m bench.snsf_decisions [--json FILE] [--charts FOLDER]

Grades of 179 proposals of a Swiss National Science Foundation call. Needs the real data (it is
looked for where tests/realdata.py says). What is printed and drawn are counts: no row of the data.
"""

import argparse
import csv
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.scoring_held_out import DATA, MINT
from scoring.calibration.priors import Mode
from scoring.charts import Bar, Frame, bar_chart
from scoring.ranking import Options, Ranking, rank_reviews

FOLDER = DATA / "scores_snsf_mint"
TENTHS = 10


@dataclass(frozen=True, slots=True)
class Found:
    """Counts of proposals, and how the two orders agree."""

    proposals: int
    really_funded: int
    by_raw: int  # of those really funded, also funded down the raw means
    by_expected: int  # … down the expected ranks
    calibration_moves: int  # come in by expected rank instead of raw mean; as many go out
    surely: int  # told apart from the line, above it
    surely_and_really: int
    drawn_among: int  # cannot be told apart from the line
    places: int  # of the draw
    drawn_among_and_really: int
    below_and_really: int  # told apart, below it, and funded all the same
    correlation: float  # Spearman, of our expected rank with the published one
    largest_shift: int  # places between the two orders, of 179
    same_tenth: tuple[int, ...]  # of each tenth of the published order, in percent


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def found() -> Found:
    really = {row["proposal_id"] for row in _rows("grades.csv") if row["funded"] == "1"}
    published = {
        row["proposal_id"]: float(row["expected_rank"]) for row in _rows("expected_ranks.csv")
    }
    options = Options(k=len(really), mode=Mode.SNSF)
    return compared(rank_reviews(MINT.reviews(), MINT.rules(), options), really, published)


def compared(ranking: Ranking, really: set[str], published: dict[str, float]) -> Found:
    k = len(really)
    raw = {p.id for p in sorted(ranking.proposals, key=lambda p: (p.raw_rank, p.rank))[:k]}
    expected = {p.id for p in ranking.proposals if p.rank <= k}
    groups: dict[str, set[str]] = {"fund": set(), "draw": set(), "reject": set()}
    for one in ranking.proposals:
        groups[one.group or "reject"].add(one.id)
    ours = {p.id: p.expected_rank for p in ranking.proposals}
    mine, theirs = _places(ours), _places(published)
    count = len(ours)
    tenth = {name: place * TENTHS // count for name, place in theirs.items()}
    return Found(
        proposals=count,
        really_funded=k,
        by_raw=len(raw & really),
        by_expected=len(expected & really),
        calibration_moves=len(expected - raw),
        surely=len(groups["fund"]),
        surely_and_really=len(groups["fund"] & really),
        drawn_among=len(groups["draw"]),
        places=k - len(groups["fund"]),
        drawn_among_and_really=len(groups["draw"] & really),
        below_and_really=len(groups["reject"] & really),
        correlation=_spearman(mine, theirs),
        largest_shift=max(abs(mine[name] - theirs[name]) for name in ours),
        same_tenth=tuple(_same_share(n, tenth, mine, count) for n in range(TENTHS)),
    )


def _places(ranks: dict[str, float]) -> dict[str, int]:
    return {name: place for place, name in enumerate(sorted(ranks, key=lambda n: (ranks[n], n)))}


def _same_share(n: int, tenth: dict[str, int], mine: dict[str, int], count: int) -> int:
    names = [name for name, at in tenth.items() if at == n]
    return round(100 * sum(mine[name] * TENTHS // count == n for name in names) / len(names))


def _spearman(one: dict[str, int], other: dict[str, int]) -> float:
    count = len(one)
    squares = sum((one[name] - other[name]) ** 2 for name in one)
    return 1 - 6 * squares / (count * (count**2 - 1))


def decisions_chart(told: Found) -> str:
    rows = [
        Bar("really funded", told.really_funded, note=str(told.really_funded)),
        Bar("… by raw mean", told.by_raw, note=f"{told.by_raw} of these"),
        Bar(
            "… by expected rank",
            told.by_expected,
            note=f"{told.by_expected} of these",
        ),
        Bar("surely above", told.surely, note=f"{told.surely_and_really} of these"),
        Bar(
            "in the draw",
            told.drawn_among,
            note=f"{told.drawn_among_and_really} of these, {told.places} places",
        ),
        Bar("moved in", told.calibration_moves, note=f"{told.calibration_moves}, by calibration"),
    ]
    frame = Frame(
        title="What calibration and a draw would have changed",
        description=(
            f"{told.proposals} proposals, {told.really_funded} really funded. {told.by_raw} of "
            f"them stand above the line by raw mean, {told.by_expected} by expected rank. "
            f"{told.drawn_among} cannot be told apart from the line and would be drawn for "
            f"{told.places} places."
        ),
        axis="proposals",
        low=0,
        high=told.really_funded * 1.7,
        ticks_to=told.really_funded,
    )
    return bar_chart(frame, rows)


def agreement_chart(told: Found) -> str:
    rows = [
        Bar(f"tenth {n}", share, note=f"{share} %") for n, share in enumerate(told.same_tenth, 1)
    ]
    frame = Frame(
        title="Our order beside the published one",
        description=(
            "Of each tenth of the published order of expected ranks, how many of a hundred stand "
            f"in the same tenth by ours. Rank correlation {told.correlation:.3f}."
        ),
        axis="per cent in the same tenth",
        low=0,
        high=130,
        ticks_to=100,
    )
    return bar_chart(frame, rows)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--charts", type=Path)
    given = parser.parse_args(arguments)
    if not FOLDER.exists():
        print(f"Skipped: the real data is not at {FOLDER}; set EQUIPOISE_REAL_DATA.")
        return 0
    told = found()
    for name, value in asdict(told).items():
        print(f"{name.replace('_', ' ')}: {value}")
    if given.json:
        given.json.write_text(json.dumps(asdict(told)) + "\n", encoding="utf-8")
    if given.charts:
        for name, chart in (
            ("snsf-decisions", decisions_chart(told)),
            ("snsf-agreement", agreement_chart(told)),
        ):
            (given.charts / f"{name}.svg").write_text(chart, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
