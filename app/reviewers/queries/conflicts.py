"""Reads of conflicts: what is known of whom."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, func, select

from app.accounts.actor import Actor
from app.accounts.models import Person
from app.calls.models import Call, CallState
from app.core.db import db
from app.proposals.models import Proposal, ProposalState, Version, VersionIdentity
from app.reviewers.models import STANDS, Conflict, ConflictKind
from app.reviewers.queries.facts import OFFICES


class ConflictRow(NamedTuple):
    """A known conflict as the staff's list shows it."""

    id: str
    proposal_id: str
    account_id: str
    number: str
    title: str
    name: str
    kind: ConflictKind
    declared: bool
    entered_by: str | None
    detail: str
    found_at: datetime
    set_aside_because: str | None  # None while it stands


_CONFLICTS = (
    select(
        Conflict.id,
        Conflict.proposal_id,
        Conflict.account_id,
        Proposal.number,
        Version.title,
        Person.name,
        Conflict.kind,
        Conflict.declared,
        Conflict.entered_by,
        Conflict.detail,
        Conflict.found_at,
        case((STANDS, None), else_=Conflict.set_aside_because),
    )
    .join(Proposal, Proposal.id == Conflict.proposal_id)
    .join(Version, Version.id == Proposal.version_id)
    .join(Person, Person.account_id == Conflict.account_id)
    .order_by(Proposal.number, Person.name, Conflict.kind, Conflict.id)
)


def conflicts_of(
    call_id: str, *, among: Sequence[str] | None = None, start: int = 0, most: int | None = None
) -> list[ConflictRow]:
    """Return conflicts of a call by number, from a place in the list on; `among` names some."""
    some = [] if among is None else [Conflict.id.in_(among)]
    asked = _CONFLICTS.where(Conflict.call_id == call_id, *some).offset(start).limit(most)
    rows = db.session.execute(asked)
    return [ConflictRow(*row) for row in rows]  # type: ignore[call-arg,arg-type]


def count_conflicts(call_id: str) -> int:
    counted = (
        select(func.count())
        .select_from(Conflict)
        .join(Proposal, Proposal.id == Conflict.proposal_id)
        .join(Version, Version.id == Proposal.version_id)
        .join(Person, Person.account_id == Conflict.account_id)
    )
    return db.session.scalar(counted.where(Conflict.call_id == call_id)) or 0


def conflicts_told(call_id: str) -> list[tuple[str, str]]:
    """Return id and words of each conflict, in the order of the list: what it shows of every one,
    also where who applies is sealed, and never why it is one. Words are looked for in Python: the
    engines fold capitals otherwise, and SQLite those of ASCII alone."""
    rows = db.session.execute(
        _CONFLICTS.with_only_columns(
            Conflict.id, Proposal.number, Version.title, Person.name
        ).where(Conflict.call_id == call_id)
    )
    return [(row[0], f"{row[1] or ''} {row[2]} {row[3]}") for row in rows]


def conflict_row(call_id: str, conflict_id: str) -> ConflictRow:
    row = db.session.execute(
        _CONFLICTS.where(Conflict.call_id == call_id, Conflict.id == conflict_id)
    ).one()
    return ConflictRow(*row)  # type: ignore[call-arg,arg-type]


def known_conflicts(call_id: str, proposal_id: str = "") -> set[tuple[str, str, ConflictKind]]:
    """Return the conflicts that stand in a call, or with one proposal of it, as proposal, account
    and kind."""
    return _noted(*_about(call_id, proposal_id), STANDS)


def conflicted_pairs(call_id: str) -> set[tuple[str, str]]:
    """Return who must not judge what in a call, as proposal and account: all that large calls
    need to read of their conflicts."""
    rows = db.session.execute(
        select(Conflict.proposal_id, Conflict.account_id).where(Conflict.call_id == call_id, STANDS)
    )
    return {(proposal, account) for proposal, account in rows}


def noted_conflicts(call_id: str, proposal_id: str = "") -> set[tuple[str, str, ConflictKind]]:
    """Return what was ever found or entered, set aside or not: it is not found again."""
    return _noted(*_about(call_id, proposal_id), Conflict.declared.is_(False))


def _about(call_id: str, proposal_id: str) -> list[ColumnElement[bool]]:
    one = [Conflict.proposal_id == proposal_id] if proposal_id else []
    return [Conflict.call_id == call_id, *one]


def _noted(*which: ColumnElement[bool]) -> set[tuple[str, str, ConflictKind]]:
    rows = db.session.execute(
        select(Conflict.proposal_id, Conflict.account_id, Conflict.kind).where(*which)
    )
    return {(row.proposal_id, row.account_id, row.kind) for row in rows}


def get_conflict(call_id: str, conflict_id: str) -> Conflict | None:
    return db.session.scalar(
        select(Conflict).where(Conflict.call_id == call_id, Conflict.id == conflict_id)
    )


def entered_before(proposal_id: str, account_id: str, kind: ConflictKind) -> Conflict | None:
    """Return such a conflict that was found or entered, whether or not it stands."""
    return db.session.scalar(
        select(Conflict).where(
            Conflict.proposal_id == proposal_id,
            Conflict.account_id == account_id,
            Conflict.kind == kind,
            Conflict.declared.is_(False),
        )
    )


def conflicts_between(proposal_id: str, account_id: str) -> list[Conflict]:
    return list(
        db.session.scalars(
            select(Conflict)
            .where(Conflict.proposal_id == proposal_id, Conflict.account_id == account_id, STANDS)
            .order_by(Conflict.kind)
        )
    )


# --- the staff's own -----------------------------------------------------------------------------


def calls_with_office(actor: Actor) -> list[Call]:
    """Return the calls somebody works on, in whatever office, that are neither drafts nor old."""
    scopes = {scope for role in OFFICES for scope in actor.scopes_of(role)}
    which = [Call.state.not_in([CallState.DRAFTING, CallState.ARCHIVED])]
    if "" not in scopes:
        which.append(Call.id.in_(scopes))
    return list(db.session.scalars(select(Call).where(*which).order_by(Call.code)))


def conflicted_calls(account_id: str) -> set[str]:
    """Return the calls in which somebody has a conflict, as `has_conflict` tells it."""
    return set(
        db.session.scalars(
            select(Conflict.call_id)
            .join(Proposal, Proposal.id == Conflict.proposal_id)
            .where(
                Conflict.account_id == account_id,
                STANDS,
                Proposal.state != ProposalState.WITHDRAWN,
            )
        )
    )


class WhoApplies(NamedTuple):
    """What somebody must know of a proposal to tell whether they have an interest in it; in a call
    that seals who applies, the title alone."""

    id: str
    number: str
    title: str
    lead: str
    organisation: str


def who_applies(call_id: str) -> list[WhoApplies]:
    rows = db.session.execute(
        select(
            Proposal.id,
            func.coalesce(Proposal.number, ""),
            Version.title,
            func.coalesce(VersionIdentity.lead_name, ""),
            func.coalesce(VersionIdentity.organisation, ""),
        )
        .join(Version, Version.id == Proposal.version_id)
        .outerjoin(VersionIdentity, VersionIdentity.version_id == Proposal.version_id)
        .where(Proposal.call_id == call_id, Proposal.state != ProposalState.WITHDRAWN)
        .order_by(Proposal.number)
    )
    return [WhoApplies(*row) for row in rows]
