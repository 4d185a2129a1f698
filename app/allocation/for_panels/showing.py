"""What the officer does with the rule, as a panel reads it: departures and the draw."""

from typing import Any

from app.allocation import draws
from app.allocation.computing import Data
from app.allocation.models import Decision
from app.allocation.views import decision_words
from app.calls import views as call_views
from app.calls.models import Call
from app.core import clock
from app.core.money import Money
from app.core.words import _

Values = dict[str, Any]


def departures(call: Call, content: Data, own: Data, *, whole: bool) -> list[Values]:
    """Return the departures of what is proposed.

    `own` is what the rule gives here. Where the `whole` rule is carried out, what a departure gives
    as well is none of it: it can be one only beside proposals that are not on this page.
    """
    given = {line["proposal"]: line for line in own.get("lines", ())}
    return [
        {
            **{name: one[name] for name in ("proposal", "decision", "amount_minor", "agreed")},
            "title": content["titles"][one["proposal"]],
            "chip": decision_words(Decision(one["decision"])),
            "gets": Money(one["amount_minor"], call.currency).show() if one["amount_minor"] else "",
        }
        for one in content.get("beside", {}).get("departures", ())
        if not whole or _differs(one, given.get(one["proposal"]))
    ]


def _differs(one: Data, line: Data | None) -> bool:
    told = ("decision", "amount_minor")
    return line is None or any(one[name] != line[name] for name in told)


def draw(call: Call, content: Data) -> Values | None:
    """Return the draw among the proposals that are open; nothing where none of them is drawn."""
    found, told = content.get("draw"), content.get("beside", {}).get("draw")
    if not found or not told:
        return None
    record = found["record"]
    return {
        "source": told["source"],
        "committed_at": call_views.local(call, clock.from_text(told["committed_at"])),
        "held": found["held"],
        "drawn": record.get("drawn", []),
        "transcript": record.get("transcript", []),
        "chances": draws.chances(record["probabilities"]),
        "label": record["label"],
    }


def steps(content: Data) -> list[Values]:
    """Return the draw step by step, for a room; nothing where there is none."""
    found, told = content.get("draw"), content.get("beside", {}).get("draw")
    if not found or not told:
        return []
    record = found["record"]
    at = clock.from_text(told["committed_at"])
    return draws.steps_of(
        draws.Showing(
            record["probabilities"],
            record["k"],
            told["source"],
            {"words": _("It is fixed since %(when)s.", when=draws.when(at))},
            record if found["held"] else {},
        )
    )
