"""Plans of assignment: what the system proposes, and the sheet in compact bytes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations import lenses

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

GRANTS = {
    "equipoise_auditor": {"assignment_plan": "SELECT", "plan_sheet": "SELECT"},
    "equipoise_staff": {
        "assignment_plan": "SELECT, INSERT, UPDATE, DELETE",
        "plan_sheet": "SELECT, INSERT",
    },
}


def upgrade() -> None:
    op.create_table(
        "assignment_plan",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("wishes", JSON, nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(length=26), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("inputs_sha256", sa.String(), nullable=False),
        sa.Column("sheet_sha256", sa.String(), nullable=False),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("edits", JSON, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("ended_by", sa.String(length=26), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seats_given", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["account.id"], name=op.f("fk_assignment_plan_asked_by")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_assignment_plan_call_id")),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["account.id"], name=op.f("fk_assignment_plan_ended_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_plan")),
        sa.UniqueConstraint("call_id", "number", name=op.f("uq_assignment_plan_call_id_number")),
    )
    op.create_table(
        "plan_sheet",
        sa.Column("plan_id", sa.String(length=26), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["assignment_plan.id"], name=op.f("fk_plan_sheet_plan_id")
        ),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_plan_sheet")),
    )
    lenses.grant(GRANTS)


def downgrade() -> None:
    op.drop_table("plan_sheet")
    op.drop_table("assignment_plan")
