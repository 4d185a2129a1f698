"""Recomputes a published decision and names whatever does not agree."""

import json
from dataclasses import dataclass
from math import isfinite
from typing import Any

from scoring.errors import InputError
from scoring.publishing import to_json
from scoring.reading import json_from
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
    published = json_from(content, _finite)
    if not isinstance(published, dict):
        raise InputError("The bundle is not a JSON object; give the file as it was published.")
    return published


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise InputError(f"The bundle holds {text}, which is too large to be replayed.")
    return number
