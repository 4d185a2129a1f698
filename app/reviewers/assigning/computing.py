"""The slow part of the job: solve, pack, hash. Loads numpy."""

import hashlib
from collections.abc import Callable
from typing import Any

from app.reviewers.assigning.inputs import Inputs
from app.reviewers.assigning.sheets import to_bytes
from app.reviewers.assigning.solving import solve
from scoring.errors import InputError


class Impossible(Exception):  # noqa: N818 - it is an answer, not an error
    """Not even empty seats make a plan possible; the text says why."""


def computed(
    inputs: Inputs, seed: str, said: Callable[[int], None]
) -> tuple[str, bytes, dict[str, Any]]:
    """Return the hash of the inputs, the plan in bytes, and its figures with the bytes' hash."""
    try:
        sheet = solve(inputs, seed, said)
    except InputError as error:
        raise Impossible(error.sentence) from error
    content = to_bytes(sheet)
    figures = {
        **sheet.figures,
        "empty": sum(one.missing for one in sheet.unmet),
        "seats": len(sheet.seats),
        "kept": len(sheet.fixed),
        "proposals": len(sheet.proposals),
        "people": len(sheet.people),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    return inputs.sha256(), content, figures
