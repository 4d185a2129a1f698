"""Large calls: sparse covariances, and few nodes around a narrow peak, give the same ranking."""

from dataclasses import replace

import numpy as np
import pytest

from scoring.calibration.additive import Calibration, calibrate
from scoring.calibration.connection import connection
from scoring.calibration.design import Design, make_design
from scoring.calibration.flags import flags
from scoring.calibration.likelihood import Model, Variances
from scoring.calibration.peak import Peak, find_peak
from scoring.calibration.priors import Mode, posterior
from scoring.calibration.rank_law import rank_law

AT = Variances(tau=0.9, omega=0.4, s=0.7, kappa=0.3)


def a_call(n: int, m: int, each: int, *, panels: int = 1, tau: float = 1.0) -> Design:
    random = np.random.default_rng(5)
    theta, b = random.normal(0, tau, n), random.normal(0, 0.5, m)
    proposal = np.repeat(np.arange(n), each)
    reviewer = np.concatenate([random.choice(m, each, replace=False) for _ in range(n)])
    y = 3.5 + theta[proposal] + b[reviewer] + random.normal(0, 0.6, n * each)
    return make_design(
        [f"p{i:04}" for i in proposal],
        [f"r{j:04}" for j in reviewer],
        list(y),
        panels=[f"k{i % panels}" for i in proposal],
        width=8,
    )


@pytest.fixture
def sparse_from_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scoring.calibration.likelihood.DENSE_UP_TO", 0)


@pytest.mark.parametrize("size", [(12, 5), (5, 12)])
@pytest.mark.parametrize("mean", [None, 3.5])
@pytest.mark.parametrize("panels", [1, 2])
def test_sparse_and_dense_say_the_same(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], mean: float | None, panels: int
) -> None:
    design = a_call(*size, 3, panels=panels)
    dense = Model(design, mean, with_panels=panels > 1).solve(AT)
    monkeypatch.setattr("scoring.calibration.likelihood.DENSE_UP_TO", 0)
    scarce = Model(design, mean, with_panels=panels > 1).solve(AT)
    assert scarce.loglik == pytest.approx(dense.loglik, abs=1e-9)
    assert scarce.quadratic == pytest.approx(dense.quadratic)
    assert scarce.mean == pytest.approx(dense.mean)
    assert scarce.panels == pytest.approx(dense.panels)
    for one, other in (
        (scarce.proposals, dense.proposals),
        (scarce.reviewers, dense.reviewers),
    ):
        assert one.mean == pytest.approx(other.mean)
        assert one.variance == pytest.approx(other.variance)
        assert one.covariance == pytest.approx(other.covariance)
        drawn = one.draw(np.random.default_rng(2), 100_000)
        assert drawn.mean(axis=0) == pytest.approx(other.mean, abs=0.02)
        assert np.cov(drawn.T) == pytest.approx(other.covariance, abs=0.02)


@pytest.mark.usefixtures("sparse_from_the_start")
def test_points_that_differ_in_s_alone_share_a_factor() -> None:
    model = Model(a_call(12, 5, 3))
    first = model.solve(AT)
    doubled = model.solve(Variances(1.8, 0.8, 1.4, 0.6))
    other = model.solve(replace(AT, tau=1.0))
    assert doubled.core is first.core
    assert other.core is not first.core
    assert doubled.proposals.mean == pytest.approx(first.proposals.mean)
    assert doubled.proposals.covariance == pytest.approx(4 * first.proposals.covariance)


@pytest.mark.parametrize("mode", [Mode.DEFAULT, Mode.SNSF])
def test_a_peak_gives_the_ranks_of_the_whole_grid(
    monkeypatch: pytest.MonkeyPatch, mode: Mode
) -> None:
    design = a_call(160, 80, 5)
    whole = calibrate(design, mode)
    monkeypatch.setattr("scoring.calibration.additive.LARGE_CORE", 50)
    monkeypatch.setattr("scoring.calibration.likelihood.DENSE_UP_TO", 0)
    few = calibrate(design, mode)
    assert isinstance(few.landscape, Peak)
    assert len(few.nodes) < len(whole.nodes)
    assert few.expected_rank == pytest.approx(whole.expected_rank, abs=0.02)
    assert few.quality.sd == pytest.approx(whole.quality.sd, rel=1e-3)
    for name, (mean, sd) in whole.variance_estimates().items():
        here = few.variance_estimates()[name]
        assert here[0] == pytest.approx(mean, rel=1e-3, abs=1e-9)
        assert here[1] == pytest.approx(sd, rel=0.02, abs=1e-9)
    codes = {flag.code for flag in flags(few, connection(design))}
    assert not codes & {"proposals_not_separated", "severity_not_found"}


@pytest.mark.parametrize(
    "design",
    [a_call(40, 20, 3), a_call(200, 90, 5, tau=0.0), a_call(200, 90, 5, panels=2)],
    ids=["few reviews", "no difference between proposals", "two panels"],
)
def test_where_the_variances_are_not_known_narrowly_there_is_no_peak(design: Design) -> None:
    assert find_peak(posterior(design, Mode.DEFAULT)) is None


def test_a_peak_that_is_not_reached_in_some_steps_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    where = posterior(a_call(160, 80, 5), Mode.SNSF)
    assert find_peak(where) is not None
    monkeypatch.setattr("scoring.calibration.peak.MOST_STEPS", 1)
    assert find_peak(where) is None


def test_nodes_beyond_a_bound_carry_no_weight() -> None:
    peak = find_peak(posterior(a_call(160, 80, 5), Mode.DEFAULT))
    assert peak is not None
    beyond = Peak(peak.posterior, peak.centre, 40 * peak.root)
    weights = [node.weight for node in beyond.nodes(3)]
    assert len(weights) < 18
    assert sum(weights) == pytest.approx(1)
    bound = peak.posterior.bound
    assert all(node.at.tau <= bound and node.at.omega <= bound for node in beyond.nodes(3))


def test_long_work_tells_the_node_it_is_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scoring.calibration.additive.OFTEN", -1.0)
    said: list[str] = []
    calibration: Calibration = calibrate(a_call(12, 5, 3), progress=said.append)
    assert "Node 2 of" in "".join(said)
    law = rank_law(calibration, list(range(12)), draws=50, seed=1)
    assert law.within(0).tolist() == [0.0] * 12
    assert law.within(99) == pytest.approx(np.ones(12))
