"""Accepting a plan: somebody decides, a job gives all its seats in one transaction, or none."""

from app.accounts import queries as accounts
from app.accounts.actor import SYSTEM_ACTOR, Actor
from app.calls import queries as calls
from app.calls.models import Call
from app.core.db import Json, db, one_at_a_time
from app.core.gate import enforce
from app.core.holding import hold
from app.core.jobs import enqueue, handles, report_progress, stop_job_about
from app.core.verdict import ALLOWED
from app.core.words import _
from app.ledger.service import record
from app.reviewers import service as reviewers
from app.reviewers.assigning import giving, policy, rules
from app.reviewers.assigning.events import (
    PlanAcceptanceAsked,
    PlanAcceptanceStopped,
    PlanAccepted,
    PlanNotGiven,
)
from app.reviewers.assigning.models import AssignmentPlan, PlanState
from app.reviewers.assigning.service.changing import decide, standing_of, to_change
from app.reviewers.rules import Found

GIVES = "reviewers.accept_plan"


def accept(actor: Actor, call: Call, plan: AssignmentPlan, *, seen: int) -> None:
    """Decide for the plan as it was shown. A job gives its seats and writes to their holders."""
    to_change(actor, call, plan, seen)
    decide(actor, plan, PlanState.GIVING)
    plan.trouble = ""
    asked = PlanAcceptanceAsked(plan.number, sheet_sha256=plan.sheet_sha256, edits=len(plan.edits))
    record(actor, asked, about=plan)
    enqueue(GIVES, {"plan_id": plan.id})


def stop_accepting(actor: Actor, call: Call, plan: AssignmentPlan) -> None:
    """Take the decision back while no seat is given; the plan waits to be decided again."""
    enforce(policy.may_plan(actor, call))
    going = plan.state is PlanState.GIVING and stop_job_about([GIVES], "plan_id", plan.id)
    enforce(rules.can_stop_accepting(plan.state, going=going))
    _open_again(plan, "")
    record(actor, PlanAcceptanceStopped(plan.number), about=plan)


# --- the job -------------------------------------------------------------------------------------


def _waiting(payload: Json) -> tuple[AssignmentPlan, Call] | None:
    plan = db.session.get(AssignmentPlan, payload["plan_id"])
    call = calls.get_call(plan.call_id) if plan else None
    if plan is None or call is None or plan.state is not PlanState.GIVING:
        return None
    return plan, call


def _look(payload: Json) -> list[Found] | None:
    """Look for conflicts in work that only reads, so that nobody has to wait for it."""
    waiting = _waiting(payload)
    if waiting is None:
        return None
    report_progress(5)
    found = reviewers.look_for_conflicts(waiting[1])
    report_progress(40)
    return found


def _gave_up(payload: Json, trouble: str) -> None:
    if waiting := _waiting(payload):
        enforce(ALLOWED)  # accepting allowed it
        _hand_back(
            waiting[0],
            [
                _(
                    "Something went wrong. Accept the plan again; if that fails too, tell whoever "
                    "runs the system what stands here: %(trouble)s",
                    trouble=trouble,
                )
            ],
        )


@handles(GIVES, prepare=_look, gave_up=_gave_up)
def _give(payload: Json, found: list[Found] | None) -> None:
    """Give all seats of the plan, or none: what changed since it was computed — a conflict, a
    limit, a seat given by hand — hands it back with sentences that name the pairs."""
    waiting = _waiting(payload)
    if found is None or waiting is None:
        return
    plan, call = waiting
    enforce(ALLOWED)  # accepting allowed it; whether it still would is asked below
    one_at_a_time(f"assignment in {call.id}")
    hold(plan)
    reviewers.keep_conflicts(SYSTEM_ACTOR, call, found)
    actor = accounts.actor_of(plan.ended_by or "")
    standing = standing_of(plan)
    if actor is None or not (verdict := policy.may_plan(actor, call)):
        reason = "" if actor is None or verdict.hidden else verdict.reason
        _hand_back(plan, [_("Whoever accepted the plan may not do so any more."), reason])
        return
    if troubles := list(giving.in_the_way(call, standing)):
        _hand_back(plan, troubles)
        return
    given = giving.give(actor, call, standing)
    plan.state, plan.seats_given = PlanState.ACCEPTED, given.seats
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


def _hand_back(plan: AssignmentPlan, troubles: list[str]) -> None:
    """Let the plan be decided again, and say what stood in the way."""
    _open_again(plan, rules.all_of([trouble for trouble in troubles if trouble]))
    record(SYSTEM_ACTOR, PlanNotGiven(plan.number, len(troubles)), about=plan)


def _open_again(plan: AssignmentPlan, trouble: str) -> None:
    plan.state, plan.trouble = PlanState.READY, trouble
    plan.ended_by = plan.ended_at = None
    plan.revision += 1
