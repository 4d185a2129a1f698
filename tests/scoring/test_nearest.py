"""What lies just beyond a limit is refused, and what lies on it is not."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from scoring.affinity.bids import Bid, effects
from scoring.allocation.document import request_from
from scoring.allocation.entry import Entry, whole_minor
from scoring.allocation.money import convert_minor
from scoring.allocation.programme import Candidate, Objective, Programme
from scoring.allocation.rank import allocate_by_rank
from scoring.allocation.solver import Model
from scoring.assignment.chance import cap_of
from scoring.assignment.problem import whole_merit
from scoring.calibration.design import make_design
from scoring.calibration.held_out import held_out
from scoring.draw.intervals import interval
from scoring.draw.merit import check_places
from scoring.draw.seed import nist_randomness, seed_from_hex
from scoring.errors import InputError
from scoring.fields import Fields, exact, texts
from scoring.ranking import Options
from scoring.stability.bootstrap import _random
from scoring.stability.decisions import first
from scoring.stability.weights import ranges_from
from scoring.weighting import (
    Criterion,
    Scale,
    check_confidence,
    check_grade,
    check_weights,
    show,
)
from tests.scoring.panels import PANEL, a_design
from tests.scoring.test_assignment import problem_of

SCALE = Scale(Decimal(6), Decimal(1), Decimal("0.5"))


def weights(*values: str) -> None:
    check_weights([Criterion(str(row), "", Decimal(one)) for row, one in enumerate(values)])


def field(value: object) -> Fields:
    return Fields({"x": value}, "here")


def merit(value: object) -> None:
    request_from(
        {
            "currency": "EUR",
            "budget_minor": 1,
            "rule": {"objective": "merit"},
            "proposals": [{"id": "a", "ask_minor": 1, "merit": value}],
        }
    )


def worth(merit: int) -> None:
    Model(Programme((Candidate("a", 1, merit),), 1, Objective.MERIT))


LIMITS: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
    "places": (lambda: Options(k=0), lambda: Options(k=-1)),
    "draws": (lambda: Options(draws=1), lambda: Options(draws=0)),
    "seed": (lambda: Options(seed=0), lambda: Options(seed=-1)),
    "funded": (lambda: first(0), lambda: first(-1)),
    "variations": (lambda: _random(1, 0), lambda: _random(0, 0)),
    "seed of variations": (lambda: _random(1, 0), lambda: _random(1, -1)),
    "decimals": (lambda: show(Fraction(1), 0), lambda: show(Fraction(1), -1)),
    "minor units": (lambda: whole_minor(0, "it"), lambda: whole_minor(-1, "it")),
    "merit of a candidate": (lambda: Candidate("a", 1, 0), lambda: Candidate("a", 1, -1)),
    "least of a candidate": (lambda: Candidate("a", 1, 0, 1), lambda: Candidate("a", 1, 0, 2)),
    "least of an entry": (lambda: Entry("a", 1, 1), lambda: Entry("a", 1, 2)),
    "reserve": (
        lambda: allocate_by_rank((), 0, reserve=0),
        lambda: allocate_by_rank((), 0, reserve=-1),
    ),
    "merit": (lambda: merit(0), lambda: merit(-1)),
    "merit, a half": (lambda: merit(1), lambda: merit(Decimal("0.5"))),
    "worth": (lambda: worth(2**53 - 1), lambda: worth(2**53)),
    "rate": (lambda: convert_minor(1, "0.01"), lambda: convert_minor(1, "0")),
    "rate below 0": (lambda: convert_minor(1, "0.5"), lambda: convert_minor(1, "-0.5")),
    "whole": (lambda: field(0).whole("x"), lambda: field(-1).whole("x")),
    "whole, a half": (lambda: field(1).whole("x"), lambda: field(Decimal("0.5")).whole("x")),
    "share below": (lambda: field(0).share("x"), lambda: field(Decimal("-0.1")).share("x")),
    "share above": (lambda: field(1).share("x"), lambda: field(Decimal("1.1")).share("x")),
    "number": (lambda: exact(10**15, "it"), lambda: exact(10**15 + 1, "it")),
    "ids": (lambda: texts(["a"], 1, "it"), lambda: texts(["a"], 2, "it")),
    "weight": (lambda: weights("0", "1"), lambda: weights("-0.1", "1.1")),
    "weights": (lambda: weights("0.4", "0.6"), lambda: weights("0.4", "0.5999")),
    "step": (lambda: SCALE, lambda: Scale(Decimal(6), Decimal(1), Decimal("-0.5"))),
    "grade below": (
        lambda: check_grade(SCALE, Decimal(1)),
        lambda: check_grade(SCALE, Decimal("0.5")),
    ),
    "grade above": (
        lambda: check_grade(SCALE, Decimal(6)),
        lambda: check_grade(SCALE, Decimal("6.5")),
    ),
    "confidence below": (
        lambda: check_confidence(Decimal("0.001")),
        lambda: check_confidence(Decimal("0.0009")),
    ),
    "confidence above": (
        lambda: check_confidence(Decimal(1000)),
        lambda: check_confidence(Decimal("1000.1")),
    ),
    "cap": (lambda: cap_of(Fraction(1)), lambda: cap_of(Fraction(11, 10))),
    "no cap": (lambda: cap_of(Fraction(1, 10)), lambda: cap_of(Fraction(0))),
    "affinity": (
        lambda: whole_merit(np.array([[2**53 / 1e6 - 1]])),
        lambda: whole_merit(np.array([[2**53 / 1e6]])),
    ),
    "demand": (
        lambda: problem_of(np.ones((1, 1)), demand=0),
        lambda: problem_of(np.ones((1, 1)), demand=-1),
    ),
    "loads": (
        lambda: problem_of(np.ones((1, 1)), low=1, high=1),
        lambda: problem_of(np.ones((1, 2)), low=[0, 1], high=[1, 0]),
    ),
    "capacity": (
        lambda: problem_of(np.ones((2, 2)), demand=2, high=2),
        lambda: problem_of(np.ones((2, 2)), demand=2, high=[2, 1]),
    ),
    "least reviews": (
        lambda: problem_of(np.ones((1, 2)), low=[1, 0]),
        lambda: problem_of(np.ones((1, 2)), low=[1, 1]),
    ),
    "parts": (
        lambda: held_out(a_design(PANEL), folds=len(PANEL), methods={}),
        lambda: held_out(a_design(PANEL), folds=len(PANEL) + 1, methods={}),
    ),
    "one part": (
        lambda: held_out(a_design(PANEL), folds=2, methods={}),
        lambda: held_out(a_design(PANEL), folds=1, methods={}),
    ),
    "ends": (lambda: interval("a", 1, 1), lambda: interval("a", 1, 0)),
    "point below": (lambda: interval("a", 1, 3, 1), lambda: interval("a", 1, 3, 0.9)),
    "point above": (lambda: interval("a", 1, 3, 3), lambda: interval("a", 1, 3, 3.1)),
    "places of a draw": (lambda: check_places(3, 3), lambda: check_places(4, 3)),
    "no places": (lambda: check_places(0, 3), lambda: check_places(-1, 3)),
    "seed of a draw": (lambda: seed_from_hex("ab" * 16), lambda: seed_from_hex("ab" * 15)),
    "pulse": (lambda: nist_randomness("ab" * 64), lambda: nist_randomness("ab" * 63)),
    "low weight": (
        lambda: ranges_from({"a": (0, 1)}, "a", [1.0]),
        lambda: ranges_from({"a": (-0.1, 1)}, "a", [1.0]),
    ),
    "high weight": (
        lambda: ranges_from({"a": (1, 1)}, "a", [1.0]),
        lambda: ranges_from({"a": (1, 1.1)}, "a", [1.0]),
    ),
    "weights too high": (
        lambda: ranges_from({}, "ab", [0.5, 0.5]),
        lambda: ranges_from({"a": (0.6, 0.7)}, "ab", [0.5, 0.5]),
    ),
    "weights too low": (
        lambda: ranges_from({"a": (0.4, 0.5)}, "ab", [0.5, 0.5]),
        lambda: ranges_from({"a": (0.3, 0.4)}, "ab", [0.5, 0.5]),
    ),
    "total": (
        lambda: make_design(["a"], ["r"], [1.0], width=5),
        lambda: make_design(["a"], ["r"], [float("inf")], width=5),
    ),
}


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_is_where_it_is_said_to_be(name: str) -> None:
    on_it, beyond = LIMITS[name]
    on_it()
    with pytest.raises(InputError):
        beyond()


def test_a_wish_counts_whole_from_the_fifth_on_and_is_bounded() -> None:
    for count in (1, 4, 5, 6):
        given = [(row, 0, Bid.YES) for row in range(count)]
        known = np.full(count, 0.5, dtype=np.float32)
        found = effects(given, known, np.array([0.5], dtype=np.float32), 1)
        assert not found.unsupported.any()
        assert found.added == pytest.approx(0.15 * min(count / 5, 1))
    damped = effects([(0, 0, Bid.YES)], np.zeros(1, np.float32), np.zeros(1, np.float32), 1)
    assert damped.unsupported.tolist() == [True]
    assert damped.added == pytest.approx(0.15 * 0.2 / 5)
    no = effects([(0, 0, Bid.NO)], np.zeros(1, np.float32), np.ones(1, np.float32), 1)
    assert (no.unsupported.tolist(), no.added[0]) == ([False], pytest.approx(-0.25))
