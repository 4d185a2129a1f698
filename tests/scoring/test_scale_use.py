"""Model B, and the test by held-out reviews that decides about it."""

from copy import copy
from dataclasses import replace

import numpy as np
import pytest

from scoring.calibration import reml, scale_use
from scoring.calibration.design import Design, Floats, make_design
from scoring.calibration.held_out import (
    HeldOut,
    by_additive,
    by_bilinear,
    by_mean,
    by_z_score,
    held_out,
)
from scoring.errors import InputError
from tests.scoring.panels import PANEL, Rows, a_design


def bilinear_rows(noise: float, seed: int = 1) -> tuple[Rows, Floats]:
    random = np.random.default_rng(seed)
    theta = random.normal(0, 1, 60)
    slope, b = random.uniform(0.4, 1.6, 15), random.normal(0, 0.5, 15)
    rows = [
        (f"p{i:02}", f"r{j:02}", float(b[j] + slope[j] * theta[i] + random.normal(0, noise)))
        for i in range(60)
        for j in random.choice(15, 6, replace=False)
    ]
    return rows, theta


def test_slopes_and_qualities_are_recovered() -> None:
    rows, theta = bilinear_rows(0.1)
    design = a_design(rows, grid=0)
    fit = scale_use.fit(design)
    additive = reml.fit(design).solution.proposals.mean
    assert fit.settled
    assert np.corrcoef(fit.quality, theta)[0, 1] > 0.995
    assert np.corrcoef(fit.quality, theta)[0, 1] > np.corrcoef(additive, theta)[0, 1]
    assert 0.2 < fit.psi < 0.6
    predicted = fit.predict(design.proposal, design.reviewer)
    assert np.abs(predicted - design.y).mean() < 0.12


def test_a_reviewer_with_one_review_keeps_a_slope_near_one() -> None:
    rows, _ = bilinear_rows(0.3)
    design = a_design([*rows, ("p00", "once", 0.5)], grid=0)
    fit = scale_use.fit(design)
    once = design.reviewers.index("once")
    assert abs(fit.slope[once] - 1) < 0.25
    assert fit.slope_sd[once] > np.median(fit.slope_sd)


def test_a_reviewer_who_never_varies_has_a_slope_below_one() -> None:
    rows, _ = bilinear_rows(0.2)
    flat = [(p, "flat", 0.3) for p in sorted({p for p, _, _ in rows})[:20]]
    design = a_design([*rows, *flat], grid=0)
    fit = scale_use.fit(design)
    assert fit.slope[design.reviewers.index("flat")] < 0.3
    assert np.isfinite(fit.quality).all()


def test_without_scale_use_it_agrees_with_the_additive_model() -> None:
    random = np.random.default_rng(2)
    rows = [
        (f"p{i}", f"r{j}", float(i % 7 + 0.3 * j + random.normal(0, 0.5)))
        for i in range(20)
        for j in range(5)
    ]
    design = a_design(rows, width=9, grid=0)
    fit = scale_use.fit(design, most_steps=300)
    additive = reml.fit(design).solution
    assert np.corrcoef(fit.quality, additive.proposals.mean)[0, 1] > 0.999
    assert fit.slope == pytest.approx(np.ones(5), abs=0.1)


def test_steps_that_run_out_are_told() -> None:
    rows, _ = bilinear_rows(0.3)
    assert not scale_use.fit(a_design(rows, grid=0), most_steps=2).settled


def test_bilinear_reviews_are_predicted_best_by_the_bilinear_model() -> None:
    rows, _ = bilinear_rows(0.2)
    result = held_out(a_design(rows, grid=0), folds=5, seed=3)
    errors = result.errors
    assert errors["bilinear"] < errors["additive"] < errors["mean"]
    assert result.helps("bilinear", "additive")
    assert not result.helps("additive", "bilinear")
    gain, error = result.gain("bilinear", "additive")
    assert gain == pytest.approx(errors["additive"] - errors["bilinear"])
    assert 0 < error < gain


def test_every_review_is_held_out_once_and_the_seed_decides_when() -> None:
    design = a_design(PANEL)
    seen = []

    def spy(known: Design, hidden: Design) -> Floats:
        seen.append((len(known.y), len(hidden.y)))
        return np.zeros(len(hidden.y))

    result = held_out(design, folds=4, methods={"zero": spy})
    assert seen == [(9, 3)] * 4
    assert result.squares["zero"] == pytest.approx(design.y**2)
    again = held_out(design, folds=4, seed=2026)
    assert held_out(design, folds=4).errors == again.errors


def test_each_method_predicts_by_its_own_rule() -> None:
    known = a_design([("A", "r", 2), ("A", "s", 4), ("B", "r", 4), ("B", "s", 6), ("C", "r", 6)])
    hidden = known.subset(np.array([False, True, False, True, False]))
    assert by_mean(known, hidden) == pytest.approx([3, 5])
    # r: mean 4, sd 2; s: mean 5, sd √2; z of A: (-1 - 1/√2)/2
    z = (-1 - 1 / np.sqrt(2)) / 2
    assert by_z_score(known, hidden)[0] == pytest.approx(5 + np.sqrt(2) * z)
    solution = reml.fit(known).solution
    assert by_additive(known, hidden)[0] == pytest.approx(
        solution.mean + solution.proposals.mean[0] + solution.reviewers.mean[1]
    )
    fit = scale_use.fit(known, most_steps=2_000)
    assert by_bilinear(known, hidden) == pytest.approx(
        fit.predict(hidden.proposal, hidden.reviewer)
    )


def test_what_was_never_seen_is_predicted_by_the_whole() -> None:
    known = a_design([("A", "r", 2), ("A", "s", 2), ("B", "r", 4), ("C", "t", 3)])
    blind = known.subset(known.proposal < 2)
    hidden = known.subset(known.proposal == 2)
    assert by_mean(blind, hidden) == pytest.approx([8 / 3])
    assert by_z_score(blind, hidden) == pytest.approx([8 / 3])
    flat = a_design([("A", "r", 2), ("B", "r", 2), ("C", "t", 2)])
    assert by_z_score(flat, flat) == pytest.approx([2, 2, 2])


@pytest.mark.parametrize("folds", [0, 1, 13])
def test_too_few_or_too_many_parts_are_refused(folds: int) -> None:
    with pytest.raises(InputError, match=f"12 reviews cannot be held out in {folds} parts"):
        held_out(a_design(PANEL), folds=folds)


def test_a_gain_has_the_standard_error_of_its_paired_differences() -> None:
    result = HeldOut(2, {"a": np.array([1.0, 1.0, 4.0]), "b": np.array([4.0, 9.0, 1.0])})
    both = np.sqrt(2) + np.sqrt(14 / 3)
    gain, error = result.gain("a", "b")
    assert gain == pytest.approx(np.sqrt(14 / 3) - np.sqrt(2))
    assert error == pytest.approx(np.std([3, 8, -3], ddof=1) / np.sqrt(3) / both)
    two = HeldOut(2, {"a": np.array([1.0, 0.0]), "b": np.array([4.0, 0.0])})
    assert two.gain("a", "b")[1] > 0


def test_two_parts_or_one_review_each_can_be_held_out() -> None:
    design, mean = a_design(PANEL), {"mean": by_mean}
    assert held_out(design, folds=2, methods=mean).folds == 2
    assert held_out(design, folds=12, methods=mean).folds == 12


def test_perfect_predictions_gain_nothing() -> None:
    nothing = HeldOut(2, {"a": np.zeros(3), "b": np.zeros(3)})
    assert nothing.gain("a", "b") == (0.0, 0.0)
    one = HeldOut(2, {"a": np.array([1.0]), "b": np.array([4.0])})
    assert one.gain("a", "b") == (1.0, 0.0)


def worth(design: Design, state: scale_use._State) -> float:
    """Return the lower bound on the evidence that the fit is to raise, written out."""
    i, j, c = design.proposal, design.reviewer, design.confidence
    z, theta, a, b = design.y - state.mean, state.theta[i], state.a[j], state.b[j]
    apart = (z - b - a * theta) ** 2 + state.b_var[j] + 2 * theta * state.ab_cov[j]
    apart += (a**2 + state.a_var[j]) * (theta**2 + state.theta_var[i]) - (a * theta) ** 2
    told = -0.5 * np.log(state.s**2 / c) - c * apart / (2 * state.s**2)
    total = float(told.sum())
    for sd, squares in (
        (state.tau, state.theta**2 + state.theta_var),
        (state.omega, state.b**2 + state.b_var),
        (state.psi, (state.a - 1) ** 2 + state.a_var),
    ):
        total += float((-np.log(sd) - squares / (2 * sd**2)).sum())
    spread = state.a_var * state.b_var - state.ab_cov**2
    return total + 0.5 * float(np.log(state.theta_var).sum() + np.log(spread).sum())


def test_where_the_fit_settles_no_figure_of_it_could_be_better() -> None:
    rows, _ = bilinear_rows(0.5, seed=3)
    few = [row for row in rows if row[0] < "p25"]
    confidence = [1 + (n % 3) / 2 for n in range(len(few))]
    design = make_design(*zip(*few, strict=True), width=5, confidence=confidence)
    state = scale_use._start(design)
    reached = [worth(design, replace(state, a_var=state.a_var + 1e-3))]
    for _ in range(1500):
        scale_use._update_reviewers(design, state)
        scale_use._update_proposals(design, state)
        scale_use._update_variances(design, state, 1e-6)
        reached.append(worth(design, state))
    assert min(np.diff(reached[1:])) > -1e-9  # each step raises it
    for name in ("mean", "tau", "omega", "s", "psi"):
        assert slope_at(design, state, name) == pytest.approx(0, abs=2e-3), name
    for name in ("theta", "theta_var", "a", "b", "a_var", "b_var", "ab_cov"):
        for place in (0, 3, 7):
            assert slope_at(design, state, name, place) == pytest.approx(0, abs=2e-3), name


def slope_at(design: Design, state: scale_use._State, name: str, place: int | None = None) -> float:
    """Return how fast the bound grows with one figure of a state."""
    values = []
    for step in (1e-5, -1e-5):
        value = np.array(getattr(state, name), dtype=float)
        value[... if place is None else place] += step
        changed = copy(state)
        setattr(changed, name, float(value) if place is None else value)
        values.append(worth(design, changed))
    return (values[0] - values[1]) / 2e-5
