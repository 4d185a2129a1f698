"""Published rules that order exact ties, and what they never hide."""

from decimal import Decimal
from fractions import Fraction
from hashlib import sha256

from scoring.ties import CriterionMean, HashOrder, SmallestSpread, Standing, break_ties, tie_hash
from scoring.weighting import Scale, rank

SCALE = Scale(best=Decimal(1), worst=Decimal(5), step=Decimal(1))
PLACES = rank({"a": Fraction(2), "b": Fraction(2), "c": Fraction(2), "d": Fraction(1)}, SCALE)


def orders(standings: list[Standing]) -> list[tuple[str, int, str | None]]:
    return [(s.place.id, s.position, s.decided_by) for s in standings]


def test_without_rules_ties_stay_ties() -> None:
    assert orders(break_ties(PLACES, [])) == [
        ("d", 1, ""),
        ("a", 2, None),
        ("b", 2, None),
        ("c", 2, None),
    ]


def test_each_rule_acts_on_what_the_rules_before_left_tied() -> None:
    approach = CriterionMean("approach", {"a": Fraction(3), "b": Fraction(3)}, SCALE)
    agreement = SmallestSpread({"a": Fraction(2), "b": Fraction(1)})
    assert orders(break_ties(PLACES, [approach, agreement])) == [
        ("d", 1, ""),
        ("b", 2, "smallest spread"),
        ("a", 3, "smallest spread"),
        ("c", 4, "mean of approach"),
    ]
    assert orders(break_ties(PLACES, [approach]))[1:] == [
        ("a", 2, None),
        ("b", 2, None),
        ("c", 4, "mean of approach"),
    ]


def test_the_better_mean_goes_first_on_a_scale_where_low_is_good() -> None:
    rule = CriterionMean("x", {"a": Fraction(4), "b": Fraction(2), "c": Fraction(3)}, SCALE)
    assert [s.place.id for s in break_ties(PLACES, [rule])] == ["d", "b", "c", "a"]


def test_an_unknown_spread_goes_last() -> None:
    rule = SmallestSpread({"b": None, "a": Fraction(9), "c": Fraction(8)})
    assert [s.place.id for s in break_ties(PLACES, [rule])] == ["d", "c", "a", "b"]


def test_the_hash_rule_is_fixed_by_the_ids_alone() -> None:
    expected = sorted("abc", key=lambda i: sha256(f"CALL\n{i}".encode()).hexdigest())
    standings = break_ties(PLACES, [HashOrder("CALL")])
    assert [s.place.id for s in standings] == ["d", *expected]
    assert [s.position for s in standings] == [1, 2, 3, 4]
    assert tie_hash("CALL", "a", "b") == sha256(b"CALL\na\nb").hexdigest()


def test_the_shared_rank_survives_a_decided_tie() -> None:
    standings = break_ties(PLACES, [HashOrder("CALL")])
    assert [s.place.rank for s in standings] == [1, 2, 2, 2]
    assert len(standings[1].place.tied_with) == 2
