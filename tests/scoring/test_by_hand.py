"""Things computed a second time, the plain way, and a chance followed along all its branches."""

import hashlib
import math
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from scoring.affinity import Bid, Told, affinity
from scoring.affinity.loss import weighted_kendall
from scoring.affinity.words import words_of
from scoring.allocation import Entry, Reason, refused_because
from scoring.allocation.decide import Rule, decide
from scoring.allocation.entry import Threshold
from scoring.allocation.programme import Constraint
from scoring.assignment import MICRO
from scoring.assignment.chance import sampled
from scoring.assignment.ties import lots
from scoring.draw.rfc3797 import rfc3797_select
from scoring.draw.stream import Stream
from scoring.errors import InputError
from scoring.replay import complete, hash_of
from tests.scoring.test_commands_of_selection import stated

PROPOSALS = (
    "Cervical cancer screening in rural clinics, with nurses trained in cervical screening",
    "Radiotherapy planning for lung cancer; dose planning by machine learning",
    "Supportive care: nurses and palliative care at home",
    "Quantum mechanics",
)
REVIEWERS = (
    ("Screening for cervical cancer", "Vaccination against cervical cancer in rural areas"),
    ("Machine learning in radiotherapy dose planning",),
    ("Palliative care at home; nurses in rural clinics", "Lung cancer"),
    (),
)


def by_hand(proposals: tuple[str, ...], reviewers: tuple[tuple[str, ...], ...]) -> list[list[int]]:
    """Compute BM25 profiles with dictionaries, term by term, and their cosines' roots."""

    def terms(text: str) -> Counter[object]:
        words = words_of(text)
        return Counter([*words, *pairwise(words)])

    documents = [terms(text) for text in proposals]
    owned = [[terms(text) for text in texts] for texts in reviewers]
    every = [*documents, *(one for texts in owned for one in texts)]
    frequency = Counter(term for one in every for term in one)
    shared = {term for term, number in frequency.items() if number >= 2}
    mean = sum(n for one in every for t, n in one.items() if t in shared) / len(every)

    def weighed(one: Counter[object]) -> dict[object, float]:
        length = sum(n for term, n in one.items() if term in shared)
        found = {
            term: math.log(1 + (len(every) - frequency[term] + 0.5) / (frequency[term] + 0.5))
            * (n * 2.2)
            / (n + 1.2 * (0.25 + 0.75 * length / mean))
            for term, n in one.items()
            if term in shared
        }
        return unit(found)

    def unit(one: dict[object, float]) -> dict[object, float]:
        norm = math.sqrt(sum(value**2 for value in one.values())) or 1.0
        return {term: value / norm for term, value in one.items()}

    theirs = []
    for texts in owned:
        gathered: Counter[object] = Counter()
        for one in texts:
            gathered.update(weighed(one))
        theirs.append(unit(dict(gathered)))
    mine = [weighed(one) for one in documents]
    return [
        [
            round(MICRO * math.sqrt(sum(v * other.get(t, 0.0) for t, v in one.items())))
            for other in theirs
        ]
        for one in mine
    ]


def test_affinities_are_those_of_the_formula_computed_term_by_term() -> None:
    told: list[int] = []
    found = affinity(
        [Told((text,)) for text in PROPOSALS],
        [Told(texts) for texts in REVIEWERS],
        told=told.append,
    )
    expected = by_hand(PROPOSALS, REVIEWERS)
    assert np.abs(found.merit - np.array(expected)).max() <= 2
    assert max(map(max, expected)) > 0.4 * MICRO
    assert told == [0]
    halves = [Told(tuple(text.split(" ", 3))) for text in PROPOSALS]
    again = affinity(halves, [Told(texts) for texts in REVIEWERS])
    assert np.array_equal(again.merit, found.merit)  # the parts of one text meet without a word


def test_progress_of_many_texts_is_told_in_percent() -> None:
    told: list[int] = []
    affinity([Told((f"t{i}",)) for i in range(500)], [Told(("t1",))] * 20, told=told.append)
    assert told == [0, 49, 98]
    told.clear()
    affinity([Told((f"t{i}",)) for i in range(500)], [Told(("t1",))] * 12, told=told.append)
    assert told == [0, 50]


def test_bids_add_what_is_written_of_them() -> None:
    people = [Told(texts) for texts in REVIEWERS[:3]]
    calls = [Told((text,)) for text in PROPOSALS]
    plain = affinity(calls, people).merit
    bids = [(0, 0, Bid.YES), (1, 0, Bid.MAYBE), (0, 1, Bid.YES), (2, 2, Bid.NO)]
    moved = affinity(calls, people, bids)
    change = (moved.merit - plain).tolist()
    assert change[0][0] == 30_000  # 0.15, of somebody who says yes once: a fifth
    assert change[1][0] == 50_000
    assert change[0][1] == 6_000  # below the median of that person: a fifth again
    assert change[2][2] == -250_000
    assert sum(map(bool, np.ravel(change))) == 4
    assert moved.unsupported == [(0, 1)]


class Chosen(Stream):
    """A stream that takes the branches it is told, and notes what each was worth."""

    def __init__(self, branches: tuple[bool, ...]) -> None:
        super().__init__(b"", "")
        self.branches, self.at = branches, 0

    def below(self, limit: int) -> int:
        if self.at == len(self.branches):
            raise NotToldError(limit)
        self.at += 1
        return 0 if self.branches[self.at - 1] else limit - 1


class NotToldError(Exception):
    """The stream was asked for more than it was told."""


Pairs = dict[tuple[int, int], Fraction]


def branches(values: Pairs, told: tuple[bool, ...] = ()) -> list[tuple[tuple[bool, ...], list]]:  # type: ignore[type-arg]
    """Return every way the rounding can go, with the pairs that are in at its end."""
    try:
        return [(told, sampled(values, Chosen(told)))]
    except NotToldError:
        return [*branches(values, (*told, True)), *branches(values, (*told, False))]


def half(*pairs: tuple[int, int]) -> Pairs:
    return dict.fromkeys(pairs, Fraction(1, 2))


@pytest.mark.parametrize(
    "values",
    [
        half((0, 0), (0, 1), (1, 0), (1, 1)),
        half((0, 0), (0, 1), (1, 1), (1, 2)),
        half((0, 0), (0, 1), (1, 0), (1, 2), (2, 1), (2, 2)) | {(2, 0): Fraction(1)},
        {(0, j): Fraction(1, 3) for j in range(3)} | {(1, j): Fraction(2, 3) for j in range(3)},
    ],
)
def test_rounding_keeps_every_demand_and_load_on_every_branch(values: Pairs) -> None:
    ways = branches(values)
    assert len(ways) >= 2
    for _, pairs in ways:
        assert len(set(pairs)) == len(pairs)
        for side in (0, 1):
            for node in {pair[side] for pair in values}:
                mean = sum(p for pair, p in values.items() if pair[side] == node)
                held = sum(pair[side] == node for pair in pairs)
                assert math.floor(mean) <= held <= math.ceil(mean)
    for pair, p in values.items():
        assert (p == 1) == all(pair in pairs for _, pairs in ways)


def test_rounding_keeps_every_chance() -> None:
    values = {(0, j): Fraction(1, 4) for j in range(4)} | {(1, j): Fraction(3, 4) for j in range(4)}
    many, count = Counter[tuple[int, int]](), 3_000
    for number in range(count):
        many.update(sampled(values, Stream(str(number).encode(), "chance")))
    for pair, p in values.items():
        assert abs(many[pair] / count - p) < 4.5 * math.sqrt(p * (1 - p) / count)


def test_every_reason_that_money_cannot_mend() -> None:
    bar = Threshold(Decimal(4))
    for entry, threshold, reason in (
        (Entry("a", 1, points=Decimal(5)), bar, None),
        (Entry("a", 1, points=Decimal(4)), bar, None),
        (Entry("a", 1, points=Decimal(3)), bar, Reason.BELOW_THRESHOLD),
        (Entry("a", 1, points=Decimal(5), short_on=("idea",)), bar, Reason.BELOW_CRITERION),
        (Entry("a", 1, points=Decimal(3), short_on=("idea",)), bar, Reason.BELOW_THRESHOLD),
        (Entry("a", 1, eligible=False, points=Decimal(3)), bar, Reason.NOT_ELIGIBLE),
        (Entry("a", 1, points=Decimal(3)), Threshold(Decimal(4), lower_is_better=True), None),
        (Entry("a", 1), None, None),
    ):
        assert refused_because(entry, threshold) is reason


def test_the_pool_of_rfc_3797_has_its_ends() -> None:
    assert sorted(rfc3797_select("1./", 3, 3)) == [1, 2, 3]
    assert rfc3797_select("1./", 3, 0) == []
    assert rfc3797_select("1./", 0, 0) == []
    assert len(rfc3797_select("1./", 65_535, 1)) == 1
    for pool, count in ((3, 4), (65_536, 1), (3, -1)):
        with pytest.raises(InputError) as refusal:
            rfc3797_select("1./", pool, count)
        assert str(refusal.value) == (
            f"{count} of {pool} cannot be selected; the pool is 1 to 65535"
        )


def test_the_loss_of_a_reviewer_whose_ratings_are_equal_is_nothing() -> None:
    rated = {"r": [("a", 3.0), ("b", 3.0), ("c", 1.0)]}
    value = {"a": 1.0, "b": 2.0, "c": 2.0}
    assert weighted_kendall(rated, lambda _, x, y: (value[x], value[y])) == 0.75
    assert weighted_kendall({"r": [("a", 3.0), ("b", 3.0)]}, lambda *_: (1.0, 2.0)) == 0.0
    assert weighted_kendall({}, lambda *_: (1.0, 2.0)) == 0.0


def test_parts_that_were_derived_before_are_taken_as_they_are() -> None:
    whole = complete(stated())
    assert complete(stated(), derived=whole) == whole
    other = {**whole, "order": ["d", "c", "b", "a"]}
    taken = complete(stated(), derived=other)
    assert taken["order"] == ["d", "c", "b", "a"]
    assert taken["hashes"] == {**whole["hashes"], "order": hash_of(["d", "c", "b", "a"])}


def test_an_award_says_whether_it_is_the_whole_ask() -> None:
    entries = [Entry("a", 50, 20), Entry("b", 40, 20), Entry("c", 30)]
    for money, reasons in (
        (120, ["in full", "in full", "in full"]),
        (75, ["in full", "in part", "unaffordable"]),
        (30, ["in part", "unaffordable", "unaffordable"]),
    ):
        rule = Rule(money, constraints=(Constraint("k", "x", max_count=0),))
        found = decide(entries, {"a": 9, "b": 8, "c": 7}, rule)
        assert [str(line.reason) for line in found.lines] == reasons, money


def test_lots_are_those_of_the_published_mixing() -> None:
    whole = 2**64

    def word(side: str, name: str) -> int:
        digest = hashlib.sha256(f"s|{side}|{name}".encode()).digest()
        return int.from_bytes(digest[:8], "big")

    def lot(proposal: str, reviewer: str) -> int:
        mixed = (word("proposal", proposal) + word("reviewer", reviewer)) % whole
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9 % whole
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB % whole
        return (mixed ^ (mixed >> 31)) >> 44

    proposals, reviewers = [f"P{i}" for i in range(9)], [f"R{j}" for j in range(7)]
    expected = [[lot(one, other) for other in reviewers] for one in proposals]
    assert lots("s", proposals, reviewers).tolist() == expected
