"""Asking for plans, changing them by hand, accepting them: their seats are given together."""

from app.accounts.actor import SYSTEM_ACTOR, Actor
from app.calls import queries as calls
from app.calls.models import Call
from app.core import clock
from app.core.db import Json, db, one_at_a_time
from app.core.gate import enforce
from app.core.holding import hold
from app.core.ids import new_id
from app.core.jobs import Hopeless, enqueue, handles, report_progress, stop_job
from app.core.verdict import ALLOWED, refused
from app.core.words import _
from app.ledger.service import record
from app.reviewers import service as reviewers
from app.reviewers.assigning import giving, policy, queries, rules
from app.reviewers.assigning.events import (
    PlanAccepted,
    PlanAsked,
    PlanEdited,
    PlanEditsUndone,
    PlanFailed,
    PlanMade,
    PlanSetAside,
    PlanStopped,
)
from app.reviewers.assigning.inputs import Wishes
from app.reviewers.assigning.models import AssignmentPlan, PlanSheet, PlanState
from app.reviewers.assigning.plans import Edit, Standing

JOB = "reviewers.plan"


def ask(actor: Actor, call: Call, wishes: Wishes) -> AssignmentPlan:
    """Ask for a plan; a job computes it. Its seed is drawn and recorded before it is begun."""
    enforce(policy.may_plan(actor, call))
    one_at_a_time(f"assignment in {call.id}")
    enforce(rules.can_ask(queries.states_of(call.id)))
    if problem := rules.wishes_problem(wishes):
        enforce(refused(problem))
    reviewers.detect_conflicts(actor, call)
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


def _compute(payload: Json) -> tuple[str, bytes, Json] | None:
    """Compute the plan in work that only reads; return the hash of its inputs, and the sheet."""
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
    report_progress(2)
    try:
        return computed(queries.inputs_of(call, Wishes(**plan.wishes)), plan.seed, report_progress)
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
def _keep(payload: Json, made: tuple[str, bytes, Json] | None) -> None:
    plan = db.session.get(AssignmentPlan, payload["plan_id"])
    if made is None or plan is None or plan.state is not PlanState.ASKED:
        return
    enforce(ALLOWED)  # asking allowed it
    plan.inputs_sha256, content, figures = made
    db.session.add(PlanSheet(plan_id=plan.id, content=content))
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


# --- by hand -------------------------------------------------------------------------------------


def standing_of(plan: AssignmentPlan) -> Standing:
    """Return the plan as it stands; raises LookupError where it was never computed."""
    sheet = queries.sheet_of(plan.id)
    if sheet is None:
        raise LookupError(f"plan {plan.id} has no sheet")
    return Standing(sheet, plan.edits)


def _to_change(actor: Actor, call: Call, plan: AssignmentPlan, seen: int) -> None:
    enforce(policy.may_plan(actor, call))
    one_at_a_time(f"assignment in {call.id}")
    hold(plan)
    enforce(rules.can_change(plan.state))
    enforce(rules.can_follow(seen, plan.revision))


def edit(actor: Actor, call: Call, plan: AssignmentPlan, change: Edit, *, seen: int) -> None:
    """Let somebody go from a proposal, or come to it, or both; `seen` is the revision shown."""
    _to_change(actor, call, plan, seen)
    standing = standing_of(plan)
    if not standing.can_make(change):
        enforce(
            refused(
                _(
                    "That cannot be done: who goes must be new in this plan, and who comes must be "
                    "free of conflicts and below their limit."
                )
            )
        )
    cost = standing.cost(change)
    plan.edits = [*plan.edits, list(change)]
    plan.revision += 1
    about = standing.sheet.proposals[change[0]]
    record(actor, PlanEdited(about, cost.total), about=plan)


def undo_edits(actor: Actor, call: Call, plan: AssignmentPlan, *, seen: int) -> None:
    """Return to the plan as it was computed."""
    _to_change(actor, call, plan, seen)
    if not plan.edits:
        enforce(refused(_("Nothing in this plan was changed by hand.")))
    record(actor, PlanEditsUndone(len(plan.edits)), about=plan)
    plan.edits = []
    plan.revision += 1


def set_aside(actor: Actor, call: Call, plan: AssignmentPlan, *, seen: int) -> None:
    _to_change(actor, call, plan, seen)
    _end(actor, plan, PlanState.SET_ASIDE)
    record(actor, PlanSetAside(plan.number), about=plan)


def accept(actor: Actor, call: Call, plan: AssignmentPlan, *, seen: int) -> int:
    """Give all the seats of the plan in this one transaction and write to their holders.

    What changed since the plan was computed — a conflict, a limit, a seat given by hand — stops
    it with a sentence that names the pairs, and nothing is given.
    """
    _to_change(actor, call, plan, seen)
    standing = standing_of(plan)
    reviewers.detect_conflicts(actor, call)
    given = giving.give(actor, call, standing)
    _end(actor, plan, PlanState.ACCEPTED)
    plan.seats_given = given.seats
    record(
        actor,
        PlanAccepted(
            plan.number,
            sheet_sha256=plan.sheet_sha256,
            edits=len(plan.edits),
            seats=given.seats,
            proposals=given.proposals,
        ),
        about=plan,
    )
    return given.seats


def _end(actor: Actor, plan: AssignmentPlan, state: PlanState) -> None:
    plan.state, plan.ended_by, plan.ended_at = state, actor.id, clock.now()
    plan.revision += 1
