"""A comment to the office, criteria in plain words, who was recognised, who is named to reviewers."""

import sqlalchemy as sa
from alembic import op

from migrations.lenses import grant, revoke

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

GRANTS = {
    "equipoise_auditor": {"recognition": "SELECT", "shown_reviewer": "SELECT"},
    "equipoise_door_own_seats": {"pool_member": "SELECT"},
    "equipoise_reviewer": {"recognition": "INSERT", "shown_reviewer": "SELECT, INSERT"},
    "equipoise_staff": {"recognition": "SELECT", "shown_reviewer": "SELECT"},
}


def upgrade() -> None:
    for table, column in (
        ("review", "to_staff"),
        ("criterion", "plain_label"),
        ("criterion", "plain_guidance"),
        ("feedback", "reviewer"),
    ):
        op.add_column(table, sa.Column(column, sa.String(), nullable=False, server_default=""))
    op.add_column(
        "review",
        sa.Column("asked_recognition", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "recognition",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("answer", sa.String(length=32), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_recognition_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognition")),
    )
    op.create_index(op.f("ix_recognition_call_id"), "recognition", ["call_id"])
    op.create_table(
        "shown_reviewer",
        sa.Column("seat_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_shown_reviewer_seat_id")),
        sa.PrimaryKeyConstraint("seat_id", name=op.f("pk_shown_reviewer")),
    )
    grant(GRANTS)


def downgrade() -> None:
    revoke(GRANTS)
    op.drop_table("shown_reviewer")
    op.drop_index(op.f("ix_recognition_call_id"), "recognition")
    op.drop_table("recognition")
    with op.batch_alter_table("review") as batch_op:
        batch_op.drop_column("asked_recognition")
        batch_op.drop_column("to_staff")
    with op.batch_alter_table("criterion") as batch_op:
        batch_op.drop_column("plain_guidance")
        batch_op.drop_column("plain_label")
    with op.batch_alter_table("feedback") as batch_op:
        batch_op.drop_column("reviewer")
