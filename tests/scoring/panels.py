"""Small panels of reviews for the tests of calibration and ranking."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from scoring.calibration.design import Design, make_design
from scoring.tables import Review, Rules
from scoring.weighting import Criterion, Scale
from tests.realdata import real_data

SIX_POINTS = Rules(
    Scale(best=Decimal(6), worst=Decimal(1), step=Decimal(1)),
    (Criterion("grade", "Grade", Decimal(1)),),
)
Rows = list[tuple[str, str, float]]

PANEL: Rows = [
    ("A", "r1", 5),
    ("A", "r2", 4),
    ("B", "r1", 4),
    ("B", "r2", 3),
    ("B", "r3", 5),
    ("C", "r2", 2),
    ("C", "r3", 3),
    ("D", "r1", 3),
    ("D", "r3", 3),
    ("E", "r1", 6),
    ("E", "r2", 4),
    ("E", "r3", 6),
]
"""Five proposals, three reviewers: r2 is the most severe."""


def a_design(rows: Rows, *, width: float = 5, grid: float = 1) -> Design:
    proposals, reviewers, grades = zip(*rows, strict=True)
    return make_design(proposals, reviewers, grades, width=width, grid=grid)


def reviews_of(rows: Rows, panel: str | None = None) -> list[Review]:
    return [Review(p, r, {"grade": Decimal(str(g))}, panel=panel) for p, r, g in rows]


def expected(topic: str) -> Any:
    text = real_data("scoring_tests", "expected.json").read_text(encoding="utf-8")
    return json.loads(text)[topic]


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file
