"""Questions of many kinds, amendments, equality monitoring, and calls in two stages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations import lenses

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
# What old rows get; new rows always say it themselves.
ADDED = {
    "criterion": ("anchors", "threshold"),
    "draft": ("staff_only", "form_number"),
    "question": ("settings", "condition"),
}
READ, STAFF = "SELECT", "SELECT, INSERT, UPDATE, DELETE"
GRANTS = {
    "equipoise_public": {"amendment": READ, "section": READ},
    "equipoise_applicant": {
        "amendment": READ,
        "equality_answer": "SELECT, INSERT, UPDATE, DELETE",
        "section": READ,
        "stage_invitation": READ,
        "version_staff": "SELECT, INSERT",
    },
    "equipoise_reviewer": {"amendment": READ, "section": READ},
    "equipoise_staff": {
        "amendment": "SELECT, INSERT",
        "form_plan": STAFF,
        "section": STAFF,
        "stage_invitation": STAFF,
        "version_staff": READ,
    },
    "equipoise_funder": {"amendment": READ, "section": READ},
    "equipoise_auditor": {
        "amendment": READ,
        "equality_count": READ,
        "section": READ,
        "stage_invitation": READ,
        "version_staff": READ,
    },
    "equipoise_admin": {"amendment": READ, "equality_count": READ, "section": READ},
}

ROWS = {
    ("version_staff", "equipoise_staff"): """version_id NOT IN (
        SELECT version.id FROM version WHERE version.proposal_id IN (
        SELECT proposal.id FROM proposal JOIN "call" ON "call".id = proposal.call_id
        WHERE "call".applicants_to_staff <> 'always' AND "call".unsealed_at IS NULL))""",
}


def upgrade() -> None:
    op.create_table(
        "amendment",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("changes", JSON, nullable=False),
        sa.Column("before_sha256", sa.String(), nullable=False),
        sa.Column("after_sha256", sa.String(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_amendment_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
        sa.UniqueConstraint("call_id", "number", name=op.f("uq_amendment_call_id_number")),
    )
    op.create_table(
        "equality_answer",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_equality_answer_account_id")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_equality_answer_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equality_answer")),
        sa.UniqueConstraint(
            "call_id", "account_id", name=op.f("uq_equality_answer_call_id_account_id")
        ),
    )
    with op.batch_alter_table("equality_answer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_equality_answer_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "equality_count",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_equality_count_call_id")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_equality_count")),
    )
    op.create_table(
        "form_plan",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("sheet", JSON, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_form_plan_call_id")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_form_plan")),
    )
    op.create_table(
        "section",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("guidance", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_section_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section")),
        sa.UniqueConstraint("call_id", "title", name=op.f("uq_section_call_id_title")),
    )
    op.create_table(
        "stage_invitation",
        sa.Column("outline_id", sa.String(length=26), nullable=False),
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_stage_invitation_call_id")),
        sa.ForeignKeyConstraint(
            ["outline_id"], ["proposal.id"], name=op.f("fk_stage_invitation_outline_id")
        ),
        sa.PrimaryKeyConstraint("outline_id", name=op.f("pk_stage_invitation")),
    )
    with op.batch_alter_table("stage_invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stage_invitation_call_id"), ["call_id"], unique=False)

    op.create_table(
        "version_staff",
        sa.Column("version_id", sa.String(length=26), nullable=False),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_version_staff_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_version_staff")),
    )
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.add_column(sa.Column("first_stage_id", sa.String(length=26), nullable=True))

    with op.batch_alter_table("criterion", schema=None) as batch_op:
        batch_op.add_column(sa.Column("anchors", JSON, nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("threshold", sa.String(), nullable=False, server_default=""))

    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.add_column(sa.Column("staff_only", JSON, nullable=False, server_default="{}"))
        batch_op.add_column(
            sa.Column("form_number", sa.Integer(), nullable=False, server_default="0")
        )

    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.add_column(sa.Column("settings", JSON, nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("condition", JSON, nullable=False, server_default="[]"))
    for table, columns in ADDED.items():
        with op.batch_alter_table(table) as batch_op:
            for column in columns:
                batch_op.alter_column(column, server_default=None)
    lenses.grant(GRANTS)
    lenses.see_rows(ROWS)


def downgrade() -> None:
    lenses.see_all_rows(ROWS)
    lenses.revoke(GRANTS)
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_column("condition")
        batch_op.drop_column("settings")

    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_column("form_number")
        batch_op.drop_column("staff_only")

    with op.batch_alter_table("criterion", schema=None) as batch_op:
        batch_op.drop_column("threshold")
        batch_op.drop_column("anchors")

    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_column("first_stage_id")

    op.drop_table("version_staff")
    with op.batch_alter_table("stage_invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stage_invitation_call_id"))

    op.drop_table("stage_invitation")
    op.drop_table("section")
    op.drop_table("form_plan")
    op.drop_table("equality_count")
    with op.batch_alter_table("equality_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_equality_answer_account_id"))

    op.drop_table("equality_answer")
    op.drop_table("amendment")
