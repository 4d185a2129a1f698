"""A panel for tests: a judged call whose pool meets about it."""

from dataclasses import dataclass
from datetime import timedelta

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.lens import Lens
from app.core.work import unit_of_work
from app.panels import queries, service
from app.panels.models import Office, Panel, Recommendation
from app.panels.queries import Discussed, Sitting
from app.panels.service import Plan
from app.panels.service.meeting import Said
from app.reviewers.models import Conflict, ConflictKind
from tests.factories import Released, a_judged_call, a_person, in_pool, plant


@dataclass(frozen=True)
class Met:
    """A call with its panel; `torn` is a member with a conflict about proposal A."""

    world: Released
    panel_id: str
    chair: Actor
    secretary: Actor
    member: Actor
    torn: Actor

    @property
    def people(self) -> tuple[Actor, ...]:
        return (self.chair, self.secretary, self.member, self.torn)


def seated(person: Actor, panel_id: str) -> Sitting:
    found = queries.sitting(person.id, panel_id)
    assert found is not None
    return found


def item_about(panel_id: str, proposal_id: str) -> Discussed:
    (row,) = (r for r in queries.items_of(panel_id) if r.item.proposal_id == proposal_id)
    found = queries.discussed(panel_id, row.item.id)
    assert found is not None
    return found


def a_conflict(person: Actor, world: Released, name: str) -> None:
    plant(
        Conflict(
            call_id=world.call.id,
            proposal_id=world.proposals[name].id,
            account_id=person.id,
            kind=ConflictKind.ORGANISATION,
            declared=False,
            found_at=clock.now(),
        )
    )


def a_panel(*, quorum: int = 2, world: Released | None = None) -> Met:
    """A prepared panel of four with all proposals on the agenda (four), in ranking order."""
    world = world or a_judged_call()
    people = [
        a_person(Role.REVIEWER, name=f"Panela {name}", organisation="Elsewhere")
        for name in ("Chairwell", "Scribeson", "Thirdley", "Tornby")
    ]
    for one in people:
        in_pool(world.call, one)
    with unit_of_work(Lens.STAFF):
        call = db.session.get_one(Call, world.call.id)
        plan = Plan("Panel of tests", clock.now() + timedelta(days=1), "Room 7", quorum)
        panel = service.prepare(world.officer, call, plan)
        panel_id = panel.id
    for one, office in zip(
        people, (Office.CHAIR, Office.SECRETARY, Office.MEMBER, Office.MEMBER), strict=True
    ):
        with unit_of_work(Lens.STAFF):
            service.appoint(
                world.officer,
                db.session.get_one(Call, world.call.id),
                db.session.get_one(Panel, panel_id),
                one.id,
                office,
            )
    with unit_of_work(Lens.STAFF):
        call = db.session.get_one(Call, world.call.id)
        service.set_agenda(world.officer, call, db.session.get_one(Panel, panel_id), [])
    a_conflict(people[3], world, "A")
    return Met(world, panel_id, *people)


def open_with(met: Met, *here: Actor) -> None:
    """Let the chair note who came, and open the meeting."""
    came = {one.id for one in here or met.people}
    with unit_of_work(Lens.PANEL):
        sitting = seated(met.chair, met.panel_id)
        ids = [one.member_id for one in sitting.members if one.account_id in came]
        service.note_here(met.chair, sitting, ids)
    with unit_of_work(Lens.PANEL):
        service.open_meeting(met.chair, seated(met.chair, met.panel_id))


def write_down(
    met: Met,
    name: str,
    by: Actor | None = None,
    *,
    note: str = "It was discussed.",
    recommendation: Recommendation = Recommendation.FOLLOW,
    amount_minor: int = 0,
    reason: str = "",
) -> None:
    by = by or met.secretary
    with unit_of_work(Lens.PANEL):
        found = item_about(met.panel_id, met.world.proposals[name].id)
        said = Said(found.item.revision, note, recommendation, amount_minor, reason)
        service.decide(by, seated(by, met.panel_id), found, said)


def hold_meeting(met: Met, **otherwise: tuple[Recommendation, str]) -> None:
    """Open, write everything down, close: `hold_meeting(met, D=(Recommendation.AWARD, "…"))`."""
    open_with(met)
    for name in met.world.proposals:
        recommendation, reason = otherwise.get(name, (Recommendation.FOLLOW, ""))
        write_down(met, name, recommendation=recommendation, reason=reason)
    with unit_of_work(Lens.PANEL):
        service.close_meeting(met.chair, seated(met.chair, met.panel_id))


def agree(met: Met, person: Actor) -> bool:
    """Agree to what this person may agree to, as it stands."""
    from app.panels import minutes  # noqa: PLC0415

    with unit_of_work(Lens.PANEL):
        sitting = seated(person, met.panel_id)
        _items, sha256 = minutes.to_agree(sitting.panel, sitting.members, sitting.me)
        return service.approve(person, sitting, seen_sha256=sha256)
