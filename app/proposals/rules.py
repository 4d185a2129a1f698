"""What a proposal needs and what may happen to it, whoever asks. Pure."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.calls.form_rules import Problem, answer_problems
from app.calls.kinds import Asked
from app.calls.kinds.text import LONGEST_LINE, count_words
from app.core.money import Money, MoneyError, convert, is_currency
from app.core.verdict import ALLOWED, Verdict, refused
from app.core.words import _
from app.proposals.models import ProposalState

LONGEST_TITLE, MOST_MONTHS = 200, 120
WRITABLE = frozenset({ProposalState.DRAFT, ProposalState.SUBMITTED, ProposalState.RETURNED})
SCREENED = frozenset({ProposalState.ELIGIBLE, ProposalState.INELIGIBLE})


def tidy(text: str) -> str:
    """Return text as it is kept: NFC, one kind of line end, no null character."""
    plain = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", plain.encode("utf-8", "replace").decode()).strip()


@dataclass(frozen=True, slots=True)
class Written:
    """A draft's values as typed: the fixed ones, and answers by question key."""

    title: str
    organisation: str
    country: str
    currency: str
    requested: str
    months: str
    answers: Mapping[str, str]


def problems(
    form: Sequence[Asked], written: Written, money: "CallMoney", applicant: Mapping[str, str]
) -> list[Problem]:
    """List everything that keeps a draft from being submitted, in the order of the form."""
    found = [Problem(field, sentence) for field, sentence in _fixed_problems(written) if sentence]
    try:
        money.requested(written.requested, written.currency)
    except MoneyError as error:
        found.append(Problem("requested", str(error)))
    found += answer_problems(form, written.answers, applicant)
    return found


def _fixed_problems(written: Written) -> list[tuple[str, str]]:
    months = written.months
    good_months = months.isdigit() and 1 <= int(months) <= MOST_MONTHS
    return [
        ("title", "" if written.title else _("Give the project a title.")),
        (
            "title",
            _("Keep the title under %(n)s characters.", n=LONGEST_TITLE)
            if len(written.title) > LONGEST_TITLE
            else "",
        ),
        ("organisation", "" if written.organisation else _("Name the lead organisation.")),
        ("country", "" if written.country else _("Choose the country of the lead organisation.")),
        (
            "months",
            "" if good_months else _("Give the duration in months, 1 to %(n)s.", n=MOST_MONTHS),
        ),
    ]


@dataclass(frozen=True, slots=True)
class Requested:
    """What is asked for: as typed, and in the call's currency at the published rate."""

    original: Money
    converted: Money
    rate: str


def no_rate(code: str, known: Sequence[str]) -> str:
    """Say that a call does not count in a currency, and in which it does."""
    return _(
        "This call publishes no rate for %(code)s. Ask in one of: %(known)s.",
        code=code,
        known=", ".join(known),
    )


@dataclass(frozen=True, slots=True)
class CallMoney:
    """The call's currency, rates and ceiling."""

    currency: str
    rates: Mapping[str, str]
    ceiling_minor: int | None

    def requested(self, amount: str, currency: str) -> Requested:
        """Read and convert an amount; raise MoneyError with a sentence for the applicant."""
        if not amount or not currency:
            raise MoneyError(_("Give the amount you ask for, and its currency."))
        if not is_currency(currency):
            raise MoneyError(_("“%(code)s” is not a currency code.", code=currency))
        rate = "1" if currency == self.currency else self.rates.get(currency, "")
        if not rate:
            raise MoneyError(no_rate(currency, [self.currency, *self.rates]))
        original = Money.of(amount.replace(" ", "").replace(",", ""), currency)
        converted = convert(original, self.currency, Decimal(rate))
        if converted.minor <= 0:
            raise MoneyError(_("The amount must be above zero."))
        if self.ceiling_minor is not None and converted.minor > self.ceiling_minor:
            raise MoneyError(
                _(
                    "%(asked)s is more than the largest award of this call, %(most)s.",
                    asked=converted.show(),
                    most=Money(self.ceiling_minor, self.currency).show(),
                )
            )
        return Requested(original, converted, rate)


def can_write(state: ProposalState) -> Verdict:
    if state in WRITABLE:
        return ALLOWED
    if state is ProposalState.WITHDRAWN:
        return refused(_("The proposal is withdrawn."))
    return refused(_("The proposal can no longer be changed."))


def can_withdraw(state: ProposalState) -> Verdict:
    if state in WRITABLE | {ProposalState.ELIGIBLE}:
        return ALLOWED
    return refused(_("The proposal can no longer be withdrawn here. Write to the call's office."))


def can_screen_returned(until: datetime, now: datetime, zone: str) -> Verdict:
    """Whether a proposal that its applicants did not correct may be decided on as it was."""
    if now > until:
        return ALLOWED
    local = until.astimezone(ZoneInfo(zone))
    shown = f"{local:%Y-%m-%d %H:%M}"
    return refused(_("It is with the applicants to be corrected until %(until)s.", until=shown))


def can_screen(state: ProposalState) -> Verdict:
    if state in SCREENED | {ProposalState.SUBMITTED}:
        return ALLOWED
    return refused(_("Only a submitted proposal can be screened."))


__all__ = [
    "LONGEST_LINE",
    "CallMoney",
    "Problem",
    "Requested",
    "Written",
    "count_words",
    "problems",
    "tidy",
]
