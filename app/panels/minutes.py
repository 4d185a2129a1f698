"""The minutes as plain values: what each person may read and agree to, and what is printed."""

from collections.abc import Sequence
from typing import Any

from app.core import clock
from app.panels import queries, rules
from app.panels.models import Absence, MinutesApproval, Panel
from app.panels.queries import ItemRow
from app.panels.rules import Sits
from app.proposals.models import ProposalState

Values = dict[str, Any]
OFF_THE_TABLE = ProposalState.WITHDRAWN


def of_panel(panel: Panel, members: Sequence[Sits], items: Sequence[ItemRow]) -> Values:
    """Return the minutes of the given items; `members` are all who sit in the panel."""
    absences = queries.absences_of(panel.id)
    return {
        "panel": panel.name,
        "meets_at": clock.to_text(panel.meets_at),
        "place": panel.place,
        "quorum": panel.quorum,
        "opened_at": _instant(panel.opened_at),
        "closed_at": _instant(panel.closed_at),
        "people": [
            {"name": one.name, "office": one.office.value, "came": one.here} for one in members
        ],
        "items": [_item(row, members, absences.get(row.item.id, {})) for row in items],
    }


def _instant(at: Any) -> str:  # noqa: ANN401 - an instant or nothing
    return clock.to_text(at) if at else ""


def _item(row: ItemRow, members: Sequence[Sits], absences: dict[str, Absence | None]) -> Values:
    def names(*which: Absence | None) -> list[str]:
        known = [one for one in members if one.member_id in absences]
        return [one.name for one in known if absences[one.member_id] in which]

    item = row.item
    return {
        "proposal": row.number,
        "withdrawn": row.state is OFF_THE_TABLE,
        "note": item.note,
        "recommendation": item.recommendation.value,
        "amount_minor": item.amount_minor,
        "reason": item.reason,
        "presided": item.presided,
        "decided_at": _instant(item.decided_at),
        "present": names(None),
        "left": names(Absence.CONFLICT),
        "away": names(Absence.AWAY),
    }


def seen_by(me: Sits, items: Sequence[ItemRow]) -> list[ItemRow]:
    """Return the items that exist for somebody."""
    return [row for row in items if row.item.proposal_id not in me.barred]


def undecided(items: Sequence[ItemRow]) -> list[ItemRow]:
    return [row for row in items if row.item.decided_at is None and row.state is not OFF_THE_TABLE]


def to_agree(panel: Panel, members: Sequence[Sits], me: Sits) -> tuple[list[ItemRow], str]:
    """Return the items whose minutes somebody may agree to, with their hash."""
    absences = queries.absences_of(panel.id)
    items = [
        row
        for row in seen_by(me, queries.items_of(panel.id))
        if me in rules.approvers(members, row.item.proposal_id, _present(absences, row))
    ]
    return items, rules.digest(of_panel(panel, members, items))


def agreed(me: Sits, mine: Sequence[ItemRow], given: Sequence[MinutesApproval]) -> bool:
    """Whether somebody agreed to all that they may agree to: a chair who leaves an item after the
    meeting adds to what the others may."""
    covered = {item for one in given if one.member_id == me.member_id for item in one.items}
    return bool(covered) and covered.issuperset(row.item.id for row in mine)


def _present(absences: dict[str, dict[str, Absence | None]], row: ItemRow) -> list[str]:
    found = absences.get(row.item.id, {})
    return [member for member, absent in found.items() if absent is None]
