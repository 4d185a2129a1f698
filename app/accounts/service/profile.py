"""What people say about themselves, and how they prove who they are."""

from dataclasses import asdict, dataclass

from sqlalchemy import select

from app.accounts import following, policy, session
from app.accounts.actor import Actor
from app.accounts.events import (
    PasswordSet,
    ProfileChanged,
    SecondFactorRemoved,
    SecondFactorSet,
)
from app.accounts.models import Credential, Person
from app.accounts.service.about import record_about, record_own
from app.accounts.service.signing_in import step_of
from app.core import clock
from app.core.db import db, door
from app.core.gate import Refused, enforce
from app.core.lens import Door
from app.core.verdict import refused
from app.core.words import _


@dataclass(frozen=True, slots=True)
class ProfileDraft:
    name: str
    organisation: str
    country: str
    orcid: str
    zone: str


def change_profile(actor: Actor, draft: ProfileDraft) -> None:
    enforce(policy.may_see_own_profile(actor))
    with door(Door.SIGN_IN):
        person = db.session.scalars(select(Person).where(Person.account_id == actor.id)).one()
        changed = [name for name, value in asdict(draft).items() if getattr(person, name) != value]
        for name in changed:
            setattr(person, name, getattr(draft, name))
    if changed:
        record_own(actor.id, ProfileChanged(fields=changed))
        following.person_changed(actor.id)


def change_password(actor: Actor, password_hash: str) -> None:
    """Set a new password and sign every browser out; the caller signs this one in again."""
    enforce(policy.may_see_own_profile(actor))
    with door(Door.SIGN_IN):
        credential = _credential(actor.id)
        credential.password_hash = password_hash
        credential.changed_at = clock.now()
    session.end_all(actor.id)
    record_own(actor.id, PasswordSet(how="profile"))


def set_second_factor(actor: Actor, secret: str, code: str) -> None:
    """Ask for a code at sign-in from now on; raises Refused unless `code` shows the app works."""
    enforce(policy.may_see_own_profile(actor))
    step = step_of(secret, code)
    if step is None:
        raise Refused(
            refused(
                _(
                    "This is not the code of this moment. Check that the clock of your device is "
                    "right, and type the code it shows now."
                )
            )
        )
    with door(Door.SIGN_IN):
        credential = _credential(actor.id)
        credential.totp_secret = secret
        credential.totp_used = step
    record_own(actor.id, SecondFactorSet())


def remove_second_factor(actor: Actor) -> None:
    enforce(policy.may_see_own_profile(actor))
    with door(Door.SIGN_IN):
        _forget_second_factor(_credential(actor.id))
    record_own(actor.id, SecondFactorRemoved())


def reset_second_factor(actor: Actor, account_id: str) -> None:
    """Stop asking somebody who lost their device for a code; who they are was checked before."""
    enforce(policy.may_reset_second_factor(actor, account_id))
    with door(Door.SIGN_IN):
        _forget_second_factor(_credential(account_id))
    session.end_all(account_id)
    record_about(actor, SecondFactorRemoved(), account_id)


def _forget_second_factor(credential: Credential) -> None:
    credential.totp_secret = None
    credential.totp_used = None


def _credential(account_id: str) -> Credential:
    statement = select(Credential).where(Credential.account_id == account_id)
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise Refused(refused(_("Set a password first: ask for a link on the sign-in page.")))
    return found
