"""When reviewing closed: what arrived before that counts."""

import sqlalchemy as sa
from alembic import op

from migrations import lenses

GRANTS = {
    "equipoise_reviewer": {"reviewing_closed": "SELECT"},
    "equipoise_staff": {"reviewing_closed": "SELECT, INSERT, UPDATE, DELETE"},
    "equipoise_auditor": {"reviewing_closed": "SELECT"},
}

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reviewing_closed",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_reviewing_closed_call_id")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_reviewing_closed")),
    )
    lenses.grant(GRANTS)


def downgrade() -> None:
    lenses.revoke(GRANTS)
    op.drop_table("reviewing_closed")
