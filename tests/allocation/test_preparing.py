"""What a release publishes is computed before it, by a job, and used only while nothing moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import scoring.replay.bundle
from app.allocation import computing, publishing, queries, service
from app.allocation.models import AllocationState, Preparation, Ranking
from app.allocation.service import preparing
from app.calls.award_rule import AtMost, AwardRule
from app.calls.models import Call
from app.core.db import db
from app.core.jobs import run_due_jobs
from app.core.lens import Lens
from app.core.work import Mode, unit_of_work
from app.documents import queries as documents
from app.documents.service import bundle_of
from tests.allocation.test_award_rule import a_ruled_call
from tests.engines import both_engines
from tests.factories import Released, an_approver, an_officer, approve_allocation, planted

if TYPE_CHECKING:
    import pytest

    from app.core.web import EquipoiseApp
    from tests.browser_client import Browser

RULE = AwardRule(at_most=(AtMost("institution", 2),))


def _never(*_arguments: object, **_values: object) -> None:
    raise AssertionError


def _state(call: Call) -> AllocationState:
    with unit_of_work(mode=Mode.READ):
        made = queries.latest_allocation(call.id)
        assert made is not None
        return made.state


@both_engines
def test_a_release_publishes_what_a_job_computed_and_solves_nothing(
    app: EquipoiseApp, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app
    officer, approver = an_officer(), an_approver()
    call, _numbers = a_ruled_call(RULE)
    world = Released(call, officer, approver, (), {}, {})
    approve_allocation(world)
    desk = f"/desk/calls/{call.id}/allocation"
    browser.sign_in(approver.id)

    waiting = browser.fill_in(desk, form="/propose-release").text
    assert "The release is being prepared" in waiting
    told = browser.get(f"{desk[:-10]}allocation/preparation")
    assert told.json == {"done": False, "percent": 0}
    with unit_of_work(mode=Mode.READ):
        made = queries.latest_allocation(call.id)
        assert made is not None
        anew = preparing.computed_anew(made)
    run_due_jobs()
    done = browser.get(f"{desk[:-10]}allocation/preparation")
    assert done.json == {"done": True, "percent": 100}
    with unit_of_work(mode=Mode.READ):
        kept = preparing.prepared_for(made)
        assert kept is not None
        assert publishing.to_bytes(kept.derived) == publishing.to_bytes(anew.derived)
        assert kept.decision == anew.decision

    with planted():  # something moved: it is not used, and asked for again
        db.session.get_one(Preparation, made.id).of_sha256 = "f" * 64
    browser.sign_in(officer.id)
    assert "something moved since" not in browser.get(desk).text  # a button says it instead
    assert "being prepared" in browser.fill_in(desk, form="/preparation").text
    assert _state(call) is AllocationState.APPROVED
    run_due_jobs()

    with planted():  # what is published beside it is hashed again
        ranking = db.session.get_one(Ranking, made.ranking_id)
        honest, places = ranking.result, list(ranking.result["places"])
        ranking.result = {**honest, "places": [{**places[0], "shown": "5.9999"}, *places[1:]]}
    altered = browser.fill_in(desk, form="/allocation/release").text
    assert "does not come out again from what was kept of it" in altered
    assert _state(call) is AllocationState.APPROVED
    with planted():
        db.session.get_one(Ranking, made.ranking_id).result = honest

    with monkeypatch.context() as no_solver:
        no_solver.setattr(computing, "by_rule", _never)
        no_solver.setattr(scoring.replay.bundle, "_derive", _never)
        assert "Released" in browser.fill_in(desk, form="/allocation/release").text
    assert _state(call) is AllocationState.RELEASED
    with unit_of_work(mode=Mode.READ):
        assert documents.allocation_report_of(call.id) is not None
        content = bundle_of(None, db.session.get_one(Call, call.id))
    assert publishing.differences(content) == []


def test_nothing_is_prepared_for_what_is_not_approved_or_takes_no_time(app: EquipoiseApp) -> None:
    assert app
    officer = an_officer()
    call, _numbers = a_ruled_call(RULE)
    with unit_of_work(Lens.STAFF):
        stored = db.session.get_one(Call, call.id)
        service.make_ranking(officer, stored)
        made = service.propose(officer, stored)
        assert preparing._prepare({"allocation_id": made.id}) is None
        assert not service.can_release_prepared(made)
        plain = {name: told for name, told in made.rule.items() if name != "constraints"}
    assert service.takes_a_while(made.rule)
    assert not service.takes_a_while(plain)
