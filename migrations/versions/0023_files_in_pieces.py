"""Files that arrive in pieces."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations import lenses

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
ID = sa.String(length=26)
GRANTS = {"equipoise_applicant": {"partial_upload": "SELECT, INSERT, UPDATE, DELETE"}}


def upgrade() -> None:
    op.create_table(
        "partial_upload",
        sa.Column("id", ID, nullable=False),
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("question_key", sa.String(), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("pieces", JSON, nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_partial_upload_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_partial_upload_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partial_upload")),
        sa.UniqueConstraint(
            "proposal_id",
            "question_key",
            "account_id",
            name=op.f("uq_partial_upload_proposal_id_question_key_account_id"),
        ),
    )
    op.create_index(op.f("ix_partial_upload_account_id"), "partial_upload", ["account_id"])
    lenses.grant(GRANTS)


def downgrade() -> None:
    lenses.revoke(GRANTS)
    op.drop_table("partial_upload")
