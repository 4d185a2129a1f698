"""Signing in and out: the password is checked before the transaction, the code inside it."""

import hmac
from dataclasses import dataclass

import pyotp
from sqlalchemy import select

from app.accounts import passwords, policy, queries
from app.accounts.actor import Actor
from app.accounts.events import SignedIn, SignedOut
from app.accounts.models import Credential
from app.accounts.service.about import record_own
from app.core import clock
from app.core.db import db, door
from app.core.gate import enforce
from app.core.lens import Door, Lens
from app.core.work import Mode, unit_of_work

STEP = 30  # seconds a code lasts
DRIFT = 1  # steps that a clock may be off, either way


@dataclass(frozen=True, slots=True)
class Known:
    """Who gave the right password."""

    account_id: str
    second_factor: bool


def who_knows(email: str, password: str) -> Known | None:
    """Return whose password this is. Slow, so it runs with no transaction open.

    A wrong guess takes two hashes whatever the address: for its owner, and for somebody who
    registered with it and has not proved it yet.
    """
    with unit_of_work(Lens.PUBLIC, Mode.READ), door(Door.SIGN_IN):
        locks = queries.locks_of(email)
    for lock in locks:
        if passwords.matches(lock.password_hash if lock else None, password) and lock:
            return Known(lock.account_id, lock.second_factor)
    return None


def is_own_password(account_id: str, password: str) -> bool:
    """Whether this is the person's password. Slow, so it runs with no transaction open."""
    with unit_of_work(Lens.PUBLIC, Mode.READ), door(Door.SIGN_IN):
        lock = queries.lock_of(account_id)
    return passwords.matches(lock.password_hash if lock else None, password)


def note_sign_in(account_id: str, *, second_factor: bool = False) -> None:
    enforce(policy.may_join())
    record_own(account_id, SignedIn(second_factor=second_factor))


def note_sign_out(actor: Actor) -> None:
    enforce(policy.may_join())
    record_own(actor.id, SignedOut())


def take_code(account_id: str, code: str) -> bool:
    """Whether `code` is the person's code now; each code is taken once."""
    enforce(policy.may_join())
    with door(Door.SIGN_IN):
        credential = db.session.scalars(
            select(Credential).where(Credential.account_id == account_id).with_for_update()
        ).one_or_none()
        if credential is None or credential.totp_secret is None:
            return False
        step = step_of(credential.totp_secret, code, after=credential.totp_used)
        if step is not None:
            credential.totp_used = step
    return step is not None


def step_of(secret: str, code: str, *, after: int | None = None) -> int | None:
    """Return the time step whose code this is (RFC 6238), if it is later than `after`."""
    now = int(clock.now().timestamp()) // STEP
    given = "".join(code.split())
    totp = pyotp.TOTP(secret)
    for step in range(now - DRIFT, now + DRIFT + 1):
        right = totp.generate_otp(step)
        if hmac.compare_digest(right.encode(), given.encode()) and step > (after or 0):
            return step
    return None
