"""How decisions fare under other reviews, reviewers and weights."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from scoring.calibration.likelihood import Variances
from scoring.errors import InputError
from scoring.stability.ballot import Ballot, ballot_from
from scoring.stability.bootstrap import as_it_is, over_reviewers, over_reviews, without
from scoring.stability.decisions import first
from scoring.stability.problem import problem_from
from scoring.stability.report import Stability, as_json, stability
from scoring.stability.weights import (
    core_index,
    corners,
    default_ranges,
    draws_within,
    ranges_from,
)
from scoring.tables import Review, Rules
from scoring.weighting import Criterion, Scale
from tests.scoring.panels import PANEL, SIX_POINTS, Rows, reviews_of

TWO = Rules(
    Scale(Decimal(1), Decimal(5), Decimal(1)),
    (Criterion("idea", "Idea", Decimal("0.5")), Criterion("plan", "Plan", Decimal("0.5"))),
)


def two_criteria(grades: dict[tuple[str, str], tuple[int | None, int | None]]) -> Ballot:
    reviews = [
        Review(
            p,
            r,
            {
                "idea": None if idea is None else Decimal(idea),
                "plan": None if plan is None else Decimal(plan),
            },
        )
        for (p, r), (idea, plan) in grades.items()
    ]
    return ballot_from(reviews, TWO)


IDEAS = two_criteria(
    {("A", "r"): (1, 4), ("B", "r"): (3, 3), ("C", "r"): (5, 1), ("D", "r"): (5, 5)}
)


def panel() -> Ballot:
    return ballot_from(reviews_of(PANEL), SIX_POINTS)


def test_scores_as_they_are_are_the_raw_means() -> None:
    ballot = panel()
    assert ballot.scores(np.ones(12)) == pytest.approx([4.5, 4, 2.5, 3, 16 / 3], abs=1e-9)
    assert ballot.order(ballot.scores(np.ones(12))) == ["E", "A", "B", "D", "C"]
    assert as_it_is(ballot, first(2)) == {"E", "A"}


def test_copies_weigh_reviews_and_a_proposal_never_loses_all_of_them() -> None:
    ballot = panel()
    copies = np.array([2, 1, 0, 0, 0, 1, 0, 1, 1, 1, 1, 1], dtype=float)
    scores = ballot.scores(copies)
    assert scores[0] == pytest.approx(14 / 3)
    assert scores[1] == pytest.approx(4)
    assert scores[2] == pytest.approx(2)


def test_calibrated_scores_allow_for_the_reviewer() -> None:
    variances = Variances(1.0, 0.7, 0.5)
    ballot = ballot_from(reviews_of(PANEL), SIX_POINTS, variances)
    scores = ballot.scores(np.ones(12))
    assert scores.sum() != 0
    assert ballot.order(scores)[0] == "E"
    without_r2 = ballot.scores((ballot.design.reviewer != 1).astype(float))
    assert len(without_r2) == 5
    assert np.isfinite(without_r2).all()


def test_ties_are_ordered_by_id_in_every_variation() -> None:
    rows: Rows = [(p, r, 3) for p in "CBA" for r in ("r", "s")]
    ballot = ballot_from(reviews_of(rows), SIX_POINTS)
    assert ballot.order(ballot.scores(np.ones(6))) == ["A", "B", "C"]


def test_what_reviewers_agree_on_survives_and_the_toss_up_does_not() -> None:
    rows: Rows = [(p, r, {"A": 6.0, "Z": 1.0}[p]) for p in "AZ" for r in "rst"]
    rows += [
        ("M", "r", 2),
        ("M", "s", 5),
        ("M", "t", 4),
        ("N", "r", 5),
        ("N", "s", 2),
        ("N", "t", 3),
    ]
    ballot = ballot_from(reviews_of(rows), SIX_POINTS)
    shares = dict(zip(ballot.ids, over_reviews(ballot, first(2), draws=400, seed=1), strict=True))
    assert shares["A"] == 1
    assert shares["Z"] == 0
    assert 0.5 < shares["M"] < 0.95
    assert shares["M"] + shares["N"] == pytest.approx(1)


def test_the_bootstrap_of_two_reviews_has_its_exact_law() -> None:
    # M: 2 and 4 against a constant 3 in N, which wins ties by nothing but being alphabetically last
    rows: Rows = [("M", "r", 2), ("M", "s", 4), ("N", "r", 3), ("N", "s", 3)]
    ballot = ballot_from(reviews_of(rows), SIX_POINTS)
    share = over_reviews(ballot, first(1), draws=4_000, seed=5)
    assert share == pytest.approx([0.75, 0.25], abs=0.03)


def test_drawing_reviewers_moves_all_their_reviews_together() -> None:
    rows: Rows = [("M", "r", 6), ("M", "s", 1), ("N", "r", 1), ("N", "s", 5)]
    ballot = ballot_from(reviews_of(rows), SIX_POINTS)
    share = over_reviewers(ballot, first(1), draws=4_000, seed=5)
    assert share == pytest.approx([0.75, 0.25], abs=0.03)


def test_the_seed_decides_and_nothing_else() -> None:
    ballot = panel()
    once = over_reviews(ballot, first(2), draws=50, seed=1)
    assert list(once) == list(over_reviews(ballot, first(2), draws=50, seed=1))
    assert list(once) != list(over_reviews(ballot, first(2), draws=50, seed=2))


def test_one_draw_and_seed_nought_are_enough() -> None:
    assert set(over_reviews(panel(), first(1), draws=1, seed=0)) == {0, 1}
    assert set(over_reviewers(panel(), first(1), draws=1, seed=0)) == {0, 1}


@pytest.mark.parametrize(("draws", "seed"), [(0, 1), (10, -1)])
def test_impossible_draws_are_refused(draws: int, seed: int) -> None:
    with pytest.raises(InputError):
        over_reviews(panel(), first(1), draws=draws, seed=seed)
    with pytest.raises(InputError):
        over_reviewers(panel(), first(1), draws=draws, seed=seed)


def test_leaving_out_a_reviewer_can_flip_a_decision() -> None:
    rows: Rows = [("A", "r", 4), ("A", "s", 4), ("B", "r", 6), ("B", "s", 1)]
    ballot = ballot_from(reviews_of(rows), SIX_POINTS)
    assert as_it_is(ballot, first(1)) == {"A"}
    assert without(ballot, first(1), 0) == {"A"}
    assert without(ballot, first(1), 1) == {"B"}


def test_corners_of_the_weights_are_all_and_only_the_corners() -> None:
    triangle = corners([(0, 1)] * 3)
    assert sorted(map(tuple, triangle)) == [(0, 0, 1), (0, 1, 0), (1, 0, 0)]
    cut = corners([(0.2, 0.4), (0.3, 0.5), (0.3, 0.3)])
    assert sorted(map(tuple, cut)) == [(0.2, 0.5, 0.3), (0.4, 0.3, 0.3)]
    assert cut.sum(axis=1) == pytest.approx(np.ones(len(cut)))


def test_drawn_weights_keep_their_ranges_and_fill_them() -> None:
    ranges = [(0.2, 0.5), (0.1, 0.4), (0.3, 0.6)]
    drawn = draws_within(ranges, draws=500, seed=1)
    assert drawn.shape == (500, 3)
    assert drawn.sum(axis=1) == pytest.approx(np.ones(500))
    low, high = np.array(ranges).T
    assert (drawn >= low - 1e-9).all()
    assert (drawn <= high + 1e-9).all()
    assert np.ptp(drawn, axis=0).min() > 0.2
    fixed = draws_within([(0.25, 0.25), (0.35, 0.35), (0.4, 0.4)], draws=3, seed=1)
    assert fixed == pytest.approx(np.array([[0.25, 0.35, 0.4]] * 3))


def test_default_ranges_are_a_fifth_either_way() -> None:
    assert default_ranges([0.5, 1.0]) == [(0.4, 0.6), (0.8, 1.0)]


def test_given_ranges_are_checked() -> None:
    bad: list[tuple[dict[str, list[float]], str]]
    keys, weights = ["a", "b"], [0.4, 0.6]
    assert ranges_from({"a": [0.1, 0.5], "b": [0.5, 0.9]}, keys, weights) == [
        (0.1, 0.5),
        (0.5, 0.9),
    ]
    assert ranges_from({"a": [0, 1], "b": [0, 1]}, keys, weights) == [(0, 1), (0, 1)]
    assert ranges_from({}, keys, weights) == [(0.4, 0.4), (0.6, 0.6)]
    bad = [
        ({"c": [0, 1]}, "“c” is not of a criterion"),
        ({"a": [0.5, 0.1]}, "“a” must be 0 ≤ low ≤ high ≤ 1"),
        ({"a": [-0.1, 0.4]}, "“a” must be"),
        ({"a": [0.1, 1.4]}, "“a” must be"),
        ({"a": [0.5, 0.5]}, "add up to 1; widen"),
        ({"a": [0.1, 0.2]}, "add up to 1; widen"),
    ]
    for given, part in bad:
        with pytest.raises(InputError, match=part):
            ranges_from(given, keys, weights)


def test_the_core_index_sorts_into_core_borderline_and_exterior() -> None:
    # A 1/4, B 3/3, C 5/1 (idea/plan, low is good): A leads when ideas count, C when the plan does
    whole = core_index(IDEAS, first(1), [(0, 1), (0, 1)], draws=1_000, seed=1)
    assert whole[1] == 0
    assert whole[3] == 0
    assert 0.3 < whole[0] < 0.7
    assert whole[0] + whole[2] == pytest.approx(1)
    narrow = core_index(IDEAS, first(1), [(0.6, 0.8), (0.2, 0.4)], draws=100, seed=1)
    assert list(narrow) == [1, 0, 0, 0]


def test_missing_grades_are_left_out_under_every_weight() -> None:
    ballot = two_criteria({("A", "r"): (1, None), ("B", "r"): (2, 2)})
    assert ballot.totals(np.array([0.5, 0.5])) == pytest.approx([-1, -2])
    assert ballot.totals(np.array([0.9, 0.1])) == pytest.approx([-1, -2])
    # a review without any weighted answer says what it said before
    assert ballot.totals(np.array([0.0, 1.0])) == pytest.approx([-1, -2])


def test_with_very_many_criteria_only_draws_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scoring.stability.weights.MANY_CRITERIA", 1)
    share = core_index(IDEAS, first(1), [(0.6, 0.8), (0.2, 0.4)], draws=10, seed=1)
    assert list(share) == [1, 0, 0, 0]
    monkeypatch.setattr("scoring.stability.weights.MANY_TRIES", 1)
    tight = [(0.0, 0.34)] * 3
    with pytest.raises(InputError, match="No weights were found"):
        core_index(three_criteria(), first(1), tight, draws=1, seed=1)


def three_criteria() -> Ballot:
    return replace(IDEAS, grades=np.ones((4, 3)), weights=np.full(3, 1 / 3))


def report() -> Stability:
    return stability(
        IDEAS, first(2), default_ranges([0.5, 0.5]), ["idea", "plan"], draws=200, seed=1
    )


def test_the_report_puts_it_all_together() -> None:
    shown = json.loads(json.dumps(as_json(report())))
    assert sorted(p["id"] for p in shown["proposals"]) == ["A", "B", "C", "D"]
    kinds = {p["id"]: p["kind"] for p in shown["proposals"]}
    assert kinds["D"] == "exterior"
    assert shown["method"]["largest_standard_error"] == 0.0354
    assert shown["method"]["weight_ranges"] == {"idea": [0.4, 0.6], "plan": [0.4, 0.6]}
    assert [p["funded"] for p in shown["proposals"]] == [True, True, False, False]
    assert shown["without_reviewer"] == []


def test_the_report_lists_reviewers_whose_absence_changes_the_decision() -> None:
    rows: Rows = [("A", "r", 4), ("A", "s", 4), ("B", "r", 6), ("B", "s", 1)]
    ballot = ballot_from(reviews_of(rows), SIX_POINTS)
    shown = as_json(stability(ballot, first(1), [(1, 1)], ["grade"], draws=20))
    assert shown["without_reviewer"] == [{"reviewer": "s", "gains": ("B",), "loses": ("A",)}]
    assert {p["id"]: p["kind"] for p in shown["proposals"]} == {"A": "core", "B": "exterior"}


MONEY: dict[str, Any] = {
    "budget_minor": 100,
    "proposals": [{"id": p, "ask_minor": 60 if p == "A" else 40} for p in "ABC"],
    "rule": {"objective": "rank"},
}
MERITS: dict[str, Any] = {
    "currency": "CHF",
    "budget_minor": 100,
    "proposals": [
        {"id": "A", "ask_minor": 100, "merit": 7},
        {"id": "B", "ask_minor": 50, "merit": 5},
        {"id": "C", "ask_minor": 50, "merit": 4},
    ],
    "rule": {"objective": "merit"},
}


def test_money_is_given_down_the_ranking() -> None:
    problem = problem_from(MONEY, ["A", "B", "C"])
    assert problem.quick
    assert problem.decide(["A", "B", "C"]) == {"A", "B"}
    assert problem.decide(["B", "C", "A"]) == {"B", "C"}
    assert problem.decide(["B", "A", "C"]) == {"A", "B"}
    skipping = {**MONEY, "budget_minor": 80, "rule": {"when_unaffordable": "skip"}}
    assert problem_from(skipping, ["A", "B", "C"]).decide(["B", "A", "C"]) == {"B", "C"}


def test_contributions_pay_only_what_their_earmarks_allow() -> None:
    content = {
        "contributions": [
            {"id": "one", "amount_minor": 60},
            {"id": "two", "amount_minor": 40, "earmark": {"field": "x"}},
        ],
        "proposals": [
            {"id": "A", "ask_minor": 60},
            {"id": "B", "ask_minor": 40, "attributes": {"field": "y"}},
            {"id": "C", "ask_minor": 40, "minimum_minor": 10, "attributes": {"field": "x"}},
        ],
        "rule": {"objective": "rank", "when_unaffordable": "skip"},
    }
    assert problem_from(content, list("ABC")).decide(list("ABC")) == {"A", "C"}


def test_under_a_merit_objective_the_order_hands_out_the_merits() -> None:
    problem = problem_from(MERITS, list("ABC"))
    assert not problem.quick
    assert problem.decide(["A", "B", "C"]) == {"B", "C"}
    lone_star = {
        **MERITS,
        "proposals": [{**one, "merit": one["merit"] ** 3} for one in MERITS["proposals"]],
    }
    decide = problem_from(lone_star, list("ABC")).decide
    assert decide(["A", "B", "C"]) == {"A"}
    assert decide(["B", "C", "A"]) == {"B", "C"}
    assert decide(["A", "B", "C"]) == {"A"}


def test_rules_beside_the_ranking_are_kept() -> None:
    rule = {"objective": "rank", "exclusive": [["A", "B"]]}
    problem = problem_from({**MONEY, "rule": rule}, list("ABC"))
    assert not problem.quick
    assert problem.decide(["A", "B", "C"]) == {"A", "C"}
    assert problem.decide(["B", "C", "A"]) == {"B", "C"}


def test_places_may_stand_for_money() -> None:
    problem = problem_from({"k": 1, "weight_ranges": {"a": [0, 1]}}, ["A", "B"])
    assert problem.decide(["B", "A"]) == {"B"}
    assert problem.weight_ranges == {"a": [0, 1]}


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ([], "must be an object"),
        ({"k": "3"}, '“k” is "3"'),
        ({"k": True}, "“k” is true"),
        ({"k": -1}, "places is -1"),
        ({"k": 1, "weight_ranges": []}, "must give"),
        ({"k": 1, "weight_ranges": {"a": [1]}}, "must give"),
        ({"k": 1, "weight_ranges": {"a": 1}}, "must give"),
        ({"budget_minor": 1}, "proposals"),
        ({"budget_minor": 1, "proposals": [3]}, "proposals"),
        ({"budget_minor": 1, "proposals": [{"id": "A"}]}, "ask_minor"),
        ({"budget_minor": 1, "proposals": [{"id": "X", "ask_minor": 1}]}, "no amount for the pro"),
        (MONEY, "“B” of the problem file has no review"),
        ({**MERITS, "proposals": [{"id": "A", "ask_minor": 1}]}, "merit"),
    ],
)
def test_bad_problems_are_refused(content: object, part: str) -> None:
    with pytest.raises(InputError, match=part):
        problem_from(content, ["A"])
