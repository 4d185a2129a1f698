"""What a process keeps of a ranking never shows in it: after each change it is as if made anew."""

import random
from fractions import Fraction

import pytest

from app.allocation import placing
from app.allocation.placing import Data, Given, Reviews, Terms, places
from scoring.errors import InputError

TERMS = Terms(
    call="C",
    scale=("6", "1", "1"),
    weights=(("aims", "0.5"), ("plan", "0.3"), ("team", "0.2")),
    tie_rules=("criterion:aims", "spread", "hash"),
    limits=(("aims", "2"),),
)


def _anew(terms: Terms, given: dict[str, Reviews]) -> list[Data]:
    for kept in (
        placing._placed,
        placing._in_order,
        placing._scored,
        placing._review_total,
        placing._mean,
    ):
        kept.cache_clear()
    return places(terms, given)


def _drawn(chance: random.Random) -> Reviews:
    return Reviews(
        tuple((key, chance.choice(["1", "2", "3", None])) for key, _ in TERMS.weights)
        for _ in range(2)
    )


def test_a_ranking_after_each_change_is_the_one_computed_anew() -> None:
    chance = random.Random(7)
    given = {f"C-{n:02}": _drawn(chance) for n in range(40)}
    for _ in range(30):
        given[chance.choice(sorted(given))] = _drawn(chance)
        assert places(TERMS, given) == _anew(TERMS, given)


def test_places_are_numbered_over_all_and_ties_share_a_rank() -> None:
    chance = random.Random(11)
    told = places(TERMS, {f"C-{n:02}": _drawn(chance) for n in range(60)})
    totals = [Fraction(place["total"]) for place in told]
    assert totals == sorted(totals, reverse=True)
    assert any(place["tied_with"] for place in told)
    for place, total in zip(told, totals, strict=True):
        assert place["rank"] == 1 + sum(other > total for other in totals)
        equals = {one["proposal"] for one, t in zip(told, totals, strict=True) if t == total}
        assert {place["proposal"], *place["tied_with"]} == equals
    assert [place["position"] for place in told] == list(range(1, len(told) + 1))


def test_other_terms_are_other_places_for_the_same_grades() -> None:
    one: Given = (("aims", "3"), ("plan", "1"), ("team", "1"))
    two: Given = (("aims", "1"), ("plan", "3"), ("team", "3"))
    given = {"C-1": Reviews([one]), "C-2": Reviews([two])}
    assert [place["proposal"] for place in places(TERMS, given)] == ["C-1", "C-2"]
    lower = TERMS._replace(scale=("1", "6", "1"))
    assert [place["proposal"] for place in places(lower, given)] == ["C-2", "C-1"]
    assert [place["decided_by"] for place in places(TERMS, given)] == ["mean of aims"] * 2
    by_hash = TERMS._replace(tie_rules=("hash",), limits=())
    assert {place["decided_by"] for place in places(by_hash, given)} == {
        "SHA-256 of call and proposal id"
    }
    assert [place.get("short_on") for place in places(TERMS, given)] == [None, ["aims"]]
    assert [place.get("short_on") for place in places(by_hash, given)] == [None, None]


def test_a_rule_for_ties_that_does_not_exist_is_refused_where_nobody_is_tied() -> None:
    with pytest.raises(InputError, match="no rule for ties"):
        places(TERMS._replace(tie_rules=("chance",)), {})
