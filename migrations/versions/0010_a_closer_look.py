"""Calibrations of rankings, scenarios beside a call's own rule, and draws at the line."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations import lenses

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
GRANTS = {
    "equipoise_auditor": {
        "calibration": "SELECT",
        "draw": "SELECT",
        "draw_entry": "SELECT",
        "scenario": "SELECT",
    },
    "equipoise_staff": {
        "calibration": "SELECT",
        "draw": "SELECT, INSERT, UPDATE, DELETE",
        "draw_entry": "SELECT, INSERT, UPDATE, DELETE",
        "scenario": "SELECT, INSERT, UPDATE, DELETE",
    },
}


def upgrade() -> None:
    op.create_table(
        "calibration",
        sa.Column("ranking_id", sa.String(length=26), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("result", JSON, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ranking_id"], ["ranking.id"], name=op.f("fk_calibration_ranking_id")
        ),
        sa.PrimaryKeyConstraint("ranking_id", name=op.f("pk_calibration")),
    )
    op.create_table(
        "scenario",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("ranking_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("terms", JSON, nullable=False),
        sa.Column("rule", JSON, nullable=False),
        sa.Column("result", JSON, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(length=26), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_scenario_call_id")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_scenario_made_by")),
        sa.ForeignKeyConstraint(
            ["ranking_id"], ["ranking.id"], name=op.f("fk_scenario_ranking_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario")),
        sa.UniqueConstraint("ranking_id", "number", name=op.f("uq_scenario_ranking_id_number")),
    )
    op.create_index(op.f("ix_scenario_call_id"), "scenario", ["call_id"])
    op.create_table(
        "draw",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("ranking_id", sa.String(length=26), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("way", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entrants", JSON, nullable=False),
        sa.Column("committed", JSON, nullable=False),
        sa.Column("commitment", sa.String(), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seed", sa.String(), nullable=True),
        sa.Column("record", JSON, nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_draw_call_id")),
        sa.ForeignKeyConstraint(["ranking_id"], ["ranking.id"], name=op.f("fk_draw_ranking_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
        sa.UniqueConstraint("label", name=op.f("uq_draw_label")),
        sa.UniqueConstraint("ranking_id", name=op.f("uq_draw_ranking_id")),
        sa.UniqueConstraint("seed", name=op.f("uq_draw_seed")),
    )
    op.create_index(op.f("ix_draw_call_id"), "draw", ["call_id"])
    op.create_table(
        "draw_entry",
        sa.Column("draw_id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("promise", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_draw_entry_account_id")
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_entry_draw_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_entry")),
        sa.UniqueConstraint("draw_id", "account_id", name=op.f("uq_draw_entry_draw_id_account_id")),
    )
    lenses.grant(GRANTS)


def downgrade() -> None:
    op.drop_table("draw_entry")
    op.drop_table("draw")
    op.drop_table("scenario")
    op.drop_table("calibration")
