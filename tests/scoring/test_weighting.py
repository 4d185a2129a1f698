"""Grades to totals to places, in exact arithmetic."""

from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.errors import InputError
from scoring.weighting import (
    OVERALL,
    Criterion,
    Place,
    ReviewTotal,
    Scale,
    Threshold,
    check_grade,
    check_weights,
    criterion_mean,
    failed_thresholds,
    proposal_total,
    rank,
    review_total,
    show,
    spread,
)

SIX = Scale(best=Decimal(6), worst=Decimal(1), step=Decimal(1))
AIBS = Scale(best=Decimal("1.0"), worst=Decimal("5.0"), step=Decimal("0.1"))
TWO = [
    Criterion("novelty", "Novelty", Decimal("0.3")),
    Criterion("method", "Method", Decimal("0.7")),
]


def a_total(value: Fraction | int | None, *missing: str) -> ReviewTotal:
    return ReviewTotal(None if value is None else Fraction(value), (), missing)


def test_a_scale_knows_which_end_is_good() -> None:
    assert SIX.higher_is_better
    assert not AIBS.higher_is_better
    assert (AIBS.lowest, AIBS.highest) == (Decimal(1), Decimal(5))
    assert AIBS.merit(Decimal(1)) == 1
    assert AIBS.merit(Fraction(5)) == 0
    assert SIX.merit(Fraction(7, 2)) == Fraction(1, 2)


@pytest.mark.parametrize(
    ("best", "worst", "step", "part"),
    [
        ("3", "3", "1", "must differ"),
        ("5", "1", "0", "above 0"),
        ("5", "1", "-1", "above 0"),
        ("5", "1", "0.3", "whole steps"),
        ("NaN", "1", "1", "“best”"),
        ("5", "Infinity", "1", "“worst”"),
        ("5", "1", "NaN", "“step”"),
    ],
)
def test_a_scale_that_makes_no_sense_is_refused(
    best: str, worst: str, step: str, part: str
) -> None:
    with pytest.raises(InputError, match=part):
        Scale(Decimal(best), Decimal(worst), Decimal(step))


def test_good_weights_pass() -> None:
    check_weights(TWO)


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ([], "There is no criterion; name at least one, with its weight."),
        (["0.5", "0.6"], "The weights add up to 1.1000, not to 1; change one of them."),
        (["0.3333", "0.6666"], "The weights add up to 0.9999, not to 1; change one of them."),
        (["-0.5", "1.5"], "The weight of “c0” is -0.5; a weight cannot be negative."),
        (["NaN", "1"], "The criterion “c0” has no weight; give a number."),
    ],
)
def test_bad_weights_are_refused_in_a_sentence(weights: list[str], sentence: str) -> None:
    criteria = [Criterion(f"c{n}", f"C{n}", Decimal(w)) for n, w in enumerate(weights)]
    with pytest.raises(InputError) as refusal:
        check_weights(criteria)
    assert str(refusal.value) == sentence


def test_a_criterion_listed_twice_is_refused() -> None:
    with pytest.raises(InputError, match="“novelty” is listed twice"):
        check_weights([TWO[0], TWO[0]])


@pytest.mark.parametrize("grade", ["1", "1.0", "2.30", "5.0"])
def test_grades_on_the_grid_pass(grade: str) -> None:
    check_grade(AIBS, Decimal(grade))


@pytest.mark.parametrize(
    ("grade", "part"),
    [
        ("0.9", "outside the scale from 1.0 to 5.0"),
        ("5.1", "outside"),
        ("2.35", "between two steps"),
        ("NaN", "is not a grade"),
        ("Infinity", "is not a grade"),
    ],
)
def test_grades_off_the_grid_are_refused(grade: str, part: str) -> None:
    with pytest.raises(InputError, match=part):
        check_grade(AIBS, Decimal(grade))


def test_a_review_total_is_the_weighted_mean_in_exact_decimals() -> None:
    total = review_total(TWO, {"novelty": Decimal("2.1"), "method": Decimal("3.3")})
    assert total == ReviewTotal(Fraction(294, 100), ("novelty", "method"), ())
    assert total.complete


def test_a_criterion_that_was_not_judged_is_left_out_and_never_counts_as_zero() -> None:
    total = review_total(TWO, {"novelty": Decimal(4), "method": None})
    assert total == ReviewTotal(Fraction(4), ("novelty",), ("method",))
    assert not total.complete
    assert review_total(TWO, {}) == ReviewTotal(None, (), ("novelty", "method"))


def test_only_criteria_without_weight_give_no_total() -> None:
    criteria = [Criterion("a", "A", Decimal(0)), Criterion("b", "B", Decimal(1))]
    assert review_total(criteria, {"a": Decimal(3)}) == ReviewTotal(None, ("a",), ("b",))


def test_a_proposal_total_is_the_mean_of_its_reviews() -> None:
    assert proposal_total([a_total(3), a_total(4), a_total(4)]) == Fraction(11, 3)
    assert proposal_total([a_total(3), a_total(None, "a")]) == 3


def test_incomplete_reviews_count_only_where_the_call_allows_it() -> None:
    reviews = [a_total(3), a_total(5, "method")]
    assert proposal_total(reviews) == 4
    assert proposal_total(reviews, allow_partial=False) == 3


def test_confidence_weighs_a_review_exactly() -> None:
    reviews = [a_total(2), a_total(None, "a"), a_total(5)]
    confidences = [Decimal("0.5"), Decimal(9), Decimal("0.25")]
    assert proposal_total(reviews, confidences=confidences) == 3
    ends = [Decimal("0.001"), Decimal(1), Decimal(1000)]
    assert proposal_total(reviews, confidences=ends) == Fraction(5000002, 1000001)


def test_a_proposal_without_a_usable_review_has_no_total() -> None:
    with pytest.raises(InputError, match="no usable review"):
        proposal_total([])
    with pytest.raises(InputError, match="no usable review"):
        proposal_total([a_total(5, "method")], allow_partial=False)


@pytest.mark.parametrize(
    ("confidences", "part"),
    [
        (["1"], "2 reviews but 1 conf"),
        (["1", "0"], "confidence is 0; give a number from 0.001 to 1000"),
        (["NaN", "1"], "confidence is NaN"),
        (["1000.1", "1"], "confidence is 1000.1"),
        (["0.0009", "1"], "confidence is 0.0009"),
    ],
)
def test_bad_confidences_are_refused(confidences: list[str], part: str) -> None:
    with pytest.raises(InputError, match=part):
        proposal_total([a_total(1), a_total(2)], confidences=[Decimal(c) for c in confidences])


def test_criterion_mean_and_spread_leave_out_what_was_not_judged() -> None:
    reviews: list[dict[str, Decimal | None]] = [
        {"a": Decimal(2)},
        {"a": Decimal(3)},
        {"a": None},
        {},
    ]
    assert criterion_mean(reviews, "a") == Fraction(5, 2)
    assert criterion_mean(reviews, "b") is None
    assert spread([a_total(2), a_total(5), a_total(None)]) == 3
    assert spread([a_total(None)]) is None


def test_a_threshold_met_exactly_passes_whichever_way_up_the_scale_is() -> None:
    overall, method = Threshold(OVERALL, Decimal("2.5")), Threshold("method", Decimal(3))
    means: dict[str, Fraction | None] = {"method": Fraction(3)}
    assert failed_thresholds(AIBS, [overall, method], Fraction(5, 2), means) == ()
    assert failed_thresholds(AIBS, [overall, method], Fraction(2501, 1000), means) == (overall,)
    assert failed_thresholds(SIX, [overall, method], Fraction(2), {}) == (overall, method)
    assert failed_thresholds(SIX, [overall], Fraction(5, 2), {}) == ()


@pytest.mark.parametrize(
    ("total", "places", "shown"),
    [
        (Fraction(1, 8), 2, "0.12"),
        (Fraction(3, 8), 2, "0.38"),
        (Fraction(-1, 8), 2, "-0.12"),
        (Fraction(-1, 1000), 2, "0.00"),
        (Fraction(2, 3), 4, "0.6667"),
        (Fraction(5, 2), 0, "2"),
        (Fraction(12), 4, "12.0000"),
    ],
)
def test_totals_are_shown_with_exact_halves_to_the_even_digit(
    total: Fraction, places: int, shown: str
) -> None:
    assert show(total, places) == shown


def test_a_negative_number_of_decimals_is_refused() -> None:
    with pytest.raises(InputError, match="-1 decimals"):
        show(Fraction(1), -1)


def test_ranks_are_shared_and_the_next_place_is_skipped() -> None:
    totals = {"d": Fraction(1), "c": Fraction(2), "b": Fraction(2), "a": Fraction(3)}
    assert rank(totals, SIX) == [
        Place("a", Fraction(3), 1, ()),
        Place("b", Fraction(2), 2, ("c",)),
        Place("c", Fraction(2), 2, ("b",)),
        Place("d", Fraction(1), 4, ()),
    ]
    assert [place.id for place in rank(totals, AIBS)] == ["d", "b", "c", "a"]
    assert rank({}, AIBS) == []


def test_an_error_names_its_place_before_its_sentence() -> None:
    error = InputError("No.", source="r.csv").at(row=3, column="method")
    assert str(error) == "r.csv, row 3, column “method”: No."
    assert (error.at(source="s.csv", row=4).row, error.at().source) == (4, "r.csv")
    assert str(InputError("No.")) == "No."


grade = st.integers(10, 50).map(lambda tenths: Decimal(tenths) / 10)


@given(st.lists(st.tuples(grade, grade), min_size=1, max_size=8), st.randoms())
def test_the_order_of_reviews_changes_nothing(
    grades: list[tuple[Decimal, Decimal]], random: Random
) -> None:
    totals = [review_total(TWO, {"novelty": n, "method": m}) for n, m in grades]
    shuffled = list(totals)
    random.shuffle(shuffled)
    assert proposal_total(shuffled) == proposal_total(totals)


@given(st.dictionaries(st.text(min_size=1, max_size=4), grade.map(Fraction), max_size=12))
def test_turning_the_scale_over_turns_the_ranking_over(totals: dict[str, Fraction]) -> None:
    upright = Scale(Decimal(5), Decimal(1), Decimal("0.1"))
    flipped = {key: 6 - value for key, value in totals.items()}
    assert [(p.id, p.rank) for p in rank(totals, upright)] == [
        (p.id, p.rank) for p in rank(flipped, AIBS)
    ]


@given(grade, grade)
def test_a_weighted_mean_lies_between_its_grades(novelty: Decimal, method: Decimal) -> None:
    total = review_total(TWO, {"novelty": novelty, "method": method}).total
    assert total is not None
    assert min(novelty, method) <= total <= max(novelty, method)
