"""The one read of what people told for the mix: for the job that computes a plan."""

from sqlalchemy import select

from app.core.db import db
from app.reviewers.mix.models import ToldGender
from app.reviewers.mix.rules import usable
from app.reviewers.models import PoolMember


def genders_of(call_id: str) -> dict[str, str]:
    """Return what the pool told, by account; empty where too few did. No page's lens can."""
    rows = db.session.execute(
        select(ToldGender.account_id, ToldGender.gender)
        .join(PoolMember, PoolMember.account_id == ToldGender.account_id)
        .where(PoolMember.call_id == call_id)
        .order_by(ToldGender.told_at, ToldGender.id)
    )
    return usable({row.account_id: row.gender for row in rows})
