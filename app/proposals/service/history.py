"""Who changed what and when: the draft as each person left it, kept beside it."""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from app.accounts.actor import Actor
from app.core.db import db
from app.core.ids import new_id
from app.proposals.answering import answers_in
from app.proposals.models import Draft, DraftSave

STEP = 10  # minutes: one person's saves within them are one row


def keep(actor: Actor, draft: Draft) -> None:
    """Keep the draft as this person leaves it now, in one statement."""
    row = {
        "id": new_id(),
        "proposal_id": draft.proposal_id,
        "account_id": actor.id,
        "span": _span(draft.saved_at),
        "author": actor.name,
        "revision": draft.revision,
        "saved_at": draft.saved_at,
        "content": content_of(draft),
    }
    dialect = db.session.connection().dialect.name
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    made = insert(DraftSave).values(row)
    changing = {name: made.excluded[name] for name in ("revision", "saved_at", "content", "author")}
    db.session.execute(
        made.on_conflict_do_update(
            index_elements=["proposal_id", "account_id", "span"], set_=changing
        )
    )


def _span(moment: datetime) -> int:
    return int(moment.timestamp()) // (STEP * 60)


def content_of(draft: Draft) -> dict[str, str]:
    """Return everything that is written, by the field of the form."""
    fixed = ("title", "months", "currency", "requested", "organisation", "country")
    return {
        **{name: getattr(draft, name) for name in fixed},
        **{f"q_{key}": text for key, text in answers_in(draft).items()},
    }
