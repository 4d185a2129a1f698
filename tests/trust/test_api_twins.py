"""Programs are told the same whoever the hidden party is, and of what is not theirs nothing."""

from typing import Any

import pytest

from app.accounts.models import Role
from app.calls.models import Blinding
from app.core.api.answering import Operation
from app.core.api.document import routes_of
from app.core.ids import new_id
from app.core.web import EquipoiseApp
from app.reviewers.models import SeatState
from tests.factories import a_call, a_draft, a_person, a_reviewer, a_seat, a_submitted_proposal
from tests.programs import Program, a_program
from tests.trust.twins import become_somebody_else, world_of

WRITTEN = {"revision": 99, "grades": {"merit": "5"}, "reasons": {"merit": "Because it is so."}}


@pytest.mark.parametrize("blinding", [Blinding.DOUBLE, Blinding.TRIPLE])
def test_a_reviewer_s_program_cannot_tell_two_worlds_apart(
    app: EquipoiseApp, blinding: Blinding
) -> None:
    world = world_of(blinding)
    program = a_program(app, world.reviewer)
    seats = [row["id"] for row in program.get("/reviews").get_json()["items"]]
    asked: list[tuple[str, str, Any]] = [
        ("GET", "/me", None),
        ("GET", "/calls", None),
        ("GET", f"/calls/{world.call.code}", None),
        ("GET", "/results", None),
        ("GET", "/proposals", None),
        ("GET", f"/proposals/{world.proposal.id}", None),
        ("GET", f"/desk/calls/{world.call.id}/proposals", None),
        ("GET", "/reviews", None),
        ("GET", "/reviews?per_page=1&page=2", None),
        ("GET", "/reviews?sort=applicant", None),
        *(("GET", f"/reviews/{seat}", None) for seat in seats),
        *(("HEAD", f"/reviews/{seat}", None) for seat in seats),
        *(("PUT", f"/reviews/{seat}/draft", WRITTEN) for seat in seats),
        *(
            ("POST", f"/reviews/{seat}/submit", {"revision": 99, "no_conflict": True})
            for seat in seats
        ),
    ]

    def answers() -> list[tuple[int, str, bytes]]:
        found = [program.ask(method, path, json=body) for method, path, body in asked]
        return [(one.status_code, str(sorted(one.headers.items())), one.data) for one in found]

    before = answers()
    assert len(seats) > 1
    assert {200, 404, 409} <= {status for status, _head, _body in before}
    become_somebody_else(world)
    for request, one, other in zip(asked, before, answers(), strict=True):
        assert one == other, request


def test_whatever_is_not_yours_is_answered_as_what_is_not_there(app: EquipoiseApp) -> None:
    drafting, call = a_call(code="SECRET1", phase="drafting"), a_call(phase="reviewing")
    lead, reviewer = a_person(), a_reviewer()
    seat = a_seat(call, a_submitted_proposal(call, lead), reviewer, state=SeatState.ACCEPTED)
    own = a_draft(a_call(), lead)
    known = {
        "code": drafting.code,
        "proposal_id": own.id,
        "seat_id": seat.id,
        "call_id": call.id,
    }
    outsiders = [
        a_person(),
        a_reviewer(),
        a_person(Role.FUNDER),
        a_person(Role.OFFICER, scope=new_id()),
    ]
    tried = 0
    for who in outsiders:
        program = a_program(app, who)
        for method, path, told in _naming_things(app):
            theirs, absent = (
                program.ask(method, path.format(**values), json=_least(told))
                for values in (
                    {name: known.get(name) or new_id() for name in _names(path)},
                    {name: "SECRET2" if name == "code" else new_id() for name in _names(path)},
                )
            )
            assert theirs.status_code == 404, (method, path, theirs.text)
            assert theirs.data == absent.data, (method, path)
            assert sorted(theirs.headers.items()) == sorted(absent.headers.items()), path
            tried += 1
    assert tried > 40
    assert Program(app).get(f"/proposals/{own.id}").status_code == 401


def _naming_things(app: EquipoiseApp) -> list[tuple[str, str, Operation]]:
    """Return method and address under /api/v1 of every route that names a thing."""
    found = []
    for rule, method, told in routes_of(app):
        if rule.arguments and rule.rule.startswith("/api/v1"):
            path = rule.rule.removeprefix("/api/v1")
            for name in rule.arguments:
                path = path.replace(f"<id:{name}>", f"{{{name}}}")
                path = path.replace(f"<word:{name}>", f"{{{name}}}")
            found.append((method, path, told))
    return found


def _names(path: str) -> list[str]:
    return [part.partition("}")[0] for part in path.split("{")[1:]]


def _least(told: Operation) -> dict[str, Any] | None:
    """Return the least body that is taken."""
    if told.takes is None:
        return None
    values: dict[str, Any] = {"revision": 0, "no_conflict": True, "grades": {}, "reasons": {}}
    return {name: value for name, value in values.items() if name in _fields(told.takes)}


def _fields(shape: Any) -> set[str]:
    return set(shape.__dataclass_fields__)
