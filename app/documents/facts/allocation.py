"""The allocation report: no field of it can hold a reviewer, or who stands behind an unfunded
proposal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from app.core.money import Money
from app.documents.facts.exceptions import Exceptions
from app.documents.facts.method import Method
from app.documents.facts.shared import (
    Approval,
    Call,
    Digest,
    FactsDisagree,
    Funder,
    Issue,
    Source,
    Witness,
    require_aware,
    require_currency,
    require_sum,
)


class Decision(StrEnum):
    AWARDED = "awarded"
    RESERVE = "reserve"
    DECLINED = "declined"
    INELIGIBLE = "ineligible"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Standing:
    """One proposal by its number only.

    `rank` is None where it was not ranked; `shared` where others have exactly the same total.
    `lowest` and `highest` are the smallest and largest total of a single review.
    """

    number: str
    rank: int | None
    shared: bool
    total: Decimal | None
    lowest: Decimal | None
    highest: Decimal | None
    reviews: int
    asked: Money
    decision: Decision
    awarded: Money | None = None

    @property
    def spread(self) -> Decimal | None:
        """Return how far reviewers differ: highest minus lowest review total."""
        if self.lowest is None or self.highest is None:
            return None
        return self.highest - self.lowest


@dataclass(frozen=True, slots=True)
class AwardLine:
    """A funded proposal; `country` is the ISO 3166 alpha-2 code of the lead organisation."""

    number: str
    title: str
    organisation: str
    country: str
    amount: Money
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one funder put in; `earmark` says in words what it may pay for, empty for anything."""

    key: str
    funder: str
    amount: Money
    earmark: str = ""


@dataclass(frozen=True, slots=True)
class Tie:
    """Proposals with exactly one total, in the order that `rule` gave them."""

    numbers: tuple[str, ...]
    total: Decimal
    rule: str
    at_the_line: bool


@dataclass(frozen=True, slots=True)
class Departure:
    """A reasoned exception to the rule."""

    number: str
    rule_said: Decision
    decided: Decision
    reason: str
    proposed_by: str
    approved_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Taking:
    """How much work went in: counts only."""

    submitted: int
    reviewers: int
    reviews: int
    countries: int


@dataclass(frozen=True, slots=True)
class Conflicts:
    """Conflicts handled: declared by reviewers, found by the system, assignments stopped."""

    declared: int
    detected: int
    stopped: int
    reassigned: int = 0


@dataclass(frozen=True, slots=True)
class AllocationReport:
    """What was decided on a call, by which rule, by whom, and how anyone can check it.

    `ranking` is in the final order, unranked proposals last; the money ended after the proposal
    `line_after` (None: nothing was funded).
    """

    issue: Issue
    call: Call
    funders: tuple[Funder, ...]
    released_at: datetime
    budget: Money
    contributions: tuple[Contribution, ...]
    taking: Taking
    method: Method
    ranking: tuple[Standing, ...]
    line_after: str | None
    awards: tuple[AwardLine, ...]
    ties: tuple[Tie, ...]
    departures: tuple[Departure, ...]
    conflicts: Conflicts
    proposed: Approval
    approved: tuple[Approval, ...]
    digests: tuple[Digest, ...]
    exceptions: Exceptions | None = None  # None where the facts are older than this section
    witness: Witness | None = None

    def __post_init__(self) -> None:
        require_aware(self.released_at, "the release")
        amounts = tuple(award.amount for award in self.awards)
        require_currency((self.budget, *amounts), self.call.currency, "The amounts")
        require_sum(tuple(c.amount for c in self.contributions), self.budget, "Contributions")
        if self.spent.minor > self.budget.minor:
            raise FactsDisagree(
                f"Awards of {self.spent.show()} are above the budget of {self.budget.show()}."
            )
        _require_digits(self.ranking, self.method.decimals)
        _require_same_awards(self.ranking, self.awards)
        _require_known(self.ranking, self.ties, self.departures, self.line_after)
        _require_funded(self.exceptions, self.awards)
        for award in self.awards:
            require_sum(
                tuple(source.amount for source in award.sources),
                award.amount,
                f"The sources of {award.number}",
            )
        for contribution in self.contributions:
            _require_within(contribution, self.paid_by(contribution.key))

    @property
    def spent(self) -> Money:
        return Money(sum(award.amount.minor for award in self.awards), self.call.currency)

    @property
    def left(self) -> Money:
        return Money(self.budget.minor - self.spent.minor, self.call.currency)

    @property
    def ranked(self) -> tuple[Standing, ...]:
        return tuple(standing for standing in self.ranking if standing.rank is not None)

    def count(self, decision: Decision) -> int:
        return sum(standing.decision is decision for standing in self.ranking)

    def paid_by(self, contribution: str) -> Money:
        """Return what one contribution pays in all awards together."""
        paid = (s.amount.minor for a in self.awards for s in a.sources)
        keys = (s.contribution for a in self.awards for s in a.sources)
        total = sum(minor for key, minor in zip(keys, paid, strict=True) if key == contribution)
        return Money(total, self.call.currency)


def _require_digits(ranking: Sequence[Standing], decimals: int) -> None:
    """Refuse totals that do not show the digits the method says, 3.458 for 3.4580."""
    for standing in ranking:
        for total in (standing.total, standing.lowest, standing.highest):
            if total is not None and total.as_tuple().exponent != -decimals:
                raise FactsDisagree(
                    f"A total of {standing.number} is {total}; it needs {decimals} decimals."
                )


def _require_same_awards(ranking: Sequence[Standing], awards: Sequence[AwardLine]) -> None:
    standing = {s.number: s.awarded for s in ranking if s.decision is Decision.AWARDED}
    listed = {award.number: award.amount for award in awards}
    if standing != listed:
        differing = sorted(
            number
            for number in standing.keys() | listed
            if standing.get(number) != listed.get(number)
        )
        raise FactsDisagree(
            f"The ranking and the awards differ about {', '.join(differing)}: each awarded "
            "proposal of the ranking needs one award of the same amount."
        )


def _require_known(
    ranking: Sequence[Standing],
    ties: Sequence[Tie],
    departures: Sequence[Departure],
    line_after: str | None,
) -> None:
    numbers = [standing.number for standing in ranking]
    if len(set(numbers)) != len(numbers):
        raise FactsDisagree("The ranking names a proposal twice.")
    named = {number for tie in ties for number in tie.numbers}
    named |= {departure.number for departure in departures}
    named |= {line_after} if line_after else set()
    if unknown := named - set(numbers):
        raise FactsDisagree(f"The ranking does not hold {', '.join(sorted(unknown))}.")


def _require_funded(exceptions: Exceptions | None, awards: Sequence[AwardLine]) -> None:
    """Refuse an exception that tells of a proposal by its number and was not funded."""
    named = {one.number for one in exceptions.named} if exceptions else set()
    if strange := named - {award.number for award in awards}:
        raise FactsDisagree(
            f"Exceptions name {', '.join(sorted(strange))}; only funded proposals are named."
        )


def _require_within(contribution: Contribution, paid: Money) -> None:
    if paid.minor > contribution.amount.minor:
        raise FactsDisagree(
            f"The contribution of {contribution.funder} pays {paid.show()}, "
            f"more than its {contribution.amount.show()}."
        )
