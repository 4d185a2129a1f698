"""Who people are: the account everything points to, and the identity that few may read."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Model
from app.core.lens import EVERYONE, Door, Holds, Lens, May, sees


class AccountState(StrEnum):
    ACTIVE = "active"
    DEACTIVATED = "deactivated"


class Role(StrEnum):
    OFFICER = "officer"
    APPROVER = "approver"
    FUNDER = "funder"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    REVIEWER = "reviewer"  # opens the reviewer's pages; which proposals is decided by seats


class Account(Identified, Model):
    """What everything else refers to. It says nothing about who it is."""

    __tablename__ = "account"
    __lens__ = sees(
        Holds.PUBLIC,
        read=EVERYONE,
        append=[Lens.STAFF, Lens.ADMIN],
        change=[Lens.ADMIN],
        doors={
            Door.SIGN_IN: May.ALL,
            Door.SESSION: May.READ,
            Door.OUTBOX: May.READ,
            Door.INVITATION: May.READ,
        },
    )

    state: Mapped[AccountState] = mapped_column(default=AccountState.ACTIVE)
    created_at: Mapped[datetime]


class Person(Model):
    """The person behind an account.

    An address belongs to whoever proved it: only confirmed persons hold theirs alone, so that
    nobody can take an address away or find out whether it is known by registering with it.
    """

    __tablename__ = "person"
    __table_args__ = (
        Index(
            "uq_person_confirmed_email",
            "email_key",
            unique=True,
            sqlite_where=text("confirmed_at IS NOT NULL"),
            postgresql_where=text("confirmed_at IS NOT NULL"),
        ),
    )
    __lens__ = sees(
        Holds.REVIEWER_IDENTITY,
        read=[Lens.STAFF, Lens.AUDITOR, Lens.ADMIN],
        append=[Lens.STAFF, Lens.ADMIN],
        doors={
            Door.SIGN_IN: May.ALL,
            Door.SESSION: May.READ,
            Door.INTERESTS: May.READ,
            Door.INVITATION: May.READ,
        },
    )

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(index=True)  # casefolded, NFC
    confirmed_at: Mapped[datetime | None]  # when the address was proved, or entered by staff
    organisation: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")  # ISO 3166 alpha-2
    orcid: Mapped[str] = mapped_column(default="")
    zone: Mapped[str] = mapped_column(default="UTC")  # IANA time zone


class Credential(Model):
    """How a person proves who they are."""

    __tablename__ = "credential"
    __lens__ = sees(Holds.SECRET, doors={Door.SIGN_IN: May.ALL})

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    password_hash: Mapped[str]
    totp_secret: Mapped[str | None]
    totp_used: Mapped[int | None]  # the last time step whose code was taken: none counts twice
    changed_at: Mapped[datetime]


class SignIn(Model):
    """A signed-in browser. Ended by deleting the row: effective on the next request."""

    __tablename__ = "sign_in"
    __recorded__ = False  # the use case records signing in and out; the row itself is a secret
    __lens__ = sees(Holds.SECRET, doors={Door.SIGN_IN: May.ALL, Door.SESSION: May.READ})

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ApiToken(Identified, Model):
    """What a person's program is known by. Revoked by deleting the row: effective at once."""

    __tablename__ = "api_token"
    __recorded__ = False  # the use case records making and revoking; the row itself is a secret
    __lens__ = sees(Holds.SECRET, doors={Door.SIGN_IN: May.ALL, Door.SESSION: May.READ})

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str]  # for its owner alone
    token_hash: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[Any]] = mapped_column(default=list)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]  # the last time, to the hour


class RoleGrant(Identified, Model):
    """A role a person holds, everywhere (empty scope) or for one call or funder."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("account_id", "role", "scope"),)
    __lens__ = sees(
        Holds.OWNER,
        read=[Lens.STAFF, Lens.AUDITOR, Lens.ADMIN],
        append=[Lens.STAFF, Lens.ADMIN],
        change=[Lens.ADMIN],
        doors={Door.SESSION: May.READ},
    )

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    role: Mapped[Role]
    scope: Mapped[str] = mapped_column(default="")  # id of a call or funder
