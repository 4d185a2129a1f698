"""What a reviewer does at the end: certify, or say that there was a conflict after all."""

from collections.abc import Sequence

from app.accounts.actor import Actor
from app.core import clock
from app.core.db import db, one_at_a_time
from app.core.gate import enforce
from app.ledger.service import record
from app.reviewers.models import Certified, CertifiedWhen
from app.reviews.ending import policy, queries
from app.reviews.ending.events import CertifiedAtEnd
from app.reviews.queries import Opened


def certify(actor: Actor, own: Sequence[Opened]) -> None:
    """Keep that somebody knows of no conflict in all they judged; once is enough."""
    enforce(policy.may_certify(actor, [one.place for one in own]))
    call = own[0].call
    one_at_a_time(f"certifying in {call.id}")
    if queries.has_certified(actor.id, call.id):
        return
    db.session.add(
        Certified(
            call_id=call.id,
            account_id=actor.id,
            at_stage=CertifiedWhen.END,
            certified_at=clock.now(),
        )
    )
    record(actor, CertifiedAtEnd(len(own)), about=call)
