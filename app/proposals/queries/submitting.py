"""What a version and its receipt depend on."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from app.core.db import db, table_of
from app.core.plain import rows
from app.proposals.models import Proposal, Receipt, Version

_proposal, _version, _receipt = map(table_of, (Proposal, Version, Receipt))


class Turn(NamedTuple):
    """What the next version of a proposal depends on, as it stands in one's turn to write."""

    receipt_id: str | None  # that this very form got before
    numbered: int  # proposals of the call that have a number
    versions: int  # of this proposal


_GIVEN = select(func.count(_proposal.c.id)).where(
    _proposal.c.call_id == bindparam("call"), _proposal.c.number.is_not(None)
)


_TURN = select(
    select(_receipt.c.id).where(_receipt.c.submission_key == bindparam("key")).scalar_subquery(),
    _GIVEN.scalar_subquery(),
    select(func.coalesce(func.max(_version.c.number), 0))
    .where(_version.c.proposal_id == bindparam("proposal"))
    .scalar_subquery(),
)


def turn_of(proposal: Proposal, key: str) -> Turn:
    """Ask it once nobody else can submit in the call: after `one_at_a_time`."""
    values = {"key": key, "call": proposal.call_id, "proposal": proposal.id}
    return Turn(*rows(_TURN, values)[0])


def numbers_given(call_id: str) -> int:
    """Return how many proposals of a call have a number."""
    return int(rows(_GIVEN, {"call": call_id})[0][0])


def receipts_of(proposal_id: str) -> Sequence[Receipt]:
    """Return the receipts of a proposal, the latest first."""
    return db.session.scalars(
        select(Receipt)
        .where(Receipt.proposal_id == proposal_id)
        .order_by(Receipt.submitted_at.desc(), Receipt.id)
    ).all()


def receipt(proposal_id: str, receipt_id: str) -> Receipt | None:
    return db.session.scalar(
        select(Receipt).where(Receipt.id == receipt_id, Receipt.proposal_id == proposal_id)
    )
