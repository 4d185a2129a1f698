"""Signed links for letters: they end by themselves, and once used they are worth nothing."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select

from app.accounts.models import Account, AccountState, Credential, Person
from app.core.db import db, door
from app.core.lens import Door
from app.core.settings import settings


class Purpose(StrEnum):
    CONFIRM = "confirm"
    RESET = "reset"
    INVITATION = "invitation"


LASTS = {
    Purpose.CONFIRM: timedelta(days=7),
    Purpose.RESET: timedelta(hours=2),
    Purpose.INVITATION: timedelta(days=30),
}


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whose link it is."""

    account_id: str
    name: str
    email: str
    confirmed: bool


def address_of(account_id: str, purpose: Purpose) -> str:
    """Return the link, under the configured address of the installation alone."""
    found = _look_up(account_id)
    if found is None:
        raise LookupError(f"the account {account_id} is gone or closed")
    page = "confirm" if purpose is Purpose.CONFIRM else "set-password"
    token = _signer(purpose).dumps([account_id, _state(*found)])
    return f"{settings().base_url.rstrip('/')}/{page}/{token}"


def bearer_of(token: str, *purposes: Purpose) -> Bearer | None:
    """Return whose link this is; None when it is forged, too old or used."""
    for purpose in purposes:
        try:
            account_id, state = _signer(purpose).loads(
                token, max_age=int(LASTS[purpose].total_seconds())
            )
        except (BadData, ValueError, TypeError):
            continue
        found = _look_up(account_id)
        if found is not None and _state(*found) == state:
            person, _credential = found
            return Bearer(account_id, person.name, person.email, person.confirmed_at is not None)
    return None


def _look_up(account_id: str) -> tuple[Person, Credential | None] | None:
    with door(Door.SIGN_IN):
        row = db.session.execute(
            select(Person, Credential)
            .join(Account, Account.id == Person.account_id)
            .outerjoin(Credential, Credential.account_id == Person.account_id)
            .where(Person.account_id == account_id, Account.state == AccountState.ACTIVE)
        ).one_or_none()
    return None if row is None else (row[0], row[1])


def _state(person: Person, credential: Credential | None) -> str:
    """Return what any use of the link changes: the password's date, the proof of the address."""
    changed = credential.changed_at.isoformat() if credential else ""
    confirmed = person.confirmed_at.isoformat() if person.confirmed_at else ""
    told = f"{changed}|{confirmed}|{person.email_key}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _signer(purpose: Purpose) -> URLSafeTimedSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    return URLSafeTimedSerializer(keys, salt=f"accounts.{purpose}")
