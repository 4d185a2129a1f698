"""Packs with which reviewers work without a network: each its holder's alone."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations import lenses

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

GRANTS = {
    "equipoise_reviewer": {"review_pack": "INSERT"},
    "equipoise_door_own_seats": {"review_pack": "SELECT"},
}

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "review_pack",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("seats", JSON, nullable=False),
        sa.Column("file_key", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_review_pack_account_id")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_review_pack_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_pack")),
    )
    with op.batch_alter_table("review_pack", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_pack_account_id"), ["account_id"], unique=False)
    lenses.grant(GRANTS)


def downgrade() -> None:
    lenses.revoke(GRANTS)
    with op.batch_alter_table("review_pack", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_pack_account_id"))
    op.drop_table("review_pack")
