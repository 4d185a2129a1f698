"""Does text similarity tell who knows what? The loss of ours and of plain ways on real ratings.

    python -m bench.scoring_affinity [--json FILE]

Needs the real data (tests/realdata.py says where it is looked for): 58 researchers rated how well
they know 463 papers. The data hold no earlier work of theirs, so the other papers that they rated
4 or more of 5 stand in for it; a pair of papers is judged without either of the two.
"""

import scoring  # noqa: F401  (first, so that numpy adds up in one thread)

# isort: split
import argparse
import csv
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scoring.affinity.loss import weighted_kendall
from scoring.affinity.texts import weighed_terms
from scoring.affinity.words import words_of

HERE = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("EQUIPOISE_REAL_DATA", HERE.parent / "shared" / "data")) / "assignment"
KNOWS = 4.0  # rated so or higher, a paper stands for earlier work

Rated = Mapping[str, Sequence[tuple[str, float]]]
Matrix = NDArray[np.float64]


def read(folder: Path = DATA) -> tuple[dict[str, tuple[str, str]], Rated]:
    """Return title and abstract by paper, and each researcher's ratings."""
    with (folder / "expertise_goldstandard_papers.csv").open(encoding="utf-8") as file:
        papers = {row["paper_id"]: (row["title"], row["abstract"]) for row in csv.DictReader(file)}
    rated: dict[str, list[tuple[str, float]]] = {}
    with (folder / "expertise_goldstandard.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            pair = (row["paper_id"], float(row["expertise"]))
            rated.setdefault(row["reviewer_id"], []).append(pair)
    return papers, rated


def by_profiles(texts: Sequence[str]) -> Matrix:
    """Ours: cosines of BM25 rows over words and pairs of words."""
    rows = weighed_terms(texts)
    return np.asarray((rows @ rows.T).toarray(), dtype=np.float64)


def by_common_words(texts: Sequence[str]) -> Matrix:
    """Share of words in common, whatever they are."""
    sets = [frozenset(words_of(text)) for text in texts]
    return np.array([[len(a & b) / (len(a | b) or 1) for b in sets] for a in sets])


def by_nothing(texts: Sequence[str]) -> Matrix:
    return np.zeros((len(texts), len(texts)))


def losses() -> dict[str, float]:
    """Return the loss of every way, in the order of the table."""
    papers, rated = read()
    place = {paper: row for row, paper in enumerate(papers)}
    whole = [f"{title}. {abstract}" for title, abstract in papers.values()]
    titles = [title for title, _ in papers.values()]
    ways: dict[str, tuple[Callable[[Sequence[str]], Matrix], Sequence[str]]] = {
        "nothing: every pair alike": (by_nothing, titles),
        "share of words in common, titles": (by_common_words, titles),
        "ours, titles alone": (by_profiles, titles),
        "share of words in common, titles and abstracts": (by_common_words, whole),
        "ours": (by_profiles, whole),
    }
    return {name: _loss(rated, place, way(texts)) for name, (way, texts) in ways.items()}


def _loss(rated: Rated, place: Mapping[str, int], similar: Matrix) -> float:
    def score(reviewer: str, one: str, other: str) -> tuple[float, float]:
        known = [
            place[paper]
            for paper, rating in rated[reviewer]
            if rating >= KNOWS and paper not in (one, other)
        ]
        first, second = similar[[place[one], place[other]]][:, known].sum(axis=1)
        return float(first), float(second)

    return weighted_kendall(rated, score)


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args(argv)
    found = {name: round(loss, 4) for name, loss in losses().items()}
    for name, loss in found.items():
        print(f"{name:50} {loss:.4f}")
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
