"""Expected against obtained: every reference value of the scoring package, with its tolerance.

    python -m bench.scoring_expected [--json FILE]

Needs the reference values and real data (tests/realdata.py says where they are looked for);
tests/scoring/test_expected.py holds the same rows.
"""

import scoring  # noqa: F401  (first, so that numpy adds up in one thread)

# isort: split
import argparse
import csv
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from importlib import import_module
from importlib.util import find_spec
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.special import ndtr

from scoring.allocation.optimum import optimise
from scoring.allocation.programme import Candidate, Objective, Programme
from scoring.assignment import assign, assign_by_chance
from scoring.assignment.problem import Problem, whole_merit
from scoring.calibration import reml
from scoring.calibration.additive import calibrate
from scoring.calibration.comparison import Comparison, expected_ranks
from scoring.calibration.design import Design, Floats, make_design
from scoring.calibration.likelihood import Model, Variances
from scoring.calibration.priors import Mode, mean_of_proposal_means
from scoring.draw import (
    chances,
    drand_randomness,
    draw_places,
    interval,
    merit_lottery,
    uniform_lottery,
)
from scoring.draw.rfc3797 import digest, rfc3797_select

HERE = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("EQUIPOISE_REAL_DATA", HERE.parent / "shared" / "data"))
MICRO = 1_000_000
OF_AIBS = 216  # reviews of all four years


@dataclass(frozen=True)
class Row:
    """One reference value or list: how far ours is away from it at most, and what is allowed."""

    topic: str
    what: str
    values: int
    away: float
    tolerance: float

    @property
    def met(self) -> bool:
        return self.away <= self.tolerance


def row(topic: str, what: str, expected: Any, obtained: Any, tolerance: float) -> Row:  # noqa: ANN401
    theirs = np.atleast_1d(np.asarray(expected, dtype=float))
    ours = np.atleast_1d(np.asarray(obtained, dtype=float))
    assert theirs.shape == ours.shape, what
    return Row(topic, what, theirs.size, float(np.abs(theirs - ours).max()), tolerance)


def same(topic: str, what: str, expected: object, obtained: object, values: int = 1) -> Row:
    return Row(topic, what, values, 0.0 if expected == obtained else 1.0, 0.0)


def table(*parts: str) -> list[dict[str, str]]:
    with DATA.joinpath(*parts).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def of(names: Sequence[str], figures: Mapping[str, float]) -> list[float]:
    return [figures[name] for name in names]


def mock_panel() -> Design:
    rows = table("scoring_tests", "mock_panel_1.csv")
    proposals, reviewers = [r["proposal"] for r in rows], [r["assessor"] for r in rows]
    return make_design(proposals, reviewers, [float(r["num_grade"]) for r in rows], width=5, grid=1)


def ranks_of_a_mock_panel(figures: dict[str, Any]) -> Iterator[Row]:
    topic, design = "expected_rank_mock_p1", mock_panel()
    found, names = calibrate(design, Mode.SNSF), design.proposals
    spread = found.variance_estimates()
    yield row(
        topic, "expected rank", of(names, figures["expected_rank"]), found.expected_rank, 1e-3
    )
    yield row(topic, "theta", of(names, figures["theta"]), found.quality.mean, 1e-3)
    yield row(topic, "theta_sd", of(names, figures["theta_sd"]), found.quality.sd, 1e-3)
    yield row(topic, "tau_mean", figures["tau_mean"], spread["tau"][0], 1e-3)
    yield row(topic, "s_mean", figures["s_mean"], spread["s"][0], 1e-3)
    fixed = figures["fixed_tau0.7_s0.85"]
    solution = Model(design, mean_of_proposal_means(design)).solve(Variances(0.7, 0.5, 0.85))
    yield row(topic, "fixed: loglik", fixed["loglik"], solution.loglik, 1e-7)
    yield row(topic, "fixed: theta", of(names, fixed["theta"]), solution.proposals.mean, 1e-7)
    yield row(
        topic, "fixed: expected rank", of(names, fixed["expected_rank"]), ranks_at(solution), 1e-7
    )


def ranks_at(solution: Any) -> Floats:  # noqa: ANN401
    comparison = Comparison(len(solution.proposals.mean))
    comparison.add(solution.proposals, 1.0)
    return expected_ranks(comparison.better())


def tiny_panels(figures: dict[str, Any]) -> Iterator[Row]:
    one, topic = figures["balanced_4x3"], "tiny: balanced"
    scores = one["scores"]
    cells = [(f"p{i}", f"r{j}", y) for i, line in enumerate(scores) for j, y in enumerate(line)]
    proposals, reviewers, y = zip(*cells, strict=True)
    design = make_design(proposals, reviewers, y, width=5, grid=1)
    sds = [float(Fraction(one[name])) ** 0.5 for name in ("vp", "vr", "ve")]
    solution = Model(design, one["mu"]).solve(Variances(*sds))
    yield row(topic, "mu", one["mu"], Model(design).solve(Variances(*sds)).mean, 1e-6)
    yield row(topic, "theta", one["theta"], solution.proposals.mean, 1e-6)
    yield row(topic, "b", one["b"], solution.reviewers.mean, 1e-6)
    yield row(
        topic, "theta_csd", [one["theta_csd"]] * 4, np.sqrt(solution.proposals.variance), 1e-6
    )
    yield row(topic, "expected rank", one["expected_rank_plugin"], ranks_at(solution), 1e-6)
    other, topic = figures["sparse_disconnected"], "tiny: in pieces"
    proposals, reviewers, y = zip(*other["reviews"], strict=True)
    design = make_design(proposals, reviewers, y, width=5, grid=1)
    tau, omega = (other["ratios"][name] ** 0.5 for name in ("vp_over_ve", "vr_over_ve"))
    at, criterion = reml._profile(Model(design), tau, omega, 1e-3)  # noqa: SLF001
    solution = Model(design).solve(at)
    yield row(topic, "mu", other["mu"], solution.mean, 1e-7)
    yield row(topic, "REML criterion", other["reml_criterion"], criterion, 1e-7)
    yield row(topic, "theta", of(design.proposals, other["theta"]), solution.proposals.mean, 1e-6)
    yield row(topic, "b", of(design.reviewers, other["b"]), solution.reviewers.mean, 1e-6)
    free = reml.fit(design)
    told = "must report the floor" in other["note"]
    yield same(topic, "free REML stops at the floor", told, free.at_floor)


def lme4(figures: dict[str, Any]) -> Iterator[Row]:
    fit = reml.fit(mock_panel(), precise=True)
    one = figures["mock_p1"]
    ours = [fit.at.tau**2, fit.at.omega**2, fit.at.s**2]
    yield row("reml", "criterion", one["criterion"], fit.criterion, 1e-7)
    yield row("reml", "variances", [one["vp"], one["vr"], one["ve"]], ours, 1e-5)
    yield from aibs(figures["AIBS"])


def aibs(figures: dict[str, Any]) -> Iterator[Row]:
    """Two of the four years that lme4 saw are at hand, so no figure can be met to its digits.

    What is allowed is three standard errors of a part against the whole it is drawn from.
    """
    rows = table("scores_aibs", "reviews.csv")
    proposals, reviewers = [r["proposal_id"] for r in rows], [r["reviewer_id"] for r in rows]
    design = make_design(
        proposals, reviewers, [float(r["overall"]) for r in rows], width=4, grid=0.1
    )
    fit, topic = reml.fit(design, precise=True), "reml: AIBS, 150 of 216 reviews"
    vp, ve, least = figures["vp"], figures["ve"], len(rows)
    apart = 3 * sqrt(1 / least - 1 / OF_AIBS)
    mean = Model(design).solve(fit.at).mean
    yield row(topic, "mu", figures["mu"], mean, apart * sqrt(3 * vp + ve))
    yield row(topic, "vp", vp, fit.at.tau**2, apart * sqrt(6) * (vp + ve / 3))
    yield row(topic, "ve", ve, fit.at.s**2, apart * sqrt(3) * ve)
    each = least / len(set(reviewers))  # reviews of one reviewer
    yield row(topic, "vr", figures["vr"], fit.at.omega**2, apart * sqrt(2 / each) * ve)
    mine, theirs = fit.criterion / least, figures["criterion"] / OF_AIBS
    yield row(topic, "criterion per review", theirs, mine, apart * sqrt(2))


def merit(figures: dict[str, Any]) -> Iterator[Row]:
    for name, one in figures.items():
        given = [interval(f"{i:02}", *ends) for i, ends in enumerate(one["intervals"])]
        if "points" in one:
            guesses = [float(each.best_guess) for each in given]
            yield row("merit", f"{name}: points", one["points"], guesses, 1e-12)
        found = merit_lottery(given, one["k"])
        yield row("merit", f"{name}: value", one["v"], found.value, 1e-6)
        yield row("merit", f"{name}: p", one["p"], found.p, 1e-6)
        if "snsf_p" in one:
            uniform = [float(p) for p in uniform_lottery(given, one["k"])]
            yield row("merit", f"{name}: SNSF rule", one["snsf_p"], uniform, 1e-6)


def mint_draw(figures: dict[str, Any]) -> Iterator[Row]:
    ends = [figures[end].split("-") for end in ("lower", "upper")]
    given = [
        interval(
            r["proposal"],
            *(float(n) - float(r[quantile]) for n, quantile in [*ends, (ends[0][0], "mean")]),
        )
        for r in table("scoring_tests", figures["file"])
    ]
    k, topic = figures["k"], "merit_snsf_mint"
    found, uniform = chances(given, k, "merit"), chances(given, k, "uniform")
    yield row(topic, "value per place", figures["v_over_k"], found.value / k, 5e-4)
    for what, one, held in (
        ("groups", figures["p_counts"], found),
        ("groups by the SNSF rule", figures["snsf_rule_counts"], uniform),
    ):
        counts = {Fraction(p): number for p, number in one.items()}
        yield same(topic, what, counts, dict(Counter(held.probabilities.values())), len(counts))


def capped(figures: dict[str, Any]) -> Iterator[Row]:
    one, topic = figures["preflib1"], "plra"
    with DATA.joinpath("scoring_tests", one["file"]).open(encoding="utf-8") as file:
        affinity = np.array([[float(cell) for cell in line] for line in csv.reader(file)])

    def problem(allowed: Any) -> Problem:  # noqa: ANN401
        n, m = affinity.shape
        return Problem(
            tuple(f"P{i:03}" for i in range(n)),
            tuple(f"R{j:03}" for j in range(m)),
            whole_merit(affinity),
            allowed,
            np.full(n, one["reviews_per_paper"]),
            np.zeros(m, dtype=np.int64),
            np.full(m, one["max_load"]),
        )

    fair = assign(problem(affinity > 0), objective="maxmin")
    yield row(topic, "max_total", one["max_total"], fair.total / MICRO, 1e-9)
    if "same max_total either way" in one["note"]:
        either = assign(problem(affinity >= 0)).total / MICRO
        yield row(topic, "max_total with bids of 0 allowed", one["max_total"], either, 1e-9)
    yield row(topic, "max_min_paper_score", one["max_min_paper_score"], fair.worst / MICRO, 1e-9)
    qualities = []
    for cap in one["prob_caps"]:
        found = assign_by_chance(problem(affinity >= 0), Fraction(cap), "seed")
        assert found is not None
        qualities.append(float(found.expected / MICRO) / one["max_total"])
    yield row(topic, "relative quality", one["published_relative_quality"], qualities, 1e-9)


def public_draws(content: dict[str, Any]) -> Iterator[Row]:
    one = content["rfc3797"]
    ours = rfc3797_select(one["key"], one["pool"], len(one["selected"]))
    yield same("rfc3797", "selected", one["selected"], ours, len(ours))
    first = digest(one["key"], 0).hex().upper()
    yield same("rfc3797", "first digest", one["first_md5"], first)
    drand = content["drand_quicknet"]
    ours_hex = drand_randomness(drand["signature"]).hex()
    yield same("drand_quicknet", "randomness", drand["randomness"], ours_hex)
    if find_spec("drand_verify"):  # not among the requirements: pip install drand-verify
        verify = import_module("drand_verify").verify_quicknet
        proven = verify(drand["round"], drand["signature"])
        yield same("drand_quicknet", "signature of the round", drand["randomness"], proven)
    draw = content["systematic_lottery"]
    share = dict.fromkeys(draw["ids"], Fraction(draw["p"].split()[0]))
    found = draw_places(share, bytes.fromhex(draw["seed"]), draw["label"])
    yield same("systematic_lottery", "order", draw["order"], list(found.order), len(found.order))
    yield same("systematic_lottery", "winners", draw["winners"], list(found.selected), draw["k"])


def allocation(figures: dict[str, Any]) -> Iterator[Row]:
    many = tuple(
        Candidate(r["id"], int(r["cost"]), int(r["merit"]))
        for r in table("scoring_tests", figures["file"])
    )
    for objective, name in (
        (Objective.MERIT, "A_sum_merit_no_constraints"),
        (Objective.MERIT_MONEY, "B_money_weighted_merit_no_constraints"),
    ):
        found = optimise(Programme(many, figures["budget"], objective), seed="expected")
        yield same("allocation", name, figures[name], found.value)


def mint_ranks() -> Iterator[Row]:
    """Two of the four sections are at hand; the others stand in by their published mean ranks.

    As in the published run the voters of all sections are pooled by their number. Where the other
    174 proposals stand in quality follows from their 174 published ranks alone; then the ranks of
    the 179 at hand are computed and compared.
    """
    grades = table("scores_snsf_mint", "grades.csv")
    design = make_design(
        [r["proposal_id"] for r in grades],
        [r["assessor_id"].split("-")[1] for r in grades],
        [float(r["grade_num"]) for r in grades],
        panels=[r["section"] for r in grades],
        width=5,
        grid=1,
    )
    files = ("scores_snsf_mint", "expected_ranks.csv"), ("scoring_tests", "mint_rank_intervals.csv")
    published = {r["proposal_id"]: float(r["expected_rank"]) for r in table(*files[0])}
    theirs = np.array(of(design.proposals, published))
    others = sorted(float(r["mean"]) for r in table(*files[1]))
    for rank in theirs:
        others.pop(int(np.argmin([abs(other - rank) for other in others])))
    away = away_from_whole(design, theirs, np.array(others))
    yield Row("SNSF MINT", "mean |ΔER|, half of the call at hand", len(away), away.mean(), 0.5)
    held_back = np.arange(len(theirs)) % 2 == 1
    rest = away_from_fitted(design, theirs, np.array(others), held_back)
    what = "mean |ΔER|, the other half's part fitted"
    yield Row("SNSF MINT", what, len(rest), rest.mean(), 0.2)


def away_from_fitted(
    design: Design, theirs: Floats, others: Floats, held_back: NDArray[np.bool_]
) -> Floats:
    """Return how far the ranks of proposals that were held back are from the published ones.

    What the two missing sections decide about the two at hand are eleven numbers: τ, s, how far
    one section stands above the other, and the severity of nine pooled voters (their sum is 0).
    They are fitted to the published ranks of the proposals that are not held back. The ranks then
    follow from the grades by the model, and by nothing else.
    """
    count, voters = np.bincount(design.proposal), len(design.reviewers)
    section = np.array([int(name[1]) - 1.5 for name in design.proposals])
    start = Model(design, mean_of_proposal_means(design)).solve(Variances(0.9, 0.5, 0.45))
    severity = start.reviewers.mean - start.reviewers.mean.mean()

    def away(numbers: Floats) -> Floats:
        tau, s, apart, *known = numbers
        each = np.array([*known, -sum(known)])[design.reviewer]
        total = np.bincount(design.proposal, design.y - design.y.mean() - each)
        precision = count / s**2 + 1 / tau**2
        theta, variance = total / s**2 / precision + apart * section, 1 / precision
        sd = np.sqrt(variance + variance[:, None])
        ranks = 0.5 + ndtr((theta - theta[:, None]) / sd).sum(axis=1)
        return np.asarray(ranks + _places(others, theirs, theta, variance) - theirs)

    found = least_squares(
        lambda numbers: away(numbers)[~held_back],
        [0.9, 0.45, 0.0, *severity[: voters - 1]],
        diff_step=1e-3,
        max_nfev=4,
    )
    return np.abs(away(found.x)[held_back])


def away_from_whole(design: Design, theirs: Floats, others: Floats) -> Floats:
    """Return how far ranks among all, computed from two sections, are from those of the whole.

    `theirs`: the whole's expected ranks of the design's proposals; `others`: those of the rest.
    """
    found = calibrate(design, Mode.SNSF)
    theta = found.quality.mean + found.panel_effect[[int(p[1]) - 1 for p in design.proposals]]
    ahead = _places(others, theirs, theta, found.quality.sd**2)
    return np.abs(found.expected_rank + ahead - theirs)


def _places(others: Floats, theirs: Floats, theta: Floats, variance: Floats) -> Floats:
    """Return how many of the others are ahead of each proposal at hand."""
    mean = float(variance.mean())
    apart, among = np.sqrt(variance + mean), np.sqrt(2 * mean)
    where = np.interp(others, np.sort(theirs), np.sort(theta)[::-1])
    for _ in range(20):
        known, unknown = (theta - where[:, None]) / apart, (where - where[:, None]) / among
        rank = 0.5 + ndtr(known).sum(axis=1) + ndtr(unknown).sum(axis=1)
        slope = (np.exp(-(known**2) / 2) / apart).sum(axis=1)
        slope += (np.exp(-(unknown**2) / 2) / among).sum(axis=1)
        step = (rank - others) * np.sqrt(2 * np.pi) / slope
        where += 0.7 * np.clip(step, -0.3, 0.3)
    return np.asarray(ndtr((where - theta[:, None]) / apart[:, None]).sum(axis=1))


def rows() -> list[Row]:
    """Return every reference value beside ours."""
    text = DATA.joinpath("scoring_tests", "expected.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return [
        *ranks_of_a_mock_panel(content["expected_rank_mock_p1"]),
        *tiny_panels(content["tiny"]),
        *lme4(content["reml"]),
        *merit(content["merit"]),
        *mint_draw(content["merit_snsf_mint"]),
        *capped(content["plra"]),
        *public_draws(content),
        *allocation(content["allocation"]),
        *mint_ranks(),
    ]


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args(argv)
    if not DATA.exists():
        print("the reference values are not here (set EQUIPOISE_REAL_DATA)")
        return
    found = rows()
    for one in found:
        verdict = "met" if one.met else "NOT MET"
        print(
            f"{one.topic:24} {one.what:40} {one.values:4} values  "
            f"away {one.away:.1e}  allowed {one.tolerance:.0e}  {verdict}"
        )
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(one) for one in found], indent=1) + "\n")


if __name__ == "__main__":
    main()
