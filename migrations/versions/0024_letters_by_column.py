"""Staff follow the delivery of letters without reading to whom they go and what they say."""

from migrations import lenses

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

WHOLE = {"equipoise_staff": {"letter": "SELECT"}}
COLUMNS = {
    ("letter", "equipoise_staff"): (
        "id", "about_id", "kind", "state", "created_at", "sent_at", "attempts", "trouble",
    ),
    ("letter", "equipoise_door_outbox"): ("id", "account_id", "about_id", "kind", "created_at"),
}  # fmt: skip


def upgrade() -> None:
    lenses.revoke(WHOLE)
    lenses.see_columns(COLUMNS)


def downgrade() -> None:
    lenses.see_no_columns(COLUMNS)
    lenses.grant(WHOLE)
