"""The decision desk as the people of a panel read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from app.allocation import closer
from app.allocation.computing import Data
from app.allocation.for_panels import blind, service
from app.allocation.for_panels.models import PanelOutlook
from app.allocation.for_panels.outlook import OWN
from app.allocation.models import Decision, ScenarioState
from app.allocation.views import decision_words, page_of
from app.calls import award_rule, queries
from app.calls import views as call_views
from app.calls.award_rule import DrawMode
from app.calls.models import Call
from app.core.money import Money
from app.core.words import _
from app.panels import minutes
from app.panels import views as panel_views
from app.panels.queries import ItemRow, Sitting

Values = dict[str, Any]
PER_PAGE = 50  # proposals; charts and other rules stand on the same page


@dataclass(frozen=True, slots=True)
class Shown:
    """A rule that was tried, without the name an officer gave it: that may say anything."""

    id: str
    number: int
    name: str
    terms: Data
    rule: Data
    result: Data
    state: ScenarioState
    trouble: str


def page(
    sitting: Sitting, made: PanelOutlook | None, items: Sequence[ItemRow], asked: str
) -> Values:
    """Return all that the desk shows; `items` are the agenda, `asked` which page of the lines."""
    call = sitting.call
    values: Values = {
        "rule": closer.the_rule(call),
        "currency": call.currency,
        "left_out": _left_out(call),
        "draws": award_rule.from_data(call.award_rule).draw is not DrawMode.NONE,
        "made": made is not None,
        "closer": None,
        "own": None,
        "scenarios": [],
        **page_of([], ""),
    }
    content = made.content if made else {}
    if not content.get("calibration"):
        return values
    tried = [_shown(call, one) for one in content["tried"]]
    own = next(one for one in tried if one.number == OWN)
    official = closer.official_in(tried)
    lines = _lines(call, content, own.result, _advice(sitting, items))
    return {
        **values,
        "closer": closer.intervals(
            call, content["ranked"], content["calibration"], content["places"], own.result
        ),
        "own": closer.card(call, own, None),
        "scenarios": [_differing(call, closer.card(call, one, official)) for one in tried],
        **page_of(lines, asked, PER_PAGE),
    }


def _left_out(call: Call) -> list[str]:
    """Say what of the rule is not carried out here, for it would tell who applies."""
    labels = {question.key: question.label for question in queries.questions_of(call.id)}
    told = award_rule.from_data(call.award_rule)
    return blind.left_out(told, service.known_to_reviewers(call), labels)


def _shown(call: Call, one: Data) -> Shown:
    name = (
        _("By the rule of the call")
        if one["number"] == OWN
        else _("Another rule, no. %(n)s", n=one["number"])
    )
    state = ScenarioState.FAILED if one["trouble"] else ScenarioState.READY
    terms = {} if one["number"] == OWN else one["terms"]
    rule = {**one["rule"], "lower_is_better": float(call.scale_best) < float(call.scale_worst)}
    return Shown("", one["number"], name, terms, rule, one["result"], state, one["trouble"])


def _lines(call: Call, content: Data, own: Data, advice: Mapping[str, Values]) -> list[Values]:
    """Return every proposal with what the rule gives it, or by place where it cannot say."""
    places = {place["proposal"]: place for place in content["ranked"]["places"]}
    given = own.get("lines") or [{"proposal": number} for number in places]
    return [
        {
            "proposal": line["proposal"],
            "title": content["titles"][line["proposal"]],
            "rank": places[line["proposal"]]["rank"],
            "tied": bool(places[line["proposal"]]["tied_with"]),
            "shown": places[line["proposal"]]["shown"],
            "asks": Money(content["asks"][line["proposal"]], call.currency).show(),
            **_decided(call, line),
            **advice.get(line["proposal"], {"url": "", "advice": None}),
        }
        for line in given
    ]


def _decided(call: Call, line: Data) -> Values:
    if "decision" not in line:
        return {"chip": None, "gets": "", "reason": "", "awarded": False}
    decision = Decision(line["decision"])
    amount = line["amount_minor"]
    return {
        "chip": decision_words(decision),
        "gets": Money(amount, call.currency).show() if amount else "",
        "reason": line["reason"],
        "awarded": decision is Decision.AWARD,
    }


def _advice(sitting: Sitting, items: Sequence[ItemRow]) -> dict[str, Values]:
    """Return the way to each item of the agenda, and what the panel recommends of it."""
    return {
        row.number: {
            "url": url_for("panels.item", panel_id=sitting.panel.id, item_id=row.item.id),
            "advice": panel_views.recommended(row) if row.item.decided_at is not None else None,
        }
        for row in minutes.seen_by(sitting.me, items)
    }


def _differing(call: Call, card: Values) -> Values:
    """Return another rule with the sentences alone in which it differs from the call's own."""
    own = set(call_views.money_sentences(call))
    return {**card, "sentences": [said for said in card["sentences"] if said not in own]}
