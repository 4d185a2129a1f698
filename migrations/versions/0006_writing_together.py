"""Co-applicants, comments, the history of saves, and the signatory's sign-off."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations import lenses

JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
ID = sa.String(length=26)
WORD = sa.String(length=32)
INSTANT = sa.DateTime(timezone=True)
ALL = "SELECT, INSERT, UPDATE, DELETE"

GRANTS = {
    "equipoise_applicant": {
        "draft_comment": ALL,
        "draft_save": ALL,
        "invitation": ALL,
        "signatory": ALL,
    },
}
WIDENED = {"equipoise_applicant": {"proposal_member": "UPDATE, DELETE"}}

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("proposal_member", sa.Column("may", WORD, nullable=False, server_default="edit"))
    op.add_column(
        "proposal_member", sa.Column("name", sa.String(), nullable=False, server_default="")
    )
    op.create_table(
        "invitation",
        sa.Column("id", ID, nullable=False),
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_key", sa.String(), nullable=False),
        sa.Column("may", WORD, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("invited_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_invitation_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    op.create_index(op.f("ix_invitation_proposal_id"), "invitation", ["proposal_id"])
    op.create_table(
        "draft_comment",
        sa.Column("id", ID, nullable=False),
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_draft_comment_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_draft_comment_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_comment")),
    )
    op.create_index(op.f("ix_draft_comment_proposal_id"), "draft_comment", ["proposal_id"])
    op.create_table(
        "draft_save",
        sa.Column("id", ID, nullable=False),
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("span", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_draft_save_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_draft_save_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_save")),
        sa.UniqueConstraint(
            "proposal_id",
            "account_id",
            "span",
            name=op.f("uq_draft_save_proposal_id_account_id_span"),
        ),
    )
    op.create_table(
        "signatory",
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("asked_at", INSTANT),
        sa.Column("signed_at", INSTANT),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_signatory_proposal_id")
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_signatory")),
    )
    lenses.grant(GRANTS)
    lenses.grant(WIDENED)


def downgrade() -> None:
    lenses.revoke(WIDENED)
    for table in ("signatory", "draft_save", "draft_comment", "invitation"):
        op.drop_table(table)
    op.drop_column("proposal_member", "name")
    op.drop_column("proposal_member", "may")
