"""Staff may stop the jobs they asked for."""

from migrations import lenses

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

GRANTS = {"equipoise_staff": {"job": "UPDATE, DELETE"}}


def upgrade() -> None:
    lenses.grant(GRANTS)


def downgrade() -> None:
    lenses.revoke(GRANTS)
