"""The pool as its pages and its list need it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from app.calls.models import Call
from app.core.countries import country_name
from app.core.csv_file import inert
from app.core.words import _
from app.reviewers import coding
from app.reviewers.models import NominationState, ReviewerKind
from app.reviewers.queries import NominationRow, PoolRow
from app.reviewers.rules import Away
from app.reviewers.rules.pool_sheet import COLUMNS, TOLD
from app.reviewers.views.words import Pair, Values, kind_words, load_words


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom of the pool to show; empty means everybody."""

    words: str = ""
    code: str = ""
    cancer: str = ""
    language: str = ""
    kind: str = ""
    country: str = ""

    def fits(self, row: PoolRow) -> bool:
        return (
            (
                not self.code
                or any(c == self.code or c.startswith(f"{self.code}.") for c in row.codes)
            )
            and (not self.cancer or self.cancer in row.cancers)
            and (not self.language or self.language in row.languages)
            and (not self.kind or self.kind == row.kind)
            and (not self.country or self.country == row.country)
            and all(word in _searched(row) for word in self.words.casefold().split())
        )


def _searched(row: PoolRow) -> str:
    told = (row.name, row.email, row.organisation, row.expertise, row.statement)
    return " ".join(told).casefold()


def pool_rows(call: Call, pool: Iterable[PoolRow], conflicts: Collection[Pair]) -> list[Values]:
    counted: dict[str, int] = {}
    for _proposal, account_id in conflicts:
        counted[account_id] = counted.get(account_id, 0) + 1
    return [
        {
            "account_id": row.account_id,
            "name": row.name,
            "email": row.email,
            "organisation": row.organisation,
            "country": country_name(row.country) if row.country else "",
            "kind": kind_words(row.kind),
            "mentor": row.mentor or "",
            "self_nominated": row.self_nominated,
            "expertise": row.expertise,
            "codes": ", ".join(row.codes),
            "languages": ", ".join(row.languages),
            "load": load_words(row),
            "full": row.load >= row.most,
            "submitted": row.submitted,
            "conflicts": counted.get(row.account_id, 0),
            "url": url_for("reviewers.change_reviewer", call_id=call.id, account_id=row.account_id),
        }
        for row in pool
    ]


def filters(pool: Sequence[PoolRow], wanted: Wanted) -> list[Values]:
    """Return what the pool can be narrowed by: only what somebody in it has."""
    codes = sorted({code for row in pool for code in row.codes})
    chapters = sorted({code.partition(".")[0] for code in codes})
    known = coding.codes()
    offers: list[tuple[str, str, str, list[tuple[str, str]]]] = [
        (
            "code",
            _("Code"),
            wanted.code,
            [(c, _("All of %(chapter)s", chapter=c)) for c in chapters]
            + [(code, f"{code} {known.get(code, '')}"[:60]) for code in codes],
        ),
        (
            "cancer",
            _("Type of cancer"),
            wanted.cancer,
            [(k, n) for k, n in coding.cancers().items() if any(k in r.cancers for r in pool)],
        ),
        (
            "language",
            _("Language"),
            wanted.language,
            [(k, n) for k, n in coding.languages().items() if any(k in r.languages for r in pool)],
        ),
        (
            "kind",
            _("Kind"),
            wanted.kind,
            [(k.value, kind_words(k)) for k in ReviewerKind if any(k is r.kind for r in pool)],
        ),
        (
            "country",
            _("Country"),
            wanted.country,
            [(c, country_name(c)) for c in sorted({r.country for r in pool} - {""})],
        ),
    ]
    return [
        {"name": name, "label": label, "value": value, "options": options}
        for name, label, value, options in offers
        if options
    ]


LIST_HEAD = (*COLUMNS, *TOLD)


def list_rows(pool: Iterable[PoolRow], away: Mapping[str, Sequence[Away]]) -> Iterator[list[str]]:
    """Yield the pool as the rows of a list that can be taken in again."""
    for row in pool:
        told = {
            "name": row.name,
            "email": row.email,
            "organisation": row.organisation,
            "ror": row.ror,
            "parents": "; ".join(row.parents),
            "country": row.country,
            "kind": row.kind.value,
            "mentor_email": row.mentor_email or "",
            "codes": "; ".join(row.codes),
            "cancers": "; ".join(row.cancers),
            "keywords": row.expertise,
            "languages": "; ".join(row.languages),
            "most": str(row.most),
            "unavailable": "; ".join(map(str, away.get(row.account_id, ()))),
            "statement": row.statement,
            "load": str(row.load),
            "submitted": str(row.submitted),
            "self_nominated": "yes" if row.self_nominated else "",
        }
        yield [inert(told[column]) for column in LIST_HEAD]


def nomination_rows(call: Call, rows: Iterable[NominationRow]) -> list[Values]:
    return [
        {
            "name": row.name,
            "email": row.email,
            "organisation": row.organisation,
            "kind": kind_words(row.kind),
            "expertise": row.keywords,
            "codes": ", ".join(row.codes),
            "statement": row.statement,
            "state": {
                NominationState.WAITING: "",
                NominationState.TAKEN: _("in the pool"),
                NominationState.TURNED_DOWN: _("turned down"),
            }[row.state],
            "url": url_for("reviewers.judge_offer", call_id=call.id, nomination_id=row.id),
        }
        for row in rows
    ]
