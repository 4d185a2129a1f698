"""Where the values that tell who somebody is can be read: in facts of the ledger, and anywhere."""

import json
import re
from collections.abc import Iterator

from sqlalchemy import ColumnElement, String, Text, cast, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts import rules
from app.accounts.actor import SYSTEM_ACTOR
from app.accounts.models import Person
from app.core.db import Model, db
from app.core.words import _
from app.ledger import service as ledger
from app.ledger.models import LedgerPayload

NOBODY = "Erased person"
SHORTEST = 4  # letters of a value that is looked for: less is found everywhere


def identity_of(account_id: str) -> list[str]:
    """Return the values that tell who the person is."""
    person = db.session.get_one(Person, account_id)
    values = {person.name, person.email, person.orcid} - {"", NOBODY}
    return sorted(one for one in values if len(one) >= SHORTEST)


def spells(address: InstrumentedAttribute[str], email_key: str) -> ColumnElement[bool]:
    """Say which rows hold the address, however it is written (SQLite lowers ASCII alone)."""
    written = db.session.scalars(select(address).distinct())
    return address.in_([one for one in written if one and rules.email_key(one) == email_key])


def forget_facts(values: list[str]) -> int:
    """Forget the facts of events that say one of the values; that they were is an event.

    A name of one word may be a word of anybody's: for its sake nothing is forgotten.
    """
    sure = [one for one in values if " " in one or "@" in one or "-" in one]
    rows = db.session.execute(
        select(LedgerPayload.seq, LedgerPayload.payload).where(
            or_(*(LedgerPayload.payload.icontains(one, autoescape=True) for one in sure))
        )
    ).all()
    saying = [row.seq for row in rows if says(json.loads(row.payload), sure)]
    for seq in saying:
        ledger.erase_payload(SYSTEM_ACTOR, seq, _("A person was forgotten."))
    return len(saying)


def says(facts: object, values: list[str]) -> bool:
    """Whether one of the values stands in the facts whole: Ada Holm is not Ada Holmes."""
    looked_for = re.compile("|".join(map(_whole, values)), re.IGNORECASE)
    return any(looked_for.search(text) for text in _texts(facts))


def _whole(value: str) -> str:
    before, after = (r"[\w.+-]", r"[\w-]|\.\w") if "@" in value else (r"[\w-]", r"[\w-]")
    return f"(?<!{before}){re.escape(value)}(?!{after})"


def _texts(facts: object) -> Iterator[str]:
    if isinstance(facts, str):
        yield facts
    elif isinstance(facts, dict):
        yield from _texts(list(facts.values()))
    elif isinstance(facts, list):
        for one in facts:
            yield from _texts(one)


def remaining(values: list[str]) -> dict[str, int]:
    """Return where one of the values can still be read: `table.column` and in how many rows."""
    told: dict[str, int] = {}
    for table in Model.metadata.sorted_tables:
        for column in table.c:
            if not isinstance(column.type, String) and "JSON" not in str(column.type).upper():
                continue
            text = cast(column, Text)
            spelt = {*values, *(one.encode("ascii", "backslashreplace").decode() for one in values)}
            count = db.session.scalar(
                select(func.count()).where(
                    or_(*(text.contains(one, autoescape=True) for one in spelt))
                )
            )
            if count:
                told[f"{table.name}.{column.name}"] = count
    return told
