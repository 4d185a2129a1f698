"""What officers and approvers decide in the stories."""

from app.allocation import queries, service
from app.allocation.models import Allocation, Decision
from app.allocation.service import Departure
from app.calls import queries as calls
from app.calls.models import Call
from app.cli.demo.stage import Stage
from app.core.lens import Lens

DEPARTS = (
    "The applicants told the office that another funder (fictional) took the whole project on "
    "after they had submitted; money is not given twice."
)


def rank(stage: Stage, call_id: str) -> None:
    with stage.act("officer", Lens.STAFF) as officer:
        service.make_ranking(officer, _call(call_id))


def propose(stage: Stage, call_id: str, *, departing: bool) -> None:
    """Propose by the rule; where the plan says so, with one departure and its reason."""
    with stage.act("officer", Lens.STAFF) as officer:
        call = _call(call_id)
        departures = []
        if departing:
            ranking = queries.latest_ranking(call_id)
            assert ranking is not None
            second = ranking.result["places"][1]["proposal"]
            departures = [Departure(second, Decision.DECLINE, 0, DEPARTS)]
        service.propose(officer, call, departures)


def approve(stage: Stage, call_id: str, key: str) -> None:
    with stage.act(key, Lens.STAFF) as approver:
        made = _allocation(call_id)
        service.approve(approver, _call(call_id), made, seen_sha256=made.sha256)


def release(stage: Stage, call_id: str) -> None:
    with stage.act("officer", Lens.STAFF) as officer:
        service.release(officer, _call(call_id), _allocation(call_id))


def _call(call_id: str) -> Call:
    call = calls.get_call(call_id)
    assert call is not None
    return call


def _allocation(call_id: str) -> Allocation:
    made = queries.latest_allocation(call_id)
    assert made is not None
    return made
