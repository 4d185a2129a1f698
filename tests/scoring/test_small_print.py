"""Small things that larger tests would pass over: each once said to be so, and held to it."""

import hashlib
import itertools
import json
from datetime import UTC, datetime, timedelta
from math import sqrt
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from scoring.__main__ import main
from scoring.affinity.words import stem
from scoring.allocation import Entry, Reason
from scoring.allocation.decide import Rule, decide
from scoring.allocation.optimum import prices
from scoring.allocation.programme import Candidate, Constraint, Objective, Programme
from scoring.assignment.assign import assign
from scoring.assignment.engines import Arcs, flow_by_scipy
from scoring.calibration.comparison import Comparison
from scoring.calibration.priors import Mode
from scoring.calibration.rank_law import _shares
from scoring.draw.seed import drand_round_at, drand_time_of
from scoring.ranking import Options, as_json, rank_reviews
from scoring.replay import complete, hash_of
from tests.scoring.awards import brute
from tests.scoring.panels import PANEL, SIX_POINTS, a_design, reviews_of
from tests.scoring.test_assignment import problem_of
from tests.scoring.test_commands_of_selection import ALLOCATE, DRAW, SEED, stated

if TYPE_CHECKING:
    from scoring.calibration.effects import Effect

STEMS = {
    "organis": "organisations organizations organisation organization organising organizing "
    "organised organized organizes organize",
    "populat": "populations population populating populated populates",
    "relat": "relational",
    "helpful": "helpfulness",
    "effectiv": "effectiveness",
    "conscious": "consciousness",
    "activity": "activities",
    "treatment": "treatments treatment",
    "find": "findings finding finds find",
    "plan": "planning planned plans plan",
    "study": "studies studied study",
    "process": "processes process",
    "hous": "houses",
    "quick": "quickly",
    "cell": "cells cell",
    "virus": "virus",
    "basis": "basis",
    "rule": "rule",
}


def test_every_ending_is_cut_to_its_stem() -> None:
    for cut, words in STEMS.items():
        assert {stem(word) for word in words.split()} == {cut}, words


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_with_one_review_each_the_worst_served_is_served_as_well_as_anybody_could(
    data: st.DataObject,
) -> None:
    n = data.draw(st.integers(1, 4))
    m = data.draw(st.integers(n, 5))
    merit = np.array(data.draw(st.lists(st.integers(0, 9), min_size=n * m, max_size=n * m)))
    merit = merit.reshape(n, m) / 10
    seats = list(itertools.permutations(range(m), n))
    worst = max(min(merit[i, j] for i, j in enumerate(each)) for each in seats)
    best = max(sum(merit[i, j] for i, j in enumerate(each)) for each in seats)
    found = assign(problem_of(merit), objective="maxmin")
    assert found.worst == round(1e6 * worst)
    assert found.bound_worst >= found.worst
    assert assign(problem_of(merit)).total == round(1e6 * best)


def test_without_any_permitted_pair_only_a_call_that_asks_for_nothing_is_served() -> None:
    none = np.zeros(0, dtype=np.int64)

    def flow(demand: int, low: int) -> object:
        ends = np.array([demand]), np.array([low]), np.array([1])
        return flow_by_scipy(Arcs(none, none, none, 1, *ends))

    assert flow(0, 0) is none
    assert flow(1, 0) is None
    assert flow(0, 1) is None


def test_prices_of_prerequisites_exclusions_and_forced_decisions_are_those_of_all_sets() -> None:
    candidates = tuple(
        Candidate(name, ask, merit, attributes={"k": kind})
        for name, ask, merit, kind in (
            ("a", 5, 9, "x"),
            ("b", 6, 2, "y"),
            ("c", 5, 8, "x"),
            ("d", 4, 3, "y"),
        )
    )
    programme = Programme(
        candidates,
        11,
        Objective.MERIT,
        constraints=(Constraint("k", "y", min_count=1),),
        exclusive=(("a", "c"),),
        requires=(("a", "b"),),
        forced={"d": False},
    )
    value = brute(programme)
    assert value is not None
    found = prices(programme)
    assert list(found) == programme.rules()
    for name, price in found.items():
        assert price == (brute(programme.without([name])) or 0) - value, name
        left = programme.without([name]).rules()
        assert left == [one for one in programme.rules() if one != name]


def test_a_proposal_that_would_fit_with_its_minimum_is_passed_over_by_the_rules() -> None:
    entries = [
        Entry("P1", 60, attributes={"from": "north"}),
        Entry("P2", 60, 40, attributes={"from": "north"}),
        Entry("P3", 60, attributes={"from": "south"}),
    ]
    rule = Rule(
        100, when_unaffordable="skip", constraints=(Constraint("from", "north", max_count=1),)
    )
    told = {line.id: line.reason for line in decide(entries, {}, rule).lines}
    assert told == {
        "P1": Reason.IN_FULL,
        "P2": Reason.BY_RULES,
        "P3": Reason.UNAFFORDABLE,
    }


def test_draws_are_given_to_the_nodes_by_their_weight_and_the_rest_by_the_fractions() -> None:
    nodes = cast("Any", [SimpleNamespace(weight=weight) for weight in (0.97, 0.0, 0.03)])
    given_ = np.array([_shares(nodes, 10, np.random.default_rng(seed)) for seed in range(200)])
    assert (given_.sum(axis=1) == 10).all()
    assert (given_[:, 0] >= 9).all()
    assert (given_[:, 1] == 0).all()
    assert given_[:, 2].mean() == pytest.approx(0.3, abs=0.12)


def test_the_chance_of_being_better_counts_what_two_estimates_share() -> None:
    variance, shared = np.array([1.0, 0.5, 2.0]), 0.25
    covariance = np.diag(variance) + shared * (1 - np.eye(3))
    effect = SimpleNamespace(
        mean=np.array([0.6, 0.1, 0.4]),
        variance=variance,
        covariance_of=lambda rows, columns: covariance[rows, columns],
    )
    found = Comparison(3)
    found.add(cast("Effect", effect), 1.0)
    for i, k in itertools.permutations(range(3), 2):
        apart = sqrt(variance[i] + variance[k] - 2 * shared)
        expected = ndtr((effect.mean[i] - effect.mean[k]) / apart)
        assert found.better()[i, k] == pytest.approx(expected, abs=1e-12)


def test_effects_of_a_part_of_the_reviews_keep_the_numbers_of_all() -> None:
    design = a_design(PANEL)
    few = design.subset(design.proposal < 3)
    assert few.effects(few.proposal, len(few.proposals)).shape == (7, 5)


def test_a_percentile_is_the_middle_of_the_place_in_a_hundred() -> None:
    ranking = as_json(rank_reviews(reviews_of(PANEL), SIX_POINTS, Options(2, Mode.SNSF, 50)))
    for one in ranking["proposals"]:
        assert one["percentile"] == pytest.approx(100 * (one["expected_rank"] - 0.5) / 5, abs=1e-4)
        assert one["piece"] == 1


def test_a_part_is_hashed_in_its_canonical_spelling() -> None:
    assert (
        hash_of({"b": 1, "a": [1, "é"]})
        == hashlib.sha256('{"a":[1,"é"],"b":1}'.encode()).hexdigest()
    )


def test_rounds_of_drand_come_every_three_seconds() -> None:
    first = datetime(2023, 8, 23, 15, 9, 27, tzinfo=UTC)
    assert drand_time_of(1) == first
    assert drand_time_of(1001) == first + timedelta(seconds=3000)
    assert [drand_round_at(first + timedelta(seconds=s)) for s in (-9, 0, 1, 3, 4)] == [
        1,
        1,
        2,
        2,
        3,
    ]


def test_a_bundle_keeps_exclusions_and_prerequisites() -> None:
    def funded(**rule: object) -> list[str]:
        money = [{"id": "open", "amount_minor": 200, "earmark": {}}]
        rules = {"order_by": "raw", "allocation": {"when_unaffordable": "skip", **rule}}
        bundle = complete(stated(rules=rules, contributions=money, draw_entrants=None))
        return [one["id"] for one in bundle["allocation"]["lines"] if one["decision"] == "award"]

    assert sorted(funded()) == ["a", "b", "c", "d"]
    assert sorted(funded(exclusive=[["a", "d"]])) == ["a", "b", "c"]
    assert sorted(funded(budget_minor=90)) == ["a", "c"]
    assert sorted(funded(budget_minor=90, requires=[["a", "d"]])) == ["a", "b", "d"]


def test_every_command_that_can_draw_writes_its_chart(tmp_path: Path) -> None:
    chart = tmp_path / "chart.svg"
    for command, content, options in (
        ("draw", DRAW, ["--seed", SEED]),
        ("allocate", ALLOCATE, []),
    ):
        source = tmp_path / "in.json"
        source.write_text(json.dumps(content))
        assert main([command, str(source), *options, "--chart", str(chart)]) == 0
        assert chart.read_text().startswith("<svg")
        chart.unlink()
