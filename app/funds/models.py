"""Funders, funds, what each funder contributes, and what is committed and paid of it.

Never a cent over any pot: what is committed of a contribution, and paid of a commitment, is kept
beside it as a running sum that a constraint holds below the whole, whoever comes at once.
"""

from datetime import date
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Json, Model
from app.core.lens import EVERYONE, Holds, Lens, sees

MONEY_SIDE = (Lens.STAFF, Lens.AUDITOR, Lens.FUNDER)


class FunderKind(StrEnum):
    GOVERNMENT = "government"
    CHARITY = "charity"
    COMPANY = "company"


class PotKind(StrEnum):
    """Where the money lies: with each funder, in one account, or some of each."""

    VIRTUAL = "virtual"
    REAL = "real"
    MIXED = "mixed"


class ContributionState(StrEnum):
    PLEDGED = "pledged"
    SIGNED = "signed"
    RECEIVED = "received"
    WITHDRAWN = "withdrawn"


class Funder(Identified, Model):
    """A government, charity or company that pays."""

    __tablename__ = "funder"
    __lens__ = sees(Holds.PUBLIC, read=EVERYONE, append=[Lens.STAFF])

    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[FunderKind]
    country: Mapped[str] = mapped_column(default="")


class Fund(Identified, Model):
    """A pool of money in one currency."""

    __tablename__ = "fund"
    __lens__ = sees(Holds.PUBLIC, read=EVERYONE, append=[Lens.STAFF], change=[Lens.STAFF])

    name: Mapped[str]
    currency: Mapped[str]
    pot: Mapped[PotKind] = mapped_column(default=PotKind.VIRTUAL)


class Contribution(Identified, Model):
    """What one funder puts into a fund, with any earmark it carries."""

    __tablename__ = "contribution"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint(
            "committed_minor >= 0 AND committed_minor <= amount_minor", name="never_over"
        ),
        CheckConstraint("state <> 'withdrawn' OR committed_minor = 0", name="withdrawn_free"),
    )
    __lens__ = sees(
        Holds.OWNER,
        read=MONEY_SIDE,
        append=[Lens.STAFF],
        change=[Lens.STAFF],
    )

    fund_id: Mapped[str] = mapped_column(ForeignKey("fund.id"), index=True)
    funder_id: Mapped[str] = mapped_column(ForeignKey("funder.id"))
    amount_minor: Mapped[int] = mapped_column(BigInteger)  # in the fund's currency
    earmark: Mapped[Json] = mapped_column(default=dict)  # attribute -> allowed values; published
    conditions: Mapped[str] = mapped_column(default="")  # of the agreement; this funder's alone
    state: Mapped[ContributionState] = mapped_column(default=ContributionState.PLEDGED)
    pledged_on: Mapped[date | None]
    signed_on: Mapped[date | None]
    received_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    committed_minor: Mapped[int] = mapped_column(BigInteger, default=0)


class Commitment(Identified, Model):
    """Money of one contribution that is promised to one award; made at the release."""

    __tablename__ = "commitment"
    __table_args__ = (
        UniqueConstraint("contribution_id", "award"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("paid_minor >= 0 AND paid_minor <= amount_minor", name="never_over"),
    )
    __lens__ = sees(Holds.OWNER, read=MONEY_SIDE, append=[Lens.STAFF], change=[Lens.STAFF])

    contribution_id: Mapped[str] = mapped_column(ForeignKey("contribution.id"))
    award: Mapped[str]  # the proposal's number, printed in every report
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    paid_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    committed_on: Mapped[date]


class Payment(Identified, Model):
    """Money that left, against one commitment."""

    __tablename__ = "payment"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="amount_positive"),)
    __lens__ = sees(Holds.OWNER, read=MONEY_SIDE, append=[Lens.STAFF])

    commitment_id: Mapped[str] = mapped_column(ForeignKey("commitment.id"), index=True)
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    paid_on: Mapped[date]
    reference: Mapped[str] = mapped_column(default="")
