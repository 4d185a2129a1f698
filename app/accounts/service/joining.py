"""Coming in: registering, being entered by staff, proving an address, setting a first password."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.accounts import letters, policy, queries, rules, session
from app.accounts.actor import Actor
from app.accounts.events import AddressConfirmed, PasswordSet, PersonEntered, Registered
from app.accounts.links import Bearer
from app.accounts.models import Account, Credential, Person
from app.accounts.service.about import record_about, record_own
from app.core import clock
from app.core.db import db, door
from app.core.gate import Refused, enforce
from app.core.lens import Door
from app.core.verdict import refused
from app.core.words import _


@dataclass(frozen=True, slots=True)
class Registration:
    name: str
    email: str
    password_hash: str


def register(draft: Registration) -> str:
    """Make an account and return its id.

    It is made whether or not the address is known, and looks the same either way: what differs
    is the letter, and only the owner of the address reads that.
    """
    enforce(policy.may_join())
    with door(Door.SIGN_IN):
        owner = queries.confirmed_owner(draft.email)
        account = _new_person(draft.name, draft.email)
        _keep_password(account.id, draft.password_hash)
    record_own(account.id, Registered())
    if owner is None:
        letters.ask(account.id, letters.Kind.CONFIRM)
    else:
        letters.ask(owner, letters.Kind.KNOWN_ALREADY)
    return account.id


def ensure_person(
    actor: Actor,
    name: str,
    email: str,
    organisation: str = "",
    country: str = "",
    *,
    invite: bool = True,
) -> str:
    """Return the account id of the person with this address, entering them where they are new.

    For staff and commands. A person entered so has no password: a letter invites them to set
    one, unless `invite` is off, as it is for the people of a call that was run elsewhere. What a
    known person says about themselves is left as it is. Raises Refused for what cannot be an
    address.
    """
    enforce(policy.may_enter_person(actor))
    if not rules.is_email(email.strip()):
        raise Refused(refused(_("“%(text)s” is not an e-mail address.", text=email)))
    known = queries.confirmed_owner(email)
    if known is not None:
        return known
    account = _new_person(name, email, organisation, country, confirmed_at=clock.now())
    record_about(actor, PersonEntered(), account.id)
    if invite:
        letters.ask(account.id, letters.Kind.INVITATION)
    return account.id


def enter_with_password(
    actor: Actor,
    name: str,
    email: str,
    password_hash: str,
    *,
    organisation: str = "",
    country: str = "",
) -> str:
    """Enter a person who is told their password otherwise; return the account id.

    For commands: the first administrator, a demonstration. A known person keeps what they said
    and gets the password, which signs them out everywhere; no letter is sent.
    """
    enforce(policy.may_set_passwords(actor))
    if not rules.is_email(email.strip()):
        raise Refused(refused(_("“%(text)s” is not an e-mail address.", text=email)))
    account_id = queries.confirmed_owner(email)
    if account_id is None:
        entered = _new_person(name, email, organisation, country, confirmed_at=clock.now())
        account_id = entered.id
        record_about(actor, PersonEntered(), account_id)
    else:
        session.end_all(account_id)
    _keep_password(account_id, password_hash)
    record_about(actor, PasswordSet(how="command"), account_id)
    return account_id


def confirm_address(bearer: Bearer) -> None:
    """Note that the person follows our letter; from now on the address is theirs alone."""
    enforce(policy.may_join())
    with door(Door.SIGN_IN):
        changed = _prove(bearer)
    if changed:
        record_own(bearer.account_id, AddressConfirmed())


def ask_for_letter(email: str) -> None:
    """Send a link to set a new password, if the address is known; nobody is told whether."""
    enforce(policy.may_join())
    with door(Door.SIGN_IN):
        found = queries.reachable_at(email)
    # Asked for either way: whether a row was written would show in the time of the answer.
    letters.ask(found or letters.NOBODY, letters.Kind.RESET)


def ask_to_confirm(actor: Actor) -> None:
    """Send the letter with which the person proves their address once more."""
    enforce(policy.may_see_own_profile(actor))
    if not actor.confirmed:
        letters.ask(actor.id, letters.Kind.CONFIRM)


def set_password(bearer: Bearer, password_hash: str) -> None:
    """Set the password by a link, which proves the address too; sign out everywhere else."""
    enforce(policy.may_join())
    with door(Door.SIGN_IN):
        proved = _prove(bearer)
        _keep_password(bearer.account_id, password_hash)
    session.end_all(bearer.account_id)
    if proved:
        record_own(bearer.account_id, AddressConfirmed())
    record_own(bearer.account_id, PasswordSet(how="link"))


def _new_person(
    name: str,
    email: str,
    organisation: str = "",
    country: str = "",
    confirmed_at: datetime | None = None,
) -> Account:
    account = Account(created_at=clock.now())
    db.session.add(account)
    db.session.flush()
    db.session.add(
        Person(
            account_id=account.id,
            name=name.strip(),
            email=email.strip(),
            email_key=rules.email_key(email),
            organisation=organisation.strip(),
            country=country,
            confirmed_at=confirmed_at,
        )
    )
    return account


def _keep_password(account_id: str, password_hash: str) -> None:
    credential = db.session.get(Credential, account_id)
    now = clock.now()
    if credential is None:
        credential = Credential(account_id=account_id, password_hash=password_hash, changed_at=now)
        db.session.add(credential)
        return
    credential.password_hash = password_hash
    credential.changed_at = now


def _prove(bearer: Bearer) -> bool:
    """Give the person their address, unless another account proved it first."""
    person = db.session.scalars(select(Person).where(Person.account_id == bearer.account_id)).one()
    if person.confirmed_at is not None:
        return False
    if queries.confirmed_owner(person.email) is not None:
        raise Refused(
            refused(
                _(
                    "There is another account with this address. Sign in with it, or set a new "
                    "password for it."
                )
            )
        )
    person.confirmed_at = clock.now()
    return True


def correspondent(name: str, email: str) -> str:
    """Return an account that letters to this address go to, for people who need none themselves.

    It is the one whose owner proved the address, else an unproved one: that gives nobody anything,
    and no answer tells which it was.
    """
    with door(Door.SIGN_IN):
        found = queries.reachable_at(email)
        return found or _new_person(name, email).id
