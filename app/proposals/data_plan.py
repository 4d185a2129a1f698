"""The data-sharing plan of a proposal as a machine-actionable plan (RDA DMP Common Standard 1.2).

What reviewers get names nobody: no contact, and one moment for all proposals of a call. Pure.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from app.calls.kinds import Asked
from app.calls.kinds.base import filled_rows, text_setting
from app.calls.kinds.data_plan import CLOSED, LICENCES, OWN_TERMS
from app.calls.kinds.ethics import issues_exist
from app.calls.kinds.numbers import read_number
from app.calls.models import QuestionKind
from app.core import clock
from app.core.identifiers import read_orcid

SCHEMA = Path(__file__).parent / "schema" / "data-plan.schema.json"
OTHER = "other"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Contact:
    """Who answers questions about the plan."""

    name: str
    email: str
    orcid: str = ""


WITHHELD = Contact("Withheld from reviewers", "withheld@withheld.invalid")


@dataclass(frozen=True, slots=True)
class About:
    """What a plan says besides its answers."""

    title: str
    number: str  # of the proposal, or of the draft
    call: str  # its code
    created: datetime
    modified: datetime
    contact: Contact = WITHHELD


def has_plan(form: Sequence[Asked], answers: Mapping[str, str]) -> bool:
    """Whether there is anything to export."""
    return any(filled_rows(answers.get(asked.key, "")) for asked in _of(form, _PLAN))


def as_madmp(about: About, form: Sequence[Asked], answers: Mapping[str, str]) -> Json:
    """Return the plan in the shape of the standard."""
    rows = [
        (row, text_setting(asked, "currency"))
        for asked in _of(form, _PLAN)
        for row in filled_rows(answers.get(asked.key, ""))
    ]
    told = {
        "title": about.title or about.number,
        "language": "eng",  # of these words; the answers are in the call's
        "created": clock.to_text(about.created),
        "modified": clock.to_text(about.modified),
        "dmp_id": {"identifier": f"{about.number}/data-plan", "type": OTHER},
        "contact": _contact(about.contact),
        "ethical_issues_exist": issues_exist(
            [answers.get(asked.key, "") for asked in _of(form, QuestionKind.ETHICS)]
        ),
        "project": [{"title": about.title or about.number, "funding": [_funding(about)]}],
        "dataset": [_dataset(about, n, row) for n, (row, _currency) in enumerate(rows, 1)],
        "cost": [cost for row, currency in rows if (cost := _cost(row, currency))],
    }
    return {"dmp": _said(told)}


def as_text(plan: Json) -> str:
    return json.dumps(plan, ensure_ascii=False, indent=2) + "\n"


def problems(plan: Json) -> list[str]:
    """Say where a plan lacks what the standard asks for, or uses words that it does not know."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - few pages check a plan

    return [
        f"{'.'.join(map(str, error.absolute_path))}: {error.message}"
        for error in Draft202012Validator(_schema()).iter_errors(plan)
    ]


_PLAN = QuestionKind.DATA_PLAN


@cache
def _schema() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return loaded


def _of(form: Sequence[Asked], kind: QuestionKind) -> list[Asked]:
    return [asked for asked in form if asked.kind is kind]


def _contact(contact: Contact) -> Json:
    orcid = read_orcid(contact.orcid)
    who = (
        {"identifier": f"https://orcid.org/{orcid}", "type": "orcid"}
        if orcid
        else {"identifier": f"mailto:{contact.email}", "type": OTHER}
    )
    return {"name": contact.name, "mbox": contact.email, "contact_id": who}


def _funding(about: About) -> Json:
    return {
        "funder_id": {"identifier": about.call, "type": OTHER},
        "grant_id": {"identifier": about.number, "type": OTHER},
        "funding_status": "applied",
    }


def _dataset(about: About, number: int, row: Mapping[str, str]) -> Json:
    return _said(
        {
            "title": row.get("title", ""),
            "type": row.get("type", ""),
            "dataset_id": {"identifier": f"{about.number}/data-set/{number}", "type": OTHER},
            "personal_data": row.get("personal") or "unknown",
            "sensitive_data": row.get("sensitive") or "unknown",
            "issued": row.get("from", ""),
            "preservation_statement": row.get("keeping", ""),
            "distribution": [_distribution(row)],
        }
    )


def _distribution(row: Mapping[str, str]) -> Json:
    host = {"title": row.get("host", ""), "url": row.get("host_url", "")}
    terms = row.get("licence", "")
    return _said(
        {
            "title": row.get("title", ""),
            "data_access": row.get("access") or CLOSED,
            "available_until": row.get("until", ""),
            "description": "Terms of use are named on request." if terms == OWN_TERMS else "",
            "host": host if all(host.values()) else {},
            "license": _licence(terms, row.get("from", "")),
        }
    )


def _licence(terms: str, start: str) -> list[Json]:
    if terms not in LICENCES or not start:
        return []
    return [{"license_ref": LICENCES[terms][1], "start_date": start}]


def _cost(row: Mapping[str, str], currency: str) -> Json:
    amount = read_number(row.get("cost", ""))
    if amount is None:
        return {}
    return {"title": row.get("title", ""), "value": int(amount), "currency_code": currency}


def _said(data: Json) -> Json:
    """Return what says something."""
    return {name: value for name, value in data.items() if value not in ("", [], {})}
