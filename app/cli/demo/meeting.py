"""How panels meet in the stories."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from app.accounts.actor import Actor
from app.allocation.service import Departure
from app.calls import queries as calls
from app.calls.models import Call
from app.cli.demo.stage import Stage, Story
from app.core import clock
from app.core.db import db
from app.core.lens import Lens
from app.core.work import Mode, unit_of_work
from app.panels import minutes, queries, service
from app.panels.models import Office, Panel, PanelState, Recommendation
from app.panels.queries import ItemRow, Sitting
from app.panels.service import Plan
from app.panels.service.meeting import Said

CALLED_BEFORE = timedelta(hours=1)
FOR_EACH = timedelta(minutes=12)  # that a panel speaks about one proposal
TO_AGREE = timedelta(hours=2)  # after the meeting, until all have read the minutes
OFFICES = (Office.CHAIR, Office.SECRETARY, Office.MEMBER, Office.MEMBER)
NOTES = (
    (
        "The reviewers agree. The panel asked whether the sites can recruit as fast as they say, "
        "and found the plan for it sound."
    ),
    (
        "One reviewer graded much lower than the others. The panel read the reason together: it is "
        "about the wording of the aims, not about the work."
    ),
    (
        "The panel spoke about the budget for travel and found it modest. Nothing was added to "
        "what the reviewers wrote."
    ),
    (
        "A patient in the panel said that the visits are too many. The panel asks the applicants "
        "to look at that; it changes nothing in the judgement."
    ),
)


def meet(
    stage: Stage,
    call_id: str,
    keys: Sequence[str],
    otherwise: Mapping[str, Departure],
    *,
    finished: bool,
) -> Story:
    """Let a panel of these four meet; an unfinished meeting has written down half its agenda."""
    at = clock.now() + CALLED_BEFORE
    panel_id = _set_up(stage, call_id, keys, at)
    people = [stage.actor(key) for key in keys]
    yield min(at, stage.today)
    with unit_of_work(Lens.PANEL):
        sitting = _sitting(people[0], panel_id)
        service.note_here(people[0], sitting, [one.member_id for one in sitting.members])
    with unit_of_work(Lens.PANEL):
        service.open_meeting(people[0], _sitting(people[0], panel_id))
    with unit_of_work(mode=Mode.READ):
        agenda = queries.items_of(panel_id)
    for place, row in enumerate(agenda if finished else agenda[: len(agenda) // 2]):
        at += FOR_EACH
        yield min(at, stage.today)
        _discuss(people, panel_id, row, NOTES[place % len(NOTES)], otherwise.get(row.number))
    if finished:
        with unit_of_work(Lens.PANEL):
            service.close_meeting(people[0], _sitting(people[0], panel_id))
        yield min(at + TO_AGREE, stage.today)
        _agree(people, panel_id)


def _set_up(stage: Stage, call_id: str, keys: Sequence[str], meets_at: datetime) -> str:
    with stage.act("officer", Lens.STAFF) as officer:
        call = _call(call_id)
        plan = Plan(f"Panel {call.code}", meets_at, "By video", 2)
        panel_id = service.prepare(officer, call, plan).id
    for key, office in zip(keys, OFFICES, strict=True):
        account_id = stage.actor(key).id
        with stage.act("officer", Lens.STAFF) as officer:
            service.appoint(officer, _call(call_id), _panel(panel_id), account_id, office)
    with stage.act("officer", Lens.STAFF) as officer:
        service.set_agenda(officer, _call(call_id), _panel(panel_id), [])
    return panel_id


def _discuss(
    people: list[Actor], panel_id: str, row: ItemRow, note: str, other: Departure | None
) -> None:
    said = Said(
        row.item.revision,
        note,
        Recommendation(other.decision.value) if other else Recommendation.FOLLOW,
        other.amount_minor if other else 0,
        other.reason if other else "",
    )
    writer = _writer(people, panel_id, row.item.proposal_id)
    with unit_of_work(Lens.PANEL):
        found = queries.discussed(panel_id, row.item.id)
        assert found is not None
        service.decide(writer, _sitting(writer, panel_id), found, said)


def _writer(people: list[Actor], panel_id: str, proposal_id: str) -> Actor:
    """Return the secretary, or whoever may write where the secretary has to leave."""
    with unit_of_work(mode=Mode.READ):
        free = [p for p in people if proposal_id not in _sitting(p, panel_id).me.barred]
    return next((one for one in free if one is people[1]), free[0])


def _agree(people: list[Actor], panel_id: str) -> None:
    for person in people:
        with unit_of_work(mode=Mode.READ):
            sitting = _sitting(person, panel_id)
            if sitting.panel.state is not PanelState.CLOSED:
                return
            items, seen = minutes.to_agree(sitting.panel, sitting.members, sitting.me)
        if items:
            with unit_of_work(Lens.PANEL):
                service.approve(person, _sitting(person, panel_id), seen_sha256=seen)


def _sitting(person: Actor, panel_id: str) -> Sitting:
    found = queries.sitting(person.id, panel_id)
    assert found is not None
    return found


def _panel(panel_id: str) -> Panel:
    return db.session.get_one(Panel, panel_id)


def _call(call_id: str) -> Call:
    call = calls.get_call(call_id)
    assert call is not None
    return call
