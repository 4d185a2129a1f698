"""Panels as pages need them. Nothing of who applies, and nothing of what one must not see."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Call
from app.core.money import Money
from app.core.words import _
from app.panels import minutes, queries
from app.panels.models import Office, Panel, PanelState, Recommendation
from app.panels.queries import Discussed, ItemRow, Sitting
from app.panels.rules import Sits, recorders
from app.proposals import queries as proposals
from app.proposals import views as proposal_views
from app.reviews import queries as reviews
from app.reviews import views as review_views

Values = dict[str, Any]


def office_words(office: Office) -> str:
    return {
        Office.CHAIR: _("chair"),
        Office.MEMBER: _("member"),
        Office.SECRETARY: _("secretary"),
    }[office]


def recommendation_words(recommendation: Recommendation) -> str:
    return {
        Recommendation.FOLLOW: _("Let the rule decide"),
        Recommendation.AWARD: _("Award, whatever the rule gives"),
        Recommendation.RESERVE: _("Reserve list, whatever the rule gives"),
        Recommendation.DECLINE: _("Decline, whatever the rule gives"),
    }[recommendation]


def _short(recommendation: Recommendation) -> tuple[str, str, str]:
    return {
        Recommendation.FOLLOW: (_("as the rule decides"), "neutral", "part"),
        Recommendation.AWARD: (_("award"), "good", "done"),
        Recommendation.RESERVE: (_("reserve"), "wait", "part"),
        Recommendation.DECLINE: (_("decline"), "neutral", "stop"),
    }[recommendation]


def recommended(row: ItemRow) -> tuple[str, str, str]:
    """Return words, tone and stage of the chip of what the panel recommends."""
    return _short(row.item.recommendation)


def state_words(state: PanelState) -> tuple[str, str, str]:
    """Return words, tone and stage of a panel's chip."""
    return {
        PanelState.PREPARING: (_("being prepared"), "neutral", "open"),
        PanelState.MEETING: (_("in session"), "active", "part"),
        PanelState.CLOSED: (_("minutes to be approved"), "wait", "part"),
        PanelState.APPROVED: (_("minutes approved"), "good", "done"),
    }[state]


def panel_values(call: Call, panel: Panel) -> Values:
    return {
        "id": panel.id,
        "name": panel.name,
        "meets": call_views.local(call, panel.meets_at),
        "place": panel.place,
        "quorum": panel.quorum,
        "state": panel.state.value,
        "chip": state_words(panel.state),
        "sha256": panel.sha256,
        "url": url_for("panels.show", panel_id=panel.id),
    }


def own_rows(own: Sequence[tuple[Panel, Call]]) -> list[Values]:
    return [{**panel_values(call, panel), "call": call.title} for panel, call in own]


def people(members: Sequence[Sits]) -> list[Values]:
    return [
        {
            "id": one.member_id,
            "name": one.name,
            "office": office_words(one.office),
            "here": one.here,
        }
        for one in members
    ]


def agenda(sitting: Sitting, items: Sequence[ItemRow]) -> list[Values]:
    """Return the items that exist for who asks, each with who leaves for it."""
    return [
        {
            **_item_row(row),
            "url": url_for("panels.item", panel_id=sitting.panel.id, item_id=row.item.id),
            "leaving": ", ".join(
                one.name for one in sitting.members if row.item.proposal_id in one.barred
            ),
        }
        for row in minutes.seen_by(sitting.me, items)
    ]


def desk_agenda(items: Sequence[ItemRow], members: Sequence[Sits], currency: str) -> list[Values]:
    return [
        {
            **_item_row(row),
            "asks": Money(row.requested_minor, currency).show(),
            "leaving": ", ".join(one.name for one in members if row.item.proposal_id in one.barred),
            "recorded": bool(recorders(members, row.item.proposal_id)),
        }
        for row in items
    ]


def _item_row(row: ItemRow) -> Values:
    decided = row.item.decided_at is not None
    return {
        "id": row.item.id,
        "number": row.number,
        "title": row.title,
        "decided": decided,
        "withdrawn": row.state is minutes.OFF_THE_TABLE,
        "chip": _short(row.item.recommendation)
        if decided
        else (_("not discussed yet"), "neutral", "open"),
    }


def item_values(sitting: Sitting, found: Discussed) -> Values:
    """Return the proposal as reviewers read it, and its reviews by letter."""
    call, measure = sitting.call, reviews.measure_of(sitting.call)
    named = set(found.version.answers.values())
    return {
        "science": proposal_views.science(
            number=found.proposal.number,
            title=found.version.title,
            answers=found.version.answers,
            questions=calls.questions_of(call.id),
            files={
                copy.id: proposal_views.file_values(
                    copy,
                    url_for(
                        "panels.show_file",
                        panel_id=sitting.panel.id,
                        item_id=found.item.id,
                        file_id=copy.id,
                    ),
                )
                for copy in proposals.blinded_files(found.proposal.id)
                if copy.id in named
            },
            currency=call.currency,
            requested=Money(found.version.requested_minor, call.currency),
            months=found.version.months,
        ),
        "reviews": [
            {**one, "name": ""}
            for one in review_views.other_values(
                call, measure, queries.reviews_of(found.proposal.id)
            )
        ],
        "leaving": [one.name for one in sitting.members if found.proposal.id in one.barred],
    }


def minutes_values(call: Call, told: Values, titles: Mapping[str, str]) -> Values:
    """Return minutes as they are read on a page, with the titles of proposals by number."""
    return {
        **told,
        "items": [
            {
                **one,
                "title": titles.get(one["proposal"], ""),
                "chip": _short(Recommendation(one["recommendation"])),
                "amount": Money(one["amount_minor"], call.currency).show()
                if one["amount_minor"]
                else "",
                "note": proposal_views.paragraphs(one["note"]),
            }
            for one in told["items"]
        ],
        "people": [
            {**one, "office": office_words(Office(one["office"]))} for one in told["people"]
        ],
    }
