"""What a release publishes, computed before it by a job."""

import sqlalchemy as sa
from alembic import op

from migrations import lenses

GRANTS = {
    "equipoise_staff": {"preparation": "SELECT"},
    "equipoise_auditor": {"preparation": "SELECT"},
}

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "preparation",
        sa.Column("allocation_id", sa.String(length=26), nullable=False),
        sa.Column("of_sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["allocation_id"], ["allocation.id"], name=op.f("fk_preparation_allocation_id")
        ),
        sa.PrimaryKeyConstraint("allocation_id", name=op.f("pk_preparation")),
    )
    lenses.grant(GRANTS)


def downgrade() -> None:
    lenses.revoke(GRANTS)
    op.drop_table("preparation")
