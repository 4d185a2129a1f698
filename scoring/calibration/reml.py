"""Point estimates of the variances by restricted maximum likelihood, where a single fit is enough.

Given the ratios τ/s and ω/s, s² has a closed form; so only the ratios are searched for.
"""

from dataclasses import dataclass
from math import log, pi, sqrt

import numpy as np
from scipy import optimize

from scoring.calibration.design import Design, Floats
from scoring.calibration.likelihood import Model, Solution, Variances

WIDEST_RATIO = 1e3


@dataclass(frozen=True, eq=False)
class Fit:
    """The estimates, the REML criterion (-2 log likelihood) and whether the floor on s binds."""

    at: Variances
    criterion: float
    at_floor: bool
    solution: Solution


def fit(design: Design, *, precise: bool = False) -> Fit:
    """Return the REML fit; s is kept at or above h/√12 (the rounding noise of the grades).

    Without a floor the criterion has no lower bound on saturated data. `precise` searches to the
    last digits (for comparisons with lme4) instead of to about four.
    """
    model = Model(design)
    floor = max(design.grid / sqrt(12), 1e-4 * design.width)
    tolerance = 1e-9 if precise else 1e-4

    def at(ratios: Floats) -> tuple[Variances, float]:
        return _profile(model, float(ratios[0]), float(ratios[1]), floor)

    found = optimize.minimize(
        lambda ratios: at(ratios)[1],
        np.array([1.0, 0.5]),
        method="Nelder-Mead",
        bounds=[(0.0, WIDEST_RATIO)] * 2,
        options={"xatol": tolerance, "fatol": tolerance, "maxfev": 2000},
    )
    best, criterion = at(found.x)
    return Fit(best, criterion, best.s <= floor, model.solve(best))


def _profile(model: Model, tau: float, omega: float, floor: float) -> tuple[Variances, float]:
    """Return the best variances with these ratios, and their criterion."""
    unit = model.solve(Variances(tau, omega, 1.0))
    free = len(model.design.y) - 1
    s = max(sqrt(max(unit.quadratic, 0.0) / free) if free else floor, floor)
    at = Variances(tau * s, omega * s, s)
    constant = -2 * unit.loglik - unit.quadratic - free * log(2 * pi)
    criterion = free * log(2 * pi * s**2) + constant + unit.quadratic / s**2
    return at, criterion
