"""The decision desk as the people of a panel read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from app.allocation import closer
from app.allocation.computing import Data
from app.allocation.for_panels import blind, service, showing
from app.allocation.for_panels.models import PanelOutlook
from app.allocation.for_panels.outlook import OWN
from app.allocation.models import Decision, ScenarioState
from app.allocation.views import decision_words, page_of
from app.calls import award_rule, queries
from app.calls import views as call_views
from app.calls.award_rule import AwardRule, DrawMode
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
    kept = _kept(call)
    own_rule = award_rule.from_data(call.award_rule)
    values: Values = {
        "rule": closer.the_rule(call),
        "currency": call.currency,
        "left_out": kept.left_out(own_rule),
        "earmarked": [],
        "locked": "",
        "draws": own_rule.draw is not DrawMode.NONE,
        "made": made is not None,
        "closer": None,
        "own": None,
        "scenarios": [],
        "proposed": False,
        "departures": [],
        "draw": None,
        **page_of([], ""),
    }
    content = made.content if made else {}
    if not content.get("calibration"):
        return values
    tried = [_shown(call, one, kept) for one in content["tried"]]
    own = next(one for one in tried if one.number == OWN)
    official = closer.official_in(tried)
    lines = _lines(call, content, own.result, _advice(sitting, items))
    return {
        **values,
        "proposed": content.get("beside", {}).get("proposed", False),
        "departures": _departures(call, content, kept),
        "draw": showing.draw(call, content),
        "closer": closer.intervals(
            call, content["ranked"], content["calibration"], content["places"], own.result
        ),
        "own": closer.card(call, own, None),
        **_locked(call, content.get("earmarked", ()), kept.labels),
        "scenarios": [_differing(call, one, official, kept) for one in tried],
        **page_of(lines, asked, PER_PAGE),
    }


def departures(call: Call, content: Data) -> list[Values]:
    """Return the departures as the page shows them."""
    return _departures(call, content, _kept(call))


def _departures(call: Call, content: Data, kept: "Kept") -> list[Values]:
    own: Data = next((one["result"] for one in content["tried"] if one["number"] == OWN), {})
    left_out = kept.left_out(award_rule.from_data(call.award_rule))
    whole = not left_out and not content.get("earmarked")
    return showing.departures(call, content, own, whole=whole)


@dataclass(frozen=True, slots=True)
class Kept:
    """What of a rule is carried out here: the keys that reviewers read, all keys with labels."""

    known: frozenset[str]
    labels: Mapping[str, str]

    def left_out(self, told: AwardRule) -> list[str]:
        """Say what of a rule is not carried out here, for it would tell who applies."""
        return blind.left_out(told, self.known, self.labels)


def _kept(call: Call) -> Kept:
    labels = {question.key: question.label for question in queries.questions_of(call.id)}
    return Kept(service.known_to_reviewers(call), labels)


def _locked(call: Call, earmarked: Sequence[Data], labels: Mapping[str, str]) -> Values:
    """Return the money that this page gives freely and its funders do not, by what it goes by."""
    return {
        "earmarked": [
            _(
                "%(money)s of %(funder)s are earmarked by: %(what)s.",
                money=Money(one["minor"], call.currency).show(),
                funder=one["funder"],
                what=", ".join(award_rule.attribute_words(name, labels) for name in one["by"]),
            )
            for one in earmarked
        ],
        "locked": Money(sum(one["minor"] for one in earmarked), call.currency).show()
        if earmarked
        else "",
    }


def _shown(call: Call, one: Data, kept: Kept) -> Shown:
    own = one["number"] == OWN
    name = _("By the rule of the call") if own else _("Another rule, no. %(n)s", n=one["number"])
    if kept.left_out(
        award_rule.from_data(call.award_rule if own else one["terms"].get("rule", {}))
    ):
        name = _("%(rule)s, without what goes by who applies", rule=name)
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


def _differing(call: Call, one: Shown, official: Data | None, kept: Kept) -> Values:
    """Return another rule with the sentences alone in which it differs from the call's own, and
    apart from them what of it is not carried out here."""
    left_out = kept.left_out(award_rule.from_data(one.terms.get("rule", {})))
    said_already = {*call_views.money_sentences(call), *left_out}
    card = closer.card(call, one, official)
    sentences = [said for said in card["sentences"] if said not in said_already]
    return {**card, "sentences": sentences, "left_out": left_out}
