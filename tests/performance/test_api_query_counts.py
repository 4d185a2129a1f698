"""How much a program's request asks of the database: the same for few rows and for many."""

from collections.abc import Callable
from typing import Any

import pytest

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.core.web import EquipoiseApp
from app.reviewers.models import SeatState
from tests.counting import statements
from tests.factories import a_call, a_draft, a_person, a_review, a_reviewer, a_seat
from tests.factories import a_submitted_proposal as submitted
from tests.programs import Program, a_program

# Statements at the most: one of them finds whose token it is.
AT_MOST = {
    "/calls": 1,
    "/results": 1,
    "/common-grants/opportunities": 2,
    "/proposals": 2,
    "/reviews": 3,
    "/desk/calls": 2,
    "/desk/calls/{call}/proposals": 4,
    "/desk/calls/{call}/progress": 5,
    "/desk/calls/{call}/ranking": 6,
    "/funding/calls": 4,
    "/ledger/entries": 3,
    "/me": 1,
}


def _asked(seen: list[str]) -> int:
    return len([one for one in seen if not one.startswith(("PRAGMA", "SAVEPOINT", "BEGIN"))])


@pytest.fixture
def asked(app: EquipoiseApp) -> Callable[[str], int]:
    """Count the statements of a request, of whoever it is for; more rows are there each time."""
    call, reviewer, lead = a_call(phase="ranking"), a_reviewer(), a_person()
    staff = {role: a_person(role) for role in (Role.OFFICER, Role.FUNDER, Role.AUDITOR)}

    def who(path: str) -> Actor | None:
        for start, actor in {
            "/proposals": lead,
            "/me": lead,
            "/reviews": reviewer,
            "/desk": staff[Role.OFFICER],
            "/funding": staff[Role.FUNDER],
            "/ledger": staff[Role.AUDITOR],
        }.items():
            if path.startswith(start):
                return actor
        return None

    def more_rows() -> None:
        for _each in range(4):
            further = a_call(phase="reviewing")
            a_draft(further, lead)
            a_seat(further, submitted(further), reviewer, state=SeatState.ACCEPTED)
            a_review(submitted(call), call, merit="5", plan="4")

    def count(path: str) -> int:
        more_rows()
        actor = who(path)
        prefix = "" if path.startswith("/common-grants") else "/api/v1"
        program = a_program(app, actor) if actor else Program(app)
        program.prefix = prefix
        with statements() as seen:
            answer = program.get(path.format(call=call.id))
        assert answer.status_code == 200, answer.text
        return _asked(seen)

    return count


@pytest.mark.parametrize("path", AT_MOST)
def test_a_list_asks_the_same_however_many_rows_there_are(
    asked: Callable[[str], int], path: str
) -> None:
    few = asked(path)  # or fewer: a process keeps what nothing has changed
    assert asked(path) <= few
    assert few <= AT_MOST[path]


def test_an_act_asks_no_more_than_it_needs(app: EquipoiseApp) -> None:
    lead, reviewer, reviewing = a_person(), a_reviewer(), a_call(phase="reviewing")
    own = f"/proposals/{a_draft(a_call(), lead).id}"
    held = a_seat(reviewing, submitted(reviewing), reviewer, state=SeatState.ACCEPTED)
    seat = f"/reviews/{held.id}"
    written = {"revision": 0, "grades": {}, "reasons": {"plan": "x"}}
    handed_in = {"revision": 1, "names_may_stay": True}
    acts: list[tuple[Actor, str, str, Any, int]] = [
        (lead, "GET", own, None, 8),
        (lead, "PATCH", f"{own}/draft", {"revision": 0, "title": "Another"}, 11),
        (lead, "POST", f"{own}/submit", handed_in, 22),
        (lead, "POST", f"{own}/submit", handed_in, 5),  # the same again
        (reviewer, "GET", seat, None, 9),
        (reviewer, "PUT", f"{seat}/draft", written, 8),
    ]
    for who, method, path, body, most in acts:
        program = a_program(app, who)
        with statements() as seen:
            answer = program.ask(method, path, json=body, headers={"Idempotency-Key": "once"})
        assert answer.status_code in {200, 201}, answer.text
        assert _asked(seen) <= most, (method, path, seen)
