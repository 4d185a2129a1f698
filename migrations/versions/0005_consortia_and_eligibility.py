"""Consortia, rules of eligibility, and exceptions from them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations import lenses

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
ID = sa.String(length=26)
WORD = sa.String(length=32)

GRANTS = {
    "equipoise_public": {"organisation": "SELECT"},
    "equipoise_applicant": {
        "background": "SELECT, INSERT, UPDATE, DELETE",
        "exemption": "SELECT, INSERT",
        "organisation": "SELECT",
        "partner": "SELECT, INSERT, UPDATE, DELETE",
    },
    "equipoise_reviewer": {"organisation": "SELECT"},
    "equipoise_staff": {
        "exemption": "SELECT, INSERT, UPDATE, DELETE",
        "organisation": "SELECT",
    },
    "equipoise_funder": {"organisation": "SELECT"},
    "equipoise_auditor": {"exemption": "SELECT", "organisation": "SELECT"},
    "equipoise_admin": {"organisation": "SELECT"},
}

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CONDITIONS = (
    ("eligibility", JSON, "[]"),
    ("partners_confirm", sa.Boolean(), sa.false()),
    ("signatory_required", sa.Boolean(), sa.false()),
    ("complete_draft_counts", sa.Boolean(), sa.false()),
    ("grace_minutes", sa.Integer(), "0"),
)


def upgrade() -> None:
    for name, kind, start in CONDITIONS:
        op.add_column("call", sa.Column(name, kind, nullable=False, server_default=start))
    op.add_column(
        "version_identity", sa.Column("consortium", JSON, nullable=False, server_default="{}")
    )
    op.create_table(
        "organisation",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("ror", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_index(op.f("ix_organisation_name_key"), "organisation", ["name_key"])
    op.create_table(
        "partner",
        sa.Column("id", ID, nullable=False),
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("place", WORD, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("ror", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("contact_name", sa.String(), nullable=False),
        sa.Column("contact_email", sa.String(), nullable=False),
        sa.Column("roles", JSON, nullable=False),
        sa.Column("person_months", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("budget_minor", sa.BigInteger(), nullable=False),
        sa.Column(
            "confirmation",
            WORD,
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True)),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("budget_minor >= 0", name=op.f("ck_partner_budget_not_negative")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_partner_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
    )
    op.create_index(op.f("ix_partner_proposal_id"), "partner", ["proposal_id"])
    op.create_table(
        "background",
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("doctorate", sa.String(), nullable=False),
        sa.Column("break_months", sa.Integer(), nullable=False),
        sa.Column("breaks", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_background_proposal_id")
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_background")),
    )
    op.create_table(
        "exemption",
        sa.Column("id", ID, nullable=False),
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("call_id", ID, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("asked", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted", sa.Boolean()),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by", ID),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_exemption_call_id")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_exemption_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_exemption_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemption")),
    )
    op.create_index(op.f("ix_exemption_call_id"), "exemption", ["call_id"])
    op.create_index(op.f("ix_exemption_proposal_id"), "exemption", ["proposal_id"])
    lenses.grant(GRANTS)


def downgrade() -> None:
    for table in ("exemption", "background", "partner", "organisation"):
        op.drop_table(table)
    op.drop_column("version_identity", "consortium")
    for name, _kind, _start in reversed(CONDITIONS):
        op.drop_column("call", name)
