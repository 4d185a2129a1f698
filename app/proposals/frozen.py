"""The hashes of a frozen submission: of what is proposed, and of who proposes it."""

import hashlib
from collections.abc import Mapping
from typing import Any

from app.core.money import Money
from app.ledger.canonical import canonical


def science_sha256(*, title: str, answers: Mapping[str, Any], requested: Money, months: int) -> str:
    """Hash what is proposed. `answers` hold, for a file, the hash of its blinded copy;
    `requested` is in the call's currency."""
    return _sha256(
        {
            "title": title,
            "answers": dict(answers),
            "requested_minor": requested.minor,
            "currency": requested.currency,
            "months": months,
        }
    )


def identity_sha256(who: Mapping[str, Any]) -> str:
    """Hash who proposes: every column of VersionIdentity but its key and this hash."""
    return _sha256(dict(who))


def _sha256(content: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(content)).hexdigest()
