"""What reviewers tell for the mix of a panel: written by them, read by no page."""

import sqlalchemy as sa
from alembic import op

from migrations import lenses

GRANTS = {"equipoise_reviewer": {"told_gender": "INSERT"}}

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "told_gender",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("gender", sa.String(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_told_gender_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_told_gender")),
    )
    with op.batch_alter_table("told_gender", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_told_gender_account_id"), ["account_id"], unique=False)
    lenses.grant(GRANTS)


def downgrade() -> None:
    lenses.revoke(GRANTS)
    with op.batch_alter_table("told_gender", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_told_gender_account_id"))
    op.drop_table("told_gender")
