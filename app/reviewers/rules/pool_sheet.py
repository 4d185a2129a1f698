"""The list of reviewers as CSV: which columns it has, and what each may hold. Pure."""

from dataclasses import dataclass

from app.accounts.rules import email_key, is_email
from app.core.countries import is_country
from app.core.words import _
from app.reviewers import coding
from app.reviewers.models import ReviewerKind
from app.reviewers.rules.organisations import ror_of
from app.reviewers.rules.pool import LONGEST_STATEMENT, MOST_LOAD, Profile, away_of
from app.reviewers.rules.sheets import Row, Wrong, rows_of

NEEDED = ("name", "email")
COLUMNS = (
    *NEEDED,
    "organisation",
    "ror",
    "parents",
    "country",
    "kind",
    "mentor_email",
    "codes",
    "cancers",
    "keywords",
    "languages",
    "most",
    "unavailable",
    "statement",
)
TOLD = ("load", "submitted", "self_nominated")  # in our own lists; not taken in
USUAL_LOAD = 8


@dataclass(frozen=True, slots=True)
class PersonSheet:
    """One reviewer as a row tells it."""

    line: int
    name: str
    email: str
    organisation: str
    country: str
    kind: ReviewerKind
    mentor_email: str
    keywords: str
    most: int
    profile: Profile


def read_people(data: bytes) -> tuple[list[PersonSheet], list[Wrong]]:
    """Return the people of a list, and everything that is wrong with it. Use the people only
    where nothing is."""
    wrong: list[Wrong] = []
    people: list[PersonSheet] = []
    seen: dict[str, int] = {}
    for row in rows_of(data, (*COLUMNS, *TOLD), NEEDED, wrong):
        person = _person(row)
        key = email_key(person.email)
        if key and key in seen:
            row.object_to("email", _("The same address is on line %(line)s.", line=seen[key]))
        seen.setdefault(key, row.line)
        people.append(person)
    return people, sorted(wrong, key=lambda one: one.line)


def _person(row: Row) -> PersonSheet:
    return PersonSheet(
        line=row.line,
        name=row.needed("name", 200),
        email=_email(row, "email", row.needed("email", 254)),
        organisation=row.text("organisation", 200),
        country=_country(row),
        kind=_kind(row),
        mentor_email=_email(row, "mentor_email", row.text("mentor_email", 254)),
        keywords=row.text("keywords"),
        most=_most(row),
        profile=Profile(
            ror=_ror(row),
            parents=tuple(part[:200] for part in row.several("parents")),
            codes=tuple(
                row.each(
                    "codes",
                    lambda text: coding.found_in(coding.codes(), text),
                    _("a code of the outline, like 5.3"),
                )
            ),
            cancers=tuple(
                row.each(
                    "cancers",
                    lambda text: coding.found_in(coding.cancers(), text),
                    _("a cancer type that is known here, like breast"),
                )
            ),
            languages=tuple(
                row.each(
                    "languages",
                    lambda text: coding.found_in(coding.languages(), text),
                    _("a language or its code, like en"),
                )
            ),
            statement=row.text("statement", LONGEST_STATEMENT),
            away=tuple(row.each("unavailable", away_of, _("a period like 2026-12-20/2027-01-05"))),
        ),
    )


def _email(row: Row, column: str, text: str) -> str:
    if text and not is_email(text):
        row.object_to(column, _("“%(text)s” is not an e-mail address.", text=text[:60]))
    return text


def _country(row: Row) -> str:
    code = row.text("country").upper()
    if code and not is_country(code):
        row.object_to("country", _("Give the code of two letters, like NO."))
    return code


def _kind(row: Row) -> ReviewerKind:
    text = row.text("kind").casefold() or ReviewerKind.EXPERT.value
    try:
        return ReviewerKind(text)
    except ValueError:
        row.object_to("kind", _("Write one of %(kinds)s.", kinds=", ".join(ReviewerKind)))
        return ReviewerKind.EXPERT


def _most(row: Row) -> int:
    text = row.text("most") or str(USUAL_LOAD)
    if text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_LOAD:
        return int(text)
    row.object_to("most", _("Give a whole number from 1 to %(most)s.", most=MOST_LOAD))
    return USUAL_LOAD


def _ror(row: Row) -> str:
    text = row.text("ror")
    if not text:
        return ""
    if (signs := ror_of(text)) is None:
        row.object_to("ror", _("This is no ROR identifier; its check digits do not fit."))
    return signs or ""
