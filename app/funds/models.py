"""Funders, funds and what each funder contributes."""

from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Json, Model
from app.core.lens import EVERYONE, Holds, Lens, sees


class FunderKind(StrEnum):
    GOVERNMENT = "government"
    CHARITY = "charity"
    COMPANY = "company"


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
    __lens__ = sees(Holds.PUBLIC, read=EVERYONE, append=[Lens.STAFF])

    name: Mapped[str]
    currency: Mapped[str]


class Contribution(Identified, Model):
    """What one funder puts into a fund, with any earmark it carries."""

    __tablename__ = "contribution"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="amount_positive"),)
    __lens__ = sees(
        Holds.OWNER,
        read=[Lens.STAFF, Lens.AUDITOR, Lens.FUNDER],
        append=[Lens.STAFF],
        change=[Lens.STAFF],
    )

    fund_id: Mapped[str] = mapped_column(ForeignKey("fund.id"), index=True)
    funder_id: Mapped[str] = mapped_column(ForeignKey("funder.id"))
    amount_minor: Mapped[int] = mapped_column(BigInteger)  # in the fund's currency
    earmark: Mapped[Json] = mapped_column(default=dict)  # attribute -> allowed values
