"""The coding scheme in which expertise is told: data (app/reviewers/data), not code."""

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from babel import Locale

_DATA = Path(__file__).with_name("data")


@cache
def codes() -> dict[str, str]:
    """Return the codes of the Common Scientific Outline with their names, in order."""
    return _read("cso.csv")


@cache
def chapters() -> dict[str, str]:
    """Return the codes of chapters by what forms call them, without case."""
    return {name.casefold(): code for name, code in _read("chapters.csv").items()}


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


# --- what proposals and people have in common -----------------------------------------------------


def marked(codes_: Iterable[str], cancers_: Iterable[str]) -> tuple[str, ...]:
    """Return codes and cancers with their scheme before them, as affinities compare them."""
    return (*(f"cso:{code}" for code in codes_), *(f"cancer:{key}" for key in cancers_))


def told_by(choices: Iterable[str]) -> tuple[str, ...]:
    """Return the marked codes that the choices of a proposal name: a code alone or before its
    name, a name, a chapter, a type of cancer. Other choices tell none."""
    found: dict[str, None] = {}
    for choice in choices:
        code = found_in(codes(), choice) or _before_its_name(choice)
        chapter = code or chapters().get(choice.strip().casefold())
        cancer = found_in(cancers(), choice)
        found |= dict.fromkeys(marked([chapter] if chapter else [], [cancer] if cancer else []))
    return tuple(found)


def _before_its_name(choice: str) -> str | None:
    """Read “5.3 Systemic therapies”: the code must stand first, and its name begin alike."""
    code, _space, name = choice.strip().partition(" ")
    known = codes().get(code.rstrip(":."), "")
    words = name.strip(" –-:").casefold().split()
    alike = bool(words) and known.casefold().startswith(words[0])
    return code.rstrip(":.") if alike else None
