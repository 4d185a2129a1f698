"""How much the words of one side are about the same as those of the other: BM25 and cosine."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from scoring.affinity.words import words_of

Real = NDArray[np.float32]
Ints = NDArray[np.int64]
_K1, _B = 1.2, 0.75  # Robertson and Zaragoza 2009: saturation of repeats, correction for length
_RARE = 2  # a term of one document alone meets no other


@dataclass(frozen=True, slots=True)
class Profiles:
    """One row of unit length for each proposal and each reviewer, over the terms they share."""

    proposals: csr_array
    turned: csr_array  # reviewers as columns

    def cosines(self, rows: slice) -> Real:
        """Return the cosines (len(rows), m) of some proposals with every reviewer."""
        return np.asarray((self.proposals[rows] @ self.turned).toarray(), dtype=np.float32)


def profiles(
    proposals: Sequence[str],
    reviewers: Sequence[Sequence[str]],
    *,
    told: Callable[[int], None] = lambda _percent: None,
) -> Profiles:
    """Return the profiles of proposals (a text each) and reviewers (any number of texts each).

    Every document is a row of BM25 weights brought to length 1; a reviewer's row is the sum of
    those of their documents, brought to length 1. `told` hears how far it is, in percent.
    """
    documents = [*proposals, *(text for texts in reviewers for text in texts)]
    weights = weighed_terms(documents, told=told)
    owner = np.repeat(np.arange(len(reviewers)), [len(texts) for texts in reviewers])
    gathering = csr_array(
        (np.ones(len(owner), dtype=np.float32), (owner, np.arange(len(owner)))),
        shape=(len(reviewers), len(owner)),
    )
    theirs = csr_array(gathering @ weights[len(proposals) :])
    theirs.sort_indices()
    return Profiles(csr_array(weights[: len(proposals)]), csr_array(_unit(theirs).T))


def weighed_terms(
    documents: Sequence[str], *, told: Callable[[int], None] = lambda _percent: None
) -> csr_array:
    """Weigh words and pairs of neighbours by BM25 and bring each row to length 1.

    Weight = idf · tf (k1 + 1) / (tf + k1 (1 - b + b · length / mean length)), with
    idf = ln(1 + (N - df + 0.5) / (df + 0.5)). A pair of neighbours counts as a term of its own:
    "cervical cancer" says more than its two words. Terms stand in the order of the alphabet, so
    the sums come out the same in whatever order documents stand.
    """
    words, sizes, size = _read(documents, told)
    row = np.repeat(np.arange(len(documents)), sizes)
    together = row[1:] == row[:-1] if len(row) else np.empty(0, dtype=np.bool_)
    pairs = (words[:-1] * size + words[1:])[together]
    known, pair = np.unique(pairs, return_inverse=True)
    column = np.concatenate([words, pair + size])
    counted = csr_array(
        (
            np.ones(len(column), dtype=np.float32),
            (np.concatenate([row, row[1:][together]]), column),
        ),
        shape=(len(documents), size + len(known)),
    )
    counted.sum_duplicates()
    frequency = np.bincount(counted.indices, minlength=counted.shape[1])
    return _unit(_weighed(csr_array(counted[:, np.flatnonzero(frequency >= _RARE)])))


def _read(documents: Sequence[str], told: Callable[[int], None]) -> tuple[Ints, Ints, int]:
    """Return the words of all documents as numbers in the order of the alphabet.

    Also returns how many each document has, and how many different ones there are.
    """
    place: dict[str, int] = {}
    found: list[int] = []
    sizes = np.empty(len(documents), dtype=np.int64)
    for index, document in enumerate(documents):
        before = len(found)
        found += [place.setdefault(word, len(place)) for word in words_of(document)]
        sizes[index] = len(found) - before
        if index % 256 == 0:
            told(100 * index // len(documents))
    rank = np.empty(len(place), dtype=np.int64)
    rank[[place[word] for word in sorted(place)]] = np.arange(len(place))
    return rank[np.array(found, dtype=np.int64)], sizes, len(place)


def _weighed(tf: csr_array) -> csr_array:
    n = tf.shape[0]
    df = np.bincount(tf.indices, minlength=tf.shape[1])
    idf = np.log1p((n - df + 0.5) / (df + 0.5))
    length = np.asarray(tf.sum(axis=1)).ravel()
    mean = length.mean() if n and length.any() else 1.0
    row = np.repeat(np.arange(n), np.diff(tf.indptr))
    long = _K1 * (1 - _B + _B * length[row] / mean)
    data = idf[tf.indices] * tf.data * (_K1 + 1) / (tf.data + long)
    return csr_array((data, tf.indices, tf.indptr), shape=tf.shape)


def _unit(weights: csr_array) -> csr_array:
    row = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))
    norm = np.sqrt(np.bincount(row, weights=weights.data**2, minlength=weights.shape[0]))
    data = (weights.data / norm[row]).astype(np.float32)
    return csr_array((data, weights.indices, weights.indptr), shape=weights.shape)
