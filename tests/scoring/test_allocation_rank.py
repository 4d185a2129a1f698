"""Down the ranking until the money is spent, and which contribution pays."""

import csv
import json
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.allocation import (
    Award,
    Contribution,
    Decision,
    Entry,
    Reason,
    Threshold,
    allocate_by_rank,
    convert_minor,
    largest_remainder,
    split_over_contributions,
    words,
)
from scoring.errors import InputError
from tests.realdata import real_data

FIVE = (Entry("a", 50), Entry("b", 40), Entry("c", 30), Entry("d", 10), Entry("e", 5))


def demo_entries() -> tuple[list[Entry], int]:
    call = json.loads(real_data("demo_call", "call.json").read_text())
    weights = {c["key"]: Fraction(str(c["weight"])) for c in call["criteria"]}
    totals: dict[str, list[Fraction]] = {}
    with real_data("demo_call", "reviews.csv").open() as file:
        for row in csv.DictReader(file):
            total = sum(
                (Fraction(row[key]) * weight for key, weight in weights.items()), Fraction()
            )
            totals.setdefault(row["proposal_no"], []).append(total)
    means = {name: sum(values) / len(values) for name, values in totals.items()}
    with real_data("demo_call", "proposals.csv").open() as file:
        asks = {
            row["proposal_no"]: convert_minor(
                int(row["amount"]) * 100, str(call["fx_usd_per_unit"][row["currency"]])
            )
            for row in csv.DictReader(file)
        }
    ranked = sorted(means, key=lambda name: (means[name], name))
    return [Entry(name, asks[name]) for name in ranked], call["budget"] * 100


def test_the_demonstration_call_ends_after_the_eleventh_with_53_thousand_left() -> None:
    entries, budget = demo_entries()
    result = allocate_by_rank(entries, budget, reserve=3)
    assert len(result.awards()) == 11
    assert result.line_after == entries[10].id
    assert 53_000_00 <= result.left_minor < 54_000_00
    assert result.spent_minor + result.left_minor == budget
    assert entries[11].ask_minor > result.left_minor
    assert [line.decision for line in result.lines[11:15]] == [
        Decision.RESERVE,
        Decision.RESERVE,
        Decision.RESERVE,
        Decision.DECLINE,
    ]


def test_stop_ends_at_the_first_that_does_not_fit_and_skip_goes_on() -> None:
    stopped = allocate_by_rank(FIVE, 100)
    assert [line.id for line in stopped.awards()] == ["a", "b"]
    assert [line.reason for line in stopped.lines[2:]] == [
        Reason.UNAFFORDABLE,
        Reason.BELOW_LINE,
        Reason.BELOW_LINE,
    ]
    skipped = allocate_by_rank(FIVE, 100, when_unaffordable="skip", reserve=5)
    assert [line.id for line in skipped.awards()] == ["a", "b", "d"]
    assert [line.decision for line in skipped.lines].count(Decision.RESERVE) == 2
    assert stopped.line_after == skipped.line_after == "b"
    assert skipped.left_minor == 0


def test_what_is_left_pays_in_part_where_it_covers_the_minimum() -> None:
    entries = (Entry("a", 50), Entry("b", 60, minimum_minor=45), Entry("c", 1))
    result = allocate_by_rank(entries, 100)
    assert [(line.amount_minor, line.reason) for line in result.lines] == [
        (50, Reason.IN_FULL),
        (50, Reason.IN_PART),
        (0, Reason.BELOW_LINE),
    ]
    assert allocate_by_rank(entries, 90).lines[1].reason is Reason.UNAFFORDABLE


def test_a_minimum_of_nothing_is_not_an_award_of_nothing() -> None:
    result = allocate_by_rank((Entry("a", 10), Entry("b", 5, minimum_minor=0)), 10)
    assert result.lines[1].decision is Decision.DECLINE


def test_the_ineligible_and_those_below_the_threshold_are_never_on_the_reserve_list() -> None:
    entries = (
        Entry("a", 10, points=Decimal("2.0")),
        Entry("b", 10, eligible=False),
        Entry("c", 10, points=Decimal("3.0")),
        Entry("d", 10, points=Decimal("3.1")),
    )
    low = Threshold(Decimal("3.0"), lower_is_better=True)
    result = allocate_by_rank(entries, 10, reserve=9, threshold=low)
    assert [(line.decision, line.reason) for line in result.lines] == [
        (Decision.AWARD, Reason.IN_FULL),
        (Decision.DECLINE, Reason.NOT_ELIGIBLE),
        (Decision.RESERVE, Reason.UNAFFORDABLE),
        (Decision.DECLINE, Reason.BELOW_THRESHOLD),
    ]
    high = allocate_by_rank(entries, 100, threshold=Threshold(Decimal(3)))
    assert [line.id for line in high.awards()] == ["c", "d"]


def test_no_money_funds_nothing_and_no_entry_is_no_line() -> None:
    result = allocate_by_rank(FIVE, 0)
    assert (result.awards(), result.line_after, result.left_minor) == ((), None, 0)
    assert allocate_by_rank((), 7).lines == ()


def test_an_earmarked_pot_is_kept_for_whom_it_may_pay() -> None:
    entries = (
        Entry("a", 60, attributes={"country": "KE"}),
        Entry("b", 50, attributes={"country": "NO"}),
        Entry("c", 40, attributes={"country": "KE"}),
    )
    pots = (Contribution("kenya", 50, {"country": "KE"}), Contribution("open", 60))
    result = allocate_by_rank(entries, 110, when_unaffordable="skip", contributions=pots)
    assert [line.id for line in result.awards()] == ["a", "b"]
    assert allocate_by_rank(entries, 100, contributions=pots).awards()[-1].id == "a"


def test_every_reason_has_its_sentence() -> None:
    assert set(words) == set(Reason)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Entry("a", -1), "ask_minor of a is -1"),
        (lambda: Entry("a", True), "ask_minor of a is True"),
        (lambda: Entry("a", 1, minimum_minor=2), "minimum_minor 2 is more than ask_minor 1"),
        (lambda: allocate_by_rank((), 1.5), "budget_minor is 1.5"),  # type: ignore[arg-type]
        (lambda: allocate_by_rank((), 1, reserve=-1), "reserve is -1"),
        (lambda: allocate_by_rank((), 1, when_unaffordable="ask"), "say stop or skip"),
        (lambda: allocate_by_rank((Entry("a", 1), Entry("a", 1)), 1), "proposal a stands twice"),
        (
            lambda: allocate_by_rank((Entry("a", 1),), 1, threshold=Threshold(Decimal(1))),
            "a has no score",
        ),
        (
            lambda: allocate_by_rank((), 9, contributions=[Contribution("f", 8)]),
            "more than the contributions hold (8)",
        ),
        (lambda: convert_minor(1, 1.1), "is a float"),
        (lambda: convert_minor(1, "one"), "is not a number"),
        (lambda: convert_minor(1, "0"), "is not positive"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(
    make: Callable[[], object], sentence: str
) -> None:
    with pytest.raises(InputError, match=re.escape(sentence)):
        make()


def test_conversion_rounds_half_to_even_at_the_minor_unit() -> None:
    assert [convert_minor(amount, "0.5") for amount in (1, 3, 5, 7)] == [0, 2, 2, 4]
    assert convert_minor(100, Decimal("150.25"), to_decimals=0) == 150
    assert convert_minor(1499999_00, "1.08158") == 162236892  # 1,622,368.91842


def test_narrow_money_goes_first_and_equal_pots_share_in_proportion() -> None:
    awards = (
        Award("a", 100, {"country": "KE", "topic": "lung"}),
        Award("b", 101, {"country": "NO", "topic": "lung"}),
    )
    pots = (
        Contribution("x", 100),
        Contribution("y", 50),
        Contribution("kenya", 60, {"country": ["KE", "UG"]}),
    )
    sources = split_over_contributions(awards, pots)
    assert sources["a"]["kenya"] == 60
    assert sum(sources["a"].values()) == 100
    assert sum(sources["b"].values()) == 101
    assert sum(split["x"] for split in sources.values()) == 94
    assert sum(split["y"] for split in sources.values()) == 47


def test_money_already_promised_is_moved_when_a_later_award_can_take_only_that() -> None:
    awards = (
        Award("a", 10, {"t": "lung", "c": "KE"}),
        Award("b", 10, {"t": "lung", "c": "NO"}),
    )
    pots = (Contribution("kenya", 10, {"c": "KE"}), Contribution("lung", 10, {"t": "lung"}))
    for order in (awards, awards[::-1]):
        assert split_over_contributions(order, pots) == {
            "a": {"kenya": 10},
            "b": {"lung": 10},
        }


def test_an_impossible_split_names_the_awards_the_pots_and_the_shortfall() -> None:
    awards = (Award("a", 6, {"c": "KE"}), Award("b", 5, {"c": "KE"}), Award("z", 1, {"c": "NO"}))
    pots = (Contribution("kenya", 8, {"c": "KE"}), Contribution("norway", 9, {"c": "NO"}))
    with pytest.raises(InputError, match="a, b may be paid only by kenya, which is 3 minor units"):
        split_over_contributions(awards, pots)
    many = [Award(f"m{index}", 2, {"c": "KE"}) for index in range(8)]
    with pytest.raises(InputError, match="m0, m1, m2, m3, m4 may be"):
        split_over_contributions(many, pots)
    with pytest.raises(InputError, match="paid only by no contribution"):
        split_over_contributions((Award("s", 1),), ())


money = st.integers(0, 10**9)
places = st.sampled_from(["KE", "NO", "IN"])


@given(total=money, weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=8))
def test_largest_remainder_closes_and_stays_within_a_unit_of_the_exact_share(
    total: int, weights: list[int]
) -> None:
    shares = largest_remainder(total, weights)
    whole = sum(weights)
    assert sum(shares) == (total if whole else 0)
    for share, weight in zip(shares, weights, strict=True):
        assert not whole or abs(share - Fraction(total * weight, whole)) < 1
        assert not whole or total > whole or share <= weight


@given(
    asks=st.lists(st.tuples(st.integers(0, 50), places), max_size=8),
    pots=st.lists(
        st.tuples(st.integers(0, 60), st.sets(places, min_size=1, max_size=2) | st.none()),
        min_size=1,
        max_size=5,
    ),
)
def test_whatever_is_funded_is_paid_exactly_and_no_pot_is_overdrawn(
    asks: list[tuple[int, str]], pots: list[tuple[int, set[str] | None]]
) -> None:
    contributions = [
        Contribution(f"f{row}", amount, {"c": tuple(sorted(mark))} if mark else {})
        for row, (amount, mark) in enumerate(pots)
    ]
    entries = [
        Entry(f"p{row}", ask, attributes={"c": place}) for row, (ask, place) in enumerate(asks)
    ]
    budget = sum(pot.amount_minor for pot in contributions)
    result = allocate_by_rank(
        entries, budget, when_unaffordable="skip", contributions=contributions
    )
    places_of = {entry.id: entry.attributes for entry in entries}
    awards = [Award(line.id, line.amount_minor, places_of[line.id]) for line in result.awards()]
    sources = split_over_contributions(awards, contributions)
    spent = dict.fromkeys((pot.id for pot in contributions), 0)
    by_id = {pot.id: pot for pot in contributions}
    for award in awards:
        assert sum(sources[award.id].values()) == award.amount_minor
        for name, amount in sources[award.id].items():
            assert by_id[name].may_pay(award.attributes)
            spent[name] += amount
    assert all(spent[name] <= by_id[name].amount_minor for name in spent)
    assert sum(spent.values()) == result.spent_minor


@given(
    asks=st.lists(st.integers(0, 40), max_size=10),
    budget=st.integers(0, 200),
    skip=st.booleans(),
)
def test_rank_order_matches_the_rule_read_aloud(
    asks: list[int], budget: int, *, skip: bool
) -> None:
    entries = [Entry(f"p{row}", ask) for row, ask in enumerate(asks)]
    left, funded = budget, []
    for entry in entries:
        if entry.ask_minor <= left:
            left -= entry.ask_minor
            funded.append(entry.id)
        elif not skip:
            break
    result = allocate_by_rank(entries, budget, when_unaffordable="skip" if skip else "stop")
    assert [line.id for line in result.awards()] == funded
    assert result.left_minor == left


def test_an_award_changes_its_payer_when_a_later_one_depends_on_it() -> None:
    awards = (Award("a", 10, {"c": "KE"}), Award("b", 4, {"c": "IN"}), Award("d", 3, {"c": "NO"}))
    pots = (
        Contribution("first", 10, {"c": ("IN", "KE")}),
        Contribution("second", 7, {"c": ("KE", "NO")}),
    )
    assert split_over_contributions(awards, pots) == {
        "a": {"first": 6, "second": 4},
        "b": {"first": 4},
        "d": {"second": 3},
    }
    swapped = (Award("a", 4, {"c": "KE"}), Award("b", 10, {"c": "IN"}))
    assert split_over_contributions(swapped, pots) == {"a": {"second": 4}, "b": {"first": 10}}
