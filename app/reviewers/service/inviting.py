"""Asking people to review, and their answers by link."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.accounts import letters
from app.accounts import queries as accounts
from app.accounts.actor import Actor
from app.calls import queries as calls
from app.calls.models import Call
from app.core import clock
from app.core.db import db, door
from app.core.gate import enforce
from app.core.lens import Door
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record
from app.reviewers import notices, policy, queries, rules
from app.reviewers.events import InvitationAnswered, InvitationSent, SeatsDeclined, SuggestionJudged
from app.reviewers.models import (
    Answer,
    Decline,
    ReviewerKind,
    ReviewInvitation,
    SeatState,
    Suggestion,
    SuggestionState,
)
from app.reviewers.queries import PoolRow
from app.reviewers.service.pool import ReviewerDraft, enter_reviewer


def invite(actor: Actor, call: Call, people: Sequence[PoolRow], text: str) -> int:
    """Write to each of them; return how many. Whose answer is still awaited, or is yes, is not
    asked again."""
    enforce(policy.may_fill_pool(actor, call))
    if unknown := rules.unknown_placeholders(text):
        enforce(refused(unknown_words(unknown)))
    settled = {row.account_id for row in queries.invitations_of(call.id) if row.holds}
    asked = [person for person in people if person.account_id not in settled]
    now = clock.now()
    for person in asked:
        invitation = ReviewInvitation(call_id=call.id, account_id=person.account_id, asked_at=now)
        db.session.add(invitation)
        db.session.flush()
        invitation.letter_id = notices.ask(call, person, text, invitation.id)
        record(actor, InvitationSent(), about=invitation)
    return len(asked)


def unknown_words(unknown: Sequence[str]) -> str:
    return _(
        "{%(name)s} cannot be filled in. Use %(known)s.",
        name=unknown[0],
        known=", ".join("{" + name + "}" for name in rules.PLACEHOLDERS),
    )


# --- the answer ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Suggested:
    name: str
    email: str
    why: str = ""


def answer(
    invitation_id: str, *, accepts: bool, reason: str, suggested: Sequence[Suggested] = ()
) -> None:
    """Keep the answer of an invited person, once. To decline gives back the seats that were
    offered in this call; to accept leaves them to be accepted after looking for conflicts."""
    enforce(policy.may_answer_by_link())
    invited = queries.invited_by(invitation_id)
    call = calls.get_call(invited.call_id) if invited else None
    if call is not None:
        enforce(rules.can_answer(calls.phase(call)))
    with door(Door.INVITATION):
        invitation = queries.awaited_invitation(invitation_id)
        if invitation is None:
            enforce(refused(_("This invitation was answered already.")))
            return
        invitation.answer = Answer.ACCEPTED if accepts else Answer.DECLINED
        invitation.reason, invitation.answered_at = reason, clock.now()
        actor = Actor(id=invitation.account_id, name="")
        record(actor, InvitationAnswered(answer=invitation.answer), about=invitation)
        _keep_suggestions(invitation, suggested)
        if not accepts:
            _decline_seats(actor, invitation.call_id, reason)
        db.session.flush()
    if accepts and not accounts.has_password(actor.id):
        letters.ask(actor.id, letters.Kind.INVITATION)


def _keep_suggestions(invitation: ReviewInvitation, suggested: Sequence[Suggested]) -> None:
    db.session.add_all(
        Suggestion(
            call_id=invitation.call_id,
            by_account_id=invitation.account_id,
            name=one.name,
            email=one.email,
            why=one.why,
            suggested_at=clock.now(),
        )
        for one in suggested
    )


def _decline_seats(actor: Actor, call_id: str, reason: str) -> None:
    seats = queries.offered_seats(call_id, actor.id)
    for seat in seats:
        seat.state = SeatState.DECLINED
        db.session.add(Decline(seat_id=seat.id, reason=reason, declined_at=clock.now()))
    if seats:
        record(actor, SeatsDeclined(seats=len(seats)), about=f"call:{call_id}")


# --- suggestions ---------------------------------------------------------------------------------


def take_suggestion(actor: Actor, call: Call, suggestion: Suggestion) -> None:
    """Put a suggested person into the pool; they are not written to before they are invited."""
    enforce(policy.may_fill_pool(actor, call))
    _judge(actor, suggestion, SuggestionState.TAKEN)
    enter_reviewer(
        actor,
        call,
        ReviewerDraft(
            name=suggestion.name,
            email=suggestion.email,
            organisation="",
            country="",
            kind=ReviewerKind.EXPERT,
            expertise="",
            most=8,
            invite=False,
        ),
    )


def turn_down_suggestion(actor: Actor, call: Call, suggestion: Suggestion) -> None:
    enforce(policy.may_fill_pool(actor, call))
    _judge(actor, suggestion, SuggestionState.TURNED_DOWN)


def _judge(actor: Actor, suggestion: Suggestion, state: SuggestionState) -> None:
    if suggestion.state is not SuggestionState.WAITING:
        enforce(refused(_("This suggestion was decided already.")))
    suggestion.state = state
    record(actor, SuggestionJudged(taken=state is SuggestionState.TAKEN), about=suggestion)
