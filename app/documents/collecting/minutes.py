"""The facts of the minutes of a panel."""

from app.calls.models import Call
from app.core.money import Money
from app.documents import facts
from app.documents.collecting.decided import about_call, issue
from app.panels import minutes, queries, views
from app.panels.minutes import Values
from app.panels.models import Panel


def panel_minutes(call: Call, panel: Panel) -> facts.PanelMinutes:
    """Return what the approved minutes of a panel say."""
    members = queries.members_of(panel)
    told = minutes.of_panel(panel, members, queries.items_of(panel.id))
    people = {one.member_id: one for one in members}
    assert panel.opened_at is not None
    assert panel.closed_at is not None
    assert panel.approved_at is not None
    return facts.PanelMinutes(
        issue=issue(f"{call.code}/minutes/{panel.sha256[:8]}", call, panel.approved_at),
        call=about_call(call),
        panel=panel.name,
        place=panel.place,
        meets_at=panel.meets_at,
        opened_at=panel.opened_at,
        closed_at=panel.closed_at,
        quorum=panel.quorum,
        people=tuple(
            facts.Seated(one.name, views.office_words(one.office), one.here) for one in members
        ),
        items=tuple(_item(call, one) for one in told["items"] if one["decided_at"]),
        approved=tuple(
            facts.Approval(
                people[one.member_id].name,
                views.office_words(people[one.member_id].office),
                one.approved_at,
            )
            for one in queries.approvals_of(panel.id)
        ),
        sha256=panel.sha256,
    )


def _item(call: Call, one: Values) -> facts.Discussed:
    return facts.Discussed(
        number=one["proposal"],
        note=one["note"],
        recommendation=one["recommendation"],
        amount=Money(one["amount_minor"], call.currency) if one["amount_minor"] else None,
        reason=one["reason"],
        presided=one["presided"],
        present=tuple(one["present"]),
        left=tuple(one["left"]),
        away=tuple(one["away"]),
    )
