"""The list of a draw, from a calibrated ranking; drawing itself is `scoring`'s."""

from typing import Any

from app.allocation.computing import Data

Record = dict[str, Any]


def entrants(label: str, mode: str, places: int, calibration: Data, out: frozenset[str]) -> Data:
    """Return ENTRANTS.json: who stands where, for how many places.

    uniform: those who cannot be told apart from the line have one interval, so each the same
    chance; those above are sure, those below are out. merit: the 50 % rank intervals. `out` are
    those that a threshold keeps out whatever is drawn.
    """
    from scoring.replay.entrants import entrants_from  # noqa: PLC0415 - numpy is for jobs alone

    found = entrants_from(calibration, mode, places, sorted(out))
    return {"label": label, "mode": mode, "k": places, "intervals": found}


def chances(stated: Data) -> Record:
    """Return the commitment and the chances of a list, before any seed."""
    from scoring.draw.document import draw_from, request_from  # noqa: PLC0415

    return draw_from(request_from(stated))


def held(stated: Data, public: Data, past: list[tuple[str, str]]) -> Record:
    """Draw once, from the public value; a label or seed used before is refused.

    Raises scoring.InputError with a sentence.
    """
    from scoring.draw import PastDraw  # noqa: PLC0415
    from scoring.draw.document import draw_from, request_from  # noqa: PLC0415

    request = request_from({**stated, "public": public})
    return draw_from(request, [PastDraw(label, seed) for label, seed in past])
