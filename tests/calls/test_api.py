"""Calls for programs: what everybody reads of them, and nothing more."""

import pytest

from app.core.web import EquipoiseApp
from tests.factories import a_call
from tests.programs import Program


def test_calls_are_listed_by_pages_and_phase(app: EquipoiseApp) -> None:
    open_ = [a_call(code=f"OPEN{place}").code for place in range(3)]
    a_call(code="HIDDEN", phase="drafting")
    a_call(code="PAST", phase="archived")
    program = Program(app)

    every = program.get("/calls").get_json()
    assert {row["code"] for row in every["items"]} == {*open_, "PAST"}
    assert (every["page"], every["pages"], every["total"]) == (1, 1, 4)

    first = program.get("/calls?phase=open&per_page=2")
    assert len(first.get_json()["items"]) == 2
    assert first.headers["Link"].split(", ") == [
        '</api/v1/calls?phase=open&per_page=2&page=1>; rel="first"',
        '</api/v1/calls?phase=open&per_page=2&page=2>; rel="next"',
        '</api/v1/calls?phase=open&per_page=2&page=2>; rel="last"',
    ]
    second = program.get("/calls?phase=open&per_page=2&page=2").get_json()["items"]
    shown = [row["code"] for row in (*first.get_json()["items"], *second)]
    assert sorted(shown) == open_
    assert program.get("/calls?page=9").get_json()["items"] == []


def test_one_call_tells_its_form_and_criteria(app: EquipoiseApp) -> None:
    call = a_call()
    told = Program(app).get(f"/calls/{call.code}").get_json()
    assert told["call"]["url"] == f"http://127.0.0.1:8000/calls/{call.code}"
    assert [one["key"] for one in told["questions"]] == ["aims", "team", "description"]
    assert [one["weight"] for one in told["criteria"]] == ["0.6", "0.4"]
    assert told["call"]["closes_at"].endswith("Z")


@pytest.mark.parametrize("phase", ["ranking", "allocating", "approving"])
def test_how_far_a_decision_is_stays_inside(app: EquipoiseApp, phase: str) -> None:
    call = a_call(phase=phase)
    program = Program(app)
    assert program.get(f"/calls/{call.code}").get_json()["call"]["phase"] == "ranking"
    assert [row["code"] for row in program.get("/calls?phase=ranking").get_json()["items"]] == [
        call.code
    ]
    assert program.get(f"/calls?phase={phase}").status_code == (200 if phase == "ranking" else 400)


def test_a_call_that_is_not_published_is_not_there(app: EquipoiseApp) -> None:
    call, program = a_call(phase="drafting"), Program(app)
    hidden, absent = program.get(f"/calls/{call.code}"), program.get("/calls/NOSUCH")
    assert (hidden.status_code, hidden.data) == (404, absent.data)
