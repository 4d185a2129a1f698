"""How a call gives its money, beyond rank order."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.add_column("call", sa.Column("award_rule", JSON, nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("call", "award_rule")
