"""Asking for bids, and giving one's own."""

from collections.abc import Mapping
from datetime import datetime

from app.accounts.actor import Actor
from app.calls.models import Call
from app.core import clock
from app.core.db import db, one_at_a_time
from app.core.gate import enforce
from app.core.holding import hold
from app.core.ids import new_id
from app.core.lens import Lens
from app.core.work import current_work
from app.ledger.service import record
from app.reviewers import service as reviewers
from app.reviewers.bidding import notices, policy, queries, rules
from app.reviewers.bidding.events import BiddingChanged, BiddingOpened, BidsSaved
from app.reviewers.bidding.models import Bidding, BidHolder, BidSheet
from app.reviewers.bidding.queries import Own
from app.reviewers.following import after_conflicts


def ask_for_bids(actor: Actor, call: Call, closes_at: datetime) -> int:
    """Open bidding, or move its end and ask those who came later; return how many were asked.

    Everybody gets a list of their own, in an order of their own, without what they have a
    conflict with.
    """
    enforce(policy.may_ask_for_bids(actor, call))
    enforce(rules.can_close_at(closes_at, clock.now()))
    one_at_a_time(f"assignment in {call.id}")
    reviewers.detect_conflicts(actor, call)
    before = queries.bidding_of(call.id)
    asked = _ask(call)
    if before is None:
        made = Bidding(call_id=call.id, opened_at=clock.now(), closes_at=closes_at)
        db.session.add(made)
        record(actor, BiddingOpened(closes_at, asked), about=call)
    else:
        before.closes_at = closes_at
        record(actor, BiddingChanged(closes_at, asked), about=call)
    return asked


def _ask(call: Call) -> int:
    people = queries.unasked(call.id)
    conflicts, eligible = queries.conflicts_by_person(call.id), queries.eligible_in(call.id)
    for account_id in people:
        seed = new_id()
        mine = rules.without(eligible, conflicts.get(account_id, set()))
        sheet = BidSheet(call_id=call.id, seed=seed, shown=rules.order_for(seed, mine))
        db.session.add(sheet)
        db.session.flush()
        db.session.add(BidHolder(sheet_id=sheet.id, account_id=account_id))
        notices.tell_bidding(account_id, call)
    return len(people)


@after_conflicts
def hide_conflicts(call: Call) -> None:
    """Take from every list what its owner must not see by now. For services of the staff."""
    if current_work().lens not in {Lens.STAFF, Lens.SYSTEM} or not queries.bidding_of(call.id):
        return
    db.session.flush()
    conflicts = queries.conflicts_by_person(call.id)
    for sheet, account_id in queries.sheets_of(call.id):
        hidden = conflicts.get(account_id, set())
        left = rules.without(sheet.shown, hidden)
        if len(left) != len(sheet.shown):
            sheet.shown = left
            sheet.bids = {one: bid for one, bid in sheet.bids.items() if one not in hidden}


def save(actor: Actor, own: Own, answers: Mapping[str, str], *, seen: int) -> BidSheet:
    """Keep answers to some of the proposals one is shown; others stay as they are."""
    enforce(policy.may_bid(actor, own.call, own.bidding))
    hold(own.sheet)
    enforce(rules.can_save(seen, own.sheet.revision))
    mine = {one: bid for one, bid in answers.items() if one in set(own.sheet.shown)}
    own.sheet.bids = rules.merged(own.sheet.bids, mine)
    own.sheet.revision += 1
    own.sheet.saved_at = clock.now()
    record(actor, BidsSaved(len(own.sheet.bids)), about=own.sheet)
    return own.sheet
