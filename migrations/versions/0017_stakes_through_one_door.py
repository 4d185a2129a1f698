"""What staff have at stake in a call is asked through one door, in one statement."""

from migrations import lenses

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

GRANTS = {
    "equipoise_door_interests": {
        "conflict": "SELECT",
        "seat": "SELECT",
        "seat_holder": "SELECT",
    },
}


def upgrade() -> None:
    lenses.grant(GRANTS)


def downgrade() -> None:
    lenses.revoke(GRANTS)
