"""The model at fixed variances, against closed forms, lme4 and a plain Gaussian density."""

import csv
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
from scipy import stats

from scoring.calibration import reml
from scoring.calibration.comparison import Comparison, expected_ranks
from scoring.calibration.design import Design, make_design, smallest_difference
from scoring.calibration.likelihood import Model, Variances
from scoring.calibration.priors import mean_of_proposal_means
from scoring.errors import InputError
from scoring.tables import Rules
from scoring.weighting import Criterion
from tests.realdata import real_data
from tests.scoring.panels import PANEL, SIX_POINTS, Rows, a_design, expected

AT = Variances(tau=0.9, omega=0.6, s=0.7, kappa=0.4)


def mock_panel() -> Design:
    with real_data("scoring_tests", "mock_panel_1.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return a_design([(r["proposal"], r["assessor"], float(r["num_grade"])) for r in rows])


def by_id(design: Design, values: dict[str, float]) -> list[float]:
    return [values[proposal] for proposal in design.proposals]


def test_the_published_figures_at_fixed_variances_are_met() -> None:
    design, figures = mock_panel(), expected("expected_rank_mock_p1")["fixed_tau0.7_s0.85"]
    model = Model(design, mean=mean_of_proposal_means(design))
    solution = model.solve(Variances(0.7, 0.5, 0.85))
    comparison = Comparison(len(design.proposals))
    comparison.add(solution.proposals, 1.0)
    ranks = expected_ranks(comparison.better())

    assert solution.loglik == pytest.approx(figures["loglik"], abs=1e-7)
    assert solution.proposals.mean == pytest.approx(by_id(design, figures["theta"]), abs=1e-7)
    assert ranks == pytest.approx(by_id(design, figures["expected_rank"]), abs=1e-7)


def test_a_balanced_panel_has_its_closed_form() -> None:
    figures = expected("tiny")["balanced_4x3"]
    rows: Rows = [
        (f"p{i}", f"r{j}", y) for i, row in enumerate(figures["scores"]) for j, y in enumerate(row)
    ]
    design = a_design(rows)
    sds = [sqrt(Fraction(figures[name])) for name in ("vp", "vr", "ve")]
    known_mean = Model(design, mean=figures["mu"]).solve(Variances(*sds))
    comparison = Comparison(4)
    comparison.add(known_mean.proposals, 1.0)

    assert Model(design).solve(Variances(*sds)).mean == pytest.approx(figures["mu"])
    assert known_mean.proposals.mean == pytest.approx(figures["theta"], abs=1e-6)
    assert known_mean.reviewers.mean == pytest.approx(figures["b"], abs=1e-6)
    assert np.sqrt(known_mean.proposals.variance) == pytest.approx(
        [figures["theta_csd"]] * 4, abs=1e-6
    )
    assert expected_ranks(comparison.better()) == pytest.approx(
        figures["expected_rank_plugin"], abs=1e-6
    )
    fit = reml.fit(design, precise=True)
    assert [fit.at.tau, fit.at.omega, fit.at.s] == pytest.approx(sds, abs=1e-5)


def test_a_sparse_panel_in_pieces_has_its_estimates() -> None:
    figures = expected("tiny")["sparse_disconnected"]
    design = a_design([(p, r, y) for p, r, y in figures["reviews"]])
    at, criterion = reml._profile(Model(design), 1.0, sqrt(0.5), 1e-3)
    solution = Model(design).solve(at)

    assert criterion == pytest.approx(figures["reml_criterion"], abs=1e-8)
    assert -2 * solution.loglik == pytest.approx(criterion, abs=1e-8)
    assert solution.mean == pytest.approx(figures["mu"], abs=1e-7)
    assert solution.proposals.mean == pytest.approx(by_id(design, figures["theta"]), abs=1e-6)
    assert solution.reviewers.mean == pytest.approx(
        [figures["b"][reviewer] for reviewer in design.reviewers], abs=1e-6
    )


def test_a_saturated_panel_stops_at_the_floor_and_says_so() -> None:
    rows = expected("tiny")["sparse_disconnected"]["reviews"]
    fit = reml.fit(a_design([(p, r, y) for p, r, y in rows], grid=1))
    assert fit.at_floor
    assert fit.at.s == pytest.approx(1 / sqrt(12))
    assert np.isfinite(fit.solution.proposals.mean).all()


def test_reml_agrees_with_lme4() -> None:
    figures = expected("reml")["mock_p1"]
    fit = reml.fit(mock_panel(), precise=True)
    assert fit.criterion == pytest.approx(figures["criterion"], abs=1e-7)
    assert fit.at.tau**2 == pytest.approx(figures["vp"], abs=1e-5)
    assert fit.at.omega**2 == pytest.approx(figures["vr"], abs=1e-5)
    assert fit.at.s**2 == pytest.approx(figures["ve"], abs=1e-5)
    assert not fit.at_floor


def test_one_review_alone_is_fitted_at_the_floor() -> None:
    fit = reml.fit(a_design([("A", "r", 3)]))
    assert fit.at_floor
    assert fit.at.s == pytest.approx(1 / sqrt(12))
    assert fit.solution.mean == pytest.approx(3)


def plain_log_density(design: Design, at: Variances, mean: float) -> float:
    same = {
        name: np.equal.outer(getattr(design, name), getattr(design, name)).astype(float)
        for name in ("proposal", "reviewer", "panel")
    }
    covariance = (
        at.tau**2 * same["proposal"]
        + at.omega**2 * same["reviewer"]
        + at.kappa**2 * same["panel"]
        + np.diag(at.s**2 / design.confidence)
    )
    density: float = stats.multivariate_normal.logpdf(
        design.y, np.full(len(design.y), mean), covariance
    )
    return density


@pytest.mark.parametrize("turned", [False, True])
def test_the_likelihood_is_that_of_the_whole_gaussian(turned: bool) -> None:  # noqa: FBT001
    rows = [(r, p, y) for p, r, y in PANEL] if turned else PANEL
    proposals, reviewers, grades = zip(*rows, strict=True)
    design = make_design(
        proposals,
        reviewers,
        grades,
        width=5,
        panels=["x" if number % 2 else "y" for number in range(len(rows))],
        confidence=[1 + number / 10 for number in range(len(rows))],
    )
    model = Model(design, mean=3.5, with_panels=True)
    assert model.proposals_eliminated is not turned
    assert model.solve(AT).loglik == pytest.approx(plain_log_density(design, AT, 3.5), abs=1e-9)


@pytest.mark.parametrize("turned", [False, True])
def test_estimates_and_covariance_are_the_conditional_gaussian(turned: bool) -> None:  # noqa: FBT001
    rows = [(r, p, y) for p, r, y in PANEL] if turned else PANEL
    design = a_design(rows)
    n, m, count = len(design.proposals), len(design.reviewers), len(design.y)
    effects = np.zeros((count, n + m))
    effects[np.arange(count), design.proposal] = AT.tau
    effects[np.arange(count), n + design.reviewer] = AT.omega
    precision = np.linalg.inv(effects @ effects.T + AT.s**2 * np.eye(count))
    prior = np.diag([AT.tau] * n + [AT.omega] * m)
    mean = prior @ effects.T @ precision @ (design.y - 3.5)
    covariance = prior @ (np.eye(n + m) - effects.T @ precision @ effects) @ prior
    solution = Model(design, mean=3.5).solve(replace(AT, kappa=0))

    assert solution.proposals.mean == pytest.approx(mean[:n])
    assert solution.reviewers.mean == pytest.approx(mean[n:])
    assert solution.proposals.covariance == pytest.approx(covariance[:n, :n])
    assert solution.reviewers.covariance == pytest.approx(covariance[n:, n:])
    assert solution.proposals.variance == pytest.approx(np.diag(covariance)[:n])
    assert solution.mean == 3.5
    assert not Model(design).with_panels
    assert solution.panels == pytest.approx([0])


def test_a_variance_of_zero_is_an_ordinary_case() -> None:
    design = a_design(PANEL)
    nothing = Model(design).solve(Variances(0, 0, 1))
    assert nothing.proposals.mean == pytest.approx([0] * 5)
    assert nothing.reviewers.mean == pytest.approx([0] * 3)
    assert nothing.mean == pytest.approx(design.y.mean())
    comparison = Comparison(5)
    comparison.add(nothing.proposals, 1.0)
    assert comparison.better() == pytest.approx(np.full((5, 5), 0.5))


def test_a_flat_mean_is_the_limit_of_a_wide_prior() -> None:
    design, wide = a_design(PANEL), 1e4
    far = Model(replace(design, panel=np.zeros(12, dtype=np.int64)), mean=0.0, with_panels=True)
    proper = far.solve(replace(AT, kappa=wide))
    flat = Model(design).solve(replace(AT, kappa=0))
    assert proper.panels == pytest.approx([flat.mean], abs=1e-5)
    assert proper.proposals.mean == pytest.approx(flat.proposals.mean, abs=1e-5)
    assert proper.loglik + np.log(wide * sqrt(2 * np.pi)) == pytest.approx(flat.loglik, abs=1e-5)


def test_large_cross_tables_are_kept_sparse_and_give_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    design = a_design(PANEL)
    dense = Model(design).solve(AT)
    monkeypatch.setattr("scoring.calibration.likelihood.DENSE_UP_TO", 0)
    scarce = Model(design).solve(AT)
    assert scarce.loglik == pytest.approx(dense.loglik, abs=1e-12)
    assert scarce.proposals.covariance == pytest.approx(dense.proposals.covariance)


@pytest.mark.parametrize("mean", [None, 3.5])
@pytest.mark.parametrize("turned", [False, True])
def test_many_points_at_once_are_each_point_alone(
    monkeypatch: pytest.MonkeyPatch,
    turned: bool,  # noqa: FBT001
    mean: float | None,
) -> None:
    rows = [(r, p, y) for p, r, y in PANEL] if turned else PANEL
    design = make_design(*zip(*rows, strict=True), width=5, panels=["x", "y"] * 6)
    model = Model(design, mean, with_panels=True)
    points = [replace(AT, tau=tau, kappa=tau / 2) for tau in (0.0, 0.5, 1.5)]
    alone = [model.solve(at).loglik for at in points]
    monkeypatch.setattr("scoring.calibration.likelihood.STACK", 2)
    assert model.logliks(points) == pytest.approx(alone, abs=1e-10)
    monkeypatch.setattr("scoring.calibration.likelihood.MANY_CELLS", 0)
    assert Model(design, mean, with_panels=True).logliks(points) == pytest.approx(alone)


def test_a_double_panel_counts_like_double_confidence() -> None:
    once = make_design(*zip(*PANEL, strict=True), width=5, confidence=[2.0] * 12)
    twice = a_design(PANEL * 2)
    first, second = Model(once, mean=3).solve(AT), Model(twice, mean=3).solve(AT)
    assert first.proposals.mean == pytest.approx(second.proposals.mean)
    assert first.reviewers.covariance == pytest.approx(second.reviewers.covariance)


def test_draws_follow_mean_and_covariance() -> None:
    effect = Model(a_design(PANEL)).solve(AT).proposals
    drawn = effect.draw(np.random.default_rng(1), 200_000)
    assert drawn.mean(axis=0) == pytest.approx(effect.mean, abs=0.01)
    assert np.cov(drawn.T) == pytest.approx(effect.covariance, abs=0.01)


def test_totals_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(InputError, match="not a finite number"):
        make_design(["A"], ["r"], [float("nan")], width=5)


def test_the_smallest_difference_of_totals_follows_from_weights_and_step() -> None:
    weights = {"a": "0.25", "b": "0.35", "c": "0.40", "d": "0"}
    criteria = tuple(Criterion(key, key, Decimal(weight)) for key, weight in weights.items())
    assert smallest_difference(Rules(SIX_POINTS.scale, criteria)) == Fraction(1, 20)
    assert smallest_difference(SIX_POINTS) == 1
