"""The published ranking: raw and calibrated side by side, with what is uncertain about it.

All figures here are rounded (publishing.py). Whatever follows – line, draw, allocation – starts
from these figures and from nothing else.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from scoring import weighting
from scoring.calibration.additive import Calibration, calibrate, silent
from scoring.calibration.connection import Connection, connection
from scoring.calibration.design import design_from
from scoring.calibration.flags import Flag, flags
from scoring.calibration.line import Line, draw_line
from scoring.calibration.offer import scale_use_offer
from scoring.calibration.priors import Mode
from scoring.calibration.rank_law import RankLaw, rank_law
from scoring.errors import InputError
from scoring.publishing import POINTS, RANKS, SHARES, published, tie_classes
from scoring.tables import Review, Rules
from scoring.weighting import Place

SAME_RANK = 1e-6
"""Expected ranks that differ by less are one tie class (SCORING.md §2.5)."""

QUARTILES, NINETY = (0.25, 0.75), (0.05, 0.95)
DRAWS, SEED = 100_000, 2026


@dataclass(frozen=True, slots=True)
class Options:
    """How to rank: `k` places to fund (`None`: no line), the model, and the seeded draws.

    `scale_use` asks whether Model B is worth offering, too.
    """

    k: int | None = None
    mode: Mode = Mode.DEFAULT
    draws: int = DRAWS
    seed: int = SEED
    scale_use: bool = False

    def __post_init__(self) -> None:
        if self.k is not None and self.k < 0:
            raise InputError(f"The number of places is {self.k}; it cannot be negative.")
        if self.draws < 1:
            raise InputError(f"The number of draws is {self.draws}; take at least 1.")
        if self.seed < 0:
            raise InputError(f"The seed is {self.seed}; take a whole number from 0 on.")


@dataclass(frozen=True, slots=True)
class RankedProposal:
    """One line of the published ranking; scores on the call's own scale.

    `calibrated` is μ + θ; `percentile` is 100 (expected rank - ½) / n. `rank` orders by expected
    rank, ties sharing a place. `unsettled` names the interval ends (percent) that could be another
    rank by mere chance of the draws.
    """

    id: str
    raw: float
    raw_exact: Fraction
    raw_rank: int
    calibrated: float
    sd: float
    expected_rank: float
    percentile: float
    rank: int
    tied_with: tuple[str, ...]
    rank_50: tuple[int, int]
    rank_90: tuple[int, int]
    p_top_k: float | None
    reviews: int
    piece: int
    unsettled: tuple[int, ...]
    ahead_of_line: float | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class RankedReviewer:
    """`severity`: points by which a reviewer's totals lie on the worse side (+) of the average."""

    id: str
    severity: float
    sd: float
    reviews: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """Everything that is published about a ranking."""

    options: Options
    scale: weighting.Scale
    mean: float
    proposals: tuple[RankedProposal, ...]
    reviewers: tuple[RankedReviewer, ...]
    panels: Mapping[str, float]
    variance: Mapping[str, tuple[float, float]]
    grid_change: float
    pieces: int
    bridges: int
    line: Line | None
    flags: tuple[Flag, ...]
    scale_use: Mapping[str, Any] | None = None


def raw_places(reviews: Sequence[Review], rules: Rules) -> list[Place]:
    """Return the places by exact weighted total, confidence counted as the rules say."""
    by_proposal: dict[str, list[Review]] = {}
    for review in reviews:
        by_proposal.setdefault(review.proposal, []).append(review)
    totals = {
        proposal: weighting.proposal_total(
            [review.total(rules) for review in group],
            confidences=[review.weight(rules) for review in group],
            allow_partial=rules.allow_partial,
        )
        for proposal, group in by_proposal.items()
    }
    return weighting.rank(totals, rules.scale)


def rank_reviews(
    reviews: Sequence[Review],
    rules: Rules,
    options: Options | None = None,
    progress: Callable[[str], None] = silent,
) -> Ranking:
    """Return the published ranking of all proposals in `reviews`.

    `progress` is told, in sentences, how far long work has come.
    """
    options = options or Options()
    calibration = calibrate(design_from(reviews, rules), options.mode, progress)
    progress(f"Drawing {options.draws} times for the rank intervals.")
    classes = tie_classes(list(calibration.expected_rank), tolerance=SAME_RANK)
    expected = _published_ranks(calibration, classes)
    law = rank_law(calibration, classes, draws=options.draws, seed=options.seed, progress=progress)
    graph = connection(calibration.design)
    line = None if options.k is None else draw_line(calibration.better, expected, options.k)
    raw = {place.id: place for place in raw_places(reviews, rules)}
    rows = _Rows(calibration, rules, law, graph, expected, raw, line, options)
    return Ranking(
        options=options,
        scale=rules.scale,
        mean=published(rows.sign * calibration.mean, POINTS),
        proposals=tuple(rows.proposals()),
        reviewers=tuple(rows.reviewers()),
        panels=rows.panels(),
        variance={
            name: (published(mean, POINTS), published(sd, POINTS))
            for name, (mean, sd) in calibration.variance_estimates().items()
        },
        grid_change=published(calibration.grid_change, 4),
        pieces=graph.pieces,
        bridges=graph.bridges,
        line=line,
        flags=(*flags(calibration, graph), *_partial_reviews(reviews, rules)),
        scale_use=(
            scale_use_offer(calibration, sign=rows.sign, seed=options.seed)
            if options.scale_use
            else None
        ),
    )


def _published_ranks(calibration: Calibration, classes: list[int]) -> list[float]:
    """Return the rounded expected ranks, the same for all members of a tie class."""
    first: dict[int, float] = {}
    for number, value in zip(classes, calibration.expected_rank, strict=True):
        first.setdefault(number, published(float(value), RANKS))
    return [first[number] for number in classes]


def _partial_reviews(reviews: Sequence[Review], rules: Rules) -> Iterator[Flag]:
    partial = [r for r in reviews if not r.total(rules).complete]
    if partial:
        counted = "count" if rules.allow_partial else "do not count"
        yield Flag(
            "partial_reviews",
            f"{len(partial)} reviews leave a criterion unjudged; by the rules of the call they "
            f"{counted}.",
            tuple(sorted(f"{review.proposal} by {review.reviewer}" for review in partial)),
        )


@dataclass(frozen=True, eq=False, slots=True)
class _Rows:
    """The lines of the published tables, each rounded once."""

    calibration: Calibration
    rules: Rules
    law: RankLaw
    graph: Connection
    expected: list[float]
    raw: Mapping[str, Place]
    line: Line | None
    options: Options

    @property
    def sign(self) -> int:
        return 1 if self.rules.scale.higher_is_better else -1

    def proposals(self) -> Iterator[RankedProposal]:
        ids = self.calibration.design.proposals
        order = sorted(range(len(ids)), key=lambda i: (self.expected[i], ids[i]))
        ordered = sorted(self.expected)
        equals: dict[float, list[int]] = {}
        for i in order:
            equals.setdefault(self.expected[i], []).append(i)
        ends = {level: self.law.quantile(level) for level in (*QUARTILES, *NINETY)}
        shaky = {level: set(self.law.unsettled(level)) for level in ends}
        counts = self.calibration.design.reviews_per_proposal
        top = None if self.options.k is None else self.law.within(self.options.k)
        for i in order:
            raw = self.raw[ids[i]]
            theta = float(self.calibration.quality.mean[i])
            yield RankedProposal(
                id=ids[i],
                raw=published(raw.total, POINTS),
                raw_exact=raw.total,
                raw_rank=raw.rank,
                calibrated=published(self.sign * (self.calibration.mean + theta), POINTS),
                sd=published(float(self.calibration.quality.sd[i]), POINTS),
                expected_rank=self.expected[i],
                percentile=published(100 * (self.expected[i] - 0.5) / len(ids), RANKS),
                rank=1 + bisect_left(ordered, self.expected[i]),
                tied_with=tuple(ids[j] for j in equals[self.expected[i]] if j != i),
                rank_50=(int(ends[0.25][i]), int(ends[0.75][i])),
                rank_90=(int(ends[0.05][i]), int(ends[0.95][i])),
                p_top_k=None if top is None else published(float(top[i]), SHARES),
                reviews=int(counts[i]),
                piece=int(self.graph.piece[i]) + 1,
                unsettled=tuple(round(100 * level) for level in sorted(ends) if i in shaky[level]),
                ahead_of_line=None if self.line is None else self.line.ahead[i],
                group=None if self.line is None else str(self.line.groups[i]),
            )

    def reviewers(self) -> Iterator[RankedReviewer]:
        design, leniency = self.calibration.design, self.calibration.leniency
        counts = design.reviews_per_reviewer
        for j, name in enumerate(design.reviewers):
            yield RankedReviewer(
                id=name,
                severity=published(-float(leniency.mean[j]), POINTS),
                sd=published(float(leniency.sd[j]), POINTS),
                reviews=int(counts[j]),
            )

    def panels(self) -> dict[str, float]:
        names = self.calibration.design.panels
        effects = self.calibration.panel_effect
        return {
            name: published(self.sign * float(effect), POINTS)
            for name, effect in zip(names, effects, strict=True)
            if len(names) > 1
        }


def as_json(ranking: Ranking) -> dict[str, Any]:
    """Return the ranking as the JSON of `python -m scoring rank` (CONTRACT.md §5)."""
    return {
        "method": {
            "model": "additive",
            "mode": str(ranking.options.mode),
            "k": ranking.options.k,
            "draws": ranking.options.draws,
            "seed": ranking.options.seed,
            "grid_change": ranking.grid_change,
            "rounding": "scores, ranks and probabilities to 4 decimals, halves to even",
        },
        "mean": ranking.mean,
        "proposals": [_proposal_json(proposal) for proposal in ranking.proposals],
        "reviewers": [
            {"id": r.id, "severity": r.severity, "sd": r.sd, "reviews": r.reviews}
            for r in ranking.reviewers
        ],
        "panels": dict(ranking.panels),
        "variance": {
            name: {"mean": mean, "sd": sd} for name, (mean, sd) in ranking.variance.items()
        },
        "graph": {"pieces": ranking.pieces, "bridges": ranking.bridges},
        "line": _line_json(ranking),
        "flags": [{"code": f.code, "sentence": f.sentence, "ids": f.ids} for f in ranking.flags],
        **({} if ranking.scale_use is None else {"scale_use": dict(ranking.scale_use)}),
    }


def _proposal_json(proposal: RankedProposal) -> dict[str, Any]:
    return {
        "id": proposal.id,
        "raw": proposal.raw,
        "raw_exact": str(proposal.raw_exact),
        "raw_rank": proposal.raw_rank,
        "calibrated": proposal.calibrated,
        "sd": proposal.sd,
        "expected_rank": proposal.expected_rank,
        "percentile": proposal.percentile,
        "rank": proposal.rank,
        "tied_with": proposal.tied_with,
        "rank_50": proposal.rank_50,
        "rank_90": proposal.rank_90,
        "p_top_k": proposal.p_top_k,
        "reviews": proposal.reviews,
        "piece": proposal.piece,
        "unsettled": proposal.unsettled,
        "ahead_of_line": proposal.ahead_of_line,
        "group": proposal.group,
    }


def _line_json(ranking: Ranking) -> dict[str, Any] | None:
    if ranking.line is None:
        return None
    groups = {
        group: [p.id for p in ranking.proposals if p.group == group]
        for group in ("fund", "draw", "reject")
    }
    ordered = sorted(ranking.proposals, key=lambda p: p.id)
    return {"at": ordered[ranking.line.at].id, "places": ranking.line.places, **groups}
