"""Lists of whom reviewers work or published with, as CSV. Pure."""

from dataclasses import dataclass

from app.accounts.rules import email_key, is_email
from app.core.words import _
from app.reviewers.models import TieSource
from app.reviewers.rules.conflicts import Known, name_key
from app.reviewers.rules.sheets import Row, Wrong, rows_of

NEEDED = ("reviewer_email", "name")
COLUMNS = (*NEEDED, "source", "email", "orcid", "year")
_ORCID_SIGNS = 16
_YEAR = 4


@dataclass(frozen=True, slots=True)
class TieSheet:
    """One pair; `reviewer` is the key of the reviewer's address."""

    line: int
    reviewer: str
    tie: Known
    year: int | None


def read_ties(data: bytes) -> tuple[list[TieSheet], list[Wrong]]:
    """Return the pairs of a list, and everything that is wrong with it."""
    wrong: list[Wrong] = []
    ties = [_tie(row) for row in rows_of(data, COLUMNS, NEEDED, wrong)]
    return ties, sorted(wrong, key=lambda one: one.line)


def _tie(row: Row) -> TieSheet:
    name = row.needed("name", 200)
    if name and not name_key(name):
        row.object_to("name", _("There is no letter in it."))
    reviewer = row.needed("reviewer_email", 254)
    email = row.text("email", 254)
    if email and not is_email(email):
        row.object_to("email", _("“%(text)s” is not an e-mail address.", text=email[:60]))
    tie = Known(_source(row), name, name_key(name), email_key(email) if email else "", _orcid(row))
    return TieSheet(row.line, email_key(reviewer), tie, _year(row))


def _source(row: Row) -> TieSource:
    text = row.text("source").casefold() or TieSource.DECLARED.value
    try:
        return TieSource(text)
    except ValueError:
        row.object_to("source", _("Write one of %(kinds)s.", kinds=", ".join(TieSource)))
        return TieSource.DECLARED


def _orcid(row: Row) -> str:
    text = row.text("orcid").removeprefix("https://orcid.org/").replace("-", "").upper()
    if not text:
        return ""
    if len(text) != _ORCID_SIGNS or not (text[:-1].isdigit() and text[-1] in "0123456789X"):
        row.object_to("orcid", _("Write an ORCID iD like 0000-0002-1825-0097."))
        return ""
    return "-".join(text[at : at + 4] for at in range(0, _ORCID_SIGNS, 4))


def _year(row: Row) -> int | None:
    text = row.text("year")
    if text and not (len(text) == _YEAR and text.isascii() and text.isdigit()):
        row.object_to("year", _("Write a year like 2025."))
        return None
    return int(text) if text else None
