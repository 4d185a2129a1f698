"""Money: whole minor units and an ISO 4217 code, converted by published rates, never a float."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

from babel.core import get_global
from babel.numbers import get_currency_precision, get_decimal_symbol, get_group_symbol

from app.core.words import _


class MoneyError(ValueError):
    """An amount or currency cannot be used; the sentence says why."""


def is_currency(code: str) -> bool:
    return code in get_global("all_currencies")


def digits(currency: str) -> int:
    """Return how many minor digits the currency has (2 for EUR, 0 for JPY, 3 for KWD)."""
    found = _digits(currency)
    if found is None:
        raise MoneyError(
            _("“%(code)s” is not a currency code. Use an ISO 4217 code such as EUR.", code=currency)
        )
    return found


@lru_cache(maxsize=512)
def _digits(currency: str) -> int | None:
    return get_currency_precision(currency) if is_currency(currency) else None


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """`minor` whole units of the currency's smallest coin."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal | str, currency: str) -> "Money":
        """Read a decimal amount; more digits than the currency has raise MoneyError."""
        try:
            scaled = Decimal(amount).scaleb(digits(currency))
        except InvalidOperation as error:
            raise MoneyError(
                _(
                    "“%(text)s” is not an amount. Write figures alone, without a currency: 1250, "
                    "for example.",
                    text=amount,
                )
            ) from error
        if not scaled.is_finite() or scaled != scaled.to_integral_value():
            raise MoneyError(
                _(
                    "%(amount)s has more decimals than %(code)s has.",
                    amount=str(amount),
                    code=currency,
                )
            )
        return cls(int(scaled), currency)

    @property
    def amount(self) -> Decimal:
        return Decimal(self.minor).scaleb(-digits(self.currency))

    def show(self, locale: str = "en") -> str:
        """Write the amount for people, on one line; whole ones without their zero decimals."""
        return show_all([self.minor], self.currency, locale)[0]


def show_all(amounts: Iterable[int], currency: str, locale: str = "en") -> list[str]:
    """Write many amounts of one currency in minor units.

    As Babel writes them by the pattern "¤¤ #,##0.00", and fifty times as fast: lists of a thousand
    amounts are drawn at once.
    """
    group, point = _signs(locale)
    places = digits(currency)
    unit = 10**places
    head = f"{currency}\u00a0"
    found = []
    for minor in amounts:
        whole, rest = divmod(abs(minor), unit)
        text = f"{head}{whole:,}"
        if group != ",":
            text = text.replace(",", group)
        if rest:
            text += f"{point}{rest:0{places}d}"
        found.append(f"-{text}" if minor < 0 else text)
    return found


@lru_cache(maxsize=512)
def _signs(locale: str) -> tuple[str, str]:
    """Return what a language writes between thousands and before decimals."""
    return get_group_symbol(locale), get_decimal_symbol(locale)


def convert(money: Money, to: str, rate: Decimal) -> Money:
    """Convert at `rate` (units of `to` for one unit of `money.currency`).

    Exact, then rounded half-even to the minor unit of `to`: the rule every report states.
    """
    if money.currency == to:
        return money
    exact = Fraction(money.amount) * Fraction(rate) * 10 ** digits(to)
    return Money(round(exact), to)  # Fraction rounds half to even


def half_even(value: Fraction, places: int) -> Decimal:
    """Round an exact value to `places` decimals, half to even."""
    scaled = Decimal(round(value * 10**places))
    return scaled.scaleb(-places).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
