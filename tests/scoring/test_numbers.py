"""The numbers inside the model are those that were kept; numbers.py says how to keep new ones."""

import json
from collections.abc import Iterator
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest

from scoring.calibration import additive
from scoring.calibration.additive import calibrate
from scoring.calibration.priors import Mode
from tests.scoring.numbers import KEPT, design, told


def flat(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from flat(one, f"{at}/{key}")
    else:
        yield at, value


def test_no_number_inside_the_model_changes_unseen() -> None:
    kept, found = dict(flat(json.loads(KEPT.read_text(encoding="utf-8")))), dict(flat(told()))
    assert found.keys() == kept.keys()
    for at, value in kept.items():
        if isinstance(value, float):
            assert found[at] == pytest.approx(value, rel=3e-6, abs=1e-9), at
        else:
            assert found[at] == value, at


def test_the_grid_is_refined_level_by_level_until_it_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    monkeypatch.setattr(additive, "OFTEN", float("inf"))  # on a slow machine more is told
    monkeypatch.setattr(additive, "GOOD_ENOUGH", -1.0)
    found = calibrate(design(3, 2), Mode.SNSF, said.append)
    assert said == [
        "Looking for the most likely variances.",
        "Integrating over 12 nodes on each of 2 axes.",
        "Refining to 24 nodes on each axis.",
        "Refining to 48 nodes on each axis.",
    ]
    monkeypatch.setattr(additive, "GOOD_ENOUGH", found.grid_change)
    said.clear()
    assert calibrate(design(3, 2), Mode.SNSF, said.append).grid_change >= found.grid_change
    assert said[-1].startswith("Refining to ")


def test_what_decides_a_published_result_is_what_the_documents_say() -> None:
    """Another value is another method: it belongs into docs/scoring/method.md first."""
    stated: dict[str, dict[str, object]] = {
        "scoring.affinity.bids": {"DAMPED": 0.2, "FEW": 5},
        "scoring.affinity.codes": {"SAME": 1.0, "NEAR": 0.5},
        "scoring.affinity.texts": {"_K1": 1.2, "_B": 0.75, "_RARE": 2},
        "scoring.allocation.decide": {"POINTS": 10_000},
        "scoring.assignment.problem": {"MICRO": 1_000_000},
        "scoring.calibration.additive": {
            "GOOD_ENOUGH": 0.01,
            "LEVELS": {2: (12, 24, 48), 3: (12, 16, 24), 4: (8, 11, 15)},
            "LEVELS_OF_LARGE": {2: (8, 12), 3: (5, 7), 4: (4, 5)},
            "LEVELS_OF_PEAK": (3, 4, 5),
            "LARGE_CORE": 600,
        },
        "scoring.calibration.flags": {"AT_ZERO": 0.02, "AT_BOUND": 0.98, "AT_FLOOR": 1.05},
        "scoring.calibration.held_out": {"FOLDS": 10, "SEED": 2026, "ENOUGH_STEPS": 2_000},
        "scoring.calibration.line": {"CLEARLY_ABOVE": 0.75, "CLEARLY_BELOW": 0.25},
        "scoring.calibration.offer": {"CLEARLY_OTHER": 2.0},
        "scoring.calibration.peak": {"NARROW": 0.15, "NODES_OF_S": 2},
        "scoring.calibration.priors": {"SHARE_OF_WIDTH": 0.4, "SNSF_REVIEWER_SD": 0.25},
        "scoring.calibration.quadrature": {
            "REACH": 5.5,
            "DEEP_ENOUGH": 12.0,
            "NEGLIGIBLE": 1e-7,
        },
        "scoring.calibration.rank_law": {"CLOSE": 4.5},
        "scoring.calibration.scale_use": {"PRECISE_ENOUGH": 1e-9},
        "scoring.draw.rational": {"DENOMINATOR": 1_000_000},
        "scoring.draw.seed": {"QUICKNET_GENESIS": 1_692_803_367, "QUICKNET_PERIOD": 3},
        "scoring.publishing": {"POINTS": 4, "RANKS": 4, "SHARES": 4},
        "scoring.ranking": {
            "SAME_RANK": 1e-6,
            "QUARTILES": (0.25, 0.75),
            "NINETY": (0.05, 0.95),
            "DRAWS": 100_000,
            "SEED": 2026,
        },
        "scoring.reading": {"MOST": 10**15},
        "scoring.stability.report": {"DRAWS": 1_000, "SEED": 2026},
        "scoring.stability.weights": {"MANY_CRITERIA": 12},
        "scoring.weighting": {
            "LEAST_CONFIDENCE": Decimal("0.001"),
            "MOST_CONFIDENCE": Decimal(1000),
        },
    }
    for module, values in stated.items():
        there = vars(import_module(module))
        assert {name: there[name] for name in values} == values, module
