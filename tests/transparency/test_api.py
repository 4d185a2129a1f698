"""Results and CommonGrants for programs: public, after the release and not before."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.web import EquipoiseApp
from app.transparency.common_grants import uuid_of
from tests.factories import a_call, a_judged_call, a_released_call, approve_allocation, planted
from tests.programs import Program
from tests.worlds import BuiltOnce


def test_results_are_there_after_the_release(built_once: BuiltOnce, app: EquipoiseApp) -> None:
    world = built_once(a_released_call)
    program = Program(app)
    (row,) = program.get("/results").get_json()["items"]
    assert (row["code"], row["submitted"]) == (world.call.code, 4)
    told = program.get(f"/results/{world.call.code}").get_json()
    assert sum(one["amount_minor"] for one in told["awards"]) == row["spent_minor"]
    assert len(told["awards"]) == row["awards"]


def test_before_the_release_no_result_is_there(app: EquipoiseApp) -> None:
    world = a_judged_call()
    approve_allocation(world)
    program = Program(app)
    assert program.get("/results").get_json()["items"] == []
    decided, absent = (program.get(f"/results/{code}") for code in (world.call.code, "NOSUCH"))
    assert (decided.status_code, decided.data) == (404, absent.data)


@pytest.mark.parametrize(
    ("phase", "status"),
    [("announced", "forecasted"), ("open", "open"), ("closed", "closed"), ("archived", "closed")],
)
def test_a_call_is_an_opportunity(app: EquipoiseApp, phase: str, status: str) -> None:
    call = a_call(phase=phase, zone="Europe/Oslo", award_ceiling_minor=1_234_500)
    program = Program(app, prefix="/common-grants")
    listed = program.get("/opportunities").get_json()
    assert listed["paginationInfo"] == {
        "page": 1,
        "pageSize": 100,
        "totalItems": 1,
        "totalPages": 1,
    }
    (found,) = listed["items"]
    assert UUID(found["id"]) == uuid_of(call.id)
    assert {"id", "title", "status", "description", "createdAt", "lastModifiedAt"} <= set(found)
    assert found["status"]["value"] == status
    assert found["funding"]["maxAwardAmount"] == {"amount": "12345.00", "currency": "EUR"}
    assert found["keyDates"]["closeDate"]["eventType"] == "singleDate"
    one = program.get(f"/opportunities/{found['id']}").get_json()
    assert (one["status"], one["message"], one["data"]) == (200, "Success", found)


def test_what_lacks_is_left_out_and_the_last_changed_comes_first(app: EquipoiseApp) -> None:
    first = a_call(title="First")
    with planted():
        db.session.get_one(Call, first.id).opens_at = clock.now() - timedelta(days=9)
    a_call(title="Second")
    program = Program(app, prefix="/common-grants")
    items = program.get("/opportunities?pageSize=1").get_json()["items"]
    assert [one["title"] for one in items] == ["Second"]
    assert "maxAwardAmount" not in items[0]["funding"]


def test_a_call_that_is_not_published_is_no_opportunity(app: EquipoiseApp) -> None:
    call, program = a_call(phase="drafting"), Program(app, prefix="/common-grants")
    assert program.get("/opportunities").get_json()["items"] == []
    hidden = program.get(f"/opportunities/{uuid_of(call.id)}")
    absent = program.get(f"/opportunities/{uuid4()}")
    assert (hidden.status_code, hidden.data) == (404, absent.data)
    assert {"status", "message", "errors"} <= set(hidden.get_json())
