"""What a proposal needs and what may happen to it, whoever asks. Pure."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from app.calls.models import QuestionKind
from app.core.money import Money, MoneyError, convert, is_currency
from app.core.verdict import ALLOWED, Verdict, refused
from app.core.words import _
from app.proposals.models import ProposalState

LONGEST_TITLE, LONGEST_LINE, MOST_MONTHS = 200, 300, 120
WRITABLE = frozenset({ProposalState.DRAFT, ProposalState.SUBMITTED, ProposalState.RETURNED})
SCREENED = frozenset({ProposalState.ELIGIBLE, ProposalState.INELIGIBLE})


def count_words(text: str) -> int:
    """Count runs between white space; the page counts the same way (wordcount.js)."""
    return len(text.split())


def tidy(text: str) -> str:
    """Return text as it is kept: NFC, one kind of line end, no null character."""
    plain = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", plain.encode("utf-8", "replace").decode()).strip()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as completeness needs it."""

    key: str
    label: str
    kind: QuestionKind
    required: bool
    word_limit: int | None
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a draft from being submitted, and the field where to mend it."""

    field: str
    sentence: str


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


def answer_problem(asked: Asked, answer: str) -> str:
    """Say what is wrong with one answer, or nothing. A file's answer is the id of its copy."""
    if not answer:
        return _("“%(label)s” needs an answer.", label=asked.label) if asked.required else ""
    match asked.kind:
        case QuestionKind.LONG_TEXT | QuestionKind.TEXT:
            return _too_long(asked, answer)
        case QuestionKind.CHOICE if answer not in asked.choices:
            return _("“%(label)s”: choose one of the choices.", label=asked.label)
        case QuestionKind.NUMBER if not _is_number(answer):
            return _("“%(label)s”: %(text)s is not a number.", label=asked.label, text=answer)
        case QuestionKind.DATE if not _is_date(answer):
            return _("“%(label)s”: write the date like 2027-03-31.", label=asked.label)
        case _:
            return ""


def _too_long(asked: Asked, answer: str) -> str:
    words = count_words(answer)
    if asked.word_limit and words > asked.word_limit:
        return _(
            "“%(label)s” has %(words)s words, %(over)s over the limit of %(limit)s.",
            label=asked.label,
            words=words,
            over=words - asked.word_limit,
            limit=asked.word_limit,
        )
    if asked.kind is QuestionKind.TEXT and len(answer) > LONGEST_LINE:
        return _("“%(label)s”: keep it to one line.", label=asked.label)
    return ""


def _is_number(text: str) -> bool:
    try:
        return Decimal(text.replace(" ", "")).is_finite()
    except InvalidOperation:
        return False


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def problems(asked: Sequence[Asked], written: Written, money: "CallMoney") -> list[Problem]:
    """List everything that keeps a draft from being submitted, in the order of the form."""
    found = [Problem(field, sentence) for field, sentence in _fixed_problems(written) if sentence]
    try:
        money.requested(written.requested, written.currency)
    except MoneyError as error:
        found.append(Problem("requested", str(error)))
    for question in asked:
        sentence = answer_problem(question, written.answers.get(question.key, ""))
        if sentence:
            found.append(Problem(f"q_{question.key}", sentence))
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
            raise MoneyError(
                _(
                    "This call publishes no rate for %(code)s. Ask in one of: %(known)s.",
                    code=currency,
                    known=", ".join([self.currency, *self.rates]),
                )
            )
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
