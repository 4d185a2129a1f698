"""Calls in two stages: outlines, of which the officer invites some to write the full proposal."""

from sqlalchemy import select

from app.accounts.actor import Actor
from app.calls import policy as call_policy
from app.calls import queries as calls
from app.calls.models import Audience, Call, CallState, QuestionKind
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.holding import hold
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record
from app.notifications.service import tell
from app.notifications.wording import quoted
from app.proposals import queries
from app.proposals.events import OutlineInvited
from app.proposals.models import Proposal, ProposalState, StageInvitation

INVITED_FROM = frozenset({ProposalState.ELIGIBLE, ProposalState.AWARDED, ProposalState.RESERVE})


def invited_in(call: Call) -> frozenset[str]:
    """Return the outlines that are invited to a second call."""
    return frozenset(
        db.session.scalars(
            select(StageInvitation.outline_id).where(StageInvitation.call_id == call.id)
        )
    )


def invite(actor: Actor, first: Call, outline: Proposal) -> None:
    """Let the applicants of an outline write the full proposal; they are told by mail."""
    enforce(call_policy.may_run_call(actor, first))
    hold(first, outline)
    second = calls.second_stage_of(first.id)
    if second is None:
        enforce(refused(_("Begin the call of the second stage first.")))
        raise AssertionError
    if second.state is CallState.DRAFTING:
        enforce(refused(_("Publish the call of the second stage first.")))
    if outline.call_id != first.id or outline.state not in INVITED_FROM:
        enforce(refused(_("Only an outline that was found eligible can be invited.")))
    if outline.id in invited_in(second):
        return
    db.session.add(
        StageInvitation(outline_id=outline.id, call_id=second.id, invited_at=clock.now())
    )
    record(actor, OutlineInvited(number=outline.number or "", call=second.code), about=outline)
    for account_id in queries.members_of(outline.id):
        tell(
            account_id,
            "proposals.invited",
            _("You are invited to write the full proposal"),
            _(
                "Your outline %(number)s is invited to the second stage, “%(call)s”. Sign in and "
                "choose “Apply” on the page of that call: what you wrote is carried over.\n",
                number=outline.number,
                call=quoted(second.title),
            ),
            about_id=outline.id,
        )


def carried_over(actor: Actor, call: Call) -> dict[str, object]:
    """Return what a full proposal begins with: the outline's answers to the same questions.

    Questions are the same when key, kind and audience are. Files and partners get rows of their
    own (service/beginning.py).
    """
    outline = queries.invited_outline(actor.id, call.id) if call.first_stage_id else None
    draft = queries.get_draft(outline.id) if outline else None
    if outline is None or draft is None:
        return {}
    before = {q.key: q for q in calls.questions_of(outline.call_id)}
    same = {
        q.key
        for q in calls.questions_of(call.id)
        if (old := before.get(q.key))
        and (old.kind, old.audience) == (q.kind, q.audience)
        and q.kind is not QuestionKind.FILE
        and q.audience is not Audience.EQUALITY
    }
    plain = ("title", "organisation", "country", "currency", "requested", "months")
    return {
        **{name: getattr(draft, name) for name in plain},
        **{
            side: {key: answer for key, answer in getattr(draft, side).items() if key in same}
            for side in ("science", "identity", "staff_only")
        },
    }


__all__ = ["carried_over", "invite", "invited_in"]
