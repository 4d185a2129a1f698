"""Contributions from pledge to payment; departures agreed to one by one."""

import base64
import json
import secrets

import sqlalchemy as sa
from alembic import op

from migrations import lenses

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

GRANTS = {
    "equipoise_auditor": {
        "commitment": "SELECT",
        "departure_approval": "SELECT",
        "payment": "SELECT",
    },
    "equipoise_funder": {"commitment": "SELECT", "payment": "SELECT"},
    "equipoise_staff": {
        "commitment": "SELECT, INSERT, UPDATE, DELETE",
        "departure_approval": "SELECT, INSERT",
        "fund": "UPDATE, DELETE",
        "payment": "SELECT, INSERT",
    },
}
CHECKS = {
    "never_over": "committed_minor >= 0 AND committed_minor <= amount_minor",
    "withdrawn_free": "state <> 'withdrawn' OR committed_minor = 0",
}
_INSERT = (
    "INSERT INTO commitment (id, contribution_id, award, amount_minor, paid_minor, committed_on)"
    " VALUES (:id, :contribution, :award, :amount, 0, :on)"
)
DAYS = ("pledged_on", "signed_on", "received_on", "withdrawn_on")


def upgrade() -> None:
    op.add_column("fund", sa.Column("pot", sa.String(32), nullable=False, server_default="virtual"))
    with op.batch_alter_table("contribution") as table:
        table.add_column(sa.Column("conditions", sa.String(), nullable=False, server_default=""))
        table.add_column(
            sa.Column("state", sa.String(32), nullable=False, server_default="pledged")
        )
        for day in DAYS:
            table.add_column(sa.Column(day, sa.Date(), nullable=True))
        table.add_column(
            sa.Column("committed_minor", sa.BigInteger(), nullable=False, server_default="0")
        )
        for name, check in CHECKS.items():
            table.create_check_constraint(op.f(f"ck_contribution_{name}"), check)
    op.create_table(
        "commitment",
        sa.Column("contribution_id", sa.String(length=26), nullable=False),
        sa.Column("award", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("committed_on", sa.Date(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_commitment_amount_positive")),
        sa.CheckConstraint(
            "paid_minor >= 0 AND paid_minor <= amount_minor", name=op.f("ck_commitment_never_over")
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contribution.id"], name=op.f("fk_commitment_contribution_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
        sa.UniqueConstraint(
            "contribution_id", "award", name=op.f("uq_commitment_contribution_id_award")
        ),
    )
    op.create_table(
        "payment",
        sa.Column("commitment_id", sa.String(length=26), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payment_amount_positive")),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitment.id"], name=op.f("fk_payment_commitment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
    )
    op.create_index(op.f("ix_payment_commitment_id"), "payment", ["commitment_id"])
    op.create_table(
        "departure_approval",
        sa.Column("allocation_id", sa.String(length=26), nullable=False),
        sa.Column("proposal_id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_departure_approval_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["allocation_id"], ["allocation.id"], name=op.f("fk_departure_approval_allocation_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_departure_approval_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departure_approval")),
        sa.UniqueConstraint(
            "allocation_id",
            "proposal_id",
            name=op.f("uq_departure_approval_allocation_id_proposal_id"),
        ),
    )
    _promise_what_was_released()
    lenses.grant(GRANTS)


def _promise_what_was_released() -> None:
    """Promise the money of awards that were released before promises were kept."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT p.number, l.sources, a.proposed_at FROM allocation_line l"
            " JOIN allocation a ON a.id = l.allocation_id JOIN proposal p ON p.id = l.proposal_id"
            " WHERE a.state = 'released' AND l.amount_minor > 0"
        )
    ).all()
    day = "CAST(:on AS date)" if connection.dialect.name == "postgresql" else ":on"
    for number, kept, proposed_at in rows:
        sources = json.loads(kept) if isinstance(kept, str) else kept
        for contribution_id, amount_minor in sources.items():
            values = {
                "id": base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower(),
                "contribution": contribution_id,
                "award": number,
                "amount": amount_minor,
                "on": str(proposed_at)[:10],
            }
            connection.execute(
                sa.text(_INSERT.replace(":on", day)),
                values,
            )
            connection.execute(
                sa.text(
                    "UPDATE contribution SET committed_minor = committed_minor + :amount"
                    " WHERE id = :contribution"
                ),
                values,
            )


def downgrade() -> None:
    for name in ("departure_approval", "payment", "commitment"):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        lenses.revoke({"equipoise_staff": {"fund": "UPDATE, DELETE"}})
    with op.batch_alter_table("contribution") as table:
        for name in CHECKS:
            table.drop_constraint(op.f(f"ck_contribution_{name}"), type_="check")
        for name in ("committed_minor", *DAYS, "state", "conditions"):
            table.drop_column(name)
    op.drop_column("fund", "pot")
