"""Reads of decision letters: their texts, and how far they came."""

from sqlalchemy import func, select

from app.allocation.letters import words
from app.allocation.letters.words import Words
from app.allocation.models import Decision, LetterText
from app.core.db import db
from app.notifications.models import Letter, LetterState
from app.proposals.models import Proposal

KIND = "allocation.outcome"


def texts_of(call_id: str) -> dict[Decision, Words]:
    """Return what each outcome is told in a call: the staff's words, else the usual ones."""
    written = {
        text.decision: Words(text.subject, text.body)
        for text in db.session.scalars(select(LetterText).where(LetterText.call_id == call_id))
    }
    return {decision: written.get(decision) or words.usual(decision) for decision in Decision}


def get_text(call_id: str, decision: Decision) -> LetterText | None:
    return db.session.get(LetterText, (call_id, decision))


def delivery_of(call_id: str) -> dict[LetterState, int]:
    """Count the decision letters of a call by how far they came."""
    rows = db.session.execute(
        select(Letter.state, func.count(Letter.id))
        .join(Proposal, Proposal.id == Letter.about_id)
        .where(Letter.kind == KIND, Proposal.call_id == call_id)
        .group_by(Letter.state)
    )
    return {state: int(count) for state, count in rows}


def undelivered(call_id: str, most: int) -> list[tuple[str, str]]:
    """Return the proposals whose letters could not be delivered, with the reason; no address."""
    rows = db.session.execute(
        select(func.coalesce(Proposal.number, ""), Letter.trouble)
        .join(Proposal, Proposal.id == Letter.about_id)
        .where(
            Letter.kind == KIND,
            Proposal.call_id == call_id,
            Letter.state == LetterState.FAILED,
        )
        .order_by(Proposal.number)
        .limit(most)
    )
    return [(number, trouble) for number, trouble in rows]
