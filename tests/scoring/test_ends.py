"""Where something begins or ends: the last of a list, the limit itself, one beyond it."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from math import log, sqrt
from pathlib import Path

import numpy as np
import pytest

from scoring.__main__ import put
from scoring.affinity import Bid, Told, affinity
from scoring.allocation import Award, Contribution, Entry, Reason, words
from scoring.allocation.decide import Rule as AwardRule
from scoring.allocation.decide import decide, prices_of
from scoring.allocation.document import answer, request_from
from scoring.allocation.optimum import optimise, smallest_budget
from scoring.allocation.payers import payable_limits
from scoring.allocation.programme import Candidate, Constraint, Objective, Programme
from scoring.assignment import MICRO
from scoring.assignment.assign import InfeasibleError, assign
from scoring.assignment.explain import explain
from scoring.assignment.problem import Rule
from scoring.calibration.additive import Calibration, calibrate
from scoring.calibration.connection import connection
from scoring.calibration.design import make_design
from scoring.calibration.flags import flags
from scoring.calibration.held_out import by_mean
from scoring.calibration.likelihood import Model, Variances
from scoring.calibration.peak import STEP, Peak, _inside, find_peak
from scoring.calibration.priors import Mode, Posterior, posterior
from scoring.calibration.quadrature import Landscape
from scoring.calibration.rank_law import rank_law
from scoring.commands.allocate import _progress
from scoring.draw.least_norm import Sums, _with_bounds, least_norm
from scoring.errors import InputError
from scoring.replay.attached import bundle_in_pdf
from scoring.stability.ballot import Ballot
from scoring.stability.problem import problem_from
from tests.scoring.awards import brute
from tests.scoring.numbers import design, quiet
from tests.scoring.test_assignment import problem_of
from tests.scoring.test_pruning import plainly

MERIT = Objective.MERIT


@pytest.mark.parametrize(
    "rules",
    [
        {"constraints": (Constraint("k", "y", min_count=1),)},
        {"constraints": (Constraint("k", "x", max_share=Fraction(1, 2)),)},
        {"exclusive": (("a", "b"),)},
        {"requires": (("c", "a"),)},
        {"forced": {"c": True}},
        {"forced": {"b": False}},
    ],
)
def test_a_smallest_budget_keeps_every_rule(rules: dict[str, object]) -> None:
    candidates = tuple(
        Candidate(name, ask, merit, attributes={"k": kind})
        for name, ask, merit, kind in (("a", 5, 9, "x"), ("b", 4, 7, "x"), ("c", 3, 2, "y"))
    )
    programme = Programme(candidates, 12, MERIT, **rules)  # type: ignore[arg-type]
    for name in "abc":
        if name in programme.forced:
            continue
        without = []
        for budget in range(13):
            here = replace(programme, budget_minor=budget)
            best, forced = brute(here), {**programme.forced, name: True}
            if best is None or brute(replace(here, forced=forced)) != best:
                without.append(budget)
        needed = None if without[-1] == 12 else without[-1] + 1
        assert smallest_budget(programme, name) == needed, name


def test_a_union_that_falls_into_parts_is_no_limit_of_its_own() -> None:
    pots = [Contribution(name, 10) for name in "abc"]
    asked = {(0,): 20, (1,): 20, (1, 2): 20}
    limits, _ = payable_limits(pots, asked, 30)
    assert {one.payers for one in limits} == {(0,), (1,), (1, 2)}
    ordered, _ = payable_limits(pots, {(1, 2): 20, (1,): 20, (0,): 20}, 30)
    assert ordered == limits


def test_bids_lead_neither_below_nothing_nor_above_everything() -> None:
    same = Told(("screening for cancer", "screening for cancer"))
    other = Told(("quantum mechanics",))
    bids = [(0, 1, Bid.NO), (1, 0, Bid.NO), (0, 0, Bid.YES)]
    found = affinity([same, other], [same, other, same], bids)
    assert found.merit.tolist() == [[MICRO, 0, MICRO], [0, MICRO, 0]]


def test_a_cap_that_one_of_several_proposals_cannot_keep_names_it() -> None:
    members = np.array([True, True, True, False, False, False])
    allowed = np.ones((3, 6), dtype=np.bool_)
    allowed[1, 3:] = [True, False, False]
    problem = problem_of(
        np.ones((3, 6)), allowed, demand=3, high=3, rules=(Rule("house", members, 0, 1),)
    )
    with pytest.raises(InfeasibleError) as refusal:
        assign(problem)
    assert str(refusal.value).startswith("P001 must take 2 of house, more than the 1 allowed;")


@pytest.mark.parametrize(("count", "more"), [(6, ""), (7, " and 1 more"), (9, " and 3 more")])
def test_an_explanation_names_six_of_those_whose_seats_change(count: int, more: str) -> None:
    merit = np.zeros((count, count))
    for i in range(count):
        merit[i, i], merit[i, (i + 1) % count] = 0.9, 0.5 + i / 100
    allowed = merit > 0
    problem = problem_of(merit, allowed)
    told = explain(problem, assign(problem), (0, 1))
    names = ", ".join(f"P{i:03}" for i in range(6))
    total, then = merit.diagonal().sum(), merit[merit < 0.9].sum()
    assert told == (
        f"Giving R001 to P000 would lower the total by {total - then:.6f}, from {total:.6f} to "
        f"{then:.6f}; seats would change for {names}{more}."
    )


@pytest.mark.parametrize(
    ("seats", "side"), [(((0, 1), (0, 2)), (0, 0)), (((0, 2), (1, 2)), (2, 2))]
)
def test_a_seat_beside_fixed_ones_that_take_every_place_cannot_be_given(
    seats: tuple[tuple[int, int], ...], side: tuple[int, int]
) -> None:
    problem = problem_of(np.ones((3, 3)), demand=[2, 1, 1], high=[2, 2, 2], fixed=seats)
    name = f"R{side[1]:03} to P{side[0]:03}"
    assert explain(problem, assign(problem), side) == (
        f"{name} cannot be given: its places are taken by fixed seats."
    )


@pytest.mark.parametrize("seed", ["", "2026", "x"])
def test_a_solver_settles_equals_by_the_seed_of_the_problem(seed: str) -> None:
    ids = list("abcdef")
    content = {
        "currency": "EUR",
        "budget_minor": 30,
        "rule": {"objective": "merit", "exclusive": [["a", "f"]]},
        "proposals": [{"id": name, "ask_minor": 10, "merit": 5} for name in ids],
        "seed": seed,
    }
    candidates = tuple(Candidate(name, 10, 5) for name in ids)
    best = optimise(Programme(candidates, 30, MERIT, exclusive=(("a", "f"),)), seed=seed)
    assert problem_from(content, ids).decide(ids) == {one.id for one in best.funded}


def test_a_ballot_with_panels_is_scored_with_their_effect() -> None:
    one = design(6, 4, panels=2, confidence=True)
    at = Variances(0.6, 0.3, 0.5, 0.8)
    ballot = Ballot(one, one.y[:, None], np.ones(1), at)
    found = ballot.scores(np.ones(len(one.y)))
    expected = Model(one, with_panels=True).solve(at).proposals.mean
    assert found == pytest.approx(np.round(expected, 9), abs=1e-9)
    assert np.abs(Model(one).solve(at).proposals.mean - expected).max() > 0.01


def test_a_proposal_without_another_review_is_predicted_by_the_mean_of_all() -> None:
    rows = [("a", "r", 2.0), ("a", "s", 4.0), ("b", "r", 5.0), ("c", "s", 1.0)]
    known = make_design(*zip(*rows, strict=True), width=5, confidence=[0.5, 1.0, 0.25, 1.0])
    keep = np.array([True, True, True, False])
    hidden = known.subset(~keep)
    mean = (0.5 * 2 + 4 + 0.25 * 5) / 1.75
    assert by_mean(known.subset(keep), hidden).tolist() == pytest.approx([mean])
    assert by_mean(known, known.subset(np.array([False, False, True, False]))) == [5.0]


@pytest.mark.parametrize("seed", range(6))
def test_a_point_of_least_norm_is_found_from_every_guess_of_its_bounds(seed: int) -> None:
    random = np.random.default_rng(seed)
    count = 5
    size = random.integers(1, 4, count).astype(float)
    inside = random.random(count)
    rows = random.integers(0, 3, (3, count)).astype(float)
    sums = Sums(size, rows, rows @ inside - 0.1, float(size @ inside))
    best = least_norm(sums, np.full(count, 0.5))
    assert (rows @ best >= sums.least - 1e-9).all()
    assert size @ best == pytest.approx(sums.total)
    assert ((best >= 0) & (best <= 1)).all()
    for guess in ([0.0] * count, [1.0] * count, [0.0, 1.0, 0.0, 1.0, 0.5]):
        assert least_norm(sums, np.array(guess)) == pytest.approx(best, abs=1e-8)
    assert _with_bounds(sums, np.zeros(count, dtype=np.int64)) == pytest.approx(best, abs=1e-8)
    # no point nearby that keeps the sums is shorter
    for one, other in itertools.permutations(range(count), 2):
        moved = best.copy()
        moved[one] += 1e-4 / size[one]
        moved[other] -= 1e-4 / size[other]
        if (rows @ moved >= sums.least).all() and moved.min() >= 0 and moved.max() <= 1:
            assert (size * moved**2).sum() >= (size * best**2).sum() - 1e-9


def test_bounds_are_added_on_either_side_alone() -> None:
    """Where only one side is broken the search must go on as well."""
    for rows, least, expected in (
        ([[1.0, -3.0, 0.0]], [-0.2], None),
        ([[1.0, 0.0, 0.0]], [1.0], [1.0, 0.25, 0.25]),
        ([[2.0, 1.0, 0.0]], [2.5], None),
    ):
        sums = Sums(np.ones(3), np.array(rows), np.array(least), 1.5)
        found = _with_bounds(sums, np.zeros(3, dtype=np.int64))
        assert found.sum() == pytest.approx(1.5)
        assert ((found >= 0) & (found <= 1)).all()
        assert found == pytest.approx(least_norm(sums, np.full(3, 0.5)), abs=1e-8)
        if expected is not None:
            assert found == pytest.approx(expected)


@cache
def known() -> Calibration:
    return calibrate(design(3, 2), Mode.SNSF)


@cache
def unknown(mode: Mode) -> Posterior:
    return posterior(design(8, 4), mode)


def a_calibration(mode: Mode, at: Sequence[float], *, peak: bool = False) -> Calibration:
    """Return a calibration whose most likely deviations are told."""
    one = unknown(mode).model.design
    if not peak:
        return replace(known(), design=one, landscape=Landscape(unknown(mode), tuple(at), ()))
    tau, s, omega = at
    centre = np.array([log(tau / s), log(omega / s), log(s)])
    return replace(known(), design=one, landscape=Peak(unknown(mode), centre, np.eye(3)))


def codes(calibration: Calibration) -> set[str]:
    return {one.code for one in flags(calibration, connection(calibration.design))}


@pytest.mark.parametrize(("count", "flagged"), [(1, set()), (2, {"proposals", "reviewers"})])
def test_one_proposal_is_at_no_bound_and_two_may_be(count: int, flagged: set[str]) -> None:
    about = posterior(design(count, 4), Mode.DEFAULT)
    ends = Landscape(about, (about.bound, 0.5, about.bound), ())
    found = codes(replace(known(), design=about.model.design, landscape=ends))
    assert {code for code in found if code.endswith("_at_bound")} == {
        f"{side}_at_bound" for side in flagged
    }


def test_flags_begin_at_their_limits() -> None:
    bound, floor = unknown(Mode.DEFAULT).bound, unknown(Mode.DEFAULT).floor
    for share, flagged in ((1.0, True), (1.05, True), (1.0501, False)):
        found = codes(a_calibration(Mode.DEFAULT, (1.0, share * floor, 0.5)))
        assert ("residual_at_floor" in found) == flagged
    for share, flagged in ((1.0, True), (0.98, True), (0.9799, False)):
        found = codes(a_calibration(Mode.DEFAULT, (share * bound, 0.5, 0.5)))
        assert ("proposals_at_bound" in found) == flagged
        assert "reviewers_at_bound" not in found
        found = codes(a_calibration(Mode.DEFAULT, (0.5, 0.5, share * bound)))
        assert ("reviewers_at_bound" in found) == flagged
        assert "proposals_at_bound" not in found
    for share, flagged in ((0.0199, True), (0.0201, False)):
        found = codes(a_calibration(Mode.DEFAULT, (share * bound, 0.5, 0.5), peak=True))
        assert ("proposals_not_separated" in found) == flagged
        found = codes(a_calibration(Mode.DEFAULT, (0.5, 0.5, share * bound), peak=True))
        assert ("severity_not_found" in found) == flagged
    coarse = a_calibration(Mode.SNSF, (0.5, 0.5))
    assert "grid_coarse" not in codes(replace(coarse, grid_change=0.01))
    assert "grid_coarse" in codes(replace(coarse, grid_change=0.0101))


def refusal(work: Callable[[], object]) -> str:
    with pytest.raises(InputError) as refused:
        work()
    return str(refused.value)


def test_of_several_that_are_wrong_the_first_is_named() -> None:
    even = np.full((3, 3), 0.5)
    seats = ((1, 0), (1, 1), (2, 0), (2, 1))
    house = np.array([True, True, False])
    for told, asked in (
        (
            "R001: min_load 3 is above max_load 2; lower the first or raise the second",
            lambda: problem_of(even, low=[0, 3, 4], high=2),
        ),
        (
            "P001 has 2 fixed seats, more than its demand 1; remove a seat or raise the demand",
            lambda: problem_of(even, fixed=seats, high=3),
        ),
        (
            "R000 has 2 fixed seats, more than its max_load 1; remove a seat or raise the max_load",
            lambda: problem_of(even, demand=2, high=[1, 1, 4], fixed=seats),
        ),
        (
            "P001 has 2 fixed seats of house, more than the 1 allowed; "  # noqa: ISC004
            "remove a seat or raise the cap",
            lambda: assign(
                problem_of(even, demand=2, high=3, fixed=seats, rules=(Rule("house", house, 0, 1),))
            ),
        ),
        (
            "P001 needs 1 reviews, but house asks for 2; lower the rule or raise the demand",
            lambda: assign(
                problem_of(even, demand=[2, 1, 1], high=3, rules=(Rule("house", house, 2),))
            ),
        ),
    ):
        assert refusal(asked) == told


def test_a_pot_that_lacks_one_unit_is_a_limit() -> None:
    candidates = tuple(Candidate(name, 5, 9, attributes={"k": "x"}) for name in "ab")
    for held, funded in ((10, 2), (9, 1), (5, 1), (4, 0)):
        pots = (Contribution("f", held, {"k": "x"}), Contribution("g", 10, {"k": "y"}))
        programme = Programme(candidates, held + 10, MERIT, pots)
        assert len(optimise(programme).funded) == funded


@pytest.mark.parametrize("seed", [54, 103])
def test_under_rules_that_no_linear_programme_keeps_whole_the_best_is_proven(seed: int) -> None:
    random = np.random.default_rng(seed)
    groups = [random.random(9) < 0.45 for _ in range(3)]
    problem = problem_of(
        random.integers(0, 30, (12, 9)) / 10,
        random.random((12, 9)) > 0.1,
        demand=3,
        low=2,
        high=5,
        rules=tuple(Rule(f"g{k}", members, 1, 2) for k, members in enumerate(groups)),
    )
    found = assign(problem)
    assert found.total == plainly(problem, 0) < found.bound_total


def test_the_bound_of_the_worst_is_sought_among_more_until_it_is_met(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of few proposals alone the bound is too high: the others want the same reviewers."""
    monkeypatch.setattr("scoring.assignment.worst_bound._FIRST", 1)
    merit = np.array([[0.9, 0.1], [0.9, 0.2]])
    problem = problem_of(merit)
    fair = assign(problem, objective="maxmin")
    assert fair.worst == 200_000
    assert fair.bound_worst == 526_667  # where the good reviewer is shared, 8 parts to 7


def test_a_peak_that_reaches_below_the_floor_is_none() -> None:
    one = quiet(30, 10)
    spread = float(one.y.std()) / 2
    for floor, found in ((0.94 * spread, True), (0.96 * spread, False)):
        about = posterior(replace(one, grid=floor * sqrt(12)), Mode.DEFAULT)
        inside = _inside(about, (0.0, 0.0, log(spread) - STEP))
        assert inside == found
        assert found or find_peak(about) is None


def test_a_yes_below_the_middle_of_what_suits_somebody_is_damped() -> None:
    texts = ("screening nurses clinics", "screening", "quantum nurses", "screening nurses")
    people = [Told(("screening nurses clinics", "quantum clinics"))]
    calls = [Told((text,)) for text in texts]
    plain = affinity(calls, people).merit[:, 0]
    low = int(np.argsort(plain)[1])
    assert 0 < plain[low] < np.median(plain)
    moved = affinity(calls, people, [(low, 0, Bid.YES)])
    assert moved.unsupported == [(low, 0)]
    assert moved.merit[low, 0] - plain[low] == 6_000
    high = int(plain.argmax())
    assert affinity(calls, people, [(high, 0, Bid.YES)]).unsupported == []


def test_long_work_tells_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("scoring.calibration.rank_law.OFTEN", -1.0)
    monkeypatch.setattr("scoring.calibration.rank_law.CELLS_AT_ONCE", 3 * 50)
    said: list[str] = []
    one = replace(known(), nodes=known().nodes[:1])
    one = replace(one, nodes=[replace(one.nodes[0], weight=1.0)])
    law = rank_law(one, [0, 1, 2], draws=120, seed=1, progress=said.append)
    assert said == ["Draw 50 of 120.", "Draw 100 of 120.", "Draw 120 of 120."]
    assert law.cumulative[:, -1].tolist() == pytest.approx([1.0] * 3)
    for done in range(1, 61):
        _progress("margins", done, 60)
    told = capsys.readouterr().err.splitlines()
    assert told == [f"margins {3 * at} of 60" for at in range(1, 21)]


def test_what_cannot_take_its_place_is_named(tmp_path: Path) -> None:
    ready, folder = tmp_path / "ready", tmp_path / "folder"
    ready.write_text("text")
    folder.mkdir()
    assert refusal(lambda: put(ready, folder)).startswith(f"{folder} cannot be written: ")
    assert ready.exists()


def test_an_optimum_is_unique_unless_somebody_is_in_another_one_too() -> None:
    for merits, unique in (([5, 5], False), ([5, 4], True)):
        content = {
            "currency": "EUR",
            "budget_minor": 10,
            "rule": {"objective": "merit"},
            "proposals": [
                {"id": f"p{row}", "ask_minor": 10, "merit": merit}
                for row, merit in enumerate(merits)
            ],
        }
        assert answer(request_from(content), with_margins=True)["unique"] is unique


@pytest.mark.parametrize("seed", ["", "call-1", "call-7"])
def test_a_price_names_who_enters_by_the_lots_of_the_call(seed: str) -> None:
    entries = [Entry(name, 10, attributes={"k": "xy"[name > "c"]}) for name in "abcdef"]
    merits = dict.fromkeys("abcdef", 5)
    rule = AwardRule(30, MERIT, constraints=(Constraint("k", "x", max_count=1),), seed=seed)
    (price,) = prices_of(entries, merits, rule)

    def funded(one: AwardRule) -> set[str]:
        return {line.id for line in decide(entries, merits, one).awards()}

    before, after = funded(rule), funded(replace(rule, constraints=()))
    assert (set(price.enters), set(price.leaves)) == (after - before, before - after)


def test_a_report_behind_a_password_is_told() -> None:
    locked = b"%PDF-1.7\ntrailer << /Encrypt 5 0 R >>\n%%EOF\n"
    told = refusal(lambda: bundle_in_pdf(locked, "equipoise-bundle/1"))
    assert told == "The PDF is encrypted; save it without a password and try again."


def test_what_stands_twice_or_is_no_amount_is_named() -> None:
    one, pot = Candidate("a", 5, 1), Contribution("f", 5)
    for told, asked in (
        (
            "proposal a stands twice (second time in row 2); ids are unique",
            lambda: Programme((one, one), 5),
        ),
        (
            "contribution f stands twice (second time in row 2); ids are unique",
            lambda: Programme((one,), 5, contributions=(pot, pot)),
        ),
        (
            (
                "amount_minor of contribution f is -1; give a whole number of minor units (cents), "
                "zero or more"
            ),
            lambda: Contribution("f", -1),
        ),
        (
            (
                "amount_minor of award a is -1; give a whole number of minor units (cents), "
                "zero or more"
            ),
            lambda: Award("a", -1),
        ),
    ):
        assert refusal(asked) == told


def test_every_reason_is_a_sentence_of_its_own() -> None:
    assert set(words) == set(Reason)
    assert words[Reason.IN_FULL] == "There was money for the whole amount asked."
    assert len(set(words.values())) == len(words)
    assert all(sentence.endswith(".") and " " in sentence for sentence in words.values())
