"""The desk, funders and auditors for programs: what the pages tell them, and to nobody else."""

from typing import Any

import pytest

from app.accounts.models import Role
from app.core.ids import new_id
from app.core.web import EquipoiseApp
from app.ledger import service as ledger
from tests.factories import (
    Released,
    a_judged_call,
    a_person,
    a_released_call,
    approve_allocation,
    planted,
)
from tests.programs import a_program
from tests.worlds import BuiltOnce


def _people(world: Released) -> set[str]:
    leads = {word for lead in world.leads.values() for word in (lead.name, lead.organisation)}
    return leads | {reviewer.name for reviewer in world.reviewers}


def test_staff_read_the_decision_from_proposals_to_bundle(app: EquipoiseApp) -> None:
    world = a_judged_call()
    program, desk = a_program(app, world.officer), f"/desk/calls/{world.call.id}"
    assert [row["id"] for row in program.get("/desk/calls").get_json()["items"]] == [world.call.id]

    proposals = program.get(f"{desk}/proposals?state=eligible")
    assert proposals.get_json()["total"] == 4
    assert program.get(f"{desk}/proposals?state=declined").get_json()["total"] == 0
    standing = program.get(f"{desk}/ranking")
    assert standing.get_json()["made"] is False
    assert program.get(f"{desk}/decision").status_code == 403, "nothing is proposed yet"
    approve_allocation(world)
    made = program.get(f"{desk}/ranking")
    assert made.get_json()["made"] is True
    assert [one["proposal"] for one in made.get_json()["places"]] == [
        one["proposal"] for one in standing.get_json()["places"]
    ]
    bundle = program.get(f"{desk}/decision")
    assert set(bundle.get_json()) >= {"call", "criteria", "reviews", "allocation"}
    for answer in (proposals, standing, made, bundle):
        assert not [one for one in _people(world) if one in answer.text]


def test_a_desk_that_is_not_yours_is_not_there(app: EquipoiseApp) -> None:
    world = a_judged_call()
    others = [a_person(role) for role in (Role.REVIEWER, Role.FUNDER, Role.AUDITOR)]
    others += [a_person(Role.OFFICER, scope=new_id()), *world.leads.values()]
    for who in others:
        program = a_program(app, who)
        for tail in ("proposals", "progress", "ranking", "decision"):
            theirs = program.get(f"/desk/calls/{world.call.id}/{tail}")
            absent = program.get(f"/desk/calls/{new_id()}/{tail}")
            assert (theirs.status_code, theirs.data) == (404, absent.data), tail


def test_a_funder_reads_their_own_part_of_a_release(
    built_once: BuiltOnce, app: EquipoiseApp
) -> None:
    world = built_once(a_released_call)
    everything = a_program(app, a_person(Role.FUNDER)).get("/funding/calls").get_json()["items"]
    assert [one["code"] for one in everything] == [world.call.code]
    assert len(everything[0]["contributions"]) == 2
    assert everything[0]["awards"]
    foreign = a_program(app, a_person(Role.FUNDER, scope=new_id()))
    assert foreign.get("/funding/calls").get_json()["items"] == []
    assert a_program(app, world.officer).get("/funding/calls").status_code == 404


@pytest.mark.parametrize("scoped", [False, True])
def test_auditors_of_all_calls_read_the_ledger(app: EquipoiseApp, scoped: bool) -> None:  # noqa: FBT001
    world = a_judged_call()
    approve_allocation(world)
    auditor = a_person(Role.AUDITOR, scope=world.call.id if scoped else "")
    with planted():
        ledger.issue_checkpoint()
    program = a_program(app, auditor)
    if scoped:
        assert program.get("/ledger/entries").status_code == 404
        return
    page: dict[str, Any] = program.get("/ledger/entries?per_page=1&page=2").get_json()
    assert [row["seq"] for row in page["items"]] == [2]
    assert page["items"][0]["record"].startswith('{"act')
    assert program.get("/ledger/checkpoint").get_json()["size"] <= page["total"]
    assert a_program(app, world.officer).get("/ledger/entries").status_code == 404
