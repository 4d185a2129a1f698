"""The tables of the ledger. Triggers of the database let them grow and not change (0002)."""

from typing import ClassVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Integer,
    LargeBinary,
    Text,
    column,
    table,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.core.lens import Door, Holds, Lens, May, Sees, sees

_Whole = BigInteger().with_variant(Integer, "sqlite")  # STRICT tables know INTEGER alone
_KEPT = sees(Holds.DELIBERATION, read=[Lens.AUDITOR], doors={Door.LEDGER: May.READ | May.APPEND})


# All that an append brings goes in by one statement, through a view without rows whose trigger
# hands it on to the tables below, with their guards.
WAY_IN = table(
    "ledger_append",
    *(column(name, BigInteger()) for name in ("seq", "level", "place", "size")),
    *(column(name, Text()) for name in ("record", "action", "about", "payload", "at")),
    *(
        column(name, LargeBinary())
        for name in ("leaf", "prev_chain", "chain", "salt", "hash", "peaks")
    ),
)


class LedgerEntry(Model):
    """One event for ever: the canonical record, its leaf and its link in the row chain."""

    __tablename__ = "ledger_entry"
    __table_args__ = ({"sqlite_strict": True},)
    __recorded__ = False
    __lens__: ClassVar[Sees] = _KEPT
    __ways_in__: ClassVar[dict[str, Sees]] = {
        WAY_IN.name: sees(Holds.SECRET, doors={Door.LEDGER: May.READ | May.APPEND})
    }

    seq: Mapped[int] = mapped_column(_Whole, primary_key=True, autoincrement=False)
    record: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)  # as in the record, to look it up
    about: Mapped[str] = mapped_column(Text, index=True)  # the record's object
    leaf: Mapped[bytes] = mapped_column(LargeBinary)
    prev_chain: Mapped[bytes] = mapped_column(LargeBinary)
    chain: Mapped[bytes] = mapped_column(LargeBinary)


class LedgerPayload(Model):
    """The facts a record commits to, with the salt; both NULL once erased."""

    __tablename__ = "ledger_payload"
    __table_args__ = ({"sqlite_strict": True},)
    __recorded__ = False
    __lens__ = sees(Holds.SECRET, read=[Lens.AUDITOR], doors={Door.LEDGER: May.READ | May.APPEND})

    seq: Mapped[int] = mapped_column(
        _Whole, ForeignKey("ledger_entry.seq"), primary_key=True, autoincrement=False
    )
    payload: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)


class LedgerNode(Model):
    """A complete subtree above the leaves (level 1 and up; leaves are in the entries)."""

    __tablename__ = "ledger_node"
    __table_args__ = ({"sqlite_strict": True},)
    __recorded__ = False
    __lens__ = _KEPT

    level: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(_Whole, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class LedgerHead(Model):
    """The one row that every append locks: where the ledger ends, and the peaks of its tree."""

    __tablename__ = "ledger_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"), {"sqlite_strict": True})
    __recorded__ = False
    __lens__ = sees(
        Holds.DELIBERATION,
        read=[Lens.AUDITOR],
        doors={Door.LEDGER: May.READ | May.CHANGE},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    log: Mapped[str] = mapped_column(Text)
    start: Mapped[bytes] = mapped_column(LargeBinary)  # h_0 of the row chain
    size: Mapped[int] = mapped_column(_Whole)
    chain: Mapped[bytes] = mapped_column(LargeBinary)
    peaks: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[str] = mapped_column(Text)  # the time of the last record; it never goes back
    key: Mapped[str] = mapped_column(Text)  # verifier key of the first checkpoint; "" before it


class LedgerCheckpoint(Model):
    """A signed statement of size and root (a C2SP note)."""

    __tablename__ = "ledger_checkpoint"
    __table_args__ = ({"sqlite_strict": True},)
    __recorded__ = False
    __lens__ = _KEPT

    size: Mapped[int] = mapped_column(_Whole, primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    note: Mapped[str] = mapped_column(Text)
