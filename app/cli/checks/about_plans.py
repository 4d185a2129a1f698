"""Invariants of plans of assignment."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import exists, select

from app.cli.checks.registry import invariant, no_rows
from app.core.db import db
from app.reviewers.assigning.models import AssignmentPlan, PlanSheet, PlanState
from app.reviewers.assigning.sheets import from_bytes

_MADE = (PlanState.READY, PlanState.ACCEPTED, PlanState.SET_ASIDE)

no_rows(
    "plans.sheet",
    "A plan that was computed has its sheet, and no other has one.",
    lambda: select(AssignmentPlan.id).where(
        AssignmentPlan.state.in_(_MADE) != exists().where(PlanSheet.plan_id == AssignmentPlan.id)
    ),
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
