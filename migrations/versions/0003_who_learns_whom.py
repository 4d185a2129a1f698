"""Who learns whom: settings of a call, the seal over who applies, identities shown to one seat."""

import sqlalchemy as sa
from alembic import op

from migrations.lenses import create_roles, grant, revoke, see_all_rows, see_rows

# ruff: noqa: S608 - every word of these statements stands here

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SETTINGS = (
    "applicants_to_reviewers",
    "reviewers_to_applicants",
    "reviewers_to_reviewers",
    "reviews_to_reviewers",
    "applicants_to_staff",
)

# What the modes that there were have always meant.
BEFORE = {
    "open": ("always", "released", "scored", "scored", "always"),
    "single": ("always", "never", "never", "never", "always"),
    "double": ("never", "never", "never", "never", "always"),
}

DOOR = {
    "equipoise_door_interests": {
        "person": "SELECT",
        "proposal": "SELECT",
        "proposal_member": "SELECT",
        "version_identity": "SELECT",
    },
}
SHOWN = {
    "equipoise_auditor": {"shown_identity": "SELECT"},
    "equipoise_reviewer": {"shown_identity": "SELECT"},
    "equipoise_staff": {"shown_identity": "SELECT, INSERT"},
}

SEALED_PROPOSALS = """SELECT proposal.id FROM proposal JOIN "call" ON "call".id = proposal.call_id
    WHERE "call".applicants_to_staff <> 'always' AND "call".unsealed_at IS NULL"""
ROWS = {
    ("proposal_member", "equipoise_staff"): f"proposal_id NOT IN ({SEALED_PROPOSALS})",
    ("version_identity", "equipoise_staff"): f"""version_id NOT IN (
        SELECT version.id FROM version WHERE version.proposal_id IN ({SEALED_PROPOSALS}))""",
}
TOLD = {
    ("shown_identity", "equipoise_reviewer"): """seat_id IN (
        SELECT seat.id FROM seat JOIN "call" ON "call".id = seat.call_id
        WHERE "call".applicants_to_reviewers = 'always'
        OR ("call".applicants_to_reviewers = 'scored' AND seat.state = 'submitted')
        OR ("call".applicants_to_reviewers = 'ranking' AND seat.state = 'submitted'
            AND "call".state IN ('ranking', 'allocating', 'approving', 'released', 'archived')))""",
}


def upgrade() -> None:
    for name in SETTINGS:  # a call that says nothing tells nobody
        op.add_column(
            "call", sa.Column(name, sa.String(32), nullable=False, server_default="never")
        )
    op.add_column("call", sa.Column("unsealed_at", sa.DateTime(timezone=True), nullable=True))
    for mode, values in BEFORE.items():
        columns: dict[str, sa.ColumnClause[str]] = {name: sa.column(name) for name in SETTINGS}
        call = sa.table("call", sa.column("blinding"), *columns.values())
        settings = dict(zip(SETTINGS, values, strict=True))
        op.execute(call.update().where(call.c.blinding == mode).values(settings))
    _rekey(
        "seat_id",
        "seat",
        "SELECT seat.id, kept.lead_name, kept.organisation FROM kept"
        " JOIN seat ON seat.proposal_id = kept.proposal_id",
    )
    create_roles(list(DOOR))
    grant({**DOOR, **SHOWN})
    see_rows({**ROWS, **TOLD})


def downgrade() -> None:
    see_all_rows({**ROWS, **TOLD})
    revoke(DOOR)
    _rekey(
        "proposal_id",
        "proposal",
        "SELECT seat.proposal_id, max(kept.lead_name),"
        " max(kept.organisation) FROM kept JOIN seat ON seat.id = kept.seat_id"
        " GROUP BY seat.proposal_id",
    )
    grant(SHOWN)
    with op.batch_alter_table("call") as batch_op:
        batch_op.drop_column("unsealed_at")
        for name in reversed(SETTINGS):
            batch_op.drop_column(name)


def _rekey(key: str, of: str, again: str) -> None:
    """Make shown_identity anew under another key, with what stood in it."""
    op.execute("CREATE TEMPORARY TABLE kept AS SELECT * FROM shown_identity")
    op.drop_table("shown_identity")
    op.create_table(
        "shown_identity",
        sa.Column(key, sa.String(length=26), nullable=False),
        sa.Column("lead_name", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.ForeignKeyConstraint([key], [f"{of}.id"], name=op.f(f"fk_shown_identity_{key}")),
        sa.PrimaryKeyConstraint(key, name=op.f("pk_shown_identity")),
    )
    op.execute(f"INSERT INTO shown_identity ({key}, lead_name, organisation) {again}")
    op.execute("DROP TABLE kept")
