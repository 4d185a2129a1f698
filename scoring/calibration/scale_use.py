"""Model B: reviewers differ in how far apart they place proposals as well as in severity.

y = μ + b_j + a_j θ_i + e, a_j ~ N(1, ψ²), fitted by mean-field variational inference with all
updates in closed form: q(θ_i) and q(a_j, b_j) (SCORING.md §2.5). Its intervals are too short, so
only its point estimates are used, and only where they predict held-out reviews better.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from scoring.calibration import reml
from scoring.calibration.design import Design, Floats, Ints

STARTING_SLOPE_SD = 0.2
SMALLEST_SD = 1e-6
PRECISE_ENOUGH = 1e-9
MOST_STEPS = 20_000


@dataclass(frozen=True, eq=False)
class ScaleUse:
    """`quality` θ (n,), `leniency` b (m,), `slope` a (m,) with its sd (m,); points, a unit-free.

    `psi` is the sd of the slopes; `settled` whether the last step moved no θ by 1e-9 τ.
    """

    mean: float
    quality: Floats
    leniency: Floats
    slope: Floats
    slope_sd: Floats
    psi: float
    settled: bool

    def predict(self, proposal: Ints, reviewer: Ints) -> Floats:
        """Return the totals (·,) expected of these reviewers for these proposals."""
        b, a = self.leniency[reviewer], self.slope[reviewer]
        return np.asarray(self.mean + b + a * self.quality[proposal])


@dataclass(eq=False)
class _State:
    """Means and second moments of the current approximation, and the variances."""

    mean: float
    theta: Floats
    theta_var: Floats
    b: Floats
    a: Floats
    b_var: Floats
    a_var: Floats
    ab_cov: Floats
    tau: float
    omega: float
    s: float
    psi: float = STARTING_SLOPE_SD


def fit(design: Design, *, most_steps: int = MOST_STEPS) -> ScaleUse:
    """Return the fit, started from the additive model."""
    state = _start(design)
    floor = max(design.grid / sqrt(12), 1e-4 * design.width)
    settled = False
    for _ in range(most_steps):
        before = state.theta
        _update_reviewers(design, state)
        _update_proposals(design, state)
        _update_variances(design, state, floor)
        if np.abs(state.theta - before).max() <= PRECISE_ENOUGH * state.tau:
            settled = True
            break
    return ScaleUse(
        mean=state.mean,
        quality=state.theta,
        leniency=state.b,
        slope=state.a,
        slope_sd=np.sqrt(state.a_var),
        psi=state.psi,
        settled=settled,
    )


def _start(design: Design) -> _State:
    additive = reml.fit(design)
    proposals, reviewers = additive.solution.proposals, additive.solution.reviewers
    m = len(design.reviewers)
    return _State(
        mean=additive.solution.mean,
        theta=proposals.mean,
        theta_var=proposals.variance,
        b=reviewers.mean,
        a=np.ones(m),
        b_var=reviewers.variance,
        a_var=np.zeros(m),
        ab_cov=np.zeros(m),
        tau=max(additive.at.tau, SMALLEST_SD),
        omega=max(additive.at.omega, SMALLEST_SD),
        s=additive.at.s,
    )


def _update_reviewers(design: Design, state: _State) -> None:
    """Set q(a_j, b_j) to its optimum: a Gaussian with a 2 x 2 precision per reviewer."""
    c = design.confidence / state.s**2
    theta = state.theta[design.proposal]
    square = theta**2 + state.theta_var[design.proposal]
    z = design.y - state.mean

    def per_reviewer(values: Floats) -> Floats:
        sums = np.bincount(design.reviewer, values, minlength=len(design.reviewers))
        return sums.astype(np.float64)

    bb = per_reviewer(c) + 1 / state.omega**2
    ab = per_reviewer(c * theta)
    aa = per_reviewer(c * square) + 1 / state.psi**2
    right_b = per_reviewer(c * z)
    right_a = per_reviewer(c * z * theta) + 1 / state.psi**2
    determinant = bb * aa - ab**2
    state.b_var, state.a_var, state.ab_cov = aa / determinant, bb / determinant, -ab / determinant
    state.b = state.b_var * right_b + state.ab_cov * right_a
    state.a = state.ab_cov * right_b + state.a_var * right_a


def _update_proposals(design: Design, state: _State) -> None:
    c = design.confidence / state.s**2
    a, b = state.a[design.reviewer], state.b[design.reviewer]
    precision = 1 / state.tau**2 + np.bincount(
        design.proposal,
        c * (a**2 + state.a_var[design.reviewer]),
        minlength=len(design.proposals),
    )
    linear = np.bincount(
        design.proposal,
        c * (a * (design.y - state.mean - b) - state.ab_cov[design.reviewer]),
        minlength=len(design.proposals),
    )
    state.theta, state.theta_var = linear / precision, 1 / precision


def _update_variances(design: Design, state: _State, floor: float) -> None:
    """Set the variances and μ to their expected moments."""
    theta, theta_var = state.theta[design.proposal], state.theta_var[design.proposal]
    a, a_var = state.a[design.reviewer], state.a_var[design.reviewer]
    fitted = state.b[design.reviewer] + a * theta
    state.mean = float(np.average(design.y - fitted, weights=design.confidence))
    spread = (
        state.b_var[design.reviewer]
        + 2 * theta * state.ab_cov[design.reviewer]
        + (a**2 + a_var) * (theta**2 + theta_var)
        - (a * theta) ** 2
    )
    squares = design.confidence * ((design.y - state.mean - fitted) ** 2 + spread)
    state.s = max(sqrt(float(squares.mean())), floor)
    state.tau = _sd(state.theta**2 + state.theta_var)
    state.omega = _sd(state.b**2 + state.b_var)
    state.psi = _sd((state.a - 1) ** 2 + state.a_var)


def _sd(squares: Floats) -> float:
    return max(sqrt(float(squares.mean())), SMALLEST_SD)
