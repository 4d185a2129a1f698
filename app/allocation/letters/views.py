"""Decision letters as the desk shows them."""

from typing import Any

from app.allocation import queries as allocations
from app.allocation.letters import queries, service
from app.allocation.letters.forms import LetterForm
from app.allocation.letters.words import GAPS, Words
from app.allocation.models import Decision
from app.allocation.queries import LineRow
from app.allocation.views import decision_words
from app.calls.models import Call
from app.core.words import _
from app.notifications.models import LetterState

Values = dict[str, Any]
MOST_TROUBLES = 100


def letters(call: Call, sent: LetterForm | None, number: str) -> Values:
    """Return the three letters with a form for each, one shown as it will go out for `number` or
    for the first with that outcome, and how far those already sent came."""
    texts = queries.texts_of(call.id)
    allocation = allocations.latest_allocation(call.id)
    lines = allocations.lines_of(allocation.id) if allocation is not None else []
    chosen = next((row for row in lines if row.number == number), None)
    return {
        "gaps": [f"{{{name}}}" for name in GAPS],
        "written": [
            _letter(call, decision, texts[decision], sent, _example(lines, decision, chosen))
            for decision in Decision
        ],
        "number": chosen.number if chosen else "",
        "unknown": number if number and chosen is None else "",
        "delivery": _delivery(call),
        "troubles": queries.undelivered(call.id, MOST_TROUBLES),
    }


def _letter(
    call: Call, decision: Decision, text: Words, sent: LetterForm | None, row: LineRow | None
) -> Values:
    words, tone, stage = decision_words(decision)
    own = sent is not None and sent.decision.data == decision.value
    form = (
        sent
        if own and sent is not None
        else LetterForm(
            formdata=None, decision=decision.value, subject=text.subject, body=text.body
        )
    )
    for field in (form.decision, form.subject, form.body):
        field.id = f"{field.short_name}-{decision.value}"  # three forms on one page
    shown = service.line_told(call, row, text) if row is not None else None
    return {
        "decision": decision.value,
        "chip": {"words": words, "tone": tone, "stage": stage},
        "form": form,
        "open": own,
        "example": {
            "number": shown.number,
            "subject": shown.words.subject,
            "body": shown.words.body,
        }
        if shown
        else None,
    }


def _example(lines: list[LineRow], decision: Decision, chosen: LineRow | None) -> LineRow | None:
    if chosen is not None and chosen.line.decision is decision:
        return chosen
    return next((row for row in lines if row.line.decision is decision), None)


def _delivery(call: Call) -> list[Values]:
    counted = queries.delivery_of(call.id)
    told = {
        LetterState.SENT: _("Handed to the mail server"),
        LetterState.WAITING: _("On their way"),
        LetterState.HELD: _("Held back"),
        LetterState.FAILED: _("Could not be delivered"),
    }
    return [
        {"label": label, "value": counted[state]}
        for state, label in told.items()
        if counted.get(state)
    ]
