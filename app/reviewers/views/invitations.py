"""Invitations as the staff's page needs them."""

from collections.abc import Sequence

from flask import url_for

from app.calls import views as call_views
from app.calls.models import Call
from app.core.words import _
from app.notifications.models import LetterState
from app.reviewers.models import Answer, SuggestionState
from app.reviewers.queries import InvitationRow, SuggestionRow
from app.reviewers.views.words import Values


def invitation_rows(call: Call, rows: Sequence[InvitationRow]) -> list[Values]:
    return [
        {
            "name": row.name,
            "asked": call_views.local(call, row.asked_at),
            "delivery": _delivery(row),
            "answer": answer_chip(row.answer),
            "answered": call_views.local(call, row.answered_at) if row.answered_at else None,
            "reason": row.reason,
        }
        for row in rows
    ]


def _delivery(row: InvitationRow) -> Values:
    if row.delivery is LetterState.SENT:
        return {"words": _("sent"), "tone": "good", "stage": "done", "trouble": ""}
    if row.delivery is LetterState.FAILED:
        return {"words": _("not delivered"), "tone": "bad", "stage": "stop", "trouble": row.trouble}
    return {"words": _("waits in the outbox"), "tone": "wait", "stage": "open", "trouble": ""}


def answer_chip(answer: Answer) -> Values:
    words, tone, stage = {
        Answer.WAITING: (_("no answer yet"), "wait", "open"),
        Answer.ACCEPTED: (_("will review"), "good", "done"),
        Answer.DECLINED: (_("declined"), "neutral", "stop"),
    }[answer]
    return {"words": words, "tone": tone, "stage": stage}


def suggestion_rows(call: Call, rows: Sequence[SuggestionRow]) -> list[Values]:
    return [
        {
            "name": row.name,
            "email": row.email,
            "why": row.why,
            "by": row.by,
            "state": {
                SuggestionState.WAITING: "",
                SuggestionState.TAKEN: _("in the pool"),
                SuggestionState.TURNED_DOWN: _("turned down"),
            }[SuggestionState(row.state)],
            "url": url_for("reviewers.judge_suggestion", call_id=call.id, suggestion_id=row.id),
        }
        for row in rows
    ]
