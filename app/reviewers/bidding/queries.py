"""Reads of bids: one's own through a narrow door, how many there are for the staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select

from app.accounts.models import Person
from app.calls.models import Audience, Call, QuestionKind
from app.calls.queries import questions_of
from app.core.db import db, door, table_of
from app.core.lens import Door
from app.proposals.models import Proposal, ProposalState, Version
from app.reviewers.bidding.models import Bidding, BidHolder, BidSheet
from app.reviewers.models import PoolMember
from app.reviewers.queries import conflicted_pairs

_holders = table_of(BidHolder)


@dataclass(frozen=True, slots=True)
class Own:
    """One's own bids in a call."""

    sheet: BidSheet
    call: Call
    bidding: Bidding


def bidding_of(call_id: str) -> Bidding | None:
    return db.session.get(Bidding, call_id)


def own_sheets(account_id: str) -> list[Own]:
    """Return somebody's own bids, the call that closes first before others."""
    with door(Door.OWN_SEATS):
        own = list(
            db.session.scalars(
                select(_holders.c.sheet_id).where(_holders.c.account_id == account_id)
            )
        )
    rows = db.session.execute(
        select(BidSheet, Call, Bidding)
        .join(Call, Call.id == BidSheet.call_id)
        .join(Bidding, Bidding.call_id == Call.id)
        .where(BidSheet.id.in_(own))
        .order_by(Bidding.closes_at, Call.code)
    )
    return [Own(*row) for row in rows]


def own_sheet(account_id: str, call_id: str) -> Own | None:
    """Return one's own bids in a call; None where there is no such call and where one is not
    asked, alike."""
    return next((own for own in own_sheets(account_id) if own.call.id == call_id), None)


class Abstract(NamedTuple):
    id: str
    title: str
    text: str


def abstracts(call: Call, proposal_ids: Sequence[str]) -> list[Abstract]:
    """Return title and abstract of some proposals, in the order asked for: nothing of who."""
    key = abstract_key(call)
    rows = db.session.execute(
        select(Proposal.id, Version.title, Version.answers)
        .join(Version, Version.id == Proposal.version_id)
        .where(Proposal.id.in_(proposal_ids), Proposal.state == ProposalState.ELIGIBLE)
    )
    found = {row.id: Abstract(row.id, row.title, str(row.answers.get(key) or "")) for row in rows}
    return [found[one] for one in proposal_ids if one in found]


def abstract_key(call: Call) -> str:
    """Return the question whose answer stands for the proposal: the first long scientific text."""
    return next(
        (
            question.key
            for question in questions_of(call.id)
            if question.audience is Audience.SCIENTIFIC and question.kind is QuestionKind.LONG_TEXT
        ),
        "",
    )


class Answered(NamedTuple):
    """How much of their list somebody has answered; not what."""

    name: str
    shown: int
    answered: int


def answered_in(call_id: str) -> list[Answered]:
    rows = db.session.execute(
        select(Person.name, BidSheet.shown, BidSheet.bids)
        .join(BidHolder, BidHolder.account_id == Person.account_id)
        .join(BidSheet, BidSheet.id == BidHolder.sheet_id)
        .where(BidSheet.call_id == call_id)
        .order_by(Person.name)
    )
    return [Answered(row.name, len(row.shown), len(row.bids)) for row in rows]


def unasked(call_id: str) -> list[str]:
    """Return people of the pool who have no sheet yet."""
    asked = (
        select(BidHolder.account_id)
        .join(BidSheet, BidSheet.id == BidHolder.sheet_id)
        .where(BidSheet.call_id == call_id)
    )
    return list(
        db.session.scalars(
            select(PoolMember.account_id)
            .where(PoolMember.call_id == call_id, PoolMember.account_id.not_in(asked))
            .order_by(PoolMember.account_id)
        )
    )


def sheets_of(call_id: str) -> list[tuple[BidSheet, str]]:
    """Return every sheet of a call with whose it is, for the staff's side."""
    rows = db.session.execute(
        select(BidSheet, BidHolder.account_id)
        .join(BidHolder, BidHolder.sheet_id == BidSheet.id)
        .where(BidSheet.call_id == call_id)
        .order_by(BidHolder.account_id)
    )
    return [(row[0], row[1]) for row in rows]


def conflicts_by_person(call_id: str) -> dict[str, set[str]]:
    """Return the proposals that each person must not see."""
    found: dict[str, set[str]] = {}
    for proposal, account in conflicted_pairs(call_id):
        found.setdefault(account, set()).add(proposal)
    return found


def eligible_in(call_id: str) -> list[str]:
    return list(
        db.session.scalars(
            select(Proposal.id).where(
                Proposal.call_id == call_id, Proposal.state == ProposalState.ELIGIBLE
            )
        )
    )
