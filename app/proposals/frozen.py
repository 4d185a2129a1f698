"""The hashes of a frozen submission: of what is proposed, and of who proposes it."""

import hashlib
from collections.abc import Mapping
from typing import Any

from app.core.money import Money
from app.ledger.canonical import canonical
from app.proposals.queries import Together
from app.proposals.sharing import Shares


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
    """Hash who proposes: every column of VersionIdentity but its key and this hash.

    A consortium is hashed where there is one: versions from before there were any keep theirs.
    """
    return _sha256({name: value for name, value in who.items() if value or name != "consortium"})


def staff_sha256(answers: Mapping[str, str]) -> str:
    """Hash the answers that only the call's staff read."""
    return _sha256({"answers": dict(answers)})


def _sha256(content: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(content)).hexdigest()


def consortium(together: Together, shares: Shares | None) -> dict[str, Any]:
    """Return who applies together as it is frozen; nothing where the lead applies alone."""
    partners, background, _draft = together
    converted = shares.partners if shares else ()
    told: dict[str, Any] = {}
    if partners and shares:
        told["partners"] = [
            {
                **{name: getattr(partner, name) for name in _OF_A_PARTNER},
                "rate": share.rate,
                "converted_minor": share.converted.minor,
            }
            for partner, share in zip(partners, converted, strict=True)
        ]
        told["lead_minor"] = shares.lead.minor
    if background is not None:
        told["doctorate"], told["break_months"] = background.doctorate, background.break_months
    return told


_OF_A_PARTNER = (
    "name",
    "ror",
    "country",
    "place",
    "contact_name",
    "contact_email",
    "roles",
    "person_months",
    "currency",
    "budget_minor",
    "confirmation",
    "answered_by",
)
