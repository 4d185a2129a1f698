"""A draw is fixed before its chance exists, entered by two hands, held once, and drawn again by
anyone from the bundle."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from app.allocation import publishing, queries, service
from app.allocation.models import DrawWay, PublicKind
from app.allocation.service import Chance
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.gate import Refused
from app.core.jobs import run_due_jobs
from app.core.lens import Lens
from app.core.work import Mode, unit_of_work
from app.documents.collecting.decision import decision_of
from scoring.draw.verify import faults
from scoring.errors import InputError
from scoring.replay import replay
from tests.engines import both_engines
from tests.factories import Released, a_judged_call, an_approver, an_officer, release_results

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.accounts.actor import Actor
    from app.allocation.models import Draw
    from tests.browser_client import Browser
    from tests.conftest import LedgerReader
    from tests.worlds import BuiltOnce

# the second and third cannot be told apart, and there is money for two
GRADES = {"A": ("6", "6", "6"), "B": ("4", "4", "3"), "C": ("4", "3", "4"), "D": ("1", "1", "1")}
NUMBERS = "3 17 22 31 40 44"


def _world(**values: object) -> Released:
    rule = {"draw": "uniform", **dict(values.pop("rule", {}))}  # type: ignore[call-overload]
    world = a_judged_call(GRADES, award_rule=rule, **values)
    with unit_of_work(Lens.STAFF):
        call = db.session.get_one(Call, world.call.id)
        service.make_ranking(world.officer, call)
        service.look_closer(world.officer, call)
    run_due_jobs()
    return world


def _public(hours: float = 2) -> Chance:
    later = clock.now() + timedelta(hours=hours)
    return Chance(DrawWay.PUBLIC, PublicKind.TEXT, "the lottery of tomorrow", later)


def _do(world: Released, actor: Actor, act: Callable[[Actor, Call, Draw], object]) -> object:
    with unit_of_work(Lens.STAFF):
        ranking = queries.latest_ranking(world.call.id)
        assert ranking is not None
        draw = queries.draw_of(ranking.id)
        assert draw is not None
        return act(actor, db.session.get_one(Call, world.call.id), draw)


def _fix(world: Released, chance: Chance) -> None:
    with unit_of_work(Lens.STAFF):
        service.commit_draw(world.officer, db.session.get_one(Call, world.call.id), chance)


def _enter(value: str) -> Callable[[Actor, Call, Draw], object]:
    return lambda actor, call, draw: service.enter_value(actor, call, draw, value)


def _held(world: Released) -> Draw:
    with unit_of_work(mode=Mode.READ):
        ranking = queries.latest_ranking(world.call.id)
        assert ranking is not None
        draw = queries.draw_of(ranking.id)
        assert draw is not None
        return draw


def _drawn(world: Released, value: str = NUMBERS) -> Draw:
    _fix(world, _public())
    with clock.story_at(clock.now() + timedelta(hours=3)):
        _do(world, world.officer, _enter(value))
        _do(world, world.approver, _enter(f"  {value} "))
    return _held(world)


def _numbers(world: Released, *names: str) -> set[str]:
    return {str(world.proposals[name].number) for name in names}


@both_engines
def test_a_draw_is_held_and_drawn_again_from_the_bundle_by_anyone(
    built_once: BuiltOnce, ledger: LedgerReader
) -> None:
    world = built_once(_world)
    draw = _drawn(world)

    assert faults(draw.record) == []
    assert draw.record["randomness"] == hashlib.sha256(NUMBERS.encode()).hexdigest()
    assert set(draw.record["drawn"]) < _numbers(world, "B", "C")
    assert len(draw.record["drawn"]) == 1
    done = [name for name in ledger.actions() if "draw" in name]
    assert done == [
        "allocation.draw_committed",
        "allocation.draw_value_entered",
        "allocation.draw_value_entered",
        "allocation.draw_held",
    ]
    with unit_of_work(Lens.STAFF):
        call = db.session.get_one(Call, world.call.id)
        made = service.propose(world.officer, call)
        service.approve(world.approver, call, made, seen_sha256=made.sha256)
    with unit_of_work():
        lines = queries.lines_of(made.id)
        stored = queries.latest_allocation(world.call.id)
        assert stored is not None
        call = db.session.get_one(Call, world.call.id)
        decision, bundle = decision_of(call, stored, lines)
    funded = {row.number for row in lines if row.line.amount_minor}
    assert funded == {*draw.record["surely"], *draw.record["drawn"]}
    content = publishing.to_bytes(bundle)
    assert replay(content).same_bytes
    again = publishing.decision_in(json.loads(content))
    assert again.hashes["allocation"] == decision.hashes["allocation"] == made.sha256
    release_results(world)


def test_a_draw_that_was_tampered_with_does_not_replay(built_once: BuiltOnce) -> None:
    world = built_once(_world)
    _drawn(world)
    with unit_of_work(Lens.STAFF):
        made = service.propose(world.officer, db.session.get_one(Call, world.call.id))
    with unit_of_work():
        call = db.session.get_one(Call, world.call.id)
        stored = queries.latest_allocation(call.id)
        assert stored is not None
        _decision, bundle = decision_of(call, stored, queries.lines_of(made.id))

    other = json.loads(publishing.to_bytes(bundle))
    other["draw_entrants"]["public"]["randomness"] = "00" * 32
    assert replay(publishing.to_bytes(other)).differences
    chosen = json.loads(publishing.to_bytes(bundle))
    for one in chosen["draw_entrants"]["intervals"]:
        one[1:] = [2, 2] if one[0] in _numbers(world, "D") else one[1:]
    with pytest.raises(InputError, match="another place than the ranking"):
        replay(publishing.to_bytes(chosen))


def test_two_people_enter_the_same_value_after_it_exists(built_once: BuiltOnce) -> None:
    world = built_once(_world)
    with pytest.raises(Refused, match="at least an hour"):
        _fix(world, _public(hours=0.5))
    _fix(world, _public())

    with pytest.raises(Refused, match="does not exist yet"):
        _do(world, world.officer, _enter(NUMBERS))
    with clock.story_at(clock.now() + timedelta(hours=3)):
        assert _do(world, world.officer, _enter(NUMBERS)) is False
        assert _do(world, world.officer, _enter(NUMBERS)) is False  # the same person twice
        with pytest.raises(Refused, match="not what"):
            _do(world, world.approver, _enter("1 2 3 4 5 6"))
        assert _do(world, world.approver, _enter(NUMBERS)) is True
        with pytest.raises(Refused, match="held once"):
            _do(world, an_approver(), _enter(NUMBERS))


def test_a_draw_is_fixed_and_held_once_and_its_ranking_is_not_made_again(
    built_once: BuiltOnce,
) -> None:
    world = built_once(_world)
    _fix(world, _public())

    with pytest.raises(Refused, match="fixed already"):
        _fix(world, _public())
    with pytest.raises(Refused, match="not made again"), unit_of_work(Lens.STAFF):
        service.make_ranking(world.officer, db.session.get_one(Call, world.call.id))
    with pytest.raises(Refused, match="hold the draw"), unit_of_work(Lens.STAFF):
        service.propose(world.officer, db.session.get_one(Call, world.call.id))


def test_secrets_are_promised_before_any_is_told(built_once: BuiltOnce) -> None:
    world = built_once(_world)
    _fix(world, Chance(DrawWay.SECRETS, PublicKind.TEXT, "officer and approver", None))
    mine, theirs = "a long secret of mine", "another that nobody knows"

    def promised(secret: str) -> Callable[[Actor, Call, Draw], object]:
        digest = hashlib.sha256(secret.encode()).hexdigest()
        return lambda actor, call, draw: service.promise(actor, call, draw, digest)

    def told(secret: str) -> Callable[[Actor, Call, Draw], object]:
        return lambda actor, call, draw: service.reveal(actor, call, draw, secret)

    _do(world, world.officer, promised(mine))
    with pytest.raises(Refused, match="Another person promises first"):
        _do(world, world.officer, told(mine))
    with pytest.raises(Refused, match="promised nothing"):
        _do(world, world.approver, told(theirs))
    _do(world, world.approver, promised(theirs))
    with pytest.raises(Refused, match="not the secret that you promised"):
        _do(world, world.officer, told("something else"))
    assert _do(world, world.officer, told(mine)) is False
    with pytest.raises(Refused, match="told already"):
        _do(world, an_officer(), promised("too late"))
    assert _do(world, world.approver, told(theirs)) is True

    assert faults(_held(world).record) == []


def test_who_is_told_apart_is_not_drawn(built_once: BuiltOnce) -> None:
    world = built_once(_world)
    with unit_of_work(mode=Mode.READ):
        ranking = queries.latest_ranking(world.call.id)
        assert ranking is not None
        made = queries.calibration_of(ranking.id)
        assert made is not None
    assert set(made.result["line"]["draw"]) == _numbers(world, "B", "C")

    plain = a_judged_call(GRADES)
    with unit_of_work(Lens.STAFF):
        service.make_ranking(plain.officer, db.session.get_one(Call, plain.call.id))
    with pytest.raises(Refused, match="has no draw"):
        _fix(plain, _public())


def test_the_pages_of_a_draw(built_once: BuiltOnce, browser: Browser) -> None:
    world = built_once(_world)
    base = f"/desk/calls/{world.call.id}/draw"
    browser.sign_in(world.officer.id)

    later = clock.now() + timedelta(hours=5)
    fixed = browser.fill_in(
        base,
        form="/commit",
        source="The numbers of the lottery",
        not_before=f"{later:%Y-%m-%dT%H:%M}",
    )
    assert "The list is fixed" in fixed.text
    desk = base.removesuffix("draw") + "allocation"
    waits = browser.get(desk).text
    assert "those who cannot be told apart are drawn: hold the draw" in waits
    assert "Propose this allocation" not in waits  # it would be refused
    early = browser.fill_in(base, form="/value", value=NUMBERS)
    assert "does not exist yet" in early.text
    with clock.story_at(later + timedelta(hours=1)):
        _do(world, world.officer, _enter(NUMBERS))
        browser.sign_in(world.approver.id)
        assert NUMBERS not in browser.get(base).text  # what the other entered is not shown
        _do(world, world.approver, _enter(NUMBERS))
    shown = browser.get(base).text
    assert "Step by step" in shown
    for step in range(8):
        assert browser.get(f"{base}/live?step={step}").status_code == 200
    record = json.loads(browser.get(f"{base}/record.json").text)
    assert faults(record) == []
    assert "Propose this allocation" in browser.sign_in(world.officer.id).get(desk).text
    browser.sign_in(world.reviewers[0].id)
    assert browser.get(base).status_code == 404
