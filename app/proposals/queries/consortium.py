"""Reads of who applies together, and of the local list of organisations."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select

from app.core.db import db
from app.core.work import once
from app.proposals.models import Background, Draft, Organisation, Partner

MOST_SUGGESTED = 20


class Together(NamedTuple):
    """A draft with all that belongs to it but files."""

    partners: list[Partner]
    background: Background | None
    draft: Draft | None


_TOGETHER = (
    select(Draft, Partner, Background)
    .outerjoin(Partner, Partner.proposal_id == Draft.proposal_id)
    .outerjoin(Background, Background.proposal_id == Draft.proposal_id)
    .where(Draft.proposal_id == bindparam("proposal"))
    .order_by(Partner.position, Partner.id)
)


def together_of(proposal_id: str) -> Together:
    """Return a draft, its partners and the lead's background in one statement."""

    def read() -> Together:
        rows = db.session.execute(_TOGETHER, {"proposal": proposal_id}).all()
        partners = [row[1] for row in rows if row[1] is not None]
        return Together(partners, rows[0][2] if rows else None, rows[0][0] if rows else None)

    return once(("together", proposal_id), "partner", read)


def partners_of(proposal_id: str) -> list[Partner]:
    return together_of(proposal_id).partners


def background_of(proposal_id: str) -> Background | None:
    return db.session.get(Background, proposal_id)


def get_partner(partner_id: str) -> Partner | None:
    return db.session.get(Partner, partner_id)


def organisations_like(begins: str, country: str = "") -> Sequence[Organisation]:
    """Return entries of the local list whose name holds these words, of one country first."""
    key = name_key(begins)
    if not key and not country:
        return []
    wanted = select(Organisation).order_by(Organisation.name_key).limit(MOST_SUGGESTED)
    if key:
        wanted = wanted.where(Organisation.name_key.contains(key, autoescape=True))
    if country:
        wanted = wanted.where(Organisation.country == country)
    return db.session.scalars(wanted).all()


def listed_organisation(name: str) -> Organisation | None:
    """Return the entry with exactly this name, if there is just one."""
    found = db.session.scalars(
        select(Organisation).where(Organisation.name_key == name_key(name)).limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def name_key(name: str) -> str:
    """Return a name as it is compared."""
    return " ".join(name.casefold().split())
