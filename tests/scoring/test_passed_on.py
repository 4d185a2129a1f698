"""What is given is what is used: seeds, options, columns, later blocks, the order of results."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from scoring.affinity import Told, affinity
from scoring.affinity.codes import Coverage
from scoring.allocation.document import answer as awards_of
from scoring.allocation.document import request_from as allocation_from
from scoring.allocation.entry import points_of
from scoring.allocation.optimum import optimise
from scoring.allocation.programme import Candidate, Objective, Programme
from scoring.assignment import MICRO
from scoring.assignment.assign import assign
from scoring.assignment.document import answer, request_from
from scoring.assignment.problem import Problem, Rule
from scoring.calibration.flags import _near_zero
from scoring.calibration.likelihood import Variances
from scoring.charts import Frame, ticks
from scoring.draw.document import draw_from
from scoring.draw.document import request_from as entrants_from
from scoring.draw.intervals import Order, interval
from scoring.draw.least_norm import Sums, _with_bounds
from scoring.draw.rational import published_chances
from scoring.draw.stream import Stream
from scoring.draw.worst_case import PossibleTops
from scoring.replay import complete
from scoring.replay.bundle import _after_draw
from tests.scoring.test_assignment import problem_of
from tests.scoring.test_commands_of_selection import DRAW, SEED, stated


def equals(seed: object) -> dict[str, Any]:
    return {
        "proposals": [{"id": f"P{i}", "demand": 1} for i in range(4)],
        "reviewers": [{"id": f"R{j}", "max_load": 1} for j in range(4)],
        "affinity": [[f"P{i}", f"R{j}", 0.5] for i in range(4) for j in range(4)],
        "seed": seed,
    }


def test_the_seed_of_a_call_settles_its_equal_assignments() -> None:
    found = [answer(request_from(equals(seed), Path()))["assignments"] for seed in range(4)]
    even = problem_of(np.full((4, 4), 0.5))
    for seed, seats in enumerate(found):
        named = Problem(
            tuple(f"P{i}" for i in range(4)),
            tuple(f"R{j}" for j in range(4)),
            even.merit,
            even.allowed,
            even.demand,
            even.min_load,
            even.max_load,
        )
        pairs = assign(named, seed=str(seed)).pairs
        assert seats == [[f"P{i}", f"R{j}"] for i, j in pairs]
    assert len({str(one) for one in found}) > 1


def test_points_are_held_against_a_threshold_with_twelve_decimals() -> None:
    third = Fraction(11, 3)
    assert points_of(third, lower_is_better=False) == Decimal("3.666666666666")
    assert points_of(third, lower_is_better=True) == Decimal("3.666666666667")


def test_a_draw_is_worth_a_value_per_place_of_six_decimals() -> None:
    seven = {**DRAW, "intervals": [[name, 1, 2] for name in "abcdefg"], "k": 3}
    record = draw_from(entrants_from(seven))
    assert (record["value"], record["value_per_place"]) == (1.285713, 0.428571)
    assert draw_from(entrants_from({**seven, "k": 0}))["value_per_place"] is None


class Given(Stream):
    """A stream that gives these words."""

    def __init__(self, words: list[int]) -> None:
        self._words = iter(words)

    def word(self) -> int:
        return next(self._words)


def test_a_word_beyond_the_last_whole_multiple_is_drawn_anew() -> None:
    last = 2**256 // 3 * 3  # = 2^256 - 1: the one word that would favour 0
    assert Given([last, 5]).below(3) == 2
    assert Given([last - 1, 5]).below(3) == (last - 1) % 3
    assert Given([2**256 - 1, 5]).below(2) == 1


def test_only_those_above_one_are_bounded_where_nobody_is_below_zero() -> None:
    sums = Sums(np.ones(3), np.array([[1.0, -1.0, 0.0]]), np.array([0.9]), 2.0)
    found = _with_bounds(sums, np.zeros(3, dtype=np.int64))
    assert found == pytest.approx([1.0, 0.1, 0.9])


def test_possible_tops_say_the_same_looked_at_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(3)
    low = random.integers(0, 30, 40)
    order = Order.of(
        [
            interval(f"p{row:02}", Decimal(int(one)), Decimal(int(one + random.integers(0, 9))))
            for row, one in enumerate(low)
        ]
    )
    p = random.random(40)
    whole = PossibleTops(order, 12).values(p)
    for cells in (10, 40, 130, 300):
        monkeypatch.setattr("scoring.draw.worst_case._CELLS", cells)
        assert PossibleTops(order, 12).values(p) == pytest.approx(whole)


@pytest.mark.parametrize("block", [9, 20])
def test_rules_price_pairs_of_every_block(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    random = np.random.default_rng(block)
    house = random.random(9) < 0.5
    problem = problem_of(
        random.integers(0, 50, (12, 9)) / 10,
        random.random((12, 9)) > 0.15,
        demand=2,
        high=6,
        rules=(Rule("house", house, 1, 1),),
    )
    whole = assign(problem)
    monkeypatch.setattr("scoring.assignment.prices._BLOCK", block)
    cut = assign(problem)
    assert (cut.pairs, cut.total, cut.bound_total) == (whole.pairs, whole.total, whole.bound_total)


def test_codes_count_half_where_both_sides_have_them() -> None:
    texts = ["cervical screening", "screening of leukaemia", "breast ultrasound"]
    codes = [frozenset({"cso:5.1", "cso:2"}), frozenset({"cso:5.2"}), frozenset[str]()]
    people_codes = [frozenset({"cso:5.1"}), frozenset({"cso:2"}), frozenset[str]()]
    wordy = affinity([Told((one,)) for one in texts], [Told((one,)) for one in texts]).merit
    both = affinity(
        [Told((text,), code) for text, code in zip(texts, codes, strict=True)],
        [Told((text,), code) for text, code in zip(texts, people_codes, strict=True)],
    ).merit
    share = Coverage(codes, people_codes).share(slice(0, 3))
    for i in range(3):
        for j in range(3):
            mixed = wordy[i, j] / 2 + MICRO * share[i, j] / 2
            known = bool(codes[i] and people_codes[j])
            assert both[i, j] == pytest.approx(mixed if known else wordy[i, j], abs=1)
    assert 0 < share[0, 0] < 1


@pytest.mark.parametrize(("at", "zero"), [(0.0, True), (0.0213, True), (0.0222, False)])
def test_about_zero_is_told_on_a_grid_of_squares(at: float, zero: bool) -> None:  # noqa: FBT001
    def density(point: Variances) -> float:
        return -abs(point.omega / 2 - at)

    posterior = SimpleNamespace(
        bound=2.0,
        variances=lambda _: Variances(tau=1.0, omega=1.0, s=0.5, kappa=0.0),
        log_density=density,
    )
    landscape: Any = SimpleNamespace(posterior=posterior, mode=())
    assert _near_zero(landscape, "omega") == zero


def test_confidence_and_panel_of_a_review_reach_the_scores_of_a_bundle() -> None:
    plain = stated()["reviews"]
    sure = [{**one, "confidence": "0.5" if one["seat"] == "s1" else "1"} for one in plain]
    sure[0]["grades"] = {"idea": 3.0, "plan": 2.0}
    found = complete(stated(reviews=sure, draw_entrants=None, rules={"order_by": "raw"}))
    (first,) = [one for one in found["scores"]["proposals"] if one["id"] == "a"]
    one, other = (Fraction(2, 5) * a + Fraction(3, 5) * b for a, b in ((3, 2), (Fraction(3, 2), 2)))
    assert Fraction(first["exact"]) == (one / 2 + other) / Fraction(3, 2)
    panelled = [{**one, "panel": f"k{one['seat']}"} for one in plain]
    asked = {"order_by": "expected_rank", "ranking": {"draws": 50, "mode": "snsf"}}
    ranked = complete(stated(reviews=panelled, draw_entrants=None, rules=asked))
    assert set(ranked["ranking"]["panels"]) == {"ks1", "ks2"}
    assert ranked["ranking"]["method"]["k"] is None


def test_those_drawn_come_after_the_certain_and_before_the_rest() -> None:
    found = complete(stated())
    draw, order = found["draw"], found["order"]
    turn = [
        *(name for name in order if name in draw["surely"]),
        *(name for name in order if name in draw["drawn"]),
    ]
    rest = [name for name in order if name not in turn]
    assert [line["id"] for line in found["allocation"]["lines"]] == [*turn, *rest]
    assert draw["drawn"]
    (other,) = {"b", "c"} - set(draw["drawn"])
    turned = complete(stated(draw_entrants={**stated()["draw_entrants"], "seed": SEED[::-1]}))
    assert other in {*turned["draw"]["drawn"], *rest}


def test_an_order_keeps_its_turn_within_the_certain_the_drawn_and_the_rest() -> None:
    order = ["f", "c", "a", "d", "b", "e"]
    draw = {"surely": ["d", "f"], "selected": ["b", "c", "d", "f"]}
    assert _after_draw(order, draw) == ["f", "d", "c", "b", "a", "e"]
    assert _after_draw(order, {"surely": ["d"]}) == ["d", "f", "c", "a", "b", "e"]
    assert _after_draw(order, None) == order


def test_the_figures_of_an_axis_keep_apart() -> None:
    for high in (0.35, 1.0, 7.5, 3_000.0, 4_000.0, 123_456.0, 90_000_000.0, 8_000_000_000.0):
        found = ticks(Frame("t", "d", "x", 0.0, high))
        longest = max(len(f"{value:,.10g}") for value in found)

        assert len(found) <= 3 or len(found) * 7.2 * (longest + 1) <= 440 - 150 - 14, high


def test_the_largest_remainder_takes_the_millionth_that_is_left_whoever_has_it() -> None:
    found = published_chances(["a", "b"], np.array([0.9999994, 6e-7]), 1)
    assert found == {"a": Fraction(999_999, 10**6), "b": Fraction(1, 10**6)}
    even = published_chances(["a", "b", "c"], np.array([0.25, 0.25, 0.5]) + 4e-7, 1)
    assert sum(even.values()) == 1


def test_the_seed_of_a_call_settles_its_equal_awards() -> None:
    names = "abcdef"
    content: dict[str, Any] = {
        "currency": "EUR",
        "budget_minor": 30,
        "rule": {"objective": "merit"},
        "proposals": [{"id": name, "ask_minor": 10, "merit": 5} for name in names],
    }
    programme = Programme(tuple(Candidate(name, 10, 5) for name in names), 30, Objective.MERIT)
    told = []
    for seed in ("", "call-1", "call-7", "call-9"):
        found: Any = awards_of(allocation_from({**content, "seed": seed}), with_margins=False)
        told.append([one["id"] for one in found["funded"]])
        assert told[-1] == [one.id for one in optimise(programme, seed=seed).funded]
    assert len({str(one) for one in told}) > 1
