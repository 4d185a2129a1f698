"""Telling something of oneself for the mix of reviewers."""

from app.accounts.actor import Actor
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.reviewers.mix import policy
from app.reviewers.mix.models import ToldGender


def tell(actor: Actor, gender: str) -> None:
    """Keep what somebody says; it takes the place of what they said before."""
    enforce(policy.may_tell(actor))
    db.session.add(ToldGender(account_id=actor.id, gender=gender, told_at=clock.now()))
