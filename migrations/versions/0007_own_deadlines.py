"""Proposals returned to be corrected, with a deadline of their own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations import lenses

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
ID = sa.String(length=26)
INSTANT = sa.DateTime(timezone=True)

GRANTS = {
    "equipoise_applicant": {"correction": "SELECT"},
    "equipoise_staff": {"correction": "SELECT, INSERT"},
    "equipoise_auditor": {"correction": "SELECT"},
}

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "correction",
        sa.Column("id", ID, nullable=False),
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("points", JSON, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("returned_at", INSTANT, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_correction_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_correction_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index(op.f("ix_correction_proposal_id"), "correction", ["proposal_id"])
    lenses.grant(GRANTS)


def downgrade() -> None:
    op.drop_table("correction")
