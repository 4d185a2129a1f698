"""Chances at the line, the verifiable draw, and where its seed comes from."""

import csv
import itertools
import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from scoring.draw import (
    Entry,
    Interval,
    PastDraw,
    chances,
    drand_randomness,
    drand_round_at,
    drand_time_of,
    draw_places,
    entered_randomness,
    guaranteed,
    hold,
    interval,
    merit_lottery,
    nist_randomness,
    refuse_early_round,
    seed_from_hex,
    seed_of,
    uniform_lottery,
)
from scoring.draw.canonical import Search, canonical
from scoring.draw.document import draw_from, request_from
from scoring.draw.intervals import Order
from scoring.draw.least_norm import Sums, least_norm
from scoring.draw.rational import published_chances
from scoring.draw.rfc3797 import rfc3797_key, rfc3797_select
from scoring.draw.verify import faults
from scoring.draw.worst_case import PossibleTops
from scoring.errors import InputError
from tests.realdata import real_data

SEED = "cf325f37da9bba879a57050964074f69586d72722a0b7d8265933f502fd37986"


def expected() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(real_data("scoring_tests", "expected.json").read_text())
    return content


def mint() -> list[Interval]:
    with real_data("scoring_tests", "mint_rank_intervals.csv").open() as file:
        return [
            interval(
                row["proposal"],
                353 - float(row["q75"]),
                353 - float(row["q25"]),
                353 - float(row["mean"]),
            )
            for row in csv.DictReader(file)
        ]


@pytest.mark.parametrize("name", ["E1", "E2", "E3", "E5", "E9_all_overlap"])
def test_the_worked_examples_of_merit_are_reproduced(name: str) -> None:
    example = expected()["merit"][name]
    intervals = [interval(f"{row:02}", *ends) for row, ends in enumerate(example["intervals"])]
    found = merit_lottery(intervals, example["k"])
    assert found.best == pytest.approx(example["v"], abs=1e-7)
    assert found.value == pytest.approx(example["v"], abs=1e-7)
    assert found.p == pytest.approx(np.array(example["p"], dtype=float), abs=1e-7)
    if "snsf_p" in example:
        uniform = [float(p) for p in uniform_lottery(intervals, example["k"])]
        assert uniform == pytest.approx(example["snsf_p"])


def test_the_snsf_call_of_353_gives_100_certain_and_12_at_one_half() -> None:
    found = chances(mint(), 106, "merit")
    assert Counter(found.probabilities.values()) == {
        Fraction(1): 100,
        Fraction(1, 2): 12,
        Fraction(0): 241,
    }
    assert found.value / 106 == pytest.approx(0.9434, abs=5e-4)
    uniform = chances(mint(), 106, "uniform")
    assert Counter(uniform.probabilities.values()) == {
        Fraction(1): 99,
        Fraction(7, 13): 13,
        Fraction(0): 241,
    }
    assert uniform.value / 106 == pytest.approx(0.939, abs=5e-4)


def test_the_published_systematic_draw_is_reproduced() -> None:
    example = expected()["systematic_lottery"]
    share = dict.fromkeys(example["ids"], Fraction(7, 13))
    found = draw_places(share, bytes.fromhex(example["seed"]), example["label"])
    assert list(found.order) == example["order"]
    assert list(found.selected) == example["winners"]


def test_rfc_3797_and_drand_vectors_are_reproduced() -> None:
    example = expected()["rfc3797"]
    assert rfc3797_select(example["key"], example["pool"], 10) == example["selected"]
    sources = [[9319], [2, 5, 12, 8, 10], [9, 18, 26, 34, 41, 45]]
    assert rfc3797_key(sources) == example["key"]
    with pytest.raises(InputError, match="cannot be selected"):
        rfc3797_select("key", 2, 3)
    drand = expected()["drand_quicknet"]
    assert drand_randomness(drand["signature"]).hex() == drand["randomness"]


def random_intervals(seed: int) -> tuple[list[Interval], int]:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(4, 30))
    centre, half = rng.normal(size=n), rng.gamma(2, float(rng.choice([0.05, 0.3, 0.8])), size=n)
    ends = zip(np.round(centre - half, 3), np.round(centre + half, 3), strict=True)
    intervals = [interval(f"{row:02}", low, high) for row, (low, high) in enumerate(ends)]
    return intervals, int(rng.integers(1, n))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_canonical_lottery_is_valid_best_and_blind_to_order(seed: int) -> None:
    intervals, k = random_intervals(seed)
    found = merit_lottery(intervals, k)
    assert found.p.sum() == pytest.approx(k, abs=1e-7)
    assert found.value >= found.best - 2e-8
    order = Order.of(intervals)
    for row in range(len(intervals)):
        above = order.low > order.high[row]
        assert found.p[row] == 0 or (found.p[above] == 1).all()
    shuffle = np.random.default_rng(seed).permutation(len(intervals))
    again = merit_lottery([intervals[row] for row in shuffle], k)
    assert np.abs(again.p - found.p[shuffle]).max() <= 1e-6
    scaled = [Interval(one.id, 3 * one.low + 5, 3 * one.high + 5) for one in intervals]
    assert merit_lottery(scaled, k).p == pytest.approx(found.p, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_no_rounded_set_of_true_tops_is_funded_less_than_the_value(seed: int) -> None:
    intervals, k = random_intervals(seed)
    found = merit_lottery(intervals, k)
    rng = np.random.default_rng(seed)
    for _ in range(20):
        scores = [
            float(one.low + (one.high - one.low) * Fraction(rng.random())) for one in intervals
        ]
        top = np.argsort(scores)[-k:]
        assert found.p[top].sum() >= found.value - 1e-6


def spread_intervals(seed: int, n: int) -> list[Interval]:
    rng = np.random.default_rng(seed)
    centre, half = rng.normal(size=n), rng.gamma(2, 0.2, size=n)
    ends = zip(np.round(centre - half, 4), np.round(centre + half, 4), strict=True)
    return [interval(f"{row:03}", low, high) for row, (low, high) in enumerate(ends)]


def best_by_plain_cuts(intervals: list[Interval], k: int) -> float:
    """Maximise the worst case proposal by proposal, one cut a round."""
    order, n = Order.of(intervals), len(intervals)
    by_low = sorted(range(n), key=lambda row: (-order.low[row], -order.high[row]))
    cuts, value, p = [np.full(n, 0.0)], np.inf, np.full(n, k / n)
    while True:
        worst, least = list(range(k)), np.inf
        for t in range(k + 1):
            rivals = [row for row in by_low[t + 1 :] if order.high[row] >= order.low[by_low[t]]]
            if len(rivals) >= k - t:
                top = [*by_low[:t], *sorted(rivals, key=lambda row: p[row])[: k - t]]
                if p[top].sum() < least:
                    worst, least = top, float(p[top].sum())
        if least >= value - 1e-7:
            return value
        cuts.append(np.bincount(worst, minlength=n).astype(float))
        found = linprog(
            [-1.0, *[0.0] * n],
            A_ub=np.column_stack([np.ones(len(cuts) - 1), -np.array(cuts[1:])]),
            b_ub=np.zeros(len(cuts) - 1),
            A_eq=[[0.0, *[1.0] * n]],
            b_eq=[k],
            bounds=[(None, None), *[(0, 1)] * n],
        )
        value, p = found.x[0], found.x[1:]


def test_the_best_value_is_that_of_plain_cutting_planes() -> None:
    for seed, n, k in ((1, 40, 12), (2, 50, 11), (5, 60, 30)):
        intervals = spread_intervals(seed, n)
        assert merit_lottery(intervals, k).best == pytest.approx(
            best_by_plain_cuts(intervals, k), abs=1e-6
        )


def test_a_value_rounded_up_still_finds_its_lottery() -> None:
    order, k = Order.of(spread_intervals(4, 80)), 24
    search = Search(PossibleTops(order, k), k, 80)
    best = search.best()
    exact, above = search.shortest(best), search.shortest(best + 5e-8)
    assert np.abs(exact - above).max() < 1e-5


def possible_tops(intervals: list[Interval], k: int) -> list[list[float]]:
    """Try every set of k: it may be the true top if nobody outside certainly beats a member."""
    n = len(intervals)
    return [
        [float(row in top) for row in range(n)]
        for top in itertools.combinations(range(n), k)
        if not any(
            intervals[out].low > intervals[member].high
            for out in set(range(n)).difference(top)
            for member in top
        )
    ]


@settings(max_examples=30, deadline=None)
@given(
    ends=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=7),
    k=st.integers(1, 6),
)
def test_the_canonical_lottery_is_the_shortest_over_every_possible_top(
    ends: list[tuple[int, int]], k: int
) -> None:
    n = len(ends)
    k = min(k, n - 1)
    intervals = [interval(f"{row}", min(pair), max(pair)) for row, pair in enumerate(ends)]
    tops = np.array(possible_tops(intervals, k))
    best = linprog(
        [-1.0, *[0.0] * n],
        A_ub=np.column_stack([np.ones(len(tops)), -tops]),
        b_ub=np.zeros(len(tops)),
        A_eq=[[0.0, *[1.0] * n]],
        b_eq=[k],
        bounds=[(None, None), *[(0, 1)] * n],
    ).x[0]
    order = Order.of(intervals)
    value, p = canonical(order, PossibleTops(order, k), k)
    assert value == pytest.approx(best, abs=1e-8)
    assert p.sum() == pytest.approx(k)
    assert (tops @ p).min() >= best - 1e-8
    assert ((p >= 0) & (p <= 1)).all()
    # no feasible direction is shorter: p is the projection of 0, so p·(q - p) >= 0 for every q
    nearest = linprog(
        p,
        A_ub=-tops,
        b_ub=np.full(len(tops), 1e-9 - best),
        A_eq=[[1.0] * n],
        b_eq=[k],
        bounds=[(0, 1)] * n,
    )
    assert nearest.fun >= float(p @ p) - 1e-6


def test_a_call_of_11520_with_a_few_whole_grades_each_is_settled() -> None:
    rng, k = np.random.default_rng(3), 3_703
    readers = rng.integers(3, 6, 11_520)
    mean = rng.binomial(readers * 9, 0.55) / readers
    half = np.round(1.6 / np.sqrt(readers), 6)
    intervals = [
        interval(f"{row:05}", *ends)
        for row, ends in enumerate(zip(mean - half, mean + half, strict=True))
    ]
    found = merit_lottery(intervals, k)
    assert found.p.sum() == pytest.approx(k)
    assert found.value == pytest.approx(found.best, abs=1e-6)
    order = Order.of(intervals)
    tops = PossibleTops(order, k)
    assert tops.value(found.p) == pytest.approx(found.value)
    assert tops.value(found.p) > tops.value(np.full(len(mean), k / len(mean)))


def test_draws_hit_with_the_published_probability() -> None:
    share = {f"P{row}": Fraction(part, 10) for row, part in enumerate((1, 2, 3, 4, 5, 5))}
    hits: Counter[str] = Counter()
    for number in range(4000):
        hits.update(draw_places(share, number.to_bytes(16, "big"), "f").selected)
    for name, chance in share.items():
        sigma = float(chance * (1 - chance) / 4000) ** 0.5
        assert abs(hits[name] / 4000 - float(chance)) < 4.5 * sigma


def test_edges_no_place_every_place_equal_intervals_and_a_touching_end() -> None:
    three = [interval(name, 0, 1) for name in "abc"]
    assert merit_lottery(three, 0).p.tolist() == [0, 0, 0]
    assert merit_lottery(three, 3).p.tolist() == [1, 1, 1]
    assert merit_lottery(three, 1).p == pytest.approx([1 / 3] * 3)
    assert uniform_lottery(three, 0) == [0, 0, 0]
    assert guaranteed(three, 0, np.zeros(3)) == 0
    touching = [interval("a", 1, 2), interval("b", 0, 1)]
    assert merit_lottery(touching, 1).p == pytest.approx([0.5, 0.5])
    apart = [interval("a", 2, 2), interval("b", 1, 1), interval("c", 0, 0)]
    assert merit_lottery(apart, 2).p.tolist() == [1, 1, 0]


def test_published_chances_add_up_exactly_and_ties_go_by_id() -> None:
    chances_of = published_chances(["b", "a", "c"], np.array([1 / 3] * 3), 1)
    assert sum(chances_of.values()) == 1
    assert chances_of["a"] == Fraction(333334, 1000000)
    over = published_chances(["a", "b"], np.array([0.5000006, 0.5000007]), 1)
    assert sum(over.values()) == 1


def test_bounds_that_cycle_are_still_solved_to_the_same_point() -> None:
    sums = Sums(
        size=np.array([1.0, 2.0, 1.0]),
        rows=np.array([[1.0, 0.0, 0.0]]),
        least=np.array([1.0]),
        total=1.5,
    )
    for near in (np.array([0.5, 0.5, 0.5]), np.array([0.0, 1.0, 1.0]), np.zeros(3)):
        assert least_norm(sums, near) == pytest.approx([1, 1 / 6, 1 / 6], abs=1e-8)
    with pytest.raises(ArithmeticError):
        least_norm(Sums(np.ones(2), np.array([[1.0, 0.0]]), np.array([2.0]), 1.0), np.zeros(2))


def entrants(**more: object) -> dict[str, Any]:
    spread = [["a", 3, 5], ["b", 2, 4], ["c", 2, 4], ["d", 0, 1]]
    return {"intervals": spread, "k": 2, "label": "call/line", "seed": SEED, **more}


def test_the_record_of_a_draw_verifies_alone_and_tells_every_step(tmp_path: Path) -> None:
    record: dict[str, Any] = draw_from(
        request_from(entrants(seed=None, public={"randomness": "ab" * 32}))
    )
    assert faults(record) == []
    assert record["seed"] == seed_of(bytes.fromhex(str(record["commitment"])), b"\xab" * 32).hex()
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(record))
    script = Path(__file__).parents[2] / "scoring" / "draw" / "verify.py"
    assert len(script.read_text().splitlines()) <= 60
    command = [sys.executable, "-I", str(script), str(file)]
    good = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (good.returncode, good.stdout) == (0, "the draw holds\n")
    forged: list[dict[str, Any]] = [
        {"selected": ["c", "d"]},
        {"k": 1},
        {"randomness": "00"},
        {"commitment": "00" * 32},
        {"probabilities": {**record["probabilities"], "d": "1/1"}},
    ]
    for change in forged:
        assert faults({**record, **change})
    file.write_text(json.dumps({**record, **forged[0]}))
    bad = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (bad.returncode, bad.stdout) == (1, "order or selection differ\n")
    transcript = record["transcript"]
    assert isinstance(transcript, list)
    assert sum(line.endswith(": selected") for line in transcript) == len(record["drawn"])


def test_without_a_seed_there_are_chances_but_no_draw() -> None:
    record = draw_from(request_from(entrants(seed=None)))
    assert "selected" not in record
    assert draw_from(request_from(entrants(k=0)))["value_per_place"] is None


def test_a_label_and_a_seed_serve_once() -> None:
    found = chances([interval("a", 0, 1), interval("b", 0, 1)], 1, "merit")
    seed = seed_from_hex(SEED)
    with pytest.raises(InputError, match="took place already"):
        hold(found, seed, "x", [PastDraw("x", "00" * 16)])
    with pytest.raises(InputError, match="was used for the draw “y”"):
        hold(found, seed, "x", [PastDraw("y", SEED.upper())])
    assert len(hold(found, seed, "x", [PastDraw("y", "00" * 16)]).selected) == 1
    past = [{"label": "call/line", "seed": "00" * 16}]
    with pytest.raises(InputError, match="took place already"):
        draw_from(request_from(entrants(past=past)))


def test_two_people_enter_what_they_promised() -> None:
    def entry(person: str, secret: str) -> Entry:
        return Entry(person, secret, sha256(secret.encode()).hexdigest())

    both = [entry("Ann", "4711"), entry("Bo", "0815")]
    assert entered_randomness(both) == entered_randomness(both[::-1])
    with pytest.raises(InputError, match="add the second person"):
        entered_randomness(both[:1])
    with pytest.raises(InputError, match="the secret of Bo does not match"):
        entered_randomness([both[0], Entry("Bo", "0816", both[1].promise)])
    listed = [{"person": e.person, "secret": e.secret, "promise": e.promise} for e in both]
    record = draw_from(request_from(entrants(seed=None, public={"entries": listed})))
    assert record["randomness"] == entered_randomness(both).hex()


def test_a_beacon_round_must_come_an_hour_after_the_commitment() -> None:
    moment = datetime(2026, 6, 18, 12, 0, tzinfo=UTC)
    number = drand_round_at(moment)
    assert timedelta() <= drand_time_of(number) - moment < timedelta(seconds=3)
    with pytest.raises(InputError, match="less than one hour after"):
        refuse_early_round(number, moment)
    refuse_early_round(drand_round_at(moment + timedelta(hours=1)), moment)
    public = {"drand_signature": expected()["drand_quicknet"]["signature"]}
    record = draw_from(request_from(entrants(seed=None, public=public)))
    assert record["randomness"] == expected()["drand_quicknet"]["randomness"]
    pulse = draw_from(request_from(entrants(seed=None, public={"nist_output": "0f" * 64})))
    assert pulse["randomness"] == "0f" * 64
    with pytest.raises(InputError, match="has 1 bytes; a NIST pulse has 64"):
        nist_randomness("00")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seed": "xyz"}, "not hexadecimal"),
        ({"seed": "00"}, "the seed has 1 bytes"),
        ({"k": 5}, "k is 5, but there are 4 entrants"),
        ({"intervals": [["a", 1, 0]]}, "ends \\(0\\) below its start"),
        ({"intervals": [["a", 0, float("nan")]]}, "is NaN|is nan"),
        ({"intervals": [["a", 0, "1"]]}, "give a number"),
        ({"intervals": [["a", 0]]}, "write \\[id, low, high\\]"),
        ({"intervals": [["a", 0, 1, 2]], "k": 1}, "lies outside its interval"),
        ({"intervals": [["a", 0, 1], ["a", 0, 1]]}, "entrant a stands twice"),
        ({"mode": "dice"}, "write one of merit, uniform"),
        ({"label": ""}, "write a text"),
        ({"public": {"randomness": "ab"}}, "not the one that follows from the public value"),
    ],
)
def test_bad_entrants_are_refused_with_a_sentence(change: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        draw_from(request_from(entrants(**change)))


def test_probabilities_that_do_not_make_places_are_refused() -> None:
    with pytest.raises(InputError, match="must be from 0 to 1"):
        draw_places({"a": Fraction(3, 2)}, b"s", "l")
    with pytest.raises(InputError, match="add to 1/2"):
        draw_places({"a": Fraction(1, 2)}, b"s", "l")
    with pytest.raises(InputError, match="give a number"):
        interval("a", float("inf"), 1)
