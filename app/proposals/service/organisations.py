"""Keeping the local list of organisations."""

from collections.abc import Sequence

from sqlalchemy import delete

from app.accounts.actor import Actor
from app.core.db import db
from app.core.gate import enforce
from app.ledger.service import record
from app.proposals import policy
from app.proposals.events import OrganisationsLoaded
from app.proposals.models import Organisation


def load_organisations(actor: Actor, rows: Sequence[Organisation]) -> None:
    """Replace the whole list."""
    enforce(policy.may_load_organisations(actor))
    db.session.execute(delete(Organisation))
    db.session.add_all(rows)
    record(actor, OrganisationsLoaded(count=len(rows)), about="list:organisations")
