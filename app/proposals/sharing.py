"""Who gets which part of the amount asked for: exact sums in whole minor units. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.core.money import Money, MoneyError, convert
from app.core.words import _
from app.proposals.rules import no_rate


@dataclass(frozen=True, slots=True)
class Share:
    """A partner's budget: in its own currency, and in the call's at the published rate."""

    name: str
    original: Money
    converted: Money
    rate: str


@dataclass(frozen=True, slots=True)
class Shares:
    """All shares in the call's currency; the lead's is what the partners leave of the total."""

    total: Money
    partners: tuple[Share, ...]

    @property
    def lead(self) -> Money:
        used = sum(share.converted.minor for share in self.partners)
        return Money(self.total.minor - used, self.total.currency)


def share_of(name: str, budget: Money, currency: str, rates: Mapping[str, str]) -> Share:
    """Convert one budget; raise MoneyError where the call publishes no rate for its currency."""
    rate = "1" if budget.currency == currency else rates.get(budget.currency, "")
    if not rate:
        raise MoneyError(no_rate(budget.currency, [currency, *rates]))
    return Share(name, budget, convert(budget, currency, Decimal(rate)), rate)


def shares_of(
    total: Money, budgets: Sequence[tuple[str, Money]], rates: Mapping[str, str]
) -> Shares:
    """Split `total` (in the call's currency) into the partners' budgets and what is left."""
    return Shares(
        total, tuple(share_of(name, budget, total.currency, rates) for name, budget in budgets)
    )


def problem(shares: Shares) -> str:
    """Say when the partners ask for more than the whole."""
    if shares.lead.minor >= 0:
        return ""
    over = Money(-shares.lead.minor, shares.total.currency)
    return _(
        "The partners’ budgets are together %(over)s more than the amount you ask for. Raise the "
        "amount or lower a budget.",
        over=over.show(),
    )
