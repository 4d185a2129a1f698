"""The award report: one award, why it was made and what stands behind it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.core.money import Money
from app.documents.facts.method import Scale
from app.documents.facts.shared import (
    Approval,
    Call,
    Digest,
    FactsDisagree,
    Issue,
    Source,
    Witness,
    require_sum,
)


@dataclass(frozen=True, slots=True)
class Party:
    """Who is bound by the award; `role` in the words of the call ("Lead organisation")."""

    role: str
    name: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class CriterionMean:
    """What the reviewers of this proposal gave on average, exact."""

    label: str
    weight: Decimal
    mean: Decimal | None


@dataclass(frozen=True, slots=True)
class AwardReport:
    """`rank` of `ranked` proposals; `trace` are the steps of the rule, one sentence each."""

    issue: Issue
    call: Call
    number: str
    title: str
    lay_summary: str
    organisation: str
    country: str
    lead: str
    parties: tuple[Party, ...]
    asked: Money
    amount: Money
    sources: tuple[Source, ...]
    starts: date
    ends: date
    scale: Scale
    means: tuple[CriterionMean, ...]
    total: Decimal
    reviews: int
    rank: int
    ranked: int
    trace: tuple[str, ...]
    proposed: Approval
    approved: tuple[Approval, ...]
    digests: tuple[Digest, ...]
    witness: Witness | None = None

    def __post_init__(self) -> None:
        require_sum(tuple(s.amount for s in self.sources), self.amount, "The sources of the award")
        if self.ends < self.starts:
            raise FactsDisagree(f"The award {self.number} ends before it starts.")
