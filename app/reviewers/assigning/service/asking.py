"""Asking for plans: a job looks for conflicts, computes one, and keeps both."""

from typing import NamedTuple

from app.accounts.actor import SYSTEM_ACTOR, Actor
from app.calls import queries as calls
from app.calls.models import Call
from app.core import clock
from app.core.db import Json, db, one_at_a_time
from app.core.gate import enforce
from app.core.ids import new_id
from app.core.jobs import Hopeless, enqueue, handles, report_progress, stop_job
from app.core.verdict import ALLOWED, refused
from app.ledger.service import record
from app.reviewers import service as reviewers
from app.reviewers.assigning import policy, queries, rules
from app.reviewers.assigning.events import PlanAsked, PlanFailed, PlanMade, PlanStopped
from app.reviewers.assigning.inputs import Wishes
from app.reviewers.assigning.models import AssignmentPlan, PlanSheet, PlanState
from app.reviewers.rules import Found

JOB = "reviewers.plan"


def ask(actor: Actor, call: Call, wishes: Wishes) -> AssignmentPlan:
    """Ask for a plan; a job computes it. Its seed is drawn and recorded before it is begun."""
    enforce(policy.may_plan(actor, call))
    one_at_a_time(f"assignment in {call.id}")
    enforce(rules.can_ask(queries.states_of(call.id)))
    if problem := rules.wishes_problem(wishes):
        enforce(refused(problem))
    plan = AssignmentPlan(
        call_id=call.id,
        number=queries.next_number(call.id),
        wishes=wishes.as_json(),
        seed=new_id(),
        asked_by=actor.id,
        asked_at=clock.now(),
    )
    db.session.add(plan)
    record(actor, PlanAsked(plan.number, plan.seed, plan.wishes), about=plan)
    enqueue(JOB, {"plan_id": plan.id}, job_id=plan.id)
    return plan


def stop(actor: Actor, call: Call, plan: AssignmentPlan) -> None:
    """End the computation of a plan; nothing of it is kept, and another can be asked for."""
    enforce(policy.may_plan(actor, call))
    going = plan.state is PlanState.ASKED and stop_job(plan.id)
    enforce(rules.can_stop(going=going))
    plan.state = PlanState.STOPPED
    record(actor, PlanStopped(plan.number), about=plan)


# --- the job -------------------------------------------------------------------------------------


class Made(NamedTuple):
    """A plan as computed, and the conflicts that were found for it."""

    inputs_sha256: str
    content: bytes
    figures: Json
    found: list[Found]


def _compute(payload: Json) -> Made | None:
    """Look for conflicts and compute the plan in work that only reads."""
    from app.reviewers.assigning.computing import (  # noqa: PLC0415 - numpy is for jobs
        Impossible,
        computed,
    )

    plan = db.session.get(AssignmentPlan, payload["plan_id"])
    if plan is None or plan.state is not PlanState.ASKED:
        return None
    call = calls.get_call(plan.call_id)
    if call is None:
        raise Hopeless("the call is gone")
    report_progress(1)
    found = reviewers.look_for_conflicts(call)
    report_progress(2)
    ruled_out = [(one.proposal_id, one.account_id) for one in found]
    inputs = queries.inputs_of(call, Wishes(**plan.wishes), ruled_out)
    try:
        return Made(*computed(inputs, plan.seed, report_progress), found)
    except Impossible as reason:
        raise Hopeless(str(reason)) from reason


def _gave_up(payload: Json, trouble: str) -> None:
    plan = db.session.get(AssignmentPlan, payload["plan_id"])
    if plan is None or plan.state is not PlanState.ASKED:
        return
    enforce(ALLOWED)  # asking allowed it
    plan.state, plan.trouble = PlanState.FAILED, trouble
    record(SYSTEM_ACTOR, PlanFailed(plan.number, trouble), about=plan)


@handles(JOB, prepare=_compute, gave_up=_gave_up)
def _keep(payload: Json, made: Made | None) -> None:
    plan = db.session.get(AssignmentPlan, payload["plan_id"])
    if made is None or plan is None or plan.state is not PlanState.ASKED:
        return
    enforce(ALLOWED)  # asking allowed it
    call, figures = calls.get_call(plan.call_id), made.figures
    if call is not None:
        reviewers.keep_conflicts(SYSTEM_ACTOR, call, made.found)
    plan.inputs_sha256 = made.inputs_sha256
    db.session.add(PlanSheet(plan_id=plan.id, content=made.content))
    plan.state, plan.sheet_sha256, plan.figures = PlanState.READY, figures["sha256"], figures
    record(
        SYSTEM_ACTOR,
        PlanMade(
            plan.number,
            plan.seed,
            inputs_sha256=plan.inputs_sha256,
            sheet_sha256=plan.sheet_sha256,
            total=figures["total"],
            bound_total=figures["bound_total"],
            worst=figures["worst"],
            bound_worst=figures["bound_worst"],
            empty_seats=figures["empty"],
        ),
        about=plan,
    )
