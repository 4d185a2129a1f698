"""The rows of proposals.csv, reviewers.csv and reviews.csv, each value checked where it stands."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from app.accounts.rules import email_key, is_email
from app.calls.service import CallDraft
from app.cli.importing.call_file import MOST_MINOR
from app.cli.importing.tables import Row
from app.core.countries import is_country
from app.core.money import Money, MoneyError
from app.core.words import _
from app.proposals.importing import ProposalSheet
from app.proposals.rules import LONGEST_LINE, MOST_MONTHS, CallMoney, Requested
from app.reviewers.importing import ReviewerSheet
from app.reviews.rules import Written

PROPOSAL_COLUMNS = (
    "proposal_no",
    "title",
    "abstract",
    "organisation",
    "country",
    "amount",
    "currency",
    "duration_months",
    "applicant_name",
    "applicant_email",
)
REVIEWER_COLUMNS = ("reviewer_id", "name", "email", "affiliation", "country")
REVIEW_COLUMNS = ("proposal_no", "reviewer_id")
BESIDE = ("self_rated_expertise", "overall")  # kept with a review, counting for nothing
LONGEST_ANSWER = 60_000
LEAST_LOAD = 8

_ID = re.compile(r"[\w./-]{1,40}")
_AMOUNT = re.compile(r"-?\d{1,18}(\.\d{1,6})?")


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One review; `beside` holds what is kept with it and counts for nothing."""

    line: int
    proposal: str
    reviewer: str
    written: Written
    beside: Mapping[str, str]


class _Seen:
    """Refuses the second row with the same key and names the first."""

    def __init__(self) -> None:
        self._lines: dict[object, int] = {}

    def take(self, row: Row, key: object, column: str) -> None:
        first = self._lines.setdefault(key, row.line)
        if first != row.line:
            row.wrong(column, _("stands already in line %(line)s.", line=first))


class _People:
    """One address is one person: two rows with it must not disagree on who that is."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, str, str]] = {}

    def take(self, row: Row, columns: tuple[str, str, str]) -> None:
        name, email, organisation = (row[column] for column in columns)
        before = self._known.setdefault(email_key(email), (row.line, name, organisation))
        if before[1:] != (name, organisation):
            row.wrong(
                columns[1],
                _("stands in line %(line)s with another name or organisation.", line=before[0]),
            )


def _text(row: Row, column: str, longest: int = LONGEST_LINE) -> str:
    value = row[column]
    if not value:
        row.wrong(column, _("is empty."))
    elif len(value) > longest:
        row.wrong(column, _("is longer than %(n)s characters.", n=longest))
    return value


def _id(row: Row, column: str) -> str:
    value = row[column]
    if not value:
        row.wrong(column, _("is empty."))
    elif not _ID.fullmatch(value):
        row.wrong(column, _("must be up to 40 letters, digits, “.”, “/”, “_” or “-”."))
    return value


def _email(row: Row, column: str) -> str:
    if not is_email(row[column]):
        row.wrong(column, _("is not an e-mail address."))
    return row[column]


def _country(row: Row) -> str:
    if not is_country(row["country"]):
        row.wrong("country", _("is not an ISO 3166 country code such as KE."))
    return row["country"]


# --- proposals -----------------------------------------------------------------------------------


def proposals(rows: Iterable[Row], draft: CallDraft) -> list[ProposalSheet]:
    seen, people = _Seen(), _People()
    money = CallMoney(draft.currency, draft.rates, draft.ceiling_minor)
    return [_proposal(row, seen, people, money) for row in rows]


def _proposal(row: Row, seen: _Seen, people: _People, money: CallMoney) -> ProposalSheet:
    number = _id(row, "proposal_no")
    seen.take(row, number, "proposal_no")
    people.take(row, ("applicant_name", "applicant_email", "organisation"))
    abstract = _text(row, "abstract", LONGEST_ANSWER)
    organisation = _text(row, "organisation")
    printed = row["organisation_demo"] or organisation
    answers = {"keywords": row["keywords"], "proposal_type": row["proposal_type"]}
    return ProposalSheet(
        number=number,
        title=_text(row, "title"),
        lead_name=_text(row, "applicant_name"),
        lead_email=_email(row, "applicant_email"),
        organisation=organisation,
        printed=printed,
        country=_country(row),
        science={"abstract": abstract, **answers},
        identity={"organisation": organisation},
        requested=_requested(row, money),
        months=_months(row),
    )


def _months(row: Row) -> int:
    text = row["duration_months"]
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MOST_MONTHS):
        row.wrong("duration_months", _("must be a whole number from 1 to %(n)s.", n=MOST_MONTHS))
        return 1
    return int(text)


def _requested(row: Row, money: CallMoney) -> Requested:
    amount, currency = row["amount"], row["currency"]
    nothing = Requested(Money(0, money.currency), Money(0, money.currency), "1")
    if not _AMOUNT.fullmatch(amount):
        row.wrong("amount", _("is not an amount; write it like 120000 or 120000.50."))
        return nothing
    if Decimal(amount) <= 0:
        row.wrong("amount", _("The amount must be above zero."))
        return nothing
    if not money.currency:  # reported where the call names its currency
        return nothing
    try:
        asked = money.requested(amount, currency)
    except MoneyError as error:
        wrong_amount = currency == money.currency or currency in money.rates
        row.wrong("amount" if wrong_amount else "currency", str(error))
        return nothing
    if max(asked.original.minor, asked.converted.minor) > MOST_MINOR:
        row.wrong("amount", _("is beyond reason."))
    return asked


# --- reviewers -----------------------------------------------------------------------------------


def reviewers(rows: Iterable[Row]) -> list[ReviewerSheet]:
    seen, people = _Seen(), _Seen()
    return [_reviewer(row, seen, people) for row in rows]


def _reviewer(row: Row, seen: _Seen, people: _Seen) -> ReviewerSheet:
    key, email = _id(row, "reviewer_id"), _email(row, "email")
    seen.take(row, key, "reviewer_id")
    people.take(row, email_key(email), "email")
    return ReviewerSheet(
        key=key,
        name=_text(row, "name"),
        email=email,
        organisation=_text(row, "affiliation"),
        country=_country(row),
        expertise=row["expertise"][:LONGEST_LINE],
        most=max(LEAST_LOAD, _load(row)),
    )


def _load(row: Row) -> int:
    text = row["reviews"] or "0"
    if not (text.isascii() and text.isdigit() and len(text) <= 4):  # noqa: PLR2004
        row.wrong("reviews", _("must be a whole number."))
        return 0
    return int(text)


# --- reviews -------------------------------------------------------------------------------------


def reviews(rows: Iterable[Row], criteria: Sequence[str], draft: CallDraft) -> list[ReviewRow]:
    seen = _Seen()
    grade = _grader(draft)
    found = []
    for row in rows:
        number, reviewer = row["proposal_no"], row["reviewer_id"]
        seen.take(row, (number, reviewer), "reviewer_id")
        grades = {key: grade(row, key) for key in criteria}
        if criteria and all(value is None for value in grades.values()):
            row.wrong(criteria[0], _("The review grades nothing."))
        found.append(ReviewRow(row.line, number, reviewer, _written(row, grades), _beside(row)))
    return found


def _grader(draft: CallDraft) -> Callable[[Row, str], str | None]:
    """Return what reads one grade: exact decimal text, or None for "cannot judge"."""
    best, worst = Fraction(draft.scale_best), Fraction(draft.scale_worst)
    step = Fraction(draft.scale_step)
    low, high = min(best, worst), max(best, worst)

    def grade(row: Row, key: str) -> str | None:
        text = row[key]
        if not text:
            return None
        try:
            value = Decimal(text) if re.fullmatch(r"-?\d{1,9}(\.\d{1,9})?", text) else None
        except InvalidOperation:
            value = None
        if value is None:
            row.wrong(key, _("is not a number."))
            return None
        if not step:  # the scale itself is wrong, and reported
            return text
        if not low <= Fraction(value) <= high:
            row.wrong(
                key,
                _("is off the scale from %(a)s to %(b)s.", a=draft.scale_best, b=draft.scale_worst),
            )
        elif (Fraction(value) - worst) % step:
            row.wrong(
                key, _("lies between two grades; the step is %(step)s.", step=draft.scale_step)
            )
        return text

    return grade


def _written(row: Row, grades: Mapping[str, str | None]) -> Written:
    return Written(
        grades=dict(grades),
        reasons={key: said for key in grades if (said := row[f"reason_{key}"])},
        confidence=_confidence(row),
        to_applicant=row["to_applicant"],
        to_panel=row["to_panel"],
    )


def _confidence(row: Row) -> int | None:
    """Return 1 (low) to 3 (high); the file's own column says 1 (high) to 3 (low)."""
    text = row["self_rated_expertise"]
    if not text:
        return None
    if not re.fullmatch(r"[1-3](\.\d{1,6})?", text) or Decimal(text) > 3:  # noqa: PLR2004
        row.wrong("self_rated_expertise", _("must be from 1 (high) to 3 (low)."))
        return None
    return 4 - round(Decimal(text))


def _beside(row: Row) -> dict[str, str]:
    return {column: row[column] for column in BESIDE if row[column]}
