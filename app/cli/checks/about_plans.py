"""Invariants of plans of assignment."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import and_, exists, select

from app.cli.checks.registry import invariant, no_rows
from app.core.db import db
from app.reviewers.assigning.models import AssignmentPlan, PlanSheet, PlanState
from app.reviewers.assigning.sheets import from_bytes

_DECIDED = (PlanState.GIVING, PlanState.ACCEPTED, PlanState.SET_ASIDE)
_MADE = (PlanState.READY, *_DECIDED)

no_rows(
    "plans.sheet",
    "A plan that was computed has its sheet, and no other has one.",
    lambda: select(AssignmentPlan.id).where(
        AssignmentPlan.state.in_(_MADE) != exists().where(PlanSheet.plan_id == AssignmentPlan.id)
    ),
)


no_rows(
    "plans.ended",
    "A plan that was accepted or set aside says by whom and when, and no other does.",
    lambda: select(AssignmentPlan.id).where(
        AssignmentPlan.state.in_(_DECIDED)
        != and_(AssignmentPlan.ended_by.is_not(None), AssignmentPlan.ended_at.is_not(None))
    ),
)

no_rows(
    "plans.seed",
    "Every plan has the seed from which it is computed again.",
    lambda: select(AssignmentPlan.id).where(AssignmentPlan.seed == ""),
)


@invariant(
    "plans.hash", "A plan's sheet has the hash that the ledger vouches for, and can be read."
)
def _hashes() -> Iterator[object]:
    rows = db.session.execute(
        select(AssignmentPlan.id, AssignmentPlan.sheet_sha256, PlanSheet.content).join(
            PlanSheet, PlanSheet.plan_id == AssignmentPlan.id
        )
    )
    for row in rows:
        if hashlib.sha256(row.content).hexdigest() != row.sheet_sha256:
            yield row.id
        else:
            from_bytes(row.content)
