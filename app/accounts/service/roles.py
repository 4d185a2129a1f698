"""Roles given and taken, accounts closed and reopened: effective on the next request."""

from sqlalchemy import Select, delete, select

from app.accounts import following, policy, session
from app.accounts.actor import Actor
from app.accounts.events import AccountClosed, AccountReopened, RoleGranted, RoleRevoked
from app.accounts.models import Account, AccountState, Role, RoleGrant
from app.accounts.service.about import record_about
from app.core.db import db
from app.core.gate import enforce
from app.core.web import require


def grant_role(actor: Actor, account_id: str, role: Role, scope: str = "") -> None:
    """Give a role, everywhere or for one call or funder; one that is held already stays so."""
    enforce(policy.may_grant(actor, role))
    require(db.session.get(Account, account_id))
    if db.session.scalar(_held(account_id, role, scope)) is not None:
        return
    db.session.add(RoleGrant(account_id=account_id, role=role, scope=scope))
    record_about(actor, RoleGranted(role=role, scope=scope), account_id)
    if role not in {Role.REVIEWER, Role.FUNDER}:
        following.person_changed(account_id)


def revoke_role(actor: Actor, account_id: str, role: Role, scope: str = "") -> None:
    """Take a role away; one that is not held is no error."""
    enforce(policy.may_revoke(actor, role, account_id))
    grant_id = db.session.scalar(_held(account_id, role, scope))
    if grant_id is None:
        return
    db.session.execute(delete(RoleGrant).where(RoleGrant.id == grant_id))
    record_about(actor, RoleRevoked(role=role, scope=scope), account_id)


def close_account(actor: Actor, account_id: str) -> None:
    """Let the person not sign in any more, and end what is signed in."""
    enforce(policy.may_close_account(actor, account_id))
    if _move(account_id, AccountState.DEACTIVATED):
        session.end_all(account_id)
        record_about(actor, AccountClosed(), account_id)


def reopen_account(actor: Actor, account_id: str) -> None:
    enforce(policy.may_close_account(actor, account_id))
    if _move(account_id, AccountState.ACTIVE):
        record_about(actor, AccountReopened(), account_id)


def _move(account_id: str, state: AccountState) -> bool:
    account = db.session.get(Account, account_id)
    require(account)
    assert account is not None
    if account.state is state:
        return False
    account.state = state
    return True


def _held(account_id: str, role: Role, scope: str) -> Select[str]:
    return select(RoleGrant.id).where(
        RoleGrant.account_id == account_id, RoleGrant.role == role, RoleGrant.scope == scope
    )
