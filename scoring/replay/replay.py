"""Recomputes a published decision and names whatever does not agree."""

import json
from dataclasses import dataclass
from typing import Any

from scoring.errors import InputError
from scoring.publishing import to_json
from scoring.replay.attached import bundle_in_pdf
from scoring.replay.bundle import FORMAT, complete, stated_of
from scoring.replay.compare import Difference, differences


@dataclass(frozen=True, slots=True)
class Replayed:
    """What disagrees, the recomputed bundle as text, and whether the bytes are the same."""

    differences: tuple[Difference, ...]
    text: str
    same_bytes: bool


def replay(content: bytes) -> Replayed:
    """Recompute everything in a bundle, or in the bundle attached to a PDF report."""
    if content[:5] == b"%PDF-":
        content = bundle_in_pdf(content, FORMAT)
    published = _read(content)
    recomputed = complete(stated_of(published))
    text = to_json(recomputed)
    found = tuple(differences(published, json.loads(text)))
    return Replayed(found, text, same_bytes=text.encode() == content)


def _read(content: bytes) -> dict[str, Any]:
    try:
        published = json.loads(content, object_pairs_hook=_once, parse_constant=_refuse)
    except UnicodeDecodeError as error:
        raise InputError("The bundle is not UTF-8 text.") from error
    except json.JSONDecodeError as error:
        raise InputError(
            f"The bundle is not JSON: {error.msg}, column {error.colno}.", row=error.lineno
        ) from error
    if not isinstance(published, dict):
        raise InputError("The bundle is not a JSON object; give the file as it was published.")
    return published


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that stands twice: two readers could take two different values."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"“{twice}” stands twice in one object of the bundle; it is ambiguous.")
    return found


def _refuse(name: str) -> None:
    raise InputError(f"The bundle holds {name}, which is no number; it cannot be replayed.")
