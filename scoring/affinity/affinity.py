"""How well every reviewer suits every proposal: words, codes and bids, one matrix."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from scoring.affinity.bids import Bid, BidEffects, effects
from scoring.affinity.codes import Coverage
from scoring.affinity.texts import Ints, Profiles, Real, profiles
from scoring.assignment.problem import MICRO

_ROWS = 256  # proposals compared together
CODES = 0.5  # weight of codes where both sides have some; words have the rest


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of one side: texts, and codes such as cso:5.1 or cancer:7."""

    texts: tuple[str, ...]
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Parts:
    """Why one pair has its affinity; `codes` is None where one side has none."""

    words: float
    codes: float | None
    bid: float
    unsupported: bool


@dataclass(frozen=True, slots=True)
class Affinity:
    """Merits (n, m) in whole millionths, and what explains each."""

    merit: np.ndarray[tuple[int, int], np.dtype[np.int32]]
    _profiles: Profiles
    _coverage: Coverage
    _effects: BidEffects = field(repr=False)

    def parts(self, pairs: Sequence[tuple[int, int]]) -> list[Parts]:
        """Return the parts of some pairs (proposal, reviewer), computed by blocks of rows."""
        bids = {
            (int(i), int(j)): place
            for place, (i, j) in enumerate(
                zip(self._effects.row, self._effects.column, strict=True)
            )
        }
        blocks: dict[int, list[tuple[int, int]]] = {}
        for pair in pairs:
            blocks.setdefault(pair[0] // _ROWS, []).append(pair)
        found = {}
        for block, inside in sorted(blocks.items()):
            start = block * _ROWS
            rows = slice(start, min(start + _ROWS, len(self.merit)))
            words, codes = _words(self._profiles, rows), self._coverage.share(rows)
            for i, j in inside:
                known = float(words[i - start, j]), float(codes[i - start, j])
                found[i, j] = self._part(i, j, known, bids.get((i, j)))
        return [found[pair] for pair in pairs]

    def _part(self, i: int, j: int, known: tuple[float, float], bid: int | None) -> Parts:
        both = self._coverage.told[i] and self._coverage.known[j]
        return Parts(
            words=known[0],
            codes=known[1] if both else None,
            bid=0.0 if bid is None else float(self._effects.added[bid]),
            unsupported=bid is not None and bool(self._effects.unsupported[bid]),
        )

    @property
    def unsupported(self) -> list[tuple[int, int]]:
        """Return the pairs whose yes stands below the reviewer's own median affinity."""
        marked = self._effects.unsupported
        return list(
            zip(
                self._effects.row[marked].tolist(),
                self._effects.column[marked].tolist(),
                strict=True,
            )
        )


def affinity(
    proposals: Sequence[Told],
    reviewers: Sequence[Told],
    bids: Sequence[tuple[int, int, Bid]] = (),
    *,
    told: Callable[[int], None] = lambda _percent: None,
) -> Affinity:
    """Return the affinity of every pair, from 0 to 1 in whole millionths.

    Words: the square root of the cosine of BM25 profiles (roots tell small overlaps apart). Codes:
    the coverage of the proposal's codes. Where both sides have codes each counts half, else words
    alone. Bids then add or take a bounded amount. Computed by blocks of rows: one matrix of
    32-bit whole numbers stays.
    """
    words = profiles(
        ["\n".join(one.texts) for one in proposals], [one.texts for one in reviewers], told=told
    )
    coverage = Coverage([one.codes for one in proposals], [one.codes for one in reviewers])
    n, m = len(proposals), len(reviewers)
    merit = np.empty((n, m), dtype=np.int32)
    for start in range(0, n, _ROWS):
        rows = slice(start, min(n, start + _ROWS))
        merit[rows] = np.rint(_base(words, coverage, rows) * MICRO)
    found = _bid_effects(merit, bids)
    added = np.rint(found.added.astype(np.float64) * MICRO).astype(np.int32)
    changed = merit[found.row, found.column] + added
    merit[found.row, found.column] = np.clip(changed, 0, MICRO)
    return Affinity(merit, words, coverage, found)


def _words(words: Profiles, rows: slice) -> Real:
    return np.sqrt(np.clip(words.cosines(rows), 0, 1))


def _base(words: Profiles, coverage: Coverage, rows: slice) -> Real:
    text = _words(words, rows)
    both = coverage.told[rows][:, None] & coverage.known
    if not both.any():
        return text
    mixed = (1 - CODES) * text + CODES * coverage.share(rows)
    return np.where(both, mixed, text).astype(np.float32)


def _bid_effects(
    merit: np.ndarray[tuple[int, int], np.dtype[np.int32]], bids: Sequence[tuple[int, int, Bid]]
) -> BidEffects:
    n, m = merit.shape
    bidders = sorted({j for _, j, _ in bids})
    medians = np.zeros(m, dtype=np.float32)
    for j in bidders if n else ():
        medians[j] = np.median(merit[:, j]) / MICRO
    base: Ints = np.array([merit[i, j] for i, j, _ in bids], dtype=np.int64)
    return effects(bids, (base / MICRO).astype(np.float32), medians, m)
