"""The best sets under rules, however they are grown: in one go, in pieces, or from both ends."""

import itertools
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from scoring.allocation.meeting import Meeting, Sets, endings, first_of_last, nothing
from scoring.allocation.options import FAR, Departures, Options, Table
from scoring.allocation.programme import Candidate, Objective, Programme
from scoring.allocation.search import Found, grow
from scoring.allocation.solver import Model

COUNT, RULES = 11, 3


def a_table(seed: int, merits: int = 40) -> Table:
    """Return a call of eleven, two amounts for each third, a budget, a least and a largest sum."""
    random = np.random.default_rng(seed)
    row_of = np.repeat(np.arange(COUNT), [2 if row % 3 == 0 else 1 for row in range(COUNT)])
    columns = random.integers(0, 9, (len(row_of), RULES)).astype(float)
    worth = 2 * random.integers(1, merits, len(row_of)).astype(np.int64)
    low = np.array([-FAR, 9.0, -FAR])
    high = np.array([26.0, FAR, 23.0])
    return Table(columns, row_of.astype(np.int64), worth, 2, low, high)


def options_of(seed: int, merits: int = 40) -> Options:
    random = np.random.default_rng(seed + 99)
    price = random.random(RULES) * np.array([3.0, -1.0, 1.5]) * (random.random(RULES) < 0.8)
    return Options(a_table(seed, merits), price, {1: True, 2: False})


def every_set(options: Options) -> dict[tuple[int, ...], int]:
    """Return all sets that keep the rules, by trying each."""
    table, found = options.table, {}
    ways = [[None, *np.flatnonzero(table.row_of == row).tolist()] for row in range(COUNT)]
    ways[1], ways[2] = ways[1][1:], ways[2][:1]
    for each in itertools.product(*ways):
        chosen = tuple(one for one in each if one is not None)
        use = table.columns[list(chosen)].sum(axis=0)
        if (use <= table.high).all() and (use >= table.low).all():
            found[chosen] = int(table.worth[list(chosen)].sum())
    return found


@pytest.mark.parametrize(
    ("ends", "at_once", "often", "met", "pairs"),
    [
        (1_024, 30_000, 8, 1_000_000, 100_000),
        (1_024, 30_000, 8, 1_000_000, 7),
        (1_024, 50, 8, 300, 40),
        (1, 40, 1, 1_000_000, 100_000),
        (12, 7, 2, 0, 1),
    ],
)
@pytest.mark.parametrize(("seed", "merits"), [(0, 40), (1, 40), (2, 40), (3, 3), (4, 2)])
def test_the_best_sets_are_those_of_trying_all_however_they_are_grown(  # noqa: PLR0917
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
    merits: int,
    ends: int,
    at_once: int,
    often: int,
    met: int,
    pairs: int,
) -> None:
    monkeypatch.setattr("scoring.allocation.meeting._PAIRS", pairs)
    for name, value in (("_ENDINGS", ends), ("_AT_ONCE", at_once), ("_OFTEN", often)):
        monkeypatch.setattr(f"scoring.allocation.search.{name}", value)
    monkeypatch.setattr("scoring.allocation.search._MET", met)
    options = options_of(seed, merits)
    worths = every_set(options)
    best = max(worths.values())
    equal = sorted(chosen for chosen, worth in worths.items() if worth == best)
    found = grow(options, ties=True)
    assert (found.worth, sorted(found.sets), found.proven) == (best, equal, True)
    one = grow(options)
    assert (one.worth, one.proven, len(one.sets)) == (best, True, 1)
    assert one.sets[0] in equal
    again = grow(options, known=best - 2, first=40.0)
    assert (again.worth, again.proven, again.sets[0] in equal) == (best, True, True)
    assert grow(options, known=best) == Found(None, [], proven=True)
    assert not grow(options, work=5).proven


def some_meeting() -> tuple[Sets, Sets, Departures]:
    """Return sets of all candidates but three, and the endings of these."""
    options = options_of(5)
    departures = options.departures(options.reach(9))
    at = departures.count - 3
    none = nothing(departures, options.worth)
    starts = endings(replace(departures, starts=departures.starts[: at + 1]), 0)
    sets = Sets(
        starts.loss + none.loss,
        starts.use + none.use,
        starts.worth + none.worth,
        starts.turned | none.turned,
    )
    return sets, endings(departures, at), departures


def fitting(
    sets: Sets, ends: Sets, departures: Departures, limit: float
) -> Iterator[tuple[int, int]]:
    for end, one in itertools.product(range(len(ends.loss)), range(len(sets.loss))):
        room = departures.limit - sets.use[:, one] - ends.use[:, end]
        lost = sets.loss[one] + ends.loss[end] + departures.price @ room[: len(departures.price)]
        if (room >= 0).all() and lost <= limit:
            yield one, end


@pytest.mark.parametrize("pairs", [1, 20, 100_000])
def test_sets_meet_every_ending_that_fits_and_no_other(
    monkeypatch: pytest.MonkeyPatch, pairs: int
) -> None:
    monkeypatch.setattr("scoring.allocation.meeting._PAIRS", pairs)
    sets, ends, departures = some_meeting()
    meeting = Meeting(sets, ends, departures)
    expected = list(fitting(sets, ends, departures, 60.0))
    assert len(expected) > 3
    told = list(meeting.told(lambda: 60.0))
    found = told[0][0].also_with([piece for piece, _ in told[1:]])
    assert found.loss == pytest.approx([sets.loss[one] + ends.loss[end] for one, end in expected])
    assert found.worth.tolist() == [sets.worth[one] + ends.worth[end] for one, end in expected]
    assert found.turned.tolist() == [
        (sets.turned[one] | ends.turned[end]).tolist() for one, end in expected
    ]
    assert found.use.T.tolist() == [
        (sets.use[:, one] + ends.use[:, end]).tolist() for one, end in expected
    ]
    looked_at = [many for _, many in told]
    assert max(looked_at) <= max(pairs, len(sets.loss))
    assert sum(looked_at) == meeting.pairs(60.0)
    assert len(expected) <= sum(looked_at) < len(ends.loss) * len(sets.loss) / 2
    empty = Meeting(sets.only(np.zeros(0, dtype=np.int64)), ends, departures)
    assert (empty.pairs(60.0), list(empty.told(lambda: 60.0))) == (0, [])


def test_what_the_first_pairs_teach_spares_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scoring.allocation.meeting._PAIRS", 1)
    sets, ends, departures = some_meeting()
    meeting = Meeting(sets, ends, departures)
    kept: list[int] = []
    looked_at = 0
    for piece, many in meeting.told(lambda: 56.0 if kept else 60.0):
        kept.extend(piece.worth.tolist())
        looked_at += many
    before, after = (list(fitting(sets, ends, departures, limit)) for limit in (60.0, 56.0))
    expected = [pair for pair in before if pair[1] == before[0][1] or pair in after]
    assert kept == [sets.worth[one] + ends.worth[end] for one, end in expected]
    assert len(after) < len(expected) < len(before)
    assert 0 < looked_at < meeting.pairs(60.0)


def equals(count: int, least: int | None) -> Options:
    """Return a call of equals with money for half of their number, or for all with the least."""
    candidates = tuple(Candidate(f"p{row:02}", 100, 10, least) for row in range(count))
    found = Model(Programme(candidates, count * 50, Objective.MERIT)).options({})
    assert found is not None
    return found


@pytest.mark.parametrize(("count", "least"), [(22, None), (24, None), (14, 50), (16, 50)])
def test_many_equals_take_little_work_and_memory(count: int, least: int | None) -> None:
    options = equals(count, least)
    tracemalloc.start()
    found = grow(options, work=300_000)
    every = grow(options, ties=True, work=300_000)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (found.worth, len(found.sets), found.proven) == (count * 5, 1, True)
    assert (every.worth, every.proven) == (count * 5, False)
    assert len(every.sets) <= 5_000
    assert most < 30_000_000


def test_the_last_to_depart_are_told_by_how_many_ways_they_have() -> None:
    one, two = equals(14, None).departures(0.0), equals(14, 50).departures(0.0)
    assert (one.count, two.count) == (14, 14)
    for departures, most, ways in ((one, 1_024, 2), (two, 1_024, 3), (two, 3, 3), (two, 2, 3)):
        at = first_of_last(departures, most)
        assert len(endings(departures, at).loss) == ways ** (14 - at) <= most < ways ** (15 - at)
    assert first_of_last(one, 2**20) == 0


def test_more_departures_than_one_number_tells_are_kept_apart() -> None:
    count = 70
    table = Table(
        np.ones((count, 1)),
        np.arange(count, dtype=np.int64),
        np.full(count, 10, dtype=np.int64),
        1,
        np.array([-FAR]),
        np.array([FAR]),
    )
    departures = Options(table, np.zeros(1), {}).departures(20.0)
    none = nothing(departures, 700)
    assert none.turned.tolist() == [[0, 0]]
    moved = none.departing(departures, 0).departing(departures, 61).departing(departures, 62)
    assert moved.turned.tolist() == [[1 | 1 << 61, 1]]
    assert (moved.worth.tolist(), moved.loss.tolist()) == ([670], [30.0])
    assert none.turned.tolist() == [[0, 0]]
