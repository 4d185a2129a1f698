"""Invariants of bids and reminders."""

from collections.abc import Iterator

from sqlalchemy import exists, select

from app.cli.checks.registry import invariant, no_rows
from app.core.db import db
from app.notifications.models import Letter
from app.reviewers.bidding.models import Bidding, BidHolder, BidSheet
from app.reviewers.bidding.rules import BIDS
from app.reviewers.models import Conflict
from app.reviewers.reminding.models import ReviewReminder

no_rows(
    "bids.holder",
    "Every sheet of bids has its holder, in a call that asked for bids.",
    lambda: select(BidSheet.id).where(
        ~exists().where(BidHolder.sheet_id == BidSheet.id)
        | ~exists().where(Bidding.call_id == BidSheet.call_id)
    ),
)


@invariant("bids.shown", "Bids are yes, maybe or no, about proposals that are on the sheet.")
def _shown() -> Iterator[object]:
    for sheet in db.session.scalars(select(BidSheet)):
        if not set(sheet.bids) <= set(sheet.shown) or not set(sheet.bids.values()) <= set(BIDS):
            yield sheet.id


@invariant("bids.no_conflict", "Nobody's sheet shows a proposal they have a conflict with.")
def _no_conflict() -> Iterator[object]:
    rows = db.session.execute(
        select(BidSheet, Conflict.proposal_id)
        .join(BidHolder, BidHolder.sheet_id == BidSheet.id)
        .join(
            Conflict,
            (Conflict.account_id == BidHolder.account_id) & (Conflict.call_id == BidSheet.call_id),
        )
    )
    for sheet, proposal_id in rows:
        if proposal_id in sheet.shown:
            yield sheet.id


no_rows(
    "reminders.letter",
    "Every reminder has its letter, to the same person.",
    lambda: select(ReviewReminder.id).where(
        ~exists().where(
            Letter.id == ReviewReminder.letter_id,
            Letter.account_id == ReviewReminder.account_id,
        )
    ),
)
