"""Panels: who meets, what they discuss, who was in the room, who agreed to the minutes; a lens."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.lenses import create_roles, grant, revoke

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

READ = "SELECT"
ALL = "SELECT, INSERT, UPDATE, DELETE"
ROOM = ("panel", "panel_member", "panel_item", "item_presence", "minutes_approval")
# What was there before, for the new lens
BEFORE = {
    "account": READ,
    "amendment": READ,
    "award": READ,
    "blinded_file": READ,
    "call": READ,
    "conflict": "INSERT",
    "criterion": READ,
    "fund": READ,
    "funder": READ,
    "job": "INSERT",
    "organisation": READ,
    "proposal": READ,
    "question": READ,
    "review": READ,
    "reviewing_terms": READ,
    "seat": READ,
    "section": READ,
    "version": READ,
}
GRANTS = {
    "equipoise_panel": {
        **BEFORE,
        "panel": "SELECT, UPDATE, DELETE",
        "panel_member": "SELECT, UPDATE, DELETE",
        "panel_item": "SELECT, UPDATE, DELETE",
        "item_presence": "SELECT, INSERT",
        "minutes_approval": ALL,
    },
    "equipoise_staff": {
        "panel": ALL,
        "panel_member": ALL,
        "panel_item": ALL,
        "item_presence": READ,
        "minutes_approval": READ,
    },
    "equipoise_auditor": dict.fromkeys(ROOM, READ),
}


def upgrade() -> None:
    create_roles(["equipoise_panel"])
    op.create_table(
        "panel",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("meets_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("minutes", JSON, nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_panel_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel")),
        sa.UniqueConstraint("call_id", name=op.f("uq_panel_call_id")),
    )
    op.create_table(
        "panel_member",
        sa.Column("panel_id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("office", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("here", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_panel_member_account_id")
        ),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_member_panel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_member")),
        sa.UniqueConstraint(
            "panel_id", "account_id", name=op.f("uq_panel_member_panel_id_account_id")
        ),
    )
    op.create_index(op.f("ix_panel_member_account_id"), "panel_member", ["account_id"])
    op.create_table(
        "panel_item",
        sa.Column("panel_id", sa.String(length=26), nullable=False),
        sa.Column("proposal_id", sa.String(length=26), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("recommendation", sa.String(length=32), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("presided", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.CheckConstraint(
            "recommendation = 'award' OR amount_minor = 0",
            name=op.f("ck_panel_item_only_awards_have_money"),
        ),
        sa.CheckConstraint(
            "recommendation = 'follow' OR reason <> ''",
            name=op.f("ck_panel_item_otherwise_has_reason"),
        ),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_item_panel_id")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_panel_item_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_item")),
        sa.UniqueConstraint(
            "panel_id", "proposal_id", name=op.f("uq_panel_item_panel_id_proposal_id")
        ),
    )
    op.create_table(
        "item_presence",
        sa.Column("item_id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("absent", sa.String(length=32), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["panel_item.id"], name=op.f("fk_item_presence_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["panel_member.id"], name=op.f("fk_item_presence_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_presence")),
        sa.UniqueConstraint(
            "item_id", "member_id", name=op.f("uq_item_presence_item_id_member_id")
        ),
    )
    op.create_table(
        "minutes_approval",
        sa.Column("panel_id", sa.String(length=26), nullable=False),
        sa.Column("member_id", sa.String(length=26), nullable=False),
        sa.Column("items", JSON, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["panel_member.id"], name=op.f("fk_minutes_approval_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["panel.id"], name=op.f("fk_minutes_approval_panel_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_approval")),
        sa.UniqueConstraint(
            "panel_id", "member_id", name=op.f("uq_minutes_approval_panel_id_member_id")
        ),
    )
    grant(GRANTS)


def downgrade() -> None:
    revoke(GRANTS)
    for table in ("minutes_approval", "item_presence", "panel_item"):
        op.drop_table(table)
    op.drop_index(op.f("ix_panel_member_account_id"), "panel_member")
    op.drop_table("panel_member")
    op.drop_table("panel")
