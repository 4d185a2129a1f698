"""What all documents have in common: who issues them, of which call, with which proof."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.core.money import Money
from app.ledger.proof import Proof

_SHA256 = re.compile(r"[0-9a-f]{64}")


class FactsDisagree(ValueError):  # noqa: N818 - it says what is wrong
    """Two facts of one document contradict each other; nothing may be printed of them."""


@dataclass(frozen=True, slots=True)
class Issue:
    """What a document says of itself.

    `language` is a BCP 47 tag, `zone` the IANA zone of the call, `at` the instant that all dates
    of the file show. `reference` must differ between any two documents: the identifier of the
    file is made of it. `verify_url` is the page where anyone can check a document.
    """

    reference: str
    language: str
    zone: str
    at: datetime
    issuer: str
    verify_url: str

    def __post_init__(self) -> None:
        require_aware(self.at, "the issue of a document")


@dataclass(frozen=True, slots=True)
class Call:
    """`number` as the public knows it; all money of the documents is in `currency`."""

    number: str
    title: str
    currency: str


@dataclass(frozen=True, slots=True)
class Funder:
    """`country` is an ISO 3166 alpha-2 code, or empty for an international body."""

    name: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """How much of an award one contribution pays."""

    contribution: str
    funder: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Approval:
    """Who of the staff signed what, as which role, and when."""

    name: str
    role: str
    at: datetime

    def __post_init__(self) -> None:
        require_aware(self.at, f"the signature of {self.name}")


class Part(StrEnum):
    """The parts of a decision that are hashed, in the order in which they are listed."""

    CALL = "call"
    RULES = "rules"
    INPUTS = "inputs"
    RANKING = "ranking"
    ALLOCATION = "allocation"
    BUNDLE = "bundle"
    PROPOSAL = "proposal"


@dataclass(frozen=True, slots=True)
class Digest:
    """The SHA-256 of one part, 64 hexadecimal digits; `version` where the part has one."""

    part: Part
    sha256: str
    version: str = ""

    def __post_init__(self) -> None:
        require_sha256(self.sha256, f"the part “{self.part}”")


@dataclass(frozen=True, slots=True)
class Witness:
    """Proof that the ledger holds the event, and the public key that signed the checkpoint.

    Facts are made without one first: the event records the hash of what they say
    (`data.ledger_ref`), then the proof of that event makes them complete (`replace`).
    """

    proof: Proof
    verifier_key: str


def require_aware(instant: datetime, whose: str) -> None:
    if instant.tzinfo is None:
        raise FactsDisagree(f"The instant of {whose} needs its offset from UTC.")


def require_sha256(text: str, whose: str) -> None:
    if not _SHA256.fullmatch(text):
        raise FactsDisagree(f"The hash of {whose} is not 64 hexadecimal digits: {text[:80]!r}.")


def require_sum(parts: tuple[Money, ...], whole: Money, what: str) -> None:
    """Refuse parts that do not add up to the whole in its own currency."""
    require_currency(parts, whole.currency, what)
    total = sum(part.minor for part in parts)
    if total != whole.minor:
        stated = Money(total, whole.currency).show()
        raise FactsDisagree(f"{what} add up to {stated}, not to {whole.show()}.")


def require_currency(amounts: tuple[Money, ...], currency: str, what: str) -> None:
    if strange := {amount.currency for amount in amounts} - {currency}:
        found = ", ".join(sorted(strange))
        raise FactsDisagree(f"{what} are in {found}; the document is in {currency}.")
