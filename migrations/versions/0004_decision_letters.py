"""What staff write to everybody with one kind of outcome, and the signed letter on an outcome."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations import lenses

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

GRANTS = {
    "equipoise_auditor": {"letter_text": "SELECT"},
    "equipoise_staff": {"letter_text": "SELECT, INSERT, UPDATE, DELETE"},
}


def upgrade() -> None:
    op.create_table(
        "letter_text",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("decision", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_letter_text_call_id")),
        sa.PrimaryKeyConstraint("call_id", "decision", name=op.f("pk_letter_text")),
    )
    lenses.grant(GRANTS)
    with op.batch_alter_table("outcome") as batch_op:
        batch_op.add_column(sa.Column("letter", JSON, nullable=False, server_default="{}"))
    with op.batch_alter_table("outcome") as batch_op:
        batch_op.alter_column("letter", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("outcome") as batch_op:
        batch_op.drop_column("letter")
    lenses.revoke(GRANTS)
    op.drop_table("letter_text")
