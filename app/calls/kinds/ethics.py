"""Approvals of ethics committees, for each country and site: how far each is.

Where a study runs tells who applies. Reviewers of a call that hides it read how many places are
how far, and nothing else.
"""

from collections import Counter
from collections.abc import Collection

from app.calls.kinds.base import Asked, Shown, dump, filled_rows, parts_of
from app.calls.kinds.tables import Column, FixedTable, Row
from app.calls.models import QuestionKind
from app.core.countries import country_name
from app.core.words import _

NOT_NEEDED, TO_APPLY, APPLIED, GRANTED = "not-needed", "to-apply", "applied", "granted"
WITH_A_BODY = frozenset({APPLIED, GRANTED})


class Ethics(FixedTable):
    name = QuestionKind.ETHICS
    tells_who = True
    reads_blinded = True

    def fields(self, asked: Asked) -> tuple[Column, ...]:
        del asked
        return (
            Column("country", _("Country"), QuestionKind.COUNTRY),
            Column("site", _("Site, or nothing for the whole country"), required=False),
            Column("status", _("Approval"), codes=statuses()),
            Column("body", _("Committee"), required=False),
            Column("day", _("Granted on"), QuestionKind.DATE, required=False),
            Column("number", _("Its number"), required=False),
        )

    def row_faults(self, row: Row) -> dict[str, str]:
        status, found = row.get("status", ""), {}
        if status in WITH_A_BODY and not row.get("body"):
            found["body"] = _("name the committee.")
        if status == GRANTED and not row.get("day"):
            found["day"] = _("say on which day it was granted.")
        if status == GRANTED and not row.get("number"):
            found["number"] = _("give the number of the approval.")
        if status in {NOT_NEEDED, TO_APPLY} and (row.get("day") or row.get("number")):
            found["status"] = _(
                "there is a day or a number of an approval: choose “%(granted)s”, or empty them.",
                granted=statuses()[GRANTED],
            )
        return found

    def blinded(self, answer: str) -> str:
        """Return how many places are how far: no country, site, committee, day or number."""
        counts = Counter(row.get("status", "") for row in filled_rows(answer))
        told = {status: str(counts[status]) for status in statuses() if counts[status]}
        return dump(told) if told else ""

    def is_empty(self, answer: str) -> bool:
        return super().is_empty(answer) and not parts_of(answer)

    def shown(self, asked: Asked, answer: str) -> Shown:
        counts = parts_of(answer)
        if not counts:
            return super().shown(asked, answer)
        return Shown(
            head=(_("Approval"), _("Places")),
            rows=tuple(
                (words, counts[status]) for status, words in statuses().items() if status in counts
            ),
        )


def statuses() -> dict[str, str]:
    return {
        NOT_NEEDED: _("Not needed"),
        TO_APPLY: _("To be applied for"),
        APPLIED: _("Applied for"),
        GRANTED: _("Granted"),
    }


def without_a_line(answer: str, countries: Collection[str]) -> list[str]:
    """Return the names of the countries that the answer does not speak of."""
    told = {row.get("country", "") for row in filled_rows(answer)}
    return [country_name(code) for code in sorted({*countries} - told - {""})]


def issues_exist(answers: Collection[str]) -> str:
    """Say “yes”, “no” or “unknown” of answers, whole or as reviewers read them."""
    found = {row.get("status", "") for answer in answers for row in filled_rows(answer)}
    found |= {status for answer in answers for status in parts_of(answer)}
    if found & {TO_APPLY, APPLIED, GRANTED}:
        return "yes"
    return "no" if NOT_NEEDED in found else "unknown"
