"""Changing a plan by hand, and setting it aside."""

from app.accounts.actor import Actor
from app.calls.models import Call
from app.core import clock
from app.core.db import one_at_a_time
from app.core.gate import enforce
from app.core.holding import hold
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record
from app.reviewers.assigning import policy, queries, rules
from app.reviewers.assigning.events import PlanEdited, PlanEditsUndone, PlanSetAside
from app.reviewers.assigning.models import AssignmentPlan, PlanState
from app.reviewers.assigning.plans import Edit, Standing


def standing_of(plan: AssignmentPlan) -> Standing:
    """Return the plan as it stands; raises LookupError where it was never computed."""
    sheet = queries.sheet_of(plan.id)
    if sheet is None:
        raise LookupError(f"plan {plan.id} has no sheet")
    return Standing(sheet, plan.edits)


def to_change(actor: Actor, call: Call, plan: AssignmentPlan, seen: int) -> None:
    enforce(policy.may_plan(actor, call))
    one_at_a_time(f"assignment in {call.id}")
    hold(plan)
    enforce(rules.can_change(plan.state))
    enforce(rules.can_follow(seen, plan.revision))


def edit(actor: Actor, call: Call, plan: AssignmentPlan, change: Edit, *, seen: int) -> None:
    """Let somebody go from a proposal, or come to it, or both; `seen` is the revision shown."""
    to_change(actor, call, plan, seen)
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
    to_change(actor, call, plan, seen)
    if not plan.edits:
        enforce(refused(_("Nothing in this plan was changed by hand.")))
    record(actor, PlanEditsUndone(len(plan.edits)), about=plan)
    plan.edits = []
    plan.revision += 1


def set_aside(actor: Actor, call: Call, plan: AssignmentPlan, *, seen: int) -> None:
    to_change(actor, call, plan, seen)
    decide(actor, plan, PlanState.SET_ASIDE)
    record(actor, PlanSetAside(plan.number), about=plan)


def decide(actor: Actor, plan: AssignmentPlan, state: PlanState) -> None:
    """Note who decided about a plan; whoever still has it open has to look again."""
    plan.state, plan.ended_by, plan.ended_at = state, actor.id, clock.now()
    plan.revision += 1
