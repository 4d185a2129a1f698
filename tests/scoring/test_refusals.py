"""Refusals and answers in words, each held against the whole sentence."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scoring.allocation import Entry, Reason, words
from scoring.allocation.document import request_from as allocation_from
from scoring.allocation.entry import Threshold
from scoring.allocation.money import convert_minor
from scoring.allocation.optimum import margins, smallest_budget
from scoring.allocation.programme import Candidate, Programme
from scoring.allocation.sources import Contribution
from scoring.assignment.assign import assign
from scoring.assignment.document import answer, request_from
from scoring.assignment.explain import explain
from scoring.assignment.problem import whole_merit
from scoring.calibration.additive import calibrate
from scoring.calibration.design import make_design
from scoring.calibration.offer import scale_use_offer
from scoring.draw.document import draw_from
from scoring.draw.document import request_from as entrants_from
from scoring.draw.seed import Entry as Secret
from scoring.draw.seed import entered_randomness, nist_randomness, refuse_early_round, seed_from_hex
from scoring.draw.verify import faults
from scoring.errors import InputError
from scoring.ranking import Options
from scoring.replay import complete
from scoring.replay.attached import bundle_in_pdf
from scoring.stability.bootstrap import over_reviews
from scoring.tables import Review, Rules, check_reviews
from scoring.ties import HashOrder
from scoring.weighting import Criterion, Scale, show
from tests.scoring.numbers import design
from tests.scoring.test_assignment import problem_of
from tests.scoring.test_commands_of_selection import ALLOCATE, ASSIGN, DRAW, SEED, stated, whole

HERE = Path()


def of_calls(rule: dict[str, Any]) -> dict[str, Any]:
    return {**whole(ALLOCATE, "merit"), "rule": {"objective": "merit", **rule}}


def of_bundle(**more: object) -> Callable[[], object]:
    allocation = {"when_unaffordable": "stop", **more}
    rules = {**stated()["rules"], "allocation": allocation}
    return lambda: complete(stated(rules=rules))


REFUSED: list[tuple[Callable[[], object], str]] = [
    (
        lambda: Entry("a", 5, -1),
        (
            "minimum_minor of a is -1; give a whole number of minor units (cents), zero or more"
        ),
    ),
    (
        lambda: Candidate("a", 5, 1, -1),
        (
            "minimum_minor of a is -1; give a whole number of minor units (cents), zero or more"
        ),
    ),
    (
        lambda: Threshold(Decimal(3)).reached_by(Entry("a", 5)),
        "a has no score, but the call has a threshold; give points",
    ),
    (
        lambda: convert_minor(-5, "1.1"),
        (
            "the amount to convert is -5; give a whole number of minor units (cents), zero or more"
        ),
    ),
    (
        lambda: convert_minor(5, 1.1),
        "the exchange rate 1.1 is a float; give it as an exact decimal string",
    ),
    (lambda: convert_minor(5, "x"), "the exchange rate 'x' is not a number; write e.g. 1.08158"),
    (
        lambda: convert_minor(5, "0"),
        "the exchange rate 0 is not positive; give units per unit, e.g. 1.08158",
    ),
    (
        lambda: smallest_budget(
            Programme((Candidate("a", 5, 1),), 5, contributions=(Contribution("f", 5),)), "a"
        ),
        "a smallest budget is found for one pot; leave the contributions out",
    ),
    (
        lambda: margins(Programme((Candidate("a", 5, 1),), 5)),
        "margins are of an optimum; choose the objective merit or merit_money",
    ),
    (
        lambda: allocation_from(of_calls({"exclusive": [["a", "b"], "x"]})),
        'exclusive[1] is "x"; give a list of ids in quotes',
    ),
    (
        lambda: allocation_from(of_calls({"requires": [["a", "b"], ["a"]]})),
        'requires[1] is ["a"]; give a list of 2 ids in quotes',
    ),
    (
        of_bundle(exclusive=[["a", "b"], 3]),
        "exclusive[1] is 3; give a list of ids in quotes",
    ),
    (
        of_bundle(requires=[["a", "b"], ["a"]]),
        'requires[1] is ["a"]; give a list of 2 ids in quotes',
    ),
    (of_bundle(threshold=[]), "“threshold” in rules.allocation is []; give a number"),
    (
        lambda: request_from({**ASSIGN, "affinity": [["P1", "R1", 1], ["P1", "R1", 1]]}, HERE),
        "affinity[1]: P1 and R1 stand twice; give one value",
    ),
    (
        lambda: request_from({**ASSIGN, "affinity": [["P1", "R1", 1], ["P1", "R1"]]}, HERE),
        'affinity[1] is ["P1", "R1"]; write [proposal, reviewer, value]',
    ),
    (
        lambda: request_from({**ASSIGN, "fixed": [["P1", "R9"]]}, HERE),
        "fixed[0]: R9 is not a reviewer of this problem; correct the id",
    ),
    (
        lambda: request_from({**ASSIGN, "fixed": [["P9", "R1"]]}, HERE),
        "fixed[0]: P9 is not a proposal of this problem; correct the id",
    ),
    (
        lambda: answer(request_from({**ASSIGN, "cap": 0.4}, HERE)),
        (
            "the demands cannot be met with no pair likelier than 0.4; raise the cap, or the loads"
        ),
    ),
    (
        lambda: request_from({**ASSIGN, "cap": 0.5, "fixed": [["P1", "R1"]]}, HERE),
        "a cap on probabilities cannot be combined with require or fixed seats",
    ),
    (
        lambda: problem_of(np.ones((2, 2)), demand=2, high=2, fixed=((1, 1), (1, 1))),
        "the fixed seat of R001 on P001 stands twice; list it once",
    ),
    (
        lambda: whole_merit(np.array([[1.0, 2.0], [3.0, np.nan]])),
        (
            "the affinity of proposal 2 and reviewer 2 is nan; give a number, or declare a conflict"
        ),
    ),
    (
        lambda: whole_merit(np.array([[2.0**53 / 1e6]])),
        "an affinity is above 9 thousand millions; scale the affinities down",
    ),
    (
        lambda: bundle_in_pdf(b"%PDF-1.7\n%%EOF\n", "equipoise-bundle/1"),
        "The PDF carries no bundle; ask for the bundle as a JSON file.",
    ),
    (lambda: show(1, -1), "A number cannot be shown with -1 decimals."),
    (
        lambda: Scale(Decimal("NaN"), Decimal(1), Decimal(1)),
        "The scale needs a number for “best”, not NaN.",
    ),
    (
        lambda: Scale(Decimal(2), Decimal(1), Decimal("Infinity")),
        "The scale needs a number for “step”, not Infinity.",
    ),
    (lambda: Options(draws=0), "The number of draws is 0; take at least 1."),
    (lambda: Options(seed=-1), "The seed is -1; take a whole number from 0 on."),
    (lambda: Options(k=-1), "The number of places is -1; it cannot be negative."),
    (
        lambda: over_reviews(None, frozenset, draws=0, seed=1),  # type: ignore[arg-type]
        "The number of draws is 0; take at least 1.",
    ),
    (
        lambda: over_reviews(None, frozenset, draws=1, seed=-1),  # type: ignore[arg-type]
        "The seed is -1; take a whole number from 0 on.",
    ),
    (
        lambda: refuse_early_round(101, datetime(2023, 8, 23, 15, 9, 27, tzinfo=UTC)),
        (
            "drand round 101 is published 2023-08-23 15:14:27 UTC, less than one hour after the "
            "commitment; name round 1201 or a later one"
        ),
    ),
    (lambda: nist_randomness("00" * 63), "the outputValue has 63 bytes; a NIST pulse has 64"),
    (
        lambda: nist_randomness("zz"),
        "the outputValue of the NIST pulse is 'zz', not hexadecimal; use digits 0-9 and a-f",
    ),
    (
        lambda: seed_from_hex("00" * 15),
        "the seed has 15 bytes; give at least 16 (32 hex digits)",
    ),
    (
        lambda: entered_randomness([Secret("x", "s", "p"), Secret("x", "t", "q")]),
        "two different people must each enter a secret; add the second person",
    ),
    (
        lambda: entered_randomness([Secret("x", "s", "p"), Secret("y", "t", "q")]),
        (
            "the secret of x does not match the SHA-256 promised before; enter exactly what was "
            "promised"
        ),
    ),
    (
        lambda: draw_from(entrants_from({**DRAW, "seed": SEED, "past": [
            {"label": "older", "seed": "00" * 32}, {"label": DRAW["label"], "seed": "ab"}]})),
        (
            "the draw “call/line” took place already (seed ab); a draw is held once, give a new "
            "draw a new label and a new public value"
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "sentence"), REFUSED)
def test_a_refusal_is_the_whole_sentence(asked: Callable[[], object], sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        asked()
    assert str(refused.value) == sentence


def test_what_is_at_the_limit_is_taken() -> None:
    assert (Options(draws=1).draws, Options(seed=0).seed, Options(k=0).k) == (1, 0, 0)
    assert len(seed_from_hex("00" * 16)) == 16
    assert len(nist_randomness("00" * 64)) == 64
    assert whole_merit(np.array([[(2.0**53 - 2) / 1e6]])).tolist() == [[2**53 - 2]]
    refuse_early_round(1201, datetime(2023, 8, 23, 15, 9, 27, tzinfo=UTC))


def test_small_merits_take_half_the_memory() -> None:
    below, above = (whole_merit(np.array([[value / 1e6]])) for value in (2**30 - 1, 2**30))
    assert (below.dtype, above.dtype) == (np.dtype(np.int32), np.dtype(np.int64))
    assert (below.tolist(), above.tolist()) == ([[2**30 - 1]], [[2**30]])


def test_every_reason_of_a_decision_is_told_in_words() -> None:
    assert list(words.items()) == [
        (Reason.IN_FULL, "There was money for the whole amount asked."),
        (Reason.IN_PART, "The money left covered the least useful amount, not the whole."),
        (Reason.BELOW_LINE, "The money ended at a proposal ranked higher."),
        (Reason.UNAFFORDABLE, "The money that may be used here did not cover the amount."),
        (Reason.BELOW_THRESHOLD, "The score does not reach the threshold of the call."),
        (
            Reason.BELOW_CRITERION,
            "The mean on a criterion does not reach what the call asks on it.",
        ),
        (Reason.NOT_ELIGIBLE, "The proposal is not eligible."),
        (Reason.BY_RULES, "The rules of the call, such as quotas, leave no place for it."),
        (Reason.OUTWEIGHED, "Other proposals are worth more for the same money."),
    ]
    assert [str(one) for one in (Reason.IN_FULL, Reason.BELOW_LINE, Reason.BY_RULES)] == [
        "in full",
        "below the line",
        "by the rules",
    ]


def test_a_conflict_and_a_seat_are_told() -> None:
    allowed = np.array([[True, False], [True, True]])
    problem = problem_of(np.array([[0.9, 0.1], [0.2, 0.8]]), allowed)
    found = assign(problem)
    assert explain(problem, found, (0, 1)) == "R001 to P000 is ruled out by a conflict."
    assert explain(problem, found, (1, 1)) == "R001 has the seat on P001."


def test_one_review_is_not_tested_against_others() -> None:
    one = replace(calibrate(design(3, 2)), design=make_design(["a"], ["r"], [3.0], width=5))
    assert scale_use_offer(one, sign=1, seed=1) == {
        "offered": False,
        "sentence": "One review cannot be tested against others.",
    }


def test_a_review_without_a_row_is_named_without_one() -> None:
    scale = Scale(Decimal(1), Decimal(5), Decimal("0.5"))
    rules = Rules(scale, (Criterion("idea", "Idea", Decimal(1)),))
    twice = [Review("a", "r", {"idea": Decimal(2)}) for _ in range(2)]
    with pytest.raises(InputError) as refused:
        check_reviews(twice, rules)
    told = "column “reviewer_id”: “r” has already reviewed “a”; keep one of the two."
    assert str(refused.value) == told


def test_the_rule_of_last_resort_has_a_name() -> None:
    assert HashOrder("c").name == "SHA-256 of call and proposal id"


def test_the_verifier_names_each_thing_that_does_not_hold() -> None:
    draw = {**draw_from(entrants_from({**DRAW, "public": {"randomness": SEED}}))}
    assert faults(draw) == []
    entrants: Any = draw["entrants"]
    other = {**entrants["probabilities"], "b": "1/3"}
    found = faults({**draw, "seed": "00" * 32, "probabilities": other})
    assert found == [
        "the seed is not SHA-256(commitment, randomness)",
        "the chances are not those committed to",
        "the chances do not add to k",
    ]
    assert faults({**draw, "selected": ["a"]}) == ["order or selection differ"]
    assert faults({**draw, "entrants": {**entrants, "k": 9}}) == [
        "the commitment is not the SHA-256 of the entrants"
    ]


def test_nobody_is_drawn_where_all_are_certain() -> None:
    record = draw_from(entrants_from({**DRAW, "k": 4, "seed": SEED}))
    steps: Any = record["transcript"]
    assert steps[2:4] == ["certain without a draw: a, b, c, d", "chance order: nobody is drawn"]
