"""The decision letter: what is decided on one proposal, to those who applied."""

from dataclasses import dataclass
from datetime import datetime

from app.core.money import Money
from app.documents.facts.allocation import Decision
from app.documents.facts.shared import (
    Call,
    Digest,
    FactsDisagree,
    Issue,
    Witness,
    require_aware,
    require_currency,
)


@dataclass(frozen=True, slots=True)
class DecisionLetter:
    """`paragraphs` are the letter's words; `amount` is there where money is awarded."""

    issue: Issue
    call: Call
    number: str
    title: str
    lead: str
    organisation: str
    decision: Decision
    amount: Money | None
    subject: str
    paragraphs: tuple[str, ...]
    released_at: datetime
    digests: tuple[Digest, ...]
    witness: Witness | None = None

    def __post_init__(self) -> None:
        require_aware(self.released_at, "the release")
        if (self.amount is not None) != (self.decision is Decision.AWARDED):
            raise FactsDisagree(f"An amount and an award go together: {self.number}.")
        if self.amount is not None:
            require_currency((self.amount,), self.call.currency, "The amount")
