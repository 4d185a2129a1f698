"""A panel in which whatever tells who somebody is, and what was said of what, holds a canary.

`torn` has a conflict with the proposal whose item is the "closed item": nothing of it is theirs.
"""

from datetime import timedelta

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.allocation import service as allocation
from app.calls.models import Blinding, Call
from app.core import clock
from app.core.db import db
from app.core.lens import Lens
from app.core.work import Mode, unit_of_work
from app.panels import minutes, service
from app.panels.models import Office, Panel, Recommendation
from app.panels.queries import items_of, member_rows
from app.panels.service.meeting import Said
from app.proposals.models import Proposal, Version
from app.reviewers.models import Conflict, ConflictKind
from tests.factories import a_call, a_review, a_submitted_proposal, in_pool, plant, planted
from tests.panels.world import item_about, seated
from tests.trust.planting import Planted, plant_file

NAMES = frozenset({"name"})
ITEMS = ("open item", "closed item")


def plant_panel(world: Planted, officer: Actor, judge: Actor) -> None:
    """A call whose panel has met: one item for all of it, one closed to `torn`; minutes agreed."""
    call = a_call(phase="ranking", blinding=Blinding.DOUBLE)
    world.calls["panel"] = call
    lead = world.person("lead-panel")
    chair, torn = world.person("chair", Role.REVIEWER), world.person("torn", Role.REVIEWER)
    for key in ITEMS:
        world.proposals[key] = a_submitted_proposal(call, lead)
        plant_file(world, "lead-panel", world.proposals[key])
        _titled(world, key)
        a_review(world.proposals[key], call, judge, merit="5", plan="5")
    plant(_conflict(call, world.proposals["closed item"], torn))
    panel_id = _set_up(officer, call, {chair: Office.CHAIR, torn: Office.MEMBER})
    _meet(world, panel_id, chair)
    with unit_of_work(Lens.STAFF):  # what stands how is shown to the panel, too
        stored = db.session.get_one(Call, call.id)
        allocation.make_ranking(officer, stored)
        allocation.look_closer(officer, stored)
    with unit_of_work(mode=Mode.READ):
        world.panels.append(panel_id)
        world.items += [row.item.id for row in items_of(panel_id)]
        world.members += [one.id for one in member_rows(panel_id)]
    _allow(world)


def _allow(world: Planted) -> None:
    """Say what its people may read: each other's names, and what was said of what they judged."""
    world.beside["chair"] = {"torn": NAMES, **dict.fromkeys(ITEMS)}
    world.beside["torn"] = {"chair": NAMES, "open item": None}
    for key in ("officer", "approver"):
        world.beside[key] = dict.fromkeys(ITEMS)
    # who wrote it, who judged it, and who declares their own interests over a list of titles
    for key in ("lead-panel", "reviewer", "administrator"):
        world.beside[key] = dict.fromkeys(ITEMS, frozenset({"title"}))


def _titled(world: Planted, key: str) -> None:
    with planted():
        version = db.session.get_one(Version, str(world.proposals[key].version_id))
        version.title = world.token(key, "title")


def _conflict(call: Call, proposal: Proposal, who: Actor) -> Conflict:
    return Conflict(
        call_id=call.id,
        proposal_id=proposal.id,
        account_id=who.id,
        kind=ConflictKind.ORGANISATION,
        declared=False,
        found_at=clock.now(),
    )


def _set_up(officer: Actor, call: Call, people: dict[Actor, Office]) -> str:
    for one in people:
        in_pool(call, one)
    with unit_of_work(Lens.STAFF):
        stored = db.session.get_one(Call, call.id)
        plan = service.Plan("Panel", clock.now() + timedelta(days=1), "Room 7", quorum=1)
        panel_id = service.prepare(officer, stored, plan).id
    for one, office in people.items():
        with unit_of_work(Lens.STAFF):
            stored = db.session.get_one(Call, call.id)
            panel = db.session.get_one(Panel, panel_id)
            service.appoint(officer, stored, panel, one.id, office)
    with unit_of_work(Lens.STAFF):
        stored = db.session.get_one(Call, call.id)
        service.set_agenda(officer, stored, db.session.get_one(Panel, panel_id), [])
    return panel_id


def _meet(world: Planted, panel_id: str, chair: Actor) -> None:
    with unit_of_work(Lens.PANEL):
        sitting = seated(chair, panel_id)
        service.note_here(chair, sitting, [one.member_id for one in sitting.members])
    with unit_of_work(Lens.PANEL):
        service.open_meeting(chair, seated(chair, panel_id))
    for key in ITEMS:
        with unit_of_work(Lens.PANEL):
            said = Said(
                revision=0,
                note=f"It was said: {world.token(key, 'note')}.",
                recommendation=Recommendation.RESERVE,
                amount_minor=0,
                reason=f"Because of {world.token(key, 'reason')}.",
            )
            about = item_about(panel_id, world.proposals[key].id)
            service.decide(chair, seated(chair, panel_id), about, said)
    with unit_of_work(Lens.PANEL):
        service.close_meeting(chair, seated(chair, panel_id))
    with unit_of_work(Lens.PANEL):
        sitting = seated(chair, panel_id)
        _items, sha256 = minutes.to_agree(sitting.panel, sitting.members, sitting.me)
        assert service.approve(chair, sitting, seen_sha256=sha256)


def plant_panel_alone() -> Planted:
    """The staff, a reviewer and the panel: what it takes to search a panel's pages."""
    world = Planted()
    officer = world.person("officer", Role.OFFICER)
    world.person("approver", Role.APPROVER)
    world.person("auditor", Role.AUDITOR)
    world.person("administrator", Role.ADMINISTRATOR)
    plant_panel(world, officer, world.person("reviewer", Role.REVIEWER))
    return world
