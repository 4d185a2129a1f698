"""Model A: published expected ranks, edge cases, and what must never change a ranking."""

from dataclasses import replace
from math import erf, inf, pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

from scoring.calibration.additive import Calibration, calibrate
from scoring.calibration.comparison import Comparison, expected_ranks
from scoring.calibration.connection import connection
from scoring.calibration.design import Design, Floats, make_design
from scoring.calibration.effects import RootedEffect
from scoring.calibration.flags import flags
from scoring.calibration.likelihood import Variances
from scoring.calibration.line import Group, draw_line
from scoring.calibration.priors import Mode, log_prior_of_residual, posterior
from scoring.calibration.quadrature import Node, survey
from scoring.calibration.rank_law import RankLaw, _shares, rank_law
from scoring.publishing import tie_classes
from tests.scoring.panels import PANEL, Rows, a_design, expected
from tests.scoring.test_likelihood import by_id, mock_panel

few_examples = settings(max_examples=8, deadline=None)


def codes(calibration: Calibration) -> set[str]:
    return {flag.code for flag in flags(calibration, connection(calibration.design))}


def test_the_snsf_mode_meets_the_reference_figures() -> None:
    figures = expected("expected_rank_mock_p1")
    calibration = calibrate(mock_panel(), Mode.SNSF)
    design, spread = calibration.design, calibration.variance_estimates()

    assert calibration.expected_rank == pytest.approx(
        by_id(design, figures["expected_rank"]), abs=1e-3
    )
    assert calibration.quality.mean == pytest.approx(by_id(design, figures["theta"]), abs=1e-3)
    assert calibration.quality.sd == pytest.approx(by_id(design, figures["theta_sd"]), abs=1e-3)
    assert spread["tau"][0] == pytest.approx(figures["tau_mean"], abs=1e-3)
    assert spread["s"][0] == pytest.approx(figures["s_mean"], abs=1e-3)
    assert spread["omega"] == pytest.approx((0.5, 0))
    assert calibration.grid_change < 0.01


def test_exact_ties_stay_ties() -> None:
    calibration = calibrate(mock_panel())
    rank = dict(zip(calibration.design.proposals, calibration.expected_rank, strict=True))
    assert rank["#2"] == pytest.approx(rank["#3"], abs=1e-9)
    assert rank["#3"] == pytest.approx(rank["#4"], abs=1e-9)
    assert rank["#4"] < rank["#5"] - 0.5


def test_the_grid_agrees_with_adaptive_integration() -> None:
    problem = posterior(a_design(PANEL), Mode.SNSF)
    landscape = survey(problem)
    nodes = landscape.nodes(24)
    top = max(problem.log_density(node.at) for node in nodes)

    def moment(power: int) -> float:
        def density(s: float, tau: float) -> float:
            at = problem.variances((tau, s))
            return float(tau**power * np.exp(problem.log_density(at) - top))

        value: float = integrate.dblquad(
            density, 0, problem.bound, problem.floor, sqrt(2) * problem.bound, epsabs=1e-4
        )[0]
        return value

    total = moment(0)
    tau = sum(node.weight * node.at.tau for node in nodes)
    square = sum(node.weight * node.at.tau**2 for node in nodes)
    assert tau == pytest.approx(moment(1) / total, abs=1e-3)
    assert square == pytest.approx(moment(2) / total, abs=2e-3)
    assert sum(node.weight for node in nodes) == pytest.approx(1, abs=1e-12)


def test_the_prior_of_the_residual_is_that_of_two_uniform_sds() -> None:
    bound = 2.0
    area, _ = integrate.quad(
        lambda s: np.exp(log_prior_of_residual(s, bound)), 0, sqrt(2) * bound, points=[bound]
    )
    assert area == pytest.approx(bound**2)
    assert log_prior_of_residual(1.0, bound) == pytest.approx(np.log(pi / 2))
    assert log_prior_of_residual(0.0, bound) == -inf
    assert log_prior_of_residual(sqrt(2) * bound, bound) == -inf
    random = np.random.default_rng(1)
    s = np.hypot(*random.uniform(0, bound, (2, 400_000)))
    below, _ = integrate.quad(lambda s: np.exp(log_prior_of_residual(s, bound)), 0, 2.4, points=[2])
    assert (s < 2.4).mean() == pytest.approx(below / area, abs=0.003)


def test_axes_and_priors_follow_the_mode_and_the_panels() -> None:
    design = a_design(PANEL)
    two_panels = make_design(*zip(*PANEL, strict=True), width=5, grid=1, panels=["x", "y"] * 6)

    def names(design: Design, mode: Mode) -> list[str]:
        return [axis.name for axis in posterior(design, mode).axes]

    assert names(design, Mode.DEFAULT) == ["tau", "s", "omega"]
    assert names(design, Mode.SNSF) == ["tau", "s"]
    assert names(two_panels, Mode.DEFAULT) == ["tau", "s", "omega", "kappa"]
    assert names(two_panels, Mode.SNSF) == ["tau", "s", "kappa"]
    default, snsf = posterior(design, Mode.DEFAULT), posterior(design, Mode.SNSF)
    assert default.bound == 2.0
    assert default.floor == pytest.approx(1 / sqrt(12))
    assert snsf.floor == pytest.approx(0.001)
    assert snsf.model.mean == pytest.approx(np.mean([4.5, 4, 2.5, 3, 16 / 3]))
    axis = default.axes[2]
    assert axis.from_grid(axis.to_grid(0.3)) == pytest.approx(0.3)
    assert axis.from_grid(99.0) == 2.0


def test_a_severe_reviewer_is_found_and_allowed_for() -> None:
    random = np.random.default_rng(5)
    quality, severity = random.normal(0, 1, 30), np.array([1.0, 0, 0, 0, -1.0, 0])
    rows = [
        (f"p{i:02}", f"r{j}", 3.5 + quality[i] - severity[j] + random.normal(0, 0.3))
        for i in range(30)
        for j in ((i % 6), (i + 1) % 6, (i + 3) % 6)
    ]
    calibration = calibrate(a_design(rows, grid=0))
    assert -calibration.leniency.mean == pytest.approx(severity, abs=0.35)
    assert -calibration.leniency.mean[0] > 0.6
    raw = [np.mean([y for p, _, y in rows if p == f"p{i:02}"]) for i in range(30)]
    assert np.corrcoef(calibration.quality.mean, quality)[0, 1] > np.corrcoef(raw, quality)[0, 1]


def test_panel_effects_are_found_and_named() -> None:
    rows = [
        (f"{panel}{i}", f"{panel}r{j}", 3 + shift + (i % 3) / 2 + (i * j % 2) / 4)
        for panel, shift in (("x", 0.0), ("y", 2.0))
        for i in range(6)
        for j in range(3)
    ]
    proposals, reviewers, grades = zip(*rows, strict=True)
    design = make_design(proposals, reviewers, grades, width=5, panels=[p[0] for p in proposals])
    calibration = calibrate(design, Mode.SNSF)
    assert design.panels == ("x", "y")
    assert calibration.panel_effect[1] - calibration.panel_effect[0] > 0.5
    assert calibration.variance_estimates()["kappa"][0] > 0.3
    plain = calibrate(make_design(proposals, reviewers, grades, width=5), Mode.SNSF)
    assert plain.panel_effect == pytest.approx([0])
    gap = [float(c.expected_rank[:6].mean()) for c in (calibration, plain)]
    assert gap[0] < gap[1] - 1


def test_equal_scores_give_everyone_the_middle_rank() -> None:
    calibration = calibrate(a_design([(p, r, 4) for p, r, _ in PANEL]))
    assert calibration.expected_rank == pytest.approx([3] * 5)
    assert calibration.quality.mean == pytest.approx([0] * 5)
    assert "all_equal" in codes(calibration)
    assert calibrate(a_design([(p, r, 4) for p, r, _ in PANEL]), Mode.SNSF).expected_rank == (
        pytest.approx([3] * 5)
    )


def test_one_proposal_is_first() -> None:
    panels: list[Rows] = [[("A", "r1", 3)], [("A", "r1", 3), ("A", "r2", 5)]]
    for rows, mode in zip(panels, Mode, strict=True):
        calibration = calibrate(a_design(rows), mode)
        assert calibration.expected_rank == pytest.approx([1])
        assert "one_proposal" in codes(calibration)


def test_a_proposal_with_one_review_is_shrunk_and_least_certain() -> None:
    rows: Rows = [*PANEL, ("F", "r1", 6)]
    calibration = calibrate(a_design(rows))
    design = calibration.design
    f, e = design.proposals.index("F"), design.proposals.index("E")
    assert calibration.quality.sd[f] > calibration.quality.sd[e]
    assert 0.3 < calibration.quality.mean[f] < 6 - calibration.mean - 0.5
    listed = {flag.code: flag for flag in flags(calibration, connection(design))}
    assert listed["single_review_proposals"].ids == ("F",)
    assert "1 of 6 proposals" in listed["single_review_proposals"].sentence


def test_pieces_without_a_common_reviewer_are_flagged() -> None:
    rows: Rows = [*PANEL, ("Y", "s1", 3), ("Z", "s1", 4), ("Z", "s2", 5)]
    calibration = calibrate(a_design(rows))
    listed = {flag.code: flag for flag in flags(calibration, connection(calibration.design))}
    assert listed["disconnected"].ids == ("Y", "Z")
    assert "2 pieces" in listed["disconnected"].sentence
    assert listed["single_review_reviewers"].ids == ("s2",)


def test_the_graph_of_reviews_is_taken_apart_correctly() -> None:
    rows: Rows = [*PANEL, ("Y", "s1", 3), ("Z", "s1", 4), ("Z", "s2", 5), ("X", "t", 1)]
    graph = connection(a_design(rows))
    assert graph.pieces == 3
    assert graph.connected(0, 4)
    assert not graph.connected(0, 7)
    assert list(graph.piece) == [0, 0, 0, 0, 0, 2, 1, 1]
    # every review of the two small pieces parts them; no single one parts the large one
    assert graph.bridges == 4
    assert connection(a_design(PANEL)).bridges == 0


def test_a_bridge_between_two_circles_is_counted_once() -> None:
    circle: Rows = [("A", "r1", 1), ("A", "r2", 1), ("B", "r1", 1), ("B", "r2", 1)]
    other: Rows = [("C", "r3", 1), ("C", "r4", 1), ("D", "r3", 1), ("D", "r4", 1)]
    assert connection(a_design([*circle, *other])).bridges == 0
    joined = connection(a_design([*circle, *other, ("B", "r3", 1)]))
    assert (joined.pieces, joined.bridges) == (1, 1)
    star: Rows = [("A", "r1", 1), ("A", "r2", 1), ("A", "r3", 1), ("B", "r3", 1)]
    assert (connection(a_design(star)).pieces, connection(a_design(star)).bridges) == (1, 4)


def test_saturated_reviews_are_flagged_at_the_floor() -> None:
    heights, leniency = {"A": 0, "B": 1, "C": 3}, {"r1": 2.0, "r2": 3.0}
    rows: Rows = [(p, r, leniency[r] + heights[p]) for p in heights for r in leniency]
    assert "residual_at_floor" in codes(calibrate(a_design(rows)))
    assert "residual_at_floor" not in codes(calibrate(a_design(PANEL)))


def test_reviewers_without_lasting_differences_are_said_to_have_none() -> None:
    random = np.random.default_rng(3)
    quality = random.normal(0, 1, 40)
    rows = [
        (f"p{i}", f"r{(i * 7 + j * 3) % 10}", quality[i] + random.normal(0, 0.5))
        for i in range(40)
        for j in range(3)
    ]
    assert "severity_not_found" in codes(calibrate(a_design(rows, grid=0)))
    assert "severity_not_found" not in codes(calibrate(a_design(rows, grid=0), Mode.SNSF))


def test_pure_noise_is_said_not_to_separate_the_proposals() -> None:
    random = np.random.default_rng(4)
    rows = [(f"p{i}", f"r{j}", random.normal()) for i in range(20) for j in range(4)]
    assert "proposals_not_separated" in codes(calibrate(a_design(rows, grid=0)))


def test_a_scale_that_is_too_narrow_for_its_grades_is_noticed() -> None:
    rows: Rows = [(f"p{i}", f"r{j}", 10.0 * i + j % 2) for i in range(12) for j in range(3)]
    assert "proposals_at_bound" in codes(calibrate(a_design(rows, width=10, grid=0)))
    turned: Rows = [(f"p{i}", f"r{j}", 10.0 * j + i % 2) for i in range(8) for j in range(12)]
    assert "reviewers_at_bound" in codes(calibrate(a_design(turned, width=10, grid=0)))


def test_a_grid_that_has_not_settled_is_flagged() -> None:
    calibration = replace(calibrate(a_design(PANEL)), grid_change=0.0321)
    listed = {flag.code: flag.sentence for flag in flags(calibration, connection(a_design(PANEL)))}
    assert "0.032" in listed["grid_coarse"]


def test_refining_ends_even_where_it_never_settles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scoring.calibration.additive.GOOD_ENOUGH", -1.0)
    monkeypatch.setattr("scoring.calibration.additive.LEVELS", {2: (6, 8, 10)})
    calibration = calibrate(a_design(PANEL), Mode.SNSF)
    assert len(calibration.nodes) <= 100
    assert calibration.grid_change > 0


def test_large_panels_use_coarser_grids(monkeypatch: pytest.MonkeyPatch) -> None:
    fine = calibrate(a_design(PANEL))
    monkeypatch.setattr("scoring.calibration.additive.LARGE_CORE", 2)
    coarse = calibrate(a_design(PANEL))
    assert len(coarse.nodes) < len(fine.nodes)
    assert coarse.expected_rank == pytest.approx(fine.expected_rank, abs=0.3)


def test_pairwise_probabilities_are_the_same_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = calibrate(a_design(PANEL), Mode.SNSF).better
    monkeypatch.setattr("scoring.calibration.comparison.ROWS_AT_ONCE", 2)
    assert calibrate(a_design(PANEL), Mode.SNSF).better == pytest.approx(whole, abs=1e-12)
    assert whole + whole.T == pytest.approx(np.ones((5, 5)))


def test_expected_ranks_add_up() -> None:
    assert calibrate(mock_panel(), Mode.SNSF).expected_rank.sum() == pytest.approx(120)


# what must not change anything


grades = st.lists(st.integers(1, 6), min_size=len(PANEL), max_size=len(PANEL))


def graded(values: list[int]) -> Rows:
    return [(p, r, v) for (p, r, _), v in zip(PANEL, values, strict=True)]


def ranks(rows: Rows, *, width: float = 5, grid: float = 1, mode: Mode = Mode.SNSF) -> Floats:
    return calibrate(a_design(rows, width=width, grid=grid), mode).expected_rank


small_panels = st.dictionaries(
    st.tuples(st.sampled_from("ABCD"), st.sampled_from("rstu")),
    st.tuples(st.integers(1, 6), st.sampled_from([0.001, 1.0, 1000.0])),
    min_size=1,
    max_size=8,
)


@settings(max_examples=8, deadline=None)
@given(small_panels, st.sampled_from(list(Mode)))
def test_any_small_panel_has_a_ranking(
    panel: dict[tuple[str, str], tuple[int, float]], mode: Mode
) -> None:
    proposals, reviewers = zip(*panel, strict=True)
    values, confidence = zip(*panel.values(), strict=True)
    design = make_design(proposals, reviewers, values, width=5, grid=1, confidence=confidence)
    calibration = calibrate(design, mode)
    n = len(design.proposals)
    assert calibration.expected_rank.sum() == pytest.approx(n * (n + 1) / 2)
    assert (calibration.expected_rank >= 1 - 1e-9).all()
    assert (calibration.expected_rank <= n + 1e-9).all()
    assert np.isfinite(calibration.quality.sd).all()
    law = rank_law(calibration, list(range(n)), draws=100, seed=1)
    assert law.cumulative[:, -1] == pytest.approx(np.ones(n))
    assert all(flag.sentence for flag in flags(calibration, connection(design)))


@few_examples
@given(grades, st.permutations(range(len(PANEL))))
def test_the_order_of_reviews_moves_no_rank(values: list[int], order: list[int]) -> None:
    rows = graded(values)
    assert np.array_equal(ranks([rows[i] for i in order]), ranks(rows))  # to the last digit


@few_examples
@given(grades)
def test_other_names_move_no_rank(values: list[int]) -> None:
    rows = graded(values)
    renamed = [(f"z{'EDCBA'.index(p)}", f"x{r}", y) for p, r, y in rows]
    assert ranks(renamed)[::-1] == pytest.approx(ranks(rows), abs=1e-6)


@few_examples
@given(grades, st.sampled_from([0.5, 3.0]), st.integers(-4, 4))
def test_another_scale_with_its_prior_moves_no_rank(
    values: list[int], factor: float, shift: int
) -> None:
    rows = graded(values)
    scaled = [(p, r, factor * y + shift) for p, r, y in rows]
    assert ranks(scaled, width=5 * factor, grid=factor) == pytest.approx(ranks(rows), abs=2e-3)


def test_neither_order_nor_names_nor_scale_move_a_rank_in_the_default_mode() -> None:
    plain = ranks(PANEL, mode=Mode.DEFAULT)
    changed = [(f"z{'EDCBA'.index(p)}", f"x{r}", 3 * y - 2) for p, r, y in reversed(PANEL)]
    scaled = ranks(changed, width=15, grid=3, mode=Mode.DEFAULT)
    assert scaled[::-1] == pytest.approx(plain, abs=2e-3)


def test_a_panel_twice_over_is_surer_but_of_the_same_opinion() -> None:
    rows = [(f"p{i}", f"r{j}", 1.0 + (i * 2 + j * j) % 5) for i in range(5) for j in range(4)]
    twice = [*rows, *((p, f"{r}-again", y) for p, r, y in rows)]
    once_ranks, twice_ranks = ranks(rows), ranks(twice)
    assert list(np.argsort(once_ranks)) == list(np.argsort(twice_ranks))
    assert np.ptp(twice_ranks) > np.ptp(once_ranks)


def test_a_constant_on_one_complete_reviewer_moves_few_ranks_and_all_of_it_is_severity() -> None:
    rows = [(f"p{i}", f"r{j}", 1.0 + (i * 2 + j * j) % 5) for i in range(6) for j in range(4)]
    lifted = [(p, r, y + (1 if r == "r2" else 0)) for p, r, y in rows]
    before, after = calibrate(a_design(rows, width=6)), calibrate(a_design(lifted, width=6))
    assert list(np.argsort(before.expected_rank)) == list(np.argsort(after.expected_rank))
    assert after.leniency.mean[2] > before.leniency.mean[2] + 0.3


# ranks as a law


def test_the_law_of_ranks_agrees_with_the_closed_form() -> None:
    calibration = calibrate(mock_panel(), Mode.SNSF)
    law = rank_law(calibration, list(range(15)), draws=40_000, seed=7)
    mean = 1 + (1 - law.cumulative).sum(axis=1)
    assert mean == pytest.approx(calibration.expected_rank, abs=0.06)
    assert law.cumulative[:, -1] == pytest.approx(np.ones(15))
    assert law.within(0) == pytest.approx(np.zeros(15))
    assert law.within(3).sum() == pytest.approx(3)
    assert law.within(99) == pytest.approx(np.ones(15))


def test_the_law_of_a_balanced_panel_is_poisson_binomial() -> None:
    means, sd = np.array([0.6, 0.1, -0.3, -0.4]), 0.5
    effect = RootedEffect(means, np.full(4, sd**2), np.zeros((1, 4)))
    drawn = effect.draw(np.random.default_rng(2), 200_000)
    first = (drawn.argmax(axis=1) == 0).mean()
    exact, _ = integrate.quad(
        lambda x: (
            np.exp(-((x - means[0]) ** 2) / (2 * sd**2))
            / (sd * sqrt(2 * pi))
            * np.prod([0.5 * (1 + erf((x - m) / (sd * sqrt(2)))) for m in means[1:]])
        ),
        -5,
        5,
    )
    assert first == pytest.approx(exact, abs=0.004)
    comparison = Comparison(4)
    comparison.add(effect, 1.0)
    order = np.argsort(np.argsort(-drawn, axis=1), axis=1) + 1
    assert expected_ranks(comparison.better()) == pytest.approx(order.mean(axis=0), abs=0.01)


def test_the_same_seed_gives_the_same_law_and_ties_share_theirs() -> None:
    calibration = calibrate(mock_panel(), Mode.SNSF)
    classes = tie_classes(list(calibration.expected_rank), tolerance=1e-6)
    first = rank_law(calibration, classes, draws=2_000, seed=1)
    again = rank_law(calibration, classes, draws=2_000, seed=1)
    other = rank_law(calibration, classes, draws=2_000, seed=2)
    assert (first.cumulative == again.cumulative).all()
    assert not (first.cumulative == other.cumulative).all()
    i, j, k = (calibration.design.proposals.index(name) for name in ("#2", "#3", "#4"))
    assert (first.cumulative[i] == first.cumulative[j]).all()
    assert (first.cumulative[j] == first.cumulative[k]).all()


def test_draws_in_chunks_count_as_often(monkeypatch: pytest.MonkeyPatch) -> None:
    calibration = calibrate(a_design(PANEL), Mode.SNSF)
    monkeypatch.setattr("scoring.calibration.rank_law.CELLS_AT_ONCE", 60)
    law = rank_law(calibration, list(range(5)), draws=5_000, seed=3)
    assert law.cumulative[:, -1] == pytest.approx(np.ones(5))
    assert 1 + (1 - law.cumulative).sum(axis=1) == pytest.approx(calibration.expected_rank, abs=0.1)


def test_quantiles_near_a_step_are_listed() -> None:
    cumulative = np.array([[0.2501, 0.7, 1.0], [0.1, 0.2499, 1.0], [0.5, 0.9, 1.0]])
    law = RankLaw(cumulative, draws=10_000)
    assert list(law.quantile(0.25)) == [1, 3, 1]
    assert law.unsettled(0.25) == [0, 1]
    assert RankLaw(cumulative, draws=10**9).unsettled(0.25) == []
    # 4.5 standard errors at a quarter of 10,000 draws are 0.0195
    edges = np.array([[0.25 + 0.0193, 1.0], [0.25 + 0.0197, 1.0], [0.25 - 0.0193, 1.0]])
    assert RankLaw(edges, draws=10_000).unsettled(0.25) == [0, 2]
    # 4.5 standard errors at one twentieth are 0.0098
    rare = np.array([[0.05 + 0.0096, 1.0], [0.05 + 0.0100, 1.0]])
    assert RankLaw(rare, draws=10_000).unsettled(0.05) == [0]


# the line


def test_the_line_groups_by_the_probability_of_being_better() -> None:
    better = np.full((5, 5), 0.5)
    better[:, 2] = [0.9, 0.6, 0.5, 0.26, 0.25]
    line = draw_line(better, [1.0, 2.0, 3.0, 4.0, 5.0], 3)
    assert line is not None
    assert line.groups == (Group.FUND, Group.DRAW, Group.DRAW, Group.DRAW, Group.REJECT)
    assert (line.at, line.places) == (2, 2)
    assert line.ahead == (0.9, 0.6, 0.5, 0.26, 0.25)


def test_the_line_follows_the_expected_rank_and_published_probabilities() -> None:
    better = np.full((3, 3), 0.5)
    better[:, 1] = [0.749996, 0.5, 0.24999]
    line = draw_line(better, [1.0, 2.0, 3.0], 2)
    assert line is not None
    assert line.groups == (Group.FUND, Group.DRAW, Group.REJECT)
    better[:, 1] = [0.2, 0.5, 0.9]
    crossed = draw_line(better, [1.0, 2.0, 3.0], 2)
    assert crossed is not None
    assert crossed.groups == (Group.DRAW, Group.DRAW, Group.DRAW)
    assert crossed.places == 2


def test_one_place_draws_the_line_at_the_first() -> None:
    line = draw_line(np.full((3, 3), 0.5), [2.0, 1.0, 3.0], 1)
    assert line is not None
    assert (line.at, line.places) == (1, 1)
    assert line.groups == (Group.DRAW,) * 3


@pytest.mark.parametrize("k", [0, 3, 4, -1])
def test_without_anyone_to_choose_between_there_is_no_line(k: int) -> None:
    assert draw_line(np.full((3, 3), 0.5), [1.0, 2.0, 3.0], k) is None


def test_draws_that_fit_the_weights_exactly_leave_nothing_to_chance() -> None:
    at = Variances(1, 1, 1)
    nodes = [Node(at, 0.5), Node(at, 0.25), Node(at, 0.25)]
    assert _shares(nodes, 8, np.random.default_rng(1)) == [4, 2, 2]
    uneven = _shares(nodes, 9, np.random.default_rng(1))
    assert sum(uneven) == 9
    assert [share - whole for share, whole in zip(uneven, [4, 2, 2], strict=True)].count(1) == 1
