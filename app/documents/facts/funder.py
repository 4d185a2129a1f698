"""The report to one funder: what became of its own contributions, and nothing of another's."""

from dataclasses import dataclass
from datetime import datetime

from app.core.money import Money
from app.documents.facts.allocation import Contribution, Taking
from app.documents.facts.shared import (
    Approval,
    Call,
    Digest,
    FactsDisagree,
    Funder,
    Issue,
    Witness,
    require_aware,
    require_currency,
)


@dataclass(frozen=True, slots=True)
class Payment:
    """How much one contribution of this funder pays of one award."""

    contribution: str
    number: str
    title: str
    organisation: str
    country: str
    award: Money
    amount: Money


@dataclass(frozen=True, slots=True)
class FunderReport:
    """`contributions` are this funder's alone, with their own conditions; `fund` is the whole
    budget of the call and `awards` how many were made, as the public knows them."""

    issue: Issue
    call: Call
    funder: Funder
    released_at: datetime
    fund: Money
    awards: int
    taking: Taking
    contributions: tuple[Contribution, ...]
    payments: tuple[Payment, ...]
    proposed: Approval
    approved: tuple[Approval, ...]
    digests: tuple[Digest, ...]
    witness: Witness | None = None

    def __post_init__(self) -> None:
        require_aware(self.released_at, "the release")
        amounts = tuple(p.amount for p in self.payments) + tuple(p.award for p in self.payments)
        given = tuple(c.amount for c in self.contributions)
        require_currency((self.fund, *given, *amounts), self.call.currency, "The amounts")
        strangers = {p.contribution for p in self.payments} - {c.key for c in self.contributions}
        if strangers:
            raise FactsDisagree("A payment comes from a contribution that is not this funder's.")
        for contribution in self.contributions:
            if self.paid_by(contribution.key).minor > contribution.amount.minor:
                raise FactsDisagree(
                    f"More is paid than {contribution.funder} gave: "
                    f"{self.paid_by(contribution.key).show()}."
                )
        for payment in self.payments:
            if not 0 < payment.amount.minor <= payment.award.minor:
                raise FactsDisagree(f"The part paid of {payment.number} is no part of its award.")

    @property
    def given(self) -> Money:
        return Money(sum(c.amount.minor for c in self.contributions), self.call.currency)

    @property
    def paid(self) -> Money:
        return Money(sum(p.amount.minor for p in self.payments), self.call.currency)

    @property
    def left(self) -> Money:
        return Money(self.given.minor - self.paid.minor, self.call.currency)

    @property
    def funded(self) -> int:
        """Return how many awards this funder pays for, wholly or in part."""
        return len({payment.number for payment in self.payments})

    def paid_by(self, contribution: str) -> Money:
        paid = (p.amount.minor for p in self.payments if p.contribution == contribution)
        return Money(sum(paid), self.call.currency)
