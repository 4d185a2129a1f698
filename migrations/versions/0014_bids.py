"""Bids: what people of the pool would like to read, and whose bids they are."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations import lenses

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

GRANTS = {
    "equipoise_auditor": {"bid_holder": "SELECT", "bid_sheet": "SELECT", "bidding": "SELECT"},
    "equipoise_door_own_seats": {"bid_holder": "SELECT"},
    "equipoise_reviewer": {"bid_sheet": "SELECT, UPDATE, DELETE", "bidding": "SELECT"},
    "equipoise_staff": {
        "bid_holder": "SELECT, INSERT",
        "bid_sheet": "SELECT, INSERT, UPDATE, DELETE",
        "bidding": "SELECT, INSERT, UPDATE, DELETE",
    },
}


def upgrade() -> None:
    op.create_table(
        "bidding",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_bidding_call_id")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_bidding")),
    )
    op.create_table(
        "bid_sheet",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("shown", JSON, nullable=False),
        sa.Column("bids", JSON, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_bid_sheet_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid_sheet")),
    )
    with op.batch_alter_table("bid_sheet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bid_sheet_call_id"), ["call_id"], unique=False)
    op.create_table(
        "bid_holder",
        sa.Column("sheet_id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_bid_holder_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["bid_sheet.id"], name=op.f("fk_bid_holder_sheet_id")
        ),
        sa.PrimaryKeyConstraint("sheet_id", name=op.f("pk_bid_holder")),
    )
    with op.batch_alter_table("bid_holder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bid_holder_account_id"), ["account_id"], unique=False)
    lenses.grant(GRANTS)


def downgrade() -> None:
    op.drop_table("bid_holder")
    op.drop_table("bid_sheet")
    op.drop_table("bidding")
