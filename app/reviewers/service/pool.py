"""Whom a call may ask to review."""

from dataclasses import dataclass

from app.accounts import service as accounts
from app.accounts.actor import Actor
from app.accounts.models import Role
from app.calls.models import Call
from app.core.db import db
from app.core.gate import enforce
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record
from app.reviewers import policy, queries
from app.reviewers.events import (
    ReviewerChanged,
    ReviewerEntered,
)
from app.reviewers.models import (
    PoolMember,
    ReviewerKind,
)
from app.reviewers.service.searching import detect_conflicts


@dataclass(frozen=True, slots=True)
class ReviewerDraft:
    """A person to ask; their name and organisation count only where we do not know them yet."""

    name: str
    email: str
    organisation: str
    country: str
    kind: ReviewerKind
    expertise: str
    most: int


def enter_reviewer(actor: Actor, call: Call, draft: ReviewerDraft) -> PoolMember:
    """Put a person into the pool and look for conflicts; somebody new gets an invitation."""
    enforce(policy.may_fill_pool(actor, call))
    account_id = accounts.ensure_person(
        actor,
        name=draft.name,
        email=draft.email,
        organisation=draft.organisation,
        country=draft.country,
    )
    if queries.member(call.id, account_id) is not None:
        name = queries.name_of(account_id)
        enforce(refused(_("%(name)s is in the pool already.", name=name)))
    accounts.grant_role(actor, account_id, Role.REVIEWER, call.id)
    member = PoolMember(
        call_id=call.id,
        account_id=account_id,
        kind=draft.kind,
        expertise=draft.expertise,
        most=draft.most,
    )
    db.session.add(member)
    record(actor, ReviewerEntered(kind=draft.kind, most=draft.most), about=member)
    detect_conflicts(actor, call)
    return member


def change_reviewer(
    actor: Actor, call: Call, member: PoolMember, *, kind: ReviewerKind, expertise: str, most: int
) -> None:
    """Change what the person is asked for. What they hold already stays theirs."""
    enforce(policy.may_fill_pool(actor, call))
    member.kind, member.expertise, member.most = kind, expertise, most
    record(actor, ReviewerChanged(kind=kind, most=most), about=member)
