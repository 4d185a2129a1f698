"""Ranking: ours beside plain formulations of the same thing, in one run; only ratios count.

    python -m bench.scoring_ranking [--json FILE] [--large]

- Expected ranks of the SNSF model: exact quadrature beside a plain Gibbs sampler of the same model
  and priors, on a synthetic panel (15 x 5) with exact ties and on one of 353 x 36.
- The likelihood: block elimination beside the dense N x N Gaussian.
- Finding scale use: share of the true best tenth found, on the generator of Tan et al. (2021).
- `--large`: 5,000 proposals x 2,000 reviewers, 3 reviews each, to the end, with peak memory.
"""

import scoring  # noqa: F401  (first, so that numpy adds up in one thread)

# isort: split
import argparse
import json
import resource
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from scipy import special, stats

from scoring.calibration import reml, scale_use
from scoring.calibration.additive import calibrate
from scoring.calibration.design import Design, Floats, make_design
from scoring.calibration.likelihood import Model, Variances
from scoring.calibration.priors import SNSF_REVIEWER_SD, Mode, mean_of_proposal_means, posterior
from scoring.calibration.rank_law import rank_law

SWEEPS, BURN_IN = 20_000, 2_000


Result = TypeVar("Result")


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """Return the result and the processor time; other work on the machine does not count."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def synthetic(n: int, m: int, each: int, seed: int) -> Design:
    """Return n proposals graded 1..6 by `each` of m reviewers."""
    random = np.random.default_rng(seed)
    theta, b = random.normal(0, 1, n), random.normal(0, 0.4, m)
    proposal = np.repeat(np.arange(n), each)
    reviewer = np.concatenate([random.choice(m, each, replace=False) for _ in range(n)])
    y = np.clip(
        np.round(3.5 + theta[proposal] + b[reviewer] + random.normal(0, 0.7, n * each)), 1, 6
    )
    return make_design(
        [f"p{i:05}" for i in proposal], [f"r{j:05}" for j in reviewer], list(y), width=5, grid=1
    )


def gibbs_expected_ranks(design: Design, *, sweeps: int, seed: int) -> Floats:
    """Return posterior mean ranks (n,) by a plain Gibbs sampler of the SNSF model.

    As published: a vote around each reviewer's mean, noise around the vote; uniform priors on the
    three sds, drawn from their truncated inverse-gamma conditionals.
    """
    random = np.random.default_rng(seed)
    bound = posterior(design, Mode.SNSF).bound
    omega = SNSF_REVIEWER_SD * bound
    n, m, count = len(design.proposals), len(design.reviewers), len(design.y)
    z = design.y - mean_of_proposal_means(design)
    per_p, per_r = design.reviews_per_proposal, design.reviews_per_reviewer
    theta, vote, nu = np.zeros(n), np.zeros(count), np.zeros(m)
    sigma = vote_sd = tau = 0.5 * bound
    ranks = np.zeros(n)

    def sd_given(squares: float, number: int) -> float:
        # 1/sd² ~ Gamma((number - 1)/2, squares/2) above 1/bound²
        shape, rate = (number - 1) / 2, squares / 2
        low = special.gammainc(shape, rate / bound**2)
        precision = special.gammaincinv(shape, low + random.random() * (1 - low)) / rate
        return float(1 / np.sqrt(precision))

    for sweep in range(sweeps):
        precision = per_p / sigma**2 + 1 / tau**2
        rest = np.bincount(design.proposal, z - vote, n) / sigma**2
        theta = rest / precision + random.standard_normal(n) / np.sqrt(precision)
        vote_precision = 1 / sigma**2 + 1 / vote_sd**2
        pull = (z - theta[design.proposal]) / sigma**2 + nu[design.reviewer] / vote_sd**2
        vote = pull / vote_precision + random.standard_normal(count) / np.sqrt(vote_precision)
        nu_precision = per_r / vote_sd**2 + 1 / omega**2
        nu = np.bincount(design.reviewer, vote, m) / vote_sd**2 / nu_precision
        nu = nu + random.standard_normal(m) / np.sqrt(nu_precision)
        sigma = sd_given(float(((z - theta[design.proposal] - vote) ** 2).sum()), count)
        vote_sd = sd_given(float(((vote - nu[design.reviewer]) ** 2).sum()), count)
        tau = sd_given(float((theta**2).sum()), n)
        if sweep >= BURN_IN:
            ranks += stats.rankdata(-theta)
    return ranks / (sweeps - BURN_IN)


def against_sampling(n: int, m: int, each: int, sweeps: int) -> dict[str, Any]:
    design = synthetic(n, m, each, seed=1)
    ours, our_time = timed(lambda: calibrate(design, Mode.SNSF))
    chains = [
        timed(partial(gibbs_expected_ranks, design, sweeps=sweeps, seed=seed)) for seed in (1, 2)
    ]
    (first, first_time), (second, second_time) = chains
    ratio = (first_time + second_time) / 2 / our_time
    apart = float(np.abs(first - second).max())
    return {
        "panel": f"{n} x {m}, {each} reviews each",
        "time ratio (one chain / ours)": ratio,
        "largest difference of the two chains": apart,
        # the error of a chain falls with the square root of its length
        "time ratio for chains within 0.05 of a rank, extrapolated": ratio * (apart / 0.05) ** 2,
        "largest difference of ours to their mean": float(
            np.abs(ours.expected_rank - (first + second) / 2).max()
        ),
        "change by the finer grid": ours.grid_change,
    }


def against_dense_likelihood() -> dict[str, Any]:
    design = synthetic(353, 36, 8, seed=2)
    at = Variances(1.0, 0.4, 0.7)
    model = Model(design, mean=3.5)
    model.solve(at)

    def plain() -> float:
        same_p = np.equal.outer(design.proposal, design.proposal)
        same_r = np.equal.outer(design.reviewer, design.reviewer)
        covariance = at.tau**2 * same_p + at.omega**2 * same_r + at.s**2 * np.eye(len(design.y))
        factor = np.linalg.cholesky(covariance)
        half = np.linalg.solve(factor, design.y - 3.5)
        logs = 2 * np.log(np.diag(factor)).sum() + len(design.y) * np.log(2 * np.pi)
        return float(-0.5 * (half @ half + logs))

    dense, dense_time = timed(plain)
    ours, our_time = timed(lambda: [model.solve(at).loglik for _ in range(20)])
    return {
        "panel": "353 x 36, 8 reviews each",
        "time ratio (dense / ours)": dense_time / (our_time / 20),
        "difference of the log-likelihoods": abs(dense - ours[0]),
    }


def best_tenth(noise: float, seed: int, n: int = 500) -> dict[str, float]:
    """Return the share of the true best tenth found, on linear reviewer functions."""
    random = np.random.default_rng(seed)
    truth = random.normal(0, 1, n)
    slope, shift = random.gamma(4, 0.25, n), random.normal(0, 1, n)
    proposal = np.repeat(np.arange(n), 5)
    reviewer = np.concatenate([random.permutation(n) for _ in range(5)])
    y = slope[reviewer] * truth[proposal] + shift[reviewer] + noise * random.normal(size=5 * n)
    design = make_design(
        [f"p{i:05}" for i in proposal],
        [f"r{j:05}" for j in reviewer],
        list(y),
        width=float(np.ptp(y)),
    )
    mean = np.bincount(design.proposal, design.y, n) / design.reviews_per_proposal
    scores = {
        "mean": mean,
        "additive": reml.fit(design).solution.proposals.mean,
        "bilinear": scale_use.fit(design, most_steps=1_000).quality,
    }
    best = set(np.argsort(-truth)[: n // 10])
    return {
        name: len(best & set(np.argsort(-score)[: n // 10])) / (n // 10)
        for name, score in scores.items()
    }


def large() -> dict[str, Any]:
    design = synthetic(5_000, 2_000, 3, seed=3)
    calibration, seconds = timed(lambda: calibrate(design))
    _, draws = timed(lambda: rank_law(calibration, list(range(5_000)), draws=20_000, seed=1))
    _, small = timed(lambda: calibrate(synthetic(353, 36, 8, seed=2)))
    return {
        "panel": "5000 x 2000, 3 reviews each",
        "time of calibration / of 353 x 36": seconds / small,
        "time of 20,000 draws / of 353 x 36": draws / small,
        "change by the finer grid": calibration.grid_change,
        "peak memory, GB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
    }


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--large", action="store_true")
    arguments = parser.parse_args(argv)
    results: dict[str, Any] = {
        "expected ranks, small": against_sampling(15, 5, 5, SWEEPS),
        "expected ranks, call of 353": against_sampling(353, 36, 8, SWEEPS),
        "likelihood": against_dense_likelihood(),
        "best tenth, noise 0": best_tenth(0.0, 1),
        "best tenth, noise 0.5": best_tenth(0.5, 1),
        "best tenth, noise 1": best_tenth(1.0, 1),
    }
    if arguments.large:
        results["large"] = large()
    for name, figures in results.items():
        print(f"\n{name}")
        for what, value in figures.items():
            print(f"  {what}: {value if isinstance(value, str) else f'{value:.4g}'}")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
