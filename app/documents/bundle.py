"""The bundle: everything a decision was computed from and what came of it, to decide again."""

import json
from hashlib import sha256
from typing import Any

from app.allocation import computing
from app.allocation.computing import Data
from app.core.words import _

FORMAT = "equipoise-bundle/1"
NAME = "bundle.json"


def made(*, call: Data, inputs: Data, ranking: Data, rule: Data, departures: list[Data]) -> Data:
    """Return the bundle of a decision, with the allocation computed from it.

    `departures` as in computing.allocation_result. The hash of the allocation is the one that
    its approvers signed.
    """
    result = computing.allocation_result(ranking, rule, departures)
    return {
        "format": FORMAT,
        "call": call,
        "inputs": inputs,
        "ranking": ranking,
        "rule": rule,
        "departures": departures,
        "allocation": result,
        "hashes": _hashes(call["code"], inputs, ranking, rule, result),
    }


def _hashes(code: str, inputs: Data, ranking: Data, rule: Data, result: Data) -> dict[str, str]:
    ranked = computing.sha256_of(ranking)
    signed = {"call": code, "ranking_sha256": ranked, "rule": rule, "result": result}
    return {
        "inputs": computing.sha256_of(inputs),
        "ranking": ranked,
        "rule": computing.sha256_of(rule),
        "allocation": computing.sha256_of(signed),
    }


def to_bytes(bundle: Data) -> bytes:
    """Write the bundle in one exact form."""
    return json.dumps(bundle, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def from_bytes(content: bytes) -> Data:
    """Read a bundle; anything else raises ValueError with a sentence."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ValueError(_("The attached bundle is not JSON.")) from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ValueError(_("The attached bundle is not of the form %(form)s.", form=FORMAT))
    return found


def differences(bundle: Data) -> list[str]:
    """Decide again from the inputs alone, and say where the result is not what was published."""
    try:
        return [sentence for sentence, same in _compared(bundle) if not same]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return [_("The decision cannot be computed again: %(why)s.", why=str(error)[:200])]


def _compared(bundle: Data) -> list[tuple[str, Any]]:
    ranking = computing.ranking_result(bundle["inputs"])
    result = computing.allocation_result(ranking, bundle["rule"], bundle["departures"])
    code, inputs = bundle["call"]["code"], bundle["inputs"]
    hashes = _hashes(code, inputs, ranking, bundle["rule"], result)
    return [
        (_("The ranking comes out differently."), ranking == bundle["ranking"]),
        (_("The allocation comes out differently."), result == bundle["allocation"]),
        *[
            (_("The hash of the %(part)s differs.", part=part), value == bundle["hashes"][part])
            for part, value in hashes.items()
        ],
    ]
