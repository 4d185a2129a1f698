"""The best sets under rules, however they are grown: in one go, in pieces, or from both ends."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from scoring.allocation.meeting import Sets, endings, meet, nothing
from scoring.allocation.options import FAR, Options, Table
from scoring.allocation.search import Found, grow

COUNT, RULES = 11, 3


def a_table(seed: int) -> Table:
    """Return a call of eleven, two amounts for each third, a budget, a least and a largest sum."""
    random = np.random.default_rng(seed)
    row_of = np.repeat(np.arange(COUNT), [2 if row % 3 == 0 else 1 for row in range(COUNT)])
    columns = random.integers(0, 9, (len(row_of), RULES)).astype(float)
    worth = 2 * random.integers(1, 40, len(row_of)).astype(np.int64)
    low = np.array([-FAR, 9.0, -FAR])
    high = np.array([26.0, FAR, 23.0])
    return Table(columns, row_of.astype(np.int64), worth, 2, low, high)


def options_of(seed: int) -> Options:
    random = np.random.default_rng(seed + 99)
    price = random.random(RULES) * np.array([3.0, -1.0, 1.5]) * (random.random(RULES) < 0.8)
    return Options(a_table(seed), price, {1: True, 2: False})


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


@pytest.mark.parametrize(("last", "at_once", "often"), [(10, 30_000, 8), (0, 40, 1), (3, 7, 2)])
@pytest.mark.parametrize("seed", range(3))
def test_the_best_sets_are_those_of_trying_all_however_they_are_grown(
    monkeypatch: pytest.MonkeyPatch, seed: int, last: int, at_once: int, often: int
) -> None:
    for name, value in (("_LAST", last), ("_AT_ONCE", at_once), ("_OFTEN", often)):
        monkeypatch.setattr(f"scoring.allocation.search.{name}", value)
    options = options_of(seed)
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


@pytest.mark.parametrize("pairs", [5, 1_000_000])
def test_sets_meet_every_ending_that_fits_and_no_other(
    monkeypatch: pytest.MonkeyPatch, pairs: int
) -> None:
    monkeypatch.setattr("scoring.allocation.meeting._PAIRS", pairs)
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
    ends, limit = endings(departures, at), 60.0
    whole = list(itertools.product(range(len(ends.loss)), range(len(sets.loss))))
    expected = []
    for end, one in whole:
        room = departures.limit - sets.use[:, one] - ends.use[:, end]
        lost = sets.loss[one] + ends.loss[end] + departures.price @ room[: len(departures.price)]
        if (room >= 0).all() and lost <= limit:
            expected.append((one, end))
    found, looked_at = meet(sets, ends, departures, limit)
    assert len(expected) > 3
    assert found.loss == pytest.approx([sets.loss[one] + ends.loss[end] for one, end in expected])
    assert found.worth.tolist() == [sets.worth[one] + ends.worth[end] for one, end in expected]
    assert found.turned.tolist() == [
        (sets.turned[one] | ends.turned[end]).tolist() for one, end in expected
    ]
    assert found.use.T.tolist() == [
        (sets.use[:, one] + ends.use[:, end]).tolist() for one, end in expected
    ]
    assert len(expected) <= looked_at < len(whole) / 2
    empty, looked_at = meet(sets.only(np.zeros(0, dtype=np.int64)), ends, departures, limit)
    assert (len(empty.loss), looked_at) == (0, 0)


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
