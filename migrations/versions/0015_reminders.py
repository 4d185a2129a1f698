"""Reminders: who was reminded of what, and who wants none."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations import lenses

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

GRANTS = {
    "equipoise_applicant": {"no_reminders": "SELECT, INSERT, UPDATE, DELETE"},
    "equipoise_auditor": {"no_reminders": "SELECT", "review_reminder": "SELECT"},
    "equipoise_staff": {"no_reminders": "SELECT", "review_reminder": "SELECT, INSERT"},
}


def upgrade() -> None:
    op.create_table(
        "no_reminders",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_no_reminders_account_id"),
        sa.PrimaryKeyConstraint("account_id", name="pk_no_reminders"),
    )
    _reminders(
        "review_reminder", "call", sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False)
    )
    _reminders("draft_reminder", "proposal")
    op.create_index("ix_review_reminder_call_id", "review_reminder", ["call_id"])
    lenses.grant(GRANTS)


def _reminders(name: str, about: str, *more: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column(f"{about}_id", sa.String(length=26), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("letter_id", sa.String(length=26), nullable=False),
        *more,
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=f"fk_{name}_account_id"),
        sa.ForeignKeyConstraint([f"{about}_id"], [f"{about}.id"], name=f"fk_{name}_{about}_id"),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=f"fk_{name}_letter_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.UniqueConstraint(
            "account_id", f"{about}_id", "stage", name=f"uq_{name}_account_id_{about}_id_stage"
        ),
    )
    op.create_index(f"ix_{name}_day", name, ["day"])


def downgrade() -> None:
    op.drop_table("draft_reminder")
    op.drop_table("review_reminder")
    op.drop_table("no_reminders")
