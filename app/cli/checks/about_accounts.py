"""Invariants of people and their roles."""

from collections.abc import Iterator

from sqlalchemy import select

from app.accounts.models import Account, AccountState, ApiToken, Person, Role, RoleGrant, SignIn
from app.accounts.rules import email_key, is_email
from app.calls.models import Call
from app.cli.checks.registry import invariant, no_rows
from app.core.db import db
from app.funds.models import Funder

no_rows(
    "accounts.person",
    "Every account has its person.",
    lambda: (
        select(Account.id)
        .outerjoin(Person, Person.account_id == Account.id)
        .where(Person.account_id.is_(None))
    ),
)

no_rows(
    "accounts.signed_out",
    "Nobody whose account is closed is signed in.",
    lambda: (
        select(SignIn.account_id)
        .join(Account, Account.id == SignIn.account_id)
        .where(Account.state == AccountState.DEACTIVATED)
    ),
)


no_rows(
    "accounts.tokens",
    "Nobody whose account is closed has a token for programs.",
    lambda: (
        select(ApiToken.id)
        .join(Account, Account.id == ApiToken.account_id)
        .where(Account.state == AccountState.DEACTIVATED)
    ),
)


@invariant("accounts.address", "Every address is one, and is kept in the form it is compared in.")
def _addresses() -> Iterator[object]:
    for row in db.session.execute(select(Person.account_id, Person.email, Person.email_key)):
        if not is_email(row.email) or row.email_key != email_key(row.email):
            yield row.account_id


@invariant("accounts.scope", "A role is held everywhere, or for a call or funder that exists.")
def _scopes() -> Iterator[object]:
    known = {"", *db.session.scalars(select(Call.id)), *db.session.scalars(select(Funder.id))}
    for row in db.session.execute(select(RoleGrant.id, RoleGrant.scope)):
        if row.scope not in known:
            yield row.id


@invariant("accounts.reviewer_scope", "The role of a reviewer is held for one call.")
def _reviewers() -> Iterator[object]:
    yield from db.session.scalars(
        select(RoleGrant.id).where(RoleGrant.role == Role.REVIEWER, RoleGrant.scope == "")
    )
