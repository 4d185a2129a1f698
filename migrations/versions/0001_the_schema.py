"""Every table but the ledger's, and what each lens and door may do with it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations import lenses

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

GRANTS = {
    "equipoise_admin": {
        "account": "SELECT, INSERT, UPDATE, DELETE",
        "award": "SELECT",
        "call": "SELECT",
        "criterion": "SELECT",
        "fund": "SELECT",
        "funder": "SELECT",
        "job": "INSERT",
        "person": "SELECT, INSERT",
        "question": "SELECT",
        "role_grant": "SELECT, INSERT, UPDATE, DELETE",
    },
    "equipoise_applicant": {
        "account": "SELECT",
        "award": "SELECT",
        "blinded_file": "SELECT, INSERT, UPDATE, DELETE",
        "call": "SELECT",
        "criterion": "SELECT",
        "draft": "SELECT, INSERT, UPDATE, DELETE",
        "feedback": "SELECT",
        "fund": "SELECT",
        "funder": "SELECT",
        "ineligibility": "SELECT",
        "job": "INSERT",
        "outcome": "SELECT",
        "proposal": "SELECT, INSERT, UPDATE, DELETE",
        "proposal_member": "SELECT, INSERT",
        "question": "SELECT",
        "receipt": "SELECT, INSERT",
        "upload": "SELECT, INSERT, UPDATE, DELETE",
        "version": "SELECT, INSERT",
        "version_identity": "SELECT, INSERT",
    },
    "equipoise_auditor": {
        "account": "SELECT",
        "allocation": "SELECT",
        "allocation_line": "SELECT",
        "award": "SELECT",
        "blinded_file": "SELECT",
        "call": "SELECT",
        "conflict": "SELECT",
        "contribution": "SELECT",
        "criterion": "SELECT",
        "decline": "SELECT",
        "document": "SELECT",
        "feedback": "SELECT",
        "fund": "SELECT",
        "funder": "SELECT",
        "ineligibility": "SELECT",
        "job": "SELECT, INSERT",
        "letter": "SELECT",
        "outcome": "SELECT",
        "person": "SELECT",
        "pool_member": "SELECT",
        "proposal": "SELECT",
        "proposal_member": "SELECT",
        "question": "SELECT",
        "ranking": "SELECT",
        "review": "SELECT",
        "review_version": "SELECT",
        "role_grant": "SELECT",
        "screening": "SELECT",
        "seat": "SELECT",
        "seat_holder": "SELECT",
        "shown_identity": "SELECT",
        "sign_off": "SELECT",
        "version": "SELECT",
        "version_identity": "SELECT",
    },
    "equipoise_door_ledger": {},
    "equipoise_door_outbox": {"account": "SELECT", "job": "INSERT", "letter": "INSERT"},
    "equipoise_door_own_seats": {"seat_holder": "SELECT"},
    "equipoise_door_session": {
        "account": "SELECT",
        "person": "SELECT",
        "role_grant": "SELECT",
        "sign_in": "SELECT",
    },
    "equipoise_door_sign_in": {
        "account": "SELECT, INSERT, UPDATE, DELETE",
        "credential": "SELECT, INSERT, UPDATE, DELETE",
        "person": "SELECT, INSERT, UPDATE, DELETE",
        "sign_in": "SELECT, INSERT, UPDATE, DELETE",
    },
    "equipoise_funder": {
        "account": "SELECT",
        "award": "SELECT",
        "call": "SELECT",
        "contribution": "SELECT",
        "criterion": "SELECT",
        "document": "SELECT",
        "fund": "SELECT",
        "funder": "SELECT",
        "job": "INSERT",
        "question": "SELECT",
    },
    "equipoise_public": {
        "account": "SELECT",
        "award": "SELECT",
        "call": "SELECT",
        "criterion": "SELECT",
        "fund": "SELECT",
        "funder": "SELECT",
        "job": "INSERT",
        "question": "SELECT",
    },
    "equipoise_reviewer": {
        "account": "SELECT",
        "award": "SELECT",
        "blinded_file": "SELECT",
        "call": "SELECT",
        "conflict": "INSERT",
        "criterion": "SELECT",
        "decline": "INSERT",
        "fund": "SELECT",
        "funder": "SELECT",
        "job": "INSERT",
        "proposal": "SELECT",
        "question": "SELECT",
        "review": "SELECT, INSERT, UPDATE, DELETE",
        "review_version": "INSERT",
        "seat": "SELECT, UPDATE, DELETE",
        "shown_identity": "SELECT",
        "version": "SELECT",
    },
    "equipoise_staff": {
        "account": "SELECT, INSERT",
        "allocation": "SELECT, INSERT, UPDATE, DELETE",
        "allocation_line": "SELECT, INSERT",
        "award": "SELECT, INSERT",
        "blinded_file": "SELECT",
        "call": "SELECT, INSERT, UPDATE, DELETE",
        "conflict": "SELECT, INSERT",
        "contribution": "SELECT, INSERT, UPDATE, DELETE",
        "criterion": "SELECT, INSERT, UPDATE, DELETE",
        "decline": "SELECT, UPDATE, DELETE",
        "document": "SELECT, INSERT, UPDATE, DELETE",
        "feedback": "SELECT, INSERT",
        "fund": "SELECT, INSERT",
        "funder": "SELECT, INSERT",
        "ineligibility": "SELECT, INSERT, UPDATE, DELETE",
        "job": "SELECT, INSERT",
        "letter": "SELECT, UPDATE, DELETE",
        "outcome": "SELECT, INSERT",
        "person": "SELECT, INSERT",
        "pool_member": "SELECT, INSERT, UPDATE, DELETE",
        "proposal": "SELECT, UPDATE, DELETE",
        "proposal_member": "SELECT",
        "question": "SELECT, INSERT, UPDATE, DELETE",
        "ranking": "SELECT, INSERT",
        "review": "SELECT",
        "review_version": "SELECT",
        "role_grant": "SELECT, INSERT",
        "screening": "SELECT, INSERT",
        "seat": "SELECT, INSERT, UPDATE, DELETE",
        "seat_holder": "SELECT, INSERT",
        "shown_identity": "SELECT, INSERT",
        "sign_off": "SELECT, INSERT",
        "version": "SELECT",
        "version_identity": "SELECT",
    },
}

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_table(
        "fund",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund")),
    )
    op.create_table(
        "funder",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funder")),
        sa.UniqueConstraint("name", name=op.f("uq_funder_name")),
    )
    op.create_table(
        "job",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_state_due_at"), ["state", "due_at"], unique=False)

    op.create_table(
        "call",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("opens_wall", sa.String(), nullable=False),
        sa.Column("closes_wall", sa.String(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviews_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("zone_data", sa.String(), nullable=False),
        sa.Column("blinding", sa.String(length=32), nullable=False),
        sa.Column("reviewers_each", sa.Integer(), nullable=False),
        sa.Column("scale_best", sa.String(), nullable=False),
        sa.Column("scale_worst", sa.String(), nullable=False),
        sa.Column("scale_step", sa.String(), nullable=False),
        sa.Column("anchors", JSON, nullable=False),
        sa.Column("tie_rules", JSON, nullable=False),
        sa.Column("fund_id", sa.String(length=26), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("rates", JSON, nullable=False),
        sa.Column("rates_source", sa.String(), nullable=False),
        sa.Column("award_ceiling_minor", sa.Integer(), nullable=True),
        sa.Column("when_unaffordable", sa.String(), nullable=False),
        sa.Column("threshold", sa.String(), nullable=False),
        sa.Column("reserve_places", sa.Integer(), nullable=False),
        sa.Column("approvals_needed", sa.Integer(), nullable=False),
        sa.Column("rules_sha256", sa.String(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("results", JSON, nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_call_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        sa.UniqueConstraint("code", name=op.f("uq_call_code")),
    )
    op.create_table(
        "contribution",
        sa.Column("fund_id", sa.String(length=26), nullable=False),
        sa.Column("funder_id", sa.String(length=26), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("earmark", JSON, nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_contribution_amount_positive")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_contribution_fund_id")),
        sa.ForeignKeyConstraint(
            ["funder_id"], ["funder.id"], name=op.f("fk_contribution_funder_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution")),
    )
    with op.batch_alter_table("contribution", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contribution_fund_id"), ["fund_id"], unique=False)

    op.create_table(
        "credential",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("totp_secret", sa.String(), nullable=True),
        sa.Column("totp_used", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_credential_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_credential")),
    )
    op.create_table(
        "letter",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("about_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("attachments", JSON, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_letter_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_about_id"), ["about_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_letter_state_created_at"), ["state", "created_at"], unique=False
        )

    op.create_table(
        "person",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_key", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("orcid", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_person_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_email_key"), ["email_key"], unique=False)
        batch_op.create_index(
            "uq_person_confirmed_email",
            ["email_key"],
            unique=True,
            sqlite_where=sa.text("confirmed_at IS NOT NULL"),
            postgresql_where=sa.text("confirmed_at IS NOT NULL"),
        )

    op.create_table(
        "role_grant",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_role_grant_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint(
            "account_id", "role", "scope", name=op.f("uq_role_grant_account_id_role_scope")
        ),
    )
    op.create_table(
        "sign_in",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_account_id"), ["account_id"], unique=False)

    op.create_table(
        "criterion",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("guidance", sa.String(), nullable=False),
        sa.Column("weight", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_criterion_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion")),
        sa.UniqueConstraint("call_id", "key", name=op.f("uq_criterion_call_id_key")),
    )
    op.create_table(
        "document",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("about_id", sa.String(), nullable=False),
        sa.Column("facts_key", sa.String(), nullable=False),
        sa.Column("file_key", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("rendered_sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_document_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_about_id"), ["about_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_document_call_id_kind"), ["call_id", "kind"], unique=False
        )

    op.create_table(
        "pool_member",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("expertise", sa.String(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_pool_member_account_id")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_pool_member_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool_member")),
        sa.UniqueConstraint(
            "call_id", "account_id", name=op.f("uq_pool_member_call_id_account_id")
        ),
    )
    op.create_table(
        "proposal",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version_id", sa.String(), nullable=True),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_proposal_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("call_id", "number", name=op.f("uq_proposal_call_id_number")),
    )
    op.create_table(
        "question",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("hint", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("audience", sa.String(length=32), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("word_limit", sa.Integer(), nullable=True),
        sa.Column("choices", JSON, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_question_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("call_id", "key", name=op.f("uq_question_call_id_key")),
    )
    op.create_table(
        "ranking",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("inputs", JSON, nullable=False),
        sa.Column("result", JSON, nullable=False),
        sa.Column("inputs_sha256", sa.String(), nullable=False),
        sa.Column("result_sha256", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_ranking_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking")),
        sa.UniqueConstraint("call_id", "number", name=op.f("uq_ranking_call_id_number")),
    )
    op.create_table(
        "allocation",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("ranking_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("rule", JSON, nullable=False),
        sa.Column("budget_minor", sa.BigInteger(), nullable=False),
        sa.Column("spent_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(length=26), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_allocation_call_id")),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["account.id"], name=op.f("fk_allocation_proposed_by")
        ),
        sa.ForeignKeyConstraint(
            ["ranking_id"], ["ranking.id"], name=op.f("fk_allocation_ranking_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
        sa.UniqueConstraint("call_id", "number", name=op.f("uq_allocation_call_id_number")),
    )
    op.create_table(
        "award",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("proposal_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("lead_name", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("sources", JSON, nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("awarded_on", sa.Date(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_award_amount_positive")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_award_call_id")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_award_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("number", name=op.f("uq_award_number")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_award_proposal_id")),
    )
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_award_call_id"), ["call_id"], unique=False)

    op.create_table(
        "blinded_file",
        sa.Column("proposal_id", sa.String(length=26), nullable=False),
        sa.Column("question_key", sa.String(), nullable=False),
        sa.Column("file_key", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_blinded_file_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blinded_file")),
    )
    with op.batch_alter_table("blinded_file", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_blinded_file_proposal_id"), ["proposal_id"], unique=False
        )

    op.create_table(
        "conflict",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("proposal_id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("declared", sa.Boolean(), nullable=False),
        sa.Column("entered_by", sa.String(length=26), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_conflict_account_id")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_conflict_call_id")),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["account.id"], name=op.f("fk_conflict_entered_by")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_conflict_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict")),
        sa.UniqueConstraint(
            "proposal_id",
            "account_id",
            "kind",
            name=op.f("uq_conflict_proposal_id_account_id_kind"),
        ),
    )
    with op.batch_alter_table("conflict", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conflict_call_id"), ["call_id"], unique=False)

    op.create_table(
        "draft",
        sa.Column("proposal_id", sa.String(length=26), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("science", JSON, nullable=False),
        sa.Column("identity", JSON, nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("requested", sa.String(), nullable=False),
        sa.Column("months", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_draft_proposal_id")
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_draft")),
    )
    op.create_table(
        "feedback",
        sa.Column("proposal_id", sa.String(length=26), nullable=False),
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column("grades", JSON, nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_feedback_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("proposal_id", "letter", name=op.f("uq_feedback_proposal_id_letter")),
    )
    op.create_table(
        "ineligibility",
        sa.Column("proposal_id", sa.String(length=26), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_ineligibility_proposal_id")
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_ineligibility")),
    )
    op.create_table(
        "outcome",
        sa.Column("proposal_id", sa.String(length=26), nullable=False),
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("decision", sa.String(length=32), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_outcome_call_id")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_outcome_proposal_id")
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_outcome")),
    )
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_call_id"), ["call_id"], unique=False)

    op.create_table(
        "proposal_member",
        sa.Column("proposal_id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_proposal_member_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_member_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_member")),
        sa.UniqueConstraint(
            "proposal_id", "account_id", name=op.f("uq_proposal_member_proposal_id_account_id")
        ),
    )
    with op.batch_alter_table("proposal_member", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_proposal_member_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "screening",
        sa.Column("proposal_id", sa.String(length=26), nullable=False),
        sa.Column("eligible", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_screening_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_screening_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening")),
    )
    with op.batch_alter_table("screening", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_screening_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "seat",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("proposal_id", sa.String(length=26), nullable=False),
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_seat_call_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_seat_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        sa.UniqueConstraint("proposal_id", "letter", name=op.f("uq_seat_proposal_id_letter")),
    )
    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seat_call_id"), ["call_id"], unique=False)

    op.create_table(
        "shown_identity",
        sa.Column("proposal_id", sa.String(length=26), nullable=False),
        sa.Column("lead_name", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_shown_identity_proposal_id")
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_shown_identity")),
    )
    op.create_table(
        "upload",
        sa.Column("proposal_id", sa.String(length=26), nullable=False),
        sa.Column("question_key", sa.String(), nullable=False),
        sa.Column("original_name", sa.String(), nullable=False),
        sa.Column("file_key", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed", JSON, nullable=False),
        sa.Column("own_names", JSON, nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_upload_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_upload_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "version",
        sa.Column("proposal_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("requested_minor", sa.BigInteger(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.CheckConstraint("requested_minor > 0", name=op.f("ck_version_requested_positive")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_version_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
        sa.UniqueConstraint("proposal_id", "number", name=op.f("uq_version_proposal_id_number")),
    )
    op.create_table(
        "allocation_line",
        sa.Column("allocation_id", sa.String(length=26), nullable=False),
        sa.Column("proposal_id", sa.String(length=26), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=32), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("sources", JSON, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("departure", sa.String(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.CheckConstraint(
            "amount_minor >= 0", name=op.f("ck_allocation_line_amount_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["allocation_id"], ["allocation.id"], name=op.f("fk_allocation_line_allocation_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_allocation_line_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation_line")),
        sa.UniqueConstraint(
            "allocation_id",
            "proposal_id",
            name=op.f("uq_allocation_line_allocation_id_proposal_id"),
        ),
    )
    op.create_table(
        "decline",
        sa.Column("seat_id", sa.String(length=26), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_decline_seat_id")),
        sa.PrimaryKeyConstraint("seat_id", name=op.f("pk_decline")),
    )
    op.create_table(
        "receipt",
        sa.Column("version_id", sa.String(length=26), nullable=False),
        sa.Column("proposal_id", sa.String(length=26), nullable=False),
        sa.Column("submission_key", sa.String(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("parts", JSON, nullable=False),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_receipt_proposal_id")
        ),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_receipt_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_receipt_submission_key")),
        sa.UniqueConstraint("version_id", name=op.f("uq_receipt_version_id")),
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_receipt_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "review",
        sa.Column("seat_id", sa.String(length=26), nullable=False),
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("proposal_id", sa.String(length=26), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("grades", JSON, nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.Column("to_applicant", sa.String(), nullable=False),
        sa.Column("to_panel", sa.String(), nullable=False),
        sa.Column("total", sa.String(), nullable=True),
        sa.Column("changes", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_review_call_id")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_review_proposal_id")
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_review_seat_id")),
        sa.PrimaryKeyConstraint("seat_id", name=op.f("pk_review")),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_review_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "review_version",
        sa.Column("seat_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_review_version_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_version")),
        sa.UniqueConstraint("seat_id", "number", name=op.f("uq_review_version_seat_id_number")),
    )
    op.create_table(
        "seat_holder",
        sa.Column("seat_id", sa.String(length=26), nullable=False),
        sa.Column("proposal_id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_seat_holder_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_seat_holder_proposal_id")
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_seat_holder_seat_id")),
        sa.PrimaryKeyConstraint("seat_id", name=op.f("pk_seat_holder")),
        sa.UniqueConstraint(
            "proposal_id", "account_id", name=op.f("uq_seat_holder_proposal_id_account_id")
        ),
    )
    with op.batch_alter_table("seat_holder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seat_holder_account_id"), ["account_id"], unique=False)

    op.create_table(
        "sign_off",
        sa.Column("allocation_id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sign_off_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["allocation_id"], ["allocation.id"], name=op.f("fk_sign_off_allocation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_off")),
        sa.UniqueConstraint(
            "allocation_id",
            "account_id",
            "act",
            name=op.f("uq_sign_off_allocation_id_account_id_act"),
        ),
    )
    op.create_table(
        "version_identity",
        sa.Column("version_id", sa.String(length=26), nullable=False),
        sa.Column("lead_name", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("requested_minor", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_version_identity_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_version_identity")),
    )

    lenses.create_roles(list(GRANTS))
    lenses.grant(GRANTS)


def downgrade() -> None:
    op.drop_table("version_identity")
    op.drop_table("sign_off")
    with op.batch_alter_table("seat_holder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seat_holder_account_id"))

    op.drop_table("seat_holder")
    op.drop_table("review_version")
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_proposal_id"))
        batch_op.drop_index(batch_op.f("ix_review_call_id"))

    op.drop_table("review")
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_receipt_proposal_id"))

    op.drop_table("receipt")
    op.drop_table("decline")
    op.drop_table("allocation_line")
    op.drop_table("version")
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_upload_proposal_id"))

    op.drop_table("upload")
    op.drop_table("shown_identity")
    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seat_call_id"))

    op.drop_table("seat")
    with op.batch_alter_table("screening", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_screening_proposal_id"))

    op.drop_table("screening")
    with op.batch_alter_table("proposal_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_member_account_id"))

    op.drop_table("proposal_member")
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcome_call_id"))

    op.drop_table("outcome")
    op.drop_table("ineligibility")
    op.drop_table("feedback")
    op.drop_table("draft")
    with op.batch_alter_table("conflict", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conflict_call_id"))

    op.drop_table("conflict")
    with op.batch_alter_table("blinded_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_blinded_file_proposal_id"))

    op.drop_table("blinded_file")
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_award_call_id"))

    op.drop_table("award")
    op.drop_table("allocation")
    op.drop_table("ranking")
    op.drop_table("question")
    op.drop_table("proposal")
    op.drop_table("pool_member")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_call_id_kind"))
        batch_op.drop_index(batch_op.f("ix_document_about_id"))

    op.drop_table("document")
    op.drop_table("criterion")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_account_id"))

    op.drop_table("sign_in")
    op.drop_table("role_grant")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_person_confirmed_email",
            sqlite_where=sa.text("confirmed_at IS NOT NULL"),
            postgresql_where=sa.text("confirmed_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_person_email_key"))

    op.drop_table("person")
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_state_created_at"))
        batch_op.drop_index(batch_op.f("ix_letter_about_id"))

    op.drop_table("letter")
    op.drop_table("credential")
    with op.batch_alter_table("contribution", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contribution_fund_id"))

    op.drop_table("contribution")
    op.drop_table("call")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_state_due_at"))

    op.drop_table("job")
    op.drop_table("funder")
    op.drop_table("fund")
    op.drop_table("account")
