"""The bundle inside a report: read from a stranger's hands, and replayed."""

import json
from hashlib import sha256

from app.allocation import publishing
from app.allocation.computing import Data
from app.core.words import _

NAME = "bundle.json"
SHOWN = 5  # differences in a sentence


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def from_bytes(content: bytes) -> Data:
    """Read a bundle; anything that is no JSON object raises ValueError with a sentence."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ValueError(_("The attached bundle is not JSON.")) from error
    if not isinstance(found, dict):
        raise ValueError(_("The attached bundle is not a JSON object."))  # noqa: TRY004
    return found


def differences(content: bytes) -> list[str]:
    """Decide again from what the bundle states, and say where that is not what it publishes."""
    return publishing.differences(content)[:SHOWN]
