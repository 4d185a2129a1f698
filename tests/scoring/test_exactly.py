"""The exact figures and words of the smallest parts: what a change of one sign would alter."""

import hashlib
from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.allocation.programme import Candidate, Constraint, Objective, Programme
from scoring.allocation.sequence import sequence
from scoring.draw import chances, drand_randomness, interval, uniform_lottery
from scoring.draw.document import request_from
from scoring.draw.rfc3797 import rfc3797_key, rfc3797_select
from scoring.draw.seed import entered_randomness, nist_randomness
from scoring.errors import InputError
from scoring.publishing import published, tie_classes
from scoring.ties import (
    CriterionMean,
    HashOrder,
    SmallestSpread,
    TieRule,
    break_ties,
    tie_hash,
    tie_rule,
)
from scoring.weighting import (
    OVERALL,
    Criterion,
    ReviewTotal,
    Scale,
    Threshold,
    check_grade,
    check_weights,
    failed_thresholds,
    proposal_total,
    rank,
)

SIX = Scale(Decimal(6), Decimal(1), Decimal(1))
FIVE = Scale(Decimal("1.0"), Decimal("5.0"), Decimal("0.1"))


@pytest.mark.parametrize(
    ("ends", "sentence"),
    [
        ((1, 1, 1), "The best and the worst grade of the scale must differ."),
        ((1, 5, 0), "The step of the scale must be above 0."),
        ((1, 5, -1), "The step of the scale must be above 0."),
    ],
)
def test_a_scale_that_is_none(ends: tuple[int, int, int], sentence: str) -> None:
    with pytest.raises(InputError) as refusal:
        Scale(*map(Decimal, ends))
    assert str(refusal.value) == sentence


def test_a_step_that_misses_the_other_end() -> None:
    with pytest.raises(InputError) as refusal:
        Scale(Decimal(1), Decimal(5), Decimal(3))
    assert str(refusal.value).endswith("in whole steps; choose a step that divides the range.")


def test_a_weight_may_be_nothing_and_thirds_are_no_whole() -> None:
    check_weights([Criterion("a", "A", Decimal(1)), Criterion("b", "B", Decimal(0))])
    third = Decimal("0.333333")
    with pytest.raises(InputError, match=r"add up to 1\.0000"):
        check_weights([Criterion(name, name, third) for name in "abc"])


def test_steps_are_counted_from_the_worst_grade() -> None:
    odd = Scale(best=Decimal("5.5"), worst=Decimal("0.5"), step=Decimal(1))
    check_grade(odd, Decimal("1.5"))
    with pytest.raises(InputError, match="lies between two steps"):
        check_grade(odd, Decimal(2))
    uneven = Scale(best=Decimal("4.3"), worst=Decimal("0.3"), step=Decimal(1))
    check_grade(uneven, Decimal("1.3"))


def total(*values: int) -> list[ReviewTotal]:
    return [ReviewTotal(Fraction(value), ("a",), ()) for value in values]


def test_a_total_weighs_by_confidence_and_asks_for_reviews() -> None:
    assert proposal_total(total(1, 4)) == Fraction(5, 2)
    assert proposal_total(total(1, 4), confidences=[Decimal(1), Decimal(2)]) == 3
    with pytest.raises(InputError, match="2 reviews but 1 confidences"):
        proposal_total(total(1, 4), confidences=[Decimal(1)])
    with pytest.raises(InputError) as refusal:
        proposal_total([])
    assert str(refusal.value) == (
        "There is no usable review, so there is no total; ask for a review."
    )


def test_thresholds_look_at_their_own_criterion() -> None:
    limits = [Threshold("a", Decimal(3)), Threshold(OVERALL, Decimal(4))]
    means = {"a": Fraction(5)}
    assert failed_thresholds(SIX, limits, Fraction(3), means) == (limits[1],)
    assert failed_thresholds(SIX, limits, Fraction(4), {"a": Fraction(2)}) == (limits[0],)


def test_totals_are_ordered_as_fractions_however_large_their_denominators() -> None:
    near = Fraction(10**20 + 1, 10**20)
    places = rank({"x": Fraction(1), "y": near, "z": Fraction(2, 3)}, SIX)
    assert [(place.id, place.rank) for place in places] == [("y", 1), ("x", 2), ("z", 3)]
    places = rank({"x": Fraction(1), "y": near, "z": Fraction(2, 3)}, FIVE)
    assert [place.id for place in places] == ["z", "x", "y"]


def test_tie_rules_by_name_and_their_keys() -> None:
    means = {"idea": {"A": Fraction(5), "B": Fraction(4), "C": None}}
    spreads = {"A": Fraction(2), "B": Fraction(1), "C": None}

    def rule(name: str) -> TieRule:
        return tie_rule(name, call_id="call", means=means, spreads=spreads, scale=SIX)

    assert rule("criterion:idea") == CriterionMean("idea", means["idea"], SIX)
    assert rule("criterion:idea").name == "mean of idea"
    assert rule("spread") == SmallestSpread(spreads)
    assert rule("hash") == HashOrder("call")
    for name in ("criterion:plan", "idea", "criterion", "plan:idea", "Spread", ""):
        with pytest.raises(InputError) as refusal:
            rule(name)
        assert str(refusal.value) == (
            f"{name!r} is no rule for ties; use criterion:KEY, spread or hash"
        )


def test_equals_are_parted_by_each_rule_in_turn() -> None:
    places = rank({name: Fraction(3) for name in "ABCD"}, SIX)
    means = {"A": Fraction(5), "B": Fraction(5), "C": None, "D": None}
    spreads = {"A": Fraction(2), "B": Fraction(1), "C": None, "D": Fraction(9)}
    rules: list[TieRule] = [CriterionMean("idea", means, SIX), SmallestSpread(spreads)]
    found = [(one.place.id, one.position, one.decided_by) for one in break_ties(places, rules)]
    assert found == [
        ("B", 1, "smallest spread"),
        ("A", 2, "smallest spread"),
        ("D", 3, "smallest spread"),
        ("C", 4, "smallest spread"),
    ]
    low = [CriterionMean("idea", {"A": Fraction(2), "B": Fraction(1)}, FIVE)]
    assert [one.place.id for one in break_ties(places, low)][:2] == ["B", "A"]
    assert [one.decided_by for one in break_ties(places, [])] == [None] * 4
    assert [one.position for one in break_ties(places, [])] == [1] * 4
    by_hash = break_ties(places, [HashOrder("call")])
    assert [one.place.id for one in by_hash] == sorted("ABCD", key=lambda n: tie_hash("call", n))


def test_the_worst_grade_is_still_better_than_none_and_a_key_may_hold_a_colon() -> None:
    places = rank({name: Fraction(3) for name in "AB"}, SIX)
    worst = CriterionMean("idea", {"A": None, "B": Fraction(1)}, SIX)
    assert [one.place.id for one in break_ties(places, [worst])] == ["B", "A"]
    means: dict[str, dict[str, Fraction | None]] = {"a:b": {"A": Fraction(1)}}
    rule = tie_rule("criterion:a:b", call_id="c", means=means, spreads={}, scale=SIX)
    assert rule == CriterionMean("a:b", means["a:b"], SIX)


def test_a_clear_place_needs_no_rule() -> None:
    places = rank({"A": Fraction(4), "B": Fraction(3)}, SIX)
    assert [one.decided_by for one in break_ties(places, [])] == ["", ""]


def test_figures_are_rounded_half_to_even() -> None:
    assert published(Fraction(1, 8), 2) == 0.12
    assert published(Fraction(3, 8), 2) == 0.38
    assert published(Decimal("1.23455")) == 1.2346
    assert str(published(-0.00001)) == "0.0"
    assert tie_classes([3.0, 1.0, 1.05, 1.2], tolerance=0.1) == [2, 0, 0, 1]


def test_the_rule_of_equal_chances_counts_whoever_touches_the_line() -> None:
    given = [interval(name, low, high) for name, low, high in (("a", 8, 9), ("b", 4, 6))]
    given += [interval(name, low, high) for name, low, high in (("c", 3, 5), ("d", 0, 2))]
    assert uniform_lottery(given, 2) == [1, Fraction(1, 2), Fraction(1, 2), 0]
    assert uniform_lottery(given, 0) == [0, 0, 0, 0]
    assert uniform_lottery(given, 4) == [1, 1, 1, 1]
    found = chances(given, 2, "uniform")
    assert found.probabilities == {"a": 1, "b": Fraction(1, 2), "c": Fraction(1, 2), "d": 0}


def test_rfc_3797_takes_from_those_who_are_left() -> None:
    key = rfc3797_key([[9], [3, 1]])
    assert key == "9./1.3./"
    chosen = rfc3797_select(key, 5, 5)
    assert sorted(chosen) == [1, 2, 3, 4, 5]
    edge = b"\x00\x00"
    digest = hashlib.md5(edge + key.encode() + edge, usedforsecurity=False).digest()
    assert chosen[0] == int.from_bytes(digest, "big") % 5 + 1
    assert rfc3797_select(key, 5, 2) == chosen[:2]
    for pool, count in ((2, 3), (70_000, 1), (3, -1)):
        with pytest.raises(InputError, match="cannot be selected; the pool is 1 to 65535"):
            rfc3797_select(key, pool, count)


def test_public_values_become_randomness() -> None:
    assert drand_randomness("00ff") == hashlib.sha256(b"\x00\xff").digest()
    assert nist_randomness("ab" * 64) == b"\xab" * 64
    with pytest.raises(InputError, match="has 2 bytes; a NIST pulse has 64"):
        nist_randomness("abcd")
    secrets = {name: hashlib.sha256(name.encode()).hexdigest() for name in ("ann", "bob")}
    entries = [{"person": n, "secret": n, "promise": p} for n, p in reversed(secrets.items())]
    both = b"".join(bytes.fromhex(promise) for promise in secrets.values())
    common = {"intervals": [["a", 0, 1]], "k": 1, "label": "l"}
    for public, randomness in (
        ({"entries": entries}, hashlib.sha256(both).digest()),
        ({"nist_output": "ab" * 64}, b"\xab" * 64),
        ({"drand_signature": "00ff"}, hashlib.sha256(b"\x00\xff").digest()),
        ({"randomness": "0102"}, b"\x01\x02"),
    ):
        assert request_from({**common, "public": public}).randomness == randomness
    with pytest.raises(InputError, match="two different people"):
        entered_randomness([])


def test_rank_order_under_rules_departs_as_little_as_it_must() -> None:
    many = (
        Candidate("a", 6, 9),
        Candidate("b", 5, 8, minimum_minor=3),
        Candidate("c", 2, 7, attributes={"new": "1"}),
        Candidate("d", 1, 6, attributes={"new": "1"}),
    )
    plain = Programme(many, 10, Objective.RANK)
    assert sequence(plain) == [(0, 6), (1, 3), (3, 1)]
    ruled = Programme(many, 10, Objective.RANK, constraints=(Constraint("new", "1", min_count=2),))
    assert sequence(ruled) == [(0, 6), (2, 2), (3, 1)]
    never = Programme(many, 1, Objective.RANK, constraints=(Constraint("new", "1", min_count=2),))
    assert sequence(never) is None
