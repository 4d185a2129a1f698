"""Bids of the pool, a plan that waits for the decision, reminders that went out."""

from datetime import timedelta

from app.calls import queries as calls
from app.calls.models import Call
from app.cli.demo.stage import Stage
from app.core.jobs import run_job
from app.core.lens import Lens
from app.reviewers.assigning import service as planning
from app.reviewers.assigning.inputs import Wishes
from app.reviewers.bidding import queries as bids
from app.reviewers.bidding import service as bidding
from app.reviewers.reminding import service as reminding

BIDDING = timedelta(days=30)  # open when the demonstration is looked at
ANSWERS = ("yes", "maybe", "no", "")
WEIGHTS = (3, 3, 2, 4)
MESSAGE = "The panel meets soon after the reviews are due (fictional)."
SILENT = 3  # people who did not answer


def ask_for_bids(stage: Stage, call_id: str) -> None:
    """Let the officer ask, and most of the pool answer something."""
    with stage.act("officer", Lens.STAFF) as officer:
        bidding.ask_for_bids(officer, _call(call_id), stage.today + BIDDING)
    for figure in stage.world.reviewers[SILENT:]:
        with stage.act(figure.key, Lens.REVIEWER) as actor:
            own = bids.own_sheet(actor.id, call_id)
            if own is not None and own.sheet.shown:
                given = {
                    str(one): stage.chance.choices(ANSWERS, WEIGHTS)[0] for one in own.sheet.shown
                }
                bidding.save(actor, own, given, seen=own.sheet.revision)


def propose(stage: Stage, call_id: str) -> None:
    """Let the officer ask for a plan, and compute it as the worker would."""
    with stage.act("officer", Lens.STAFF) as officer:
        call = _call(call_id)
        plan_id = planning.ask(officer, call, Wishes(call.reviewers_each, patient=True)).id
    run_job(plan_id)


def remind(stage: Stage, call_id: str) -> None:
    """Let the officer write to those whose reviews are not in."""
    with stage.act("officer", Lens.STAFF) as officer:
        reminding.remind_now(officer, _call(call_id), MESSAGE)


def _call(call_id: str) -> Call:
    call = calls.get_call(call_id)
    assert call is not None
    return call
