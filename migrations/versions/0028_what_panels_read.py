"""What a panel reads of the ranking: computed for each choice of proposals that is open to some; and
no key of printed minutes any more, which no page of a panel has read since the minutes are whole."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations import lenses

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
GRANTS = {
    "equipoise_panel": {"panel_outlook": "SELECT"},
    "equipoise_staff": {"panel_outlook": "SELECT, UPDATE, DELETE"},  # gone with its panel
}

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "panel_outlook",
        sa.Column("panel_id", sa.String(length=26), nullable=False),
        sa.Column("closed_sha256", sa.String(), nullable=False),
        sa.Column("of_sha256", sa.String(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["panel_id"],
            ["panel.id"],
            name=op.f("fk_panel_outlook_panel_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_outlook")),
        sa.UniqueConstraint(
            "panel_id", "closed_sha256", name=op.f("uq_panel_outlook_panel_id_closed_sha256")
        ),
    )
    lenses.grant(GRANTS)
    op.drop_column("panel", "minutes")


def downgrade() -> None:
    op.add_column("panel", sa.Column("minutes", JSON, nullable=False, server_default="{}"))
    with op.batch_alter_table("panel") as table:  # filled, it stands as 0020 made it
        table.alter_column("minutes", existing_type=JSON, server_default=None)
    lenses.revoke(GRANTS)
    op.drop_table("panel_outlook")
