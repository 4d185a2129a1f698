"""A plan of what becomes of the data: one row for each data set, with the fields that a
machine-actionable plan has (app/proposals/data_plan.py writes that file)."""

from app.calls.kinds.base import Asked, Shown
from app.calls.kinds.numbers import read_date, read_number
from app.calls.kinds.tables import Column, FixedTable, Row
from app.calls.models import QuestionKind
from app.core.words import _

OPEN, SHARED, CLOSED = "open", "shared", "closed"
LICENCES = {  # code -> words and the address of the text
    "cc0": ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "cc-by": ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "cc-by-sa": ("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    "cc-by-nc": ("CC BY-NC 4.0", "https://creativecommons.org/licenses/by-nc/4.0/"),
}
OWN_TERMS = "own-terms"
SIDE_BY_SIDE = 3  # data sets, at most


class DataPlan(FixedTable):
    name = QuestionKind.DATA_PLAN

    def fields(self, asked: Asked) -> tuple[Column, ...]:
        currency = str(asked.settings.get("currency", ""))
        said = {"yes": _("Yes"), "no": _("No"), "unknown": _("Not known yet")}
        return (
            Column("title", _("Data set")),
            Column("type", _("What it holds"), codes=_types()),
            Column("personal", _("Personal data"), codes=said),
            Column("sensitive", _("Sensitive data"), codes=said),
            Column("access", _("Who may use it"), codes=_access()),
            Column("from", _("From when"), QuestionKind.DATE, required=False),
            Column("licence", _("Licence"), required=False, codes=_licences()),
            Column("host", _("Repository"), required=False),
            Column("host_url", _("Its web address"), required=False),
            Column("until", _("Kept until"), QuestionKind.DATE, required=False),
            Column("keeping", _("How it is kept after the grant"), required=False),
            Column("cost", _("What that costs, in %(code)s", code=currency), required=False),
        )

    def shown(self, asked: Asked, answer: str) -> Shown:
        """Show a few data sets side by side: their many fields are too wide for a line each."""
        found = super().shown(asked, answer)
        if not 1 <= len(found.rows) <= SIDE_BY_SIDE:
            return found
        head, *rows = zip(found.head, *found.rows, strict=True)
        return Shown(head=tuple(head), rows=tuple(tuple(row) for row in rows))

    def row_faults(self, row: Row) -> dict[str, str]:
        found: dict[str, str] = {}
        if row.get("access") in {OPEN, SHARED}:
            needed = {
                "from": _("say from when others may use it."),
                "host": _("name the repository it will be in."),
                "host_url": _("give the web address of the repository."),
            }
            found |= {key: sentence for key, sentence in needed.items() if not row.get(key)}
        if row.get("access") == OPEN and not row.get("licence"):
            found["licence"] = _("choose the licence under which everybody may use it.")
        if row.get("host_url") and not _is_address(row["host_url"]):
            found["host_url"] = _("write an address like https://repository.example.org.")
        if row.get("cost") and not _is_whole(row["cost"]):
            found["cost"] = _("write a whole amount, or leave it empty.")
        first, last = read_date(row.get("from", "")), read_date(row.get("until", ""))
        if first and last and last < first:
            found["until"] = _("it is kept until a day before others may use it.")
        return found


def _is_address(text: str) -> bool:
    scheme, _slashes, rest = text.partition("://")
    return scheme in {"http", "https"} and "." in rest and not any(map(str.isspace, rest))


def _is_whole(text: str) -> bool:
    number = read_number(text)
    return number is not None and number >= 0 and number == number.to_integral_value()


def _types() -> dict[str, str]:
    return {
        "clinical": _("Clinical records"),
        "images": _("Images"),
        "molecular": _("Genomic or other molecular data"),
        "samples": _("Tissue and other samples"),
        "survey": _("Interviews and surveys"),
        "software": _("Software"),
        "other": _("Something else"),
    }


def _access() -> dict[str, str]:
    return {
        OPEN: _("Everybody"),
        SHARED: _("Whoever asks, under conditions"),
        CLOSED: _("Nobody outside the project"),
    }


def _licences() -> dict[str, str]:
    return {
        **{code: words for code, (words, _address) in LICENCES.items()},
        OWN_TERMS: _("Terms of our own, named on request"),
    }
