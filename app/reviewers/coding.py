"""The coding scheme in which expertise is told: data (app/reviewers/data), not code."""

import csv
from functools import cache
from pathlib import Path

from babel import Locale

_DATA = Path(__file__).with_name("data")


@cache
def codes() -> dict[str, str]:
    """Return the codes of the Common Scientific Outline with their names, in order."""
    return _read("cso.csv")


@cache
def cancers() -> dict[str, str]:
    """Return the keys of cancer types with their names."""
    return _read("cancers.csv")


@cache
def languages() -> dict[str, str]:
    """Return the languages with a code of two letters, by name."""
    names = Locale("en").languages
    found = {str(code): str(name) for code, name in names.items() if len(str(code)) == 2}  # noqa: PLR2004
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def _read(name: str) -> dict[str, str]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        return dict(csv.reader(file))


def found_in(known: dict[str, str], text: str) -> str | None:
    """Return the key that `text` gives, or whose name it is."""
    bare = text.strip().casefold()
    if bare in known:
        return bare
    return next((key for key, name in known.items() if name.casefold() == bare), None)
