"""Who pays what, and what other currencies are worth."""

from decimal import Decimal

from app.calls.service import ContributionDraft
from app.cli.importing.call_file.values import FileValues, number_of
from app.core.money import Money, MoneyError, is_currency
from app.core.words import _
from app.funds.models import FunderKind

POOLED = "Pooled fund"
MOST_MINOR = 2**53 - 1  # what the ledger can write as a number


def amount_of(file: FileValues, key: str, currency: str, value: object = None, nth: int = 0) -> int:
    """Return an amount in minor units of `currency`; 0 with a problem for what is none."""
    given = file.data.get(key) if value is None else value
    number = number_of(given)
    if not number:
        file.wrong(key, given, _("must be an amount."), nth)
        return 0
    if not currency:
        return 0
    try:
        minor = Money.of(number, currency).minor
    except MoneyError as error:
        file.wrong(key, given, str(error), nth)
        return 0
    if not 0 < minor <= MOST_MINOR:
        file.wrong(key, given, _("must be above zero and not beyond reason."), nth)
        return 0
    return minor


def contributions_of(file: FileValues, currency: str) -> tuple[ContributionDraft, ...]:
    """Return who pays what; where the file names nobody, one pool of the whole budget."""
    budget = amount_of(file, "budget", currency) if "budget" in file.data else None
    named = file.items("contributions")
    if not named:
        if budget is None:
            file.wrong("budget", None, _("is missing: give a budget or contributions."))
        return (ContributionDraft(POOLED, FunderKind.GOVERNMENT, budget or 0),)
    found = tuple(
        ContributionDraft(
            funder=str(item.get("funder") or ""),
            kind=_kind(file, item.get("kind", "government"), nth),
            amount_minor=amount_of(
                file, "contributions.amount", currency, item.get("amount", ""), nth
            ),
        )
        for nth, item in enumerate(named)
    )
    for nth, given in enumerate(found):
        if not given.funder.strip():
            file.wrong("contributions.funder", "", _("must be a name."), nth)
    total = sum(given.amount_minor for given in found)
    if budget is not None and budget != total:
        file.wrong("budget", file.data["budget"], _("is not the sum of the contributions."))
    return found


def _kind(file: FileValues, value: object, nth: int) -> FunderKind:
    if value in set(FunderKind):
        return FunderKind(str(value))
    known = ", ".join(FunderKind)
    file.wrong("contributions.kind", value, _("must be one of: %(known)s.", known=known), nth)
    return FunderKind.GOVERNMENT


def rates_of(file: FileValues, currency: str) -> dict[str, str]:
    """Return call currency for one unit of each other currency, as exact decimal text.

    They stand under `rates`, or under `fx_<currency>_per_unit` as in `fx_usd_per_unit`.
    """
    key = next((k for k in ("rates", f"fx_{currency.lower()}_per_unit") if k in file.data), "rates")
    found = {}
    for code, value in file.mapping(key).items():
        rate = number_of(value)
        if not is_currency(code):
            file.wrong(f"{key}.{code}", code, _("is not an ISO 4217 currency code."))
        elif not rate or Decimal(rate) <= 0:
            file.wrong(f"{key}.{code}", value, _("must be a rate above zero."))
        elif code != currency:
            found[code] = rate
        elif Decimal(rate) != 1:
            file.wrong(f"{key}.{code}", value, _("must be 1: it is the call's own currency."))
    return found


def rates_source_of(file: FileValues) -> str:
    year = file.data.get("fx_year")
    return file.text("rates_source", f"Published with the call, {year}" if year else "")
