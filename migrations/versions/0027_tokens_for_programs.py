"""Tokens with which a person's programs are known, and the keys of what they submitted."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations import lenses

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

GRANTS = {
    "equipoise_door_sign_in": {"api_token": "SELECT, INSERT, UPDATE, DELETE"},
    "equipoise_door_session": {"api_token": "SELECT"},
    "equipoise_applicant": {"submission_key": "SELECT, INSERT, UPDATE, DELETE"},
}

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("scopes", JSON, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_api_token_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_api_token"),
        sa.UniqueConstraint("token_hash", name="uq_api_token_token_hash"),
    )
    op.create_index("ix_api_token_account_id", "api_token", ["account_id"])
    op.create_table(
        "submission_key",
        sa.Column("key_sha256", sa.String(), nullable=False),
        sa.Column("proposal_id", sa.String(length=26), nullable=False),
        sa.Column("body_sha256", sa.String(), nullable=False),
        sa.Column("receipt_id", sa.String(length=26), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name="fk_submission_key_proposal_id"
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["receipt.id"], name="fk_submission_key_receipt_id"
        ),
        sa.PrimaryKeyConstraint("key_sha256", name="pk_submission_key"),
    )
    op.create_index("ix_submission_key_used_at", "submission_key", ["used_at"])
    lenses.grant(GRANTS)


def downgrade() -> None:
    lenses.revoke(GRANTS)
    op.drop_table("submission_key")
    op.drop_table("api_token")
