"""The numbers inside the model, kept to seven digits: what whole runs round away.

    .venv/bin/python -m tests.scoring.numbers      writes them anew (read the difference by hand)

Published figures have four decimals, so that a wrong step of a search, a wrong width of a grid or a
weight in the wrong place could hide behind them on small calls. Here they cannot.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from scoring.calibration import reml, scale_use
from scoring.calibration.design import Design, make_design
from scoring.calibration.held_out import held_out
from scoring.calibration.peak import find_peak
from scoring.calibration.priors import Mode, Posterior, posterior
from scoring.calibration.quadrature import Node, survey

KEPT = Path(__file__).parent / "golden" / "numbers.json"
DIGITS = 7


def design(
    n: int = 7, m: int = 5, *, panels: int = 1, confidence: bool = False, apart: float = 0.3
) -> Design:
    """Return a made-up call in which a third of the reviews is missing."""
    pairs = [(i, j) for i in range(n) for j in range(m) if (i + j) % 3]
    return make_design(
        [f"p{i:02}" for i, _ in pairs],
        [f"r{j}" for _, j in pairs],
        [1 + apart * i - 0.2 * j + (5 * i + 2 * j + i * i * j) % 11 * 0.2 for i, j in pairs],
        width=5.0,
        panels=[f"k{i * panels // n}" for i, _ in pairs],
        confidence=[1 + (i + 2 * j) % 3 / 2 for i, j in pairs] if confidence else None,
        grid=0.25,
    )


def quiet(n: int = 60, m: int = 30) -> Design:
    """Return a call of many reviews, whose variances are known within a few percent."""
    random = np.random.default_rng(3)
    quality, severity = random.normal(0, 0.6, n), random.normal(0, 0.4, m)
    pairs = [(i, j) for i in range(n) for j in range(m)]
    noise = random.normal(0, 0.5, len(pairs))
    return make_design(
        [f"p{i:03}" for i, _ in pairs],
        [f"r{j:03}" for _, j in pairs],
        [3.5 + quality[i] + severity[j] + e for (i, j), e in zip(pairs, noise, strict=True)],
        width=5.0,
    )


def posteriors() -> dict[str, Posterior]:
    """Return posteriors of two, three and four unknown deviations."""
    return {
        "snsf": posterior(design(), Mode.SNSF),
        "snsf, all alike": posterior(design(apart=0.0), Mode.SNSF),
        "snsf, two panels": posterior(design(panels=2), Mode.SNSF),
        "default": posterior(design(confidence=True), Mode.DEFAULT),
        "default, wide": posterior(design(4, 9), Mode.DEFAULT),
        "default, three panels": posterior(design(9, 4, panels=3), Mode.DEFAULT),
    }


def _nodes(nodes: list[Node]) -> dict[str, Any]:
    ends = [nodes[0], nodes[len(nodes) // 2], nodes[-1]]
    return {
        "count": len(nodes),
        "heaviest": max(node.weight for node in nodes),
        "some": [[*asdict(node.at).values(), node.weight] for node in ends],
    }


def _surveyed(one: Posterior) -> dict[str, Any]:
    found = survey(one)
    return {
        "axes": [[axis.name, axis.low, axis.high, axis.bend] for axis in one.axes],
        "mean": one.model.mean,
        "mode": list(found.mode),
        "ranges": [[each.low, each.high] for each in found.ranges],
        "nodes": _nodes(found.nodes(4)),
    }


def _peaks() -> dict[str, Any]:
    found = {}
    for name, mode in (("default", Mode.DEFAULT), ("snsf", Mode.SNSF)):
        peak = find_peak(posterior(quiet(), mode))
        assert peak is not None
        found[name] = {
            "centre": peak.centre.tolist(),
            "root": peak.root.tolist(),
            "mode": list(peak.mode),
            "nodes": _nodes(peak.nodes(3)),
        }
    return found


def _fits() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, one in (("even", design()), ("confident", design(8, 4, confidence=True))):
        few = scale_use.fit(one, most_steps=40)
        fitted = reml.fit(one)
        found[name] = {
            "reml": [*asdict(fitted.at).values(), fitted.criterion],
            "scale use": [few.mean, few.psi, *few.quality, *few.leniency, *few.slope],
            "slope sd": few.slope_sd.tolist(),
            "held out": held_out(one, folds=3, seed=4).errors,
        }
    return found


def told() -> dict[str, Any]:
    """Return all numbers, each to seven digits."""
    found: dict[str, Any] = {
        "survey": {name: _surveyed(one) for name, one in posteriors().items()},
        "peak": _peaks(),
        "fits": _fits(),
    }
    short: dict[str, Any] = _short(found)
    return short


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _short(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_short(one) for one in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


if __name__ == "__main__":
    KEPT.write_text(json.dumps(told(), indent=1) + "\n", encoding="utf-8")
