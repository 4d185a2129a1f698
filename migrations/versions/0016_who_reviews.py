"""Who may be asked to review, how they are asked, and what keeps people apart from proposals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations import lenses

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

GRANTS = {
    "equipoise_public": {"reviewing_terms": "SELECT"},
    "equipoise_applicant": {"nomination": "INSERT", "reviewing_terms": "SELECT"},
    "equipoise_reviewer": {"certified": "INSERT", "reviewing_terms": "SELECT"},
    "equipoise_staff": {
        "certified": "SELECT",
        "conflict": "UPDATE, DELETE",
        "helpfulness": "SELECT, INSERT, UPDATE, DELETE",
        "review_invitation": "SELECT, INSERT, UPDATE, DELETE",
        "nomination": "SELECT, UPDATE, DELETE",
        "reviewer_profile": "SELECT, INSERT, UPDATE, DELETE",
        "reviewing_terms": "SELECT, INSERT, UPDATE, DELETE",
        "suggestion": "SELECT, UPDATE, DELETE",
        "tie": "SELECT, INSERT",
        "unavailability": "SELECT, INSERT, UPDATE, DELETE",
    },
    "equipoise_funder": {"reviewing_terms": "SELECT"},
    "equipoise_auditor": {
        "certified": "SELECT",
        "helpfulness": "SELECT",
        "review_invitation": "SELECT",
        "nomination": "SELECT",
        "reviewer_profile": "SELECT",
        "reviewing_terms": "SELECT",
        "suggestion": "SELECT",
        "tie": "SELECT",
        "unavailability": "SELECT",
    },
    "equipoise_admin": {"reviewing_terms": "SELECT"},
    "equipoise_door_own_seats": {"certified": "SELECT", "nomination": "SELECT"},
    "equipoise_door_invitation": {
        "account": "SELECT",
        "call": "SELECT",
        "decline": "INSERT",
        "review_invitation": "SELECT, UPDATE, DELETE",
        "person": "SELECT",
        "seat": "SELECT, UPDATE, DELETE",
        "seat_holder": "SELECT",
        "suggestion": "INSERT",
    },
}

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reviewer_profile",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("ror", sa.String(), nullable=False),
        sa.Column("parents", JSON, nullable=False),
        sa.Column("codes", JSON, nullable=False),
        sa.Column("cancers", JSON, nullable=False),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_reviewer_profile_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_reviewer_profile")),
    )
    op.create_table(
        "tie",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("email_key", sa.String(), nullable=False),
        sa.Column("orcid", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_tie_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tie")),
        sa.UniqueConstraint(
            "account_id",
            "source",
            "name_key",
            "email_key",
            "orcid",
            name=op.f("uq_tie_account_id_source_name_key_email_key_orcid"),
        ),
    )
    op.create_table(
        "unavailability",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("first_day", sa.String(), nullable=False),
        sa.Column("last_day", sa.String(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_unavailability_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unavailability")),
    )
    with op.batch_alter_table("unavailability", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_unavailability_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "certified",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("seat_id", sa.String(), nullable=False),
        sa.Column("at_stage", sa.String(length=32), nullable=False),
        sa.Column("certified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_certified_account_id")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_certified_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certified")),
        sa.UniqueConstraint(
            "call_id",
            "account_id",
            "at_stage",
            "seat_id",
            name=op.f("uq_certified_call_id_account_id_at_stage_seat_id"),
        ),
    )
    op.create_table(
        "review_invitation",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("answer", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("letter_id", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_review_invitation_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name=op.f("fk_review_invitation_call_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_invitation")),
    )
    with op.batch_alter_table("review_invitation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_review_invitation_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_review_invitation_call_id"), ["call_id"], unique=False)

    op.create_table(
        "nomination",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("codes", JSON, nullable=False),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("keywords", sa.String(), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_nomination_account_id")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_nomination_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination")),
        sa.UniqueConstraint("call_id", "account_id", name=op.f("uq_nomination_call_id_account_id")),
    )
    op.create_table(
        "reviewing_terms",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("same_country", sa.Boolean(), nullable=False),
        sa.Column("self_nomination", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_reviewing_terms_call_id")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_reviewing_terms")),
    )
    op.create_table(
        "suggestion",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("by_account_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("suggested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_account_id"], ["account.id"], name=op.f("fk_suggestion_by_account_id")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_suggestion_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
    )
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suggestion_call_id"), ["call_id"], unique=False)

    op.create_table(
        "helpfulness",
        sa.Column("seat_id", sa.String(length=26), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("rated_by", sa.String(length=26), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rated_by"], ["account.id"], name=op.f("fk_helpfulness_rated_by")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_helpfulness_seat_id")),
        sa.PrimaryKeyConstraint("seat_id", name=op.f("pk_helpfulness")),
    )
    with op.batch_alter_table("conflict", schema=None) as batch_op:
        batch_op.add_column(sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("set_aside_by", sa.String(length=26), nullable=True))
        batch_op.add_column(
            sa.Column("set_aside_because", sa.String(), nullable=False, server_default="")
        )
        batch_op.drop_constraint(
            batch_op.f("uq_conflict_proposal_id_account_id_kind"), type_="unique"
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_conflict_proposal_id_account_id_kind_declared"),
            ["proposal_id", "account_id", "kind", "declared"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_conflict_set_aside_by"), "account", ["set_aside_by"], ["id"]
        )

    with op.batch_alter_table("pool_member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mentor_id", sa.String(length=26), nullable=True))
        batch_op.add_column(
            sa.Column("self_nominated", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_pool_member_mentor_id"), "account", ["mentor_id"], ["id"]
        )

    lenses.create_roles(["equipoise_door_invitation"])
    lenses.grant(GRANTS)


def downgrade() -> None:
    lenses.revoke(GRANTS)
    # What was found beside a declared conflict of the same kind has no place in the older table.
    op.execute(
        "DELETE FROM conflict WHERE NOT declared AND EXISTS (SELECT 1 FROM conflict AS other"
        " WHERE other.proposal_id = conflict.proposal_id AND other.account_id = conflict.account_id"
        " AND other.kind = conflict.kind AND other.declared)"
    )
    with op.batch_alter_table("pool_member", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_pool_member_mentor_id"), type_="foreignkey")
        batch_op.drop_column("self_nominated")
        batch_op.drop_column("mentor_id")

    with op.batch_alter_table("conflict", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_conflict_set_aside_by"), type_="foreignkey")
        batch_op.drop_constraint(
            batch_op.f("uq_conflict_proposal_id_account_id_kind_declared"), type_="unique"
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_conflict_proposal_id_account_id_kind"),
            ["proposal_id", "account_id", "kind"],
        )
        batch_op.drop_column("set_aside_because")
        batch_op.drop_column("set_aside_by")
        batch_op.drop_column("set_aside_at")

    op.drop_table("helpfulness")
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suggestion_call_id"))

    op.drop_table("suggestion")
    op.drop_table("reviewing_terms")
    op.drop_table("nomination")
    with op.batch_alter_table("review_invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_invitation_call_id"))
        batch_op.drop_index(batch_op.f("ix_review_invitation_account_id"))

    op.drop_table("review_invitation")
    op.drop_table("certified")
    with op.batch_alter_table("unavailability", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unavailability_account_id"))

    op.drop_table("unavailability")
    op.drop_table("tie")
    op.drop_table("reviewer_profile")
