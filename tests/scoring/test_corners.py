"""Corners where a small change would go unseen: the last sign, one review, a name, one proposal."""

import hashlib
import itertools
import zlib
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from scoring.__main__ import main, stage
from scoring.allocation.decide import Rule, decide
from scoring.allocation.entry import Entry
from scoring.allocation.optimum import _lot
from scoring.allocation.options import FAR, Options, Table
from scoring.allocation.programme import Candidate, Constraint, Objective, Programme
from scoring.allocation.search import Found, grow
from scoring.allocation.solver import Model
from scoring.allocation.sources import largest_remainder
from scoring.assignment.assign import assign
from scoring.assignment.certificate import check
from scoring.assignment.document import request_from
from scoring.assignment.exchange import Seating, _cheapest_path
from scoring.assignment.problem import MICRO
from scoring.calibration.design import design_from
from scoring.calibration.held_out import METHODS, by_z_score
from scoring.calibration.quadrature import _spreads
from scoring.calibration.rank_law import RankLaw
from scoring.draw.intervals import Order, interval
from scoring.draw.merit import guaranteed
from scoring.draw.push_up import push_up
from scoring.draw.systematic import draw_places
from scoring.errors import InputError
from scoring.reading import told
from scoring.replay import complete
from scoring.replay.attached import bundle_in_pdf
from scoring.ties import SmallestSpread, break_ties
from scoring.weighting import rank, show
from tests.scoring.awards import brute
from tests.scoring.panels import SIX_POINTS, a_design, reviews_of
from tests.scoring.test_assignment import problem_of
from tests.scoring.test_commands_of_selection import stated


def test_what_is_written_stands_hidden_beside_its_file_until_it_is_whole(tmp_path: Path) -> None:
    with stage(tmp_path / "out.json", "text") as ready:
        assert ready.parent == tmp_path
        assert ready.name.startswith(".out.json.")
        assert ready.read_text() == "text"
    assert not list(tmp_path.iterdir())


def test_a_reviewer_of_one_review_is_predicted_by_the_grand_mean_and_spread() -> None:
    whole = a_design(
        [("A", "r", 1), ("B", "r", 3), ("C", "r", 5), ("A", "s", 6), ("B", "s", 2), ("C", "s", 2)]
    )
    seen = (whole.reviewer == 0) | (whole.proposal == 0)
    known, hidden = whole.subset(seen), whole.subset(~seen)
    assert known.y.tolist() == [1, 6, 3, 5]
    assert by_z_score(known, hidden) == pytest.approx([3.75, 3.75 + known.y.std()])


def test_words_are_told_as_they_are_spelled() -> None:
    assert told(["Zürich", None]) == '["Zürich", null]'


def test_rules_that_no_set_keeps_are_known_once_all_departures_are_looked_at() -> None:
    """In parts they can be kept: a budget of five of which four must be given, three by three."""
    table = Table(
        np.full((2, 1), 3.0),
        np.array([0, 1]),
        np.array([5, 7]),
        1,
        np.array([4.0]),
        np.array([5.0]),
    )
    for price in (0.0, 0.1, 2.0, -2.0):
        found = grow(Options(table, np.array([price]), {}), work=2_000)
        assert found == Found(None, [], proven=True)
    free = Table(table.columns, table.row_of, table.worth, 1, np.array([-FAR]), table.high)
    assert grow(Options(free, np.array([0.1]), {})).sets == [(1,)]


def test_who_has_one_amount_gets_no_other() -> None:
    one = Candidate("a", 10, 5, minimum_minor=4)
    model = Model(Programme((one, Candidate("b", 3, 1)), 50, Objective.MERIT))
    for taken, other in ((0, 1), (1, 0)):
        found = model.some_set(np.ones(3), {taken: True})
        assert found is not None
        assert found.chosen == (taken, 2)
        assert other not in found.chosen


def test_rules_for_ties_compare_exactly_however_large_the_denominators() -> None:
    places = rank({name: Fraction(3) for name in "AB"}, SIX_POINTS.scale)
    spreads = {"A": Fraction(10**20 + 1, 10**20), "B": Fraction(1)}
    found = break_ties(places, [SmallestSpread(spreads)])
    assert [one.place.id for one in found] == ["B", "A"]
    assert [one.position for one in found] == [1, 2]


def test_a_certificate_is_of_seats_that_may_be_held() -> None:
    """Where all merits are 0 any seats reach the bound, so that only the limits decide."""
    merit, none = np.zeros((2, 3), dtype=np.int64), np.zeros(3, dtype=np.int64)
    allowed = np.array([[True, True, False], [True, True, True]])
    demand, low, high = np.array([1, 2]), np.array([0, 1, 0]), np.array([1, 2, 1])
    for x, right in (
        ([[1, 0, 0], [0, 1, 1]], True),
        ([[0, 1, 0], [1, 1, 0]], True),
        ([[0, 0, 1], [1, 1, 0]], False),  # a conflict
        ([[1, 0, 0], [0, 2, 0]], False),  # one seat twice
        ([[1, 0, 0], [0, 1, 0]], False),  # too few
        ([[1, 0, 0], [0, 0, 1]], False),
        ([[1, 0, 0], [1, 1, 0]], False),  # more than a reviewer takes
        ([[1, 0, 0], [1, 0, 1]], False),  # fewer
    ):
        given = merit, allowed, demand, low, high
        assert check(*given, x=np.array(x), a=none[:2], b=none) == right
        assert not check(*given, x=np.array(x), a=none[:2] + 1, b=none)
    whole = np.array([[5, 3, 9], [4, 4, 1]])
    best, a = np.array([[0, 1, 0], [1, 1, 0]]), np.array([3, 2])
    assert check(whole, allowed, demand, low, high, x=best, a=a, b=np.array([2, 0, 0]))
    assert not check(whole, allowed, demand, low, high, x=best, a=a, b=np.array([2, 0, 1]))


def test_a_share_near_a_level_is_unsettled_where_draws_are_few() -> None:
    law = RankLaw(np.array([[0.6, 1.0], [0.4, 1.0]]), 100)
    assert law.quantile(0.05).tolist() == [1, 1]
    assert law.unsettled(0.05) == [0, 1]
    assert law.unsettled(0.5) == [0, 1]
    many = RankLaw(law.cumulative, 100_000)
    assert many.unsettled(0.05) == many.unsettled(0.5) == []


def test_the_smallest_number_below_nothing_keeps_its_sign() -> None:
    assert show(Fraction(-1, 10_000)) == "-0.0001"
    assert show(Fraction(-1, 1)) == "-1.0000"
    assert show(Fraction(-1, 3), 0) == "0"
    assert show(Fraction(-5, 3), 0) == "-2"


def test_panels_of_reviews_are_those_of_the_design() -> None:
    rows = [("A", "r", 5.0), ("A", "s", 4.0)], [("B", "t", 3.0)]
    reviews = [one for part, name in zip(rows, "xy", strict=True) for one in reviews_of(part, name)]
    design = design_from(reviews, SIX_POINTS)
    assert (design.panels, design.panel.tolist()) == (("x", "y"), [0, 0, 1])
    assert design_from(reviews_of(rows[0]), SIX_POINTS).panels == ("",)
    assert design.grid == Decimal(1)


def test_a_chance_below_nothing_is_refused_even_where_the_places_add_up() -> None:
    for below, rest in ((Fraction(-1, 2), Fraction(1, 2)), (Fraction(-1), Fraction(1))):
        chances = {"a": below, "b": rest, "c": Fraction(1)}
        with pytest.raises(InputError, match=f"the probability of a is {below}; it must be"):
            draw_places(chances, b"seed", "label")


def test_a_bundle_says_whether_money_goes_on_past_who_cannot_be_paid() -> None:
    found = []
    for how in ("stop", "skip"):
        rules = {"order_by": "raw", "allocation": {"when_unaffordable": how}}
        pots = [{"id": "open", "amount_minor": 45}]  # the first asks for 50
        parts = stated(draw_entrants=None, rules=rules, contributions=pots)
        found.append(complete(parts)["allocation"]["spent_minor"])
    assert found == [0, 41]


def test_a_proposal_is_exchanged_once_on_a_path() -> None:
    """It could give up either of two reviewers for a point; both together are one too many."""
    merit = np.array([[0, 6, 0, 0, 0], [0, 5, 4, 2, 1], [0, 0, 5, 5, 0]])
    allowed = np.array([[1, 1, 0, 0, 0], [0, 1, 1, 1, 1], [0, 0, 1, 1, 0]], dtype=np.bool_)
    problem = problem_of(merit, allowed, demand=[1, 2, 1])
    seats = [(0, 0), (1, 1), (1, 3), (2, 2)]
    seating = Seating(problem, seats, np.zeros(5, dtype=np.int64))
    for least, taken in ((6, []), (3, [(0, 0, 1), (1, 1, 4)])):
        seating.hold_up(np.array([6, least, 5]) * MICRO)
        moves = _cheapest_path(seating, 0)
        assert [(one.proposal, one.lost, one.gained) for one in moves] == taken


def test_a_lottery_of_all_or_nobody_guarantees_all_or_nobody() -> None:
    given = [interval(name, low, low + 2) for name, low in (("a", 0), ("b", 1), ("c", 9))]
    for k in (0, 3):
        assert guaranteed(given, k, np.full(3, k / 3)) == k
    assert guaranteed([], 0, np.zeros(0)) == 0


def test_the_ways_of_predicting_are_known_by_their_names() -> None:
    assert list(METHODS) == ["mean", "z_score", "additive", "bilinear"]


def test_a_lot_is_the_start_of_a_hash_and_never_nothing() -> None:
    for seed, name, amount in (("call", "a", 10), ("", "b", 7)):
        digest = hashlib.sha256(f"{seed}|{name}|{amount}".encode()).digest()
        assert _lot(seed, Candidate(name, 10, 1), amount) == 256 * digest[0] + digest[1] + 1


def a_hill(inverse: list[list[float]]) -> Any:
    """Return a posterior on a plane whose logarithm falls by squares from (0.5, 0.5)."""
    axis = SimpleNamespace(from_grid=float, log_jacobian=lambda _: 0.0)

    def density(at: Sequence[float]) -> float:
        away = np.array(at) - 0.5
        return float(-0.5 * away @ np.array(inverse) @ away)

    return SimpleNamespace(axes=(axis, axis), variances=tuple, log_density=density)


def test_spreads_are_those_of_a_bell_and_wide_where_nothing_falls() -> None:
    inverse = [[400.0, 90.0], [90.0, 100.0]]
    bounds = [(0.0, 1.0), (0.2, 1.0)]
    wanted = np.sqrt(np.diag(np.linalg.inv(inverse)))
    assert _spreads(a_hill(inverse), [0.5, 0.5], bounds, 0.0) == pytest.approx(wanted)
    flat = a_hill([[0.0, 0.0], [0.0, 0.0]])
    steps = np.array([1 / 20, 0.8 / 20])
    assert _spreads(flat, [0.5, 0.5], bounds, 0.0) == pytest.approx(np.sqrt(200) * steps)
    saddle = a_hill([[100.0, 0.0], [0.0, -16.0]])
    first, second = _spreads(saddle, [0.5, 0.5], bounds, 0.0)
    assert first == pytest.approx(np.sqrt(2) / 10)
    assert second == pytest.approx(np.sqrt(200) * 0.04)


@pytest.mark.parametrize("pairs", [5, 100_000])
def test_where_worths_are_huge_and_nearly_equal_the_best_is_told_all_the_same(
    monkeypatch: pytest.MonkeyPatch, pairs: int
) -> None:
    """Ten thousand times less than rounding loses: every five lie within the bound."""
    monkeypatch.setattr("scoring.allocation.meeting._PAIRS", pairs)
    more = np.array([40, 3, 77, 12, 55, 55, 90, 8, 61, 30, 2])
    table = Table(
        np.ones((11, 1)),
        np.arange(11),
        10**13 + more,
        1,
        np.array([-FAR]),
        np.array([5.0]),
    )
    options = Options(table, np.array([10.0**13 + 40]), {})
    best, chosen = 5 * 10**13 + 90 + 77 + 61 + 55 + 55, (2, 4, 5, 6, 8)
    assert grow(options) == Found(best, [chosen], proven=True)
    assert grow(options, known=best - 1) == Found(best, [chosen], proven=True)
    assert grow(options, ties=True) == Found(best, [chosen], proven=True)
    assert grow(options, known=best, ties=True) == Found(best, [chosen], proven=True)
    assert grow(options, known=best) == Found(None, [], proven=True)


@pytest.mark.parametrize("core", [0, 2])
def test_whole_numbers_find_the_best_however_few_choices_are_left_open_at_first(
    monkeypatch: pytest.MonkeyPatch, core: int
) -> None:
    monkeypatch.setattr("scoring.allocation.solver._CORE", core)
    for seed in range(3):
        random = np.random.default_rng(seed)
        candidates = tuple(
            Candidate(f"p{row}", int(ask), 3 * int(merit), None, {"k": "xy"[row % 2]})
            for row, (ask, merit) in enumerate(random.integers(5, 30, (7, 2)))
        )
        rule = Constraint("k", "x", min_count=2, max_count=3)
        programme = Programme(candidates, 55, Objective.MERIT, constraints=(rule,))
        model, best = Model(programme), brute(programme)
        options = model.options({})
        assert best is not None
        for known in (None, best - 3, best):
            found = model.whole_numbers({}, options, known)
            assert found is not None
            assert found.worth == best


def test_the_arguments_of_the_program_are_those_it_was_started_with(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["scoring", "replay", "nowhere.json"])
    assert main() == 2
    assert "nowhere.json" in capsys.readouterr().err


def test_a_bundle_is_found_behind_streams_that_cannot_be_unpacked() -> None:
    bundle = b'{"format": "equipoise-bundle/1"}'
    streams = (b"plain words", zlib.compress(b"{}"), b"more", zlib.compress(bundle))
    content = b"".join(b"stream\n" + one + b"\nendstream\n" for one in streams)
    assert bundle_in_pdf(b"%PDF-1.7\n" + content, "equipoise-bundle/1") == bundle


def test_a_call_without_a_seed_has_the_empty_one() -> None:
    content = {
        "proposals": [{"id": "a", "demand": 1}],
        "reviewers": [{"id": "r", "max_load": 1}],
        "affinity": [["a", "r", 1]],
    }
    for more, seed in (({}, ""), ({"seed": None}, ""), ({"seed": "s"}, "s"), ({"seed": 0}, "0")):
        assert request_from({**content, **more}, Path()).seed == seed


def test_an_assignment_is_unique_where_no_other_is_as_good() -> None:
    counted = set()
    for seed in range(24):
        random = np.random.default_rng(seed)
        merit, allowed = random.integers(0, 4, (3, 4)) / 10, random.random((3, 4)) < 0.9
        ways = [
            sum(int(10 * merit[i, j] + 0.5) for i, j in enumerate(each))
            for each in itertools.permutations(range(4), 3)
            if all(allowed[i, j] for i, j in enumerate(each))
        ]
        if ways:
            unique = ways.count(max(ways)) == 1
            assert assign(problem_of(merit, allowed)).unique == unique
            counted.add(unique)
    assert counted == {True, False}


def test_two_of_the_dearest_may_depart_where_both_together_cost_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("scoring.allocation.search._ENDINGS", 1)
    table = Table(
        np.array([[1.0], [1.0], [0.0]]),
        np.arange(3),
        np.array([4, 4, 2]),
        1,
        np.array([-FAR]),
        np.array([0.0]),
    )
    options = Options(table, np.array([0.0]), {})
    for known in (0, 1):
        assert grow(options, known=known) == Found(2, [(2,)], proven=True)
    assert grow(options, known=2) == Found(None, [], proven=True)


@pytest.mark.parametrize("objective", [Objective.MERIT, Objective.MERIT_MONEY, Objective.RANK])
def test_what_is_not_spent_is_left(objective: Objective) -> None:
    entries = [
        Entry(name, ask, attributes={"k": "x"}) for name, ask in zip("abc", (7, 5, 4), strict=True)
    ]
    rule = Rule(13, objective, constraints=(Constraint("k", "x", max_count=2),), reserve=1)
    found = decide(entries, {"a": 9, "b": 8, "c": 1}, rule)
    assert (found.spent_minor, found.left_minor) == (12, 1)
    assert [line.amount_minor for line in found.lines] == [7, 5, 0]


def test_the_limits_that_have_a_price_come_first_whichever_rule_they_are_of() -> None:
    table = Table(
        np.array([[1.0, 5.0, 2.0], [3.0, 5.0, 4.0], [2.0, 2.0, 1.0]]),
        np.arange(3),
        np.array([9, 1, 7]),
        1,
        np.array([-FAR, -FAR, 3.0]),
        np.array([2.0, 6.0, FAR]),
    )
    found = Options(table, np.array([0.0, 0.5, -0.25]), {}).departures(np.inf)
    taken = np.array([1.0, 0.0, 1.0]) @ table.columns
    assert found.price.tolist() == [0.5, 0.25]
    assert found.limit.tolist() == [6.0, -3.0, 2.0]
    assert found.use.tolist() == [taken[1], -taken[2], taken[0]]
    signs = {0: -1, 1: 1, 2: -1}  # who is funded would lose it
    for at, candidate in enumerate(found.candidate.tolist()):
        one, two, three = signs[candidate] * table.columns[candidate]
        assert found.change[:, at].tolist() == [two, -three, one]
    assert found.loss.tolist() == sorted(found.loss, reverse=True)


def test_what_is_left_over_goes_to_the_largest_remainder_not_to_the_largest_share() -> None:
    assert largest_remainder(10, [6, 3, 3]) == [5, 3, 2]
    assert largest_remainder(7, [10, 1, 4]) == [5, 0, 2]
    assert largest_remainder(3, [1, 1, 1, 1]) == [1, 1, 1, 0]
    assert largest_remainder(0, [0, 0]) == [0, 0]


def test_chance_is_pushed_up_group_by_group_from_the_lowest() -> None:
    ladder = Order.of([interval(f"p{row}", 10 - row, 10 - row) for row in range(4)])
    assert push_up(ladder, np.full(4, 0.25)).tolist() == [1, 0, 0, 0]
    assert push_up(ladder, np.full(4, 0.75)) == pytest.approx([1, 1, 1, 0])
    random = np.random.default_rng(4)
    for _ in range(12):
        low = random.integers(0, 12, 9)
        given = zip(low.tolist(), (low + random.integers(0, 4, 9)).tolist(), strict=True)
        order = Order.of([interval(f"p{row}", *ends) for row, ends in enumerate(given)])
        p = random.random(9)
        _, group = np.unique([order.above, order.below], axis=1, return_inverse=True)
        p = (np.bincount(group, p) / np.bincount(group))[group]  # equals have one chance
        pushed = push_up(order, p)
        assert pushed.sum() == pytest.approx(p.sum())
        for better, worse in itertools.permutations(range(9), 2):
            if order.low[better] > order.high[worse]:
                assert pushed[better] == pytest.approx(1) or pushed[worse] == pytest.approx(0)
            if group[better] == group[worse]:
                assert pushed[better] == pytest.approx(pushed[worse])
