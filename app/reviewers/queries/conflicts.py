"""Reads of conflicts: what is known, and the facts in which more are looked for."""

import re
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.rules import email_key
from app.core.db import db, door
from app.core.lens import Door
from app.proposals.models import Proposal, ProposalMember, Version, VersionIdentity
from app.reviewers.models import (
    Conflict,
    ConflictKind,
    PoolMember,
)
from app.reviewers.rules import Applied, Judge, Organisation

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"]+@[^\s@<>()\[\],;:\"]+\.[^\s@<>()\[\],;:\".]{2,}")


def judges_of(call_id: str) -> list[Judge]:
    rows = db.session.execute(
        select(PoolMember.account_id, Person.email_key, Person.organisation, Person.country)
        .join(Person, Person.account_id == PoolMember.account_id)
        .where(PoolMember.call_id == call_id)
        .order_by(PoolMember.account_id)
    )
    return [Judge(row[0], row[1], Organisation(row[2], row[3])) for row in rows]


def applied_in(call_id: str) -> list[Applied]:
    """Return who stands behind each submitted proposal of a call, by number, in two queries."""
    with door(Door.INTERESTS):  # conflicts are found also where staff may not know who applies
        return _applied_in(call_id)


def _applied_in(call_id: str) -> list[Applied]:
    behind: dict[str, list[Any]] = {}
    for row in db.session.execute(
        select(
            ProposalMember.proposal_id,
            ProposalMember.account_id,
            Person.email_key,
            Person.organisation,
            Person.country,
        )
        .join(Person, Person.account_id == ProposalMember.account_id)
        .join(Proposal, Proposal.id == ProposalMember.proposal_id)
        .where(Proposal.call_id == call_id, Proposal.version_id.is_not(None))
    ):
        behind.setdefault(row.proposal_id, []).append(row)
    submitted = db.session.execute(
        select(
            Proposal.id,
            VersionIdentity.organisation,
            VersionIdentity.country,
            VersionIdentity.answers,
        )
        .join(VersionIdentity, VersionIdentity.version_id == Proposal.version_id)
        .where(Proposal.call_id == call_id)
        .order_by(Proposal.number)
    )
    return [_applied(row, behind.get(row.id, [])) for row in submitted]


def _applied(row: Any, people: list[Any]) -> Applied:  # noqa: ANN401 - rows of columns
    written = (str(answer) for answer in row.answers.values())
    return Applied(
        proposal_id=row.id,
        organisations=tuple(
            dict.fromkeys(
                [
                    Organisation(row.organisation, row.country),
                    *(Organisation(p.organisation, p.country) for p in people),
                ]
            )
        ),
        account_ids=frozenset(p.account_id for p in people),
        email_keys=frozenset(
            [
                *(p.email_key for p in people),
                *(email_key(found) for text in written for found in _ADDRESS.findall(text)),
            ]
        ),
    )


class ConflictRow(NamedTuple):
    """A known conflict as the staff's list shows it."""

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


def conflicts_of(call_id: str) -> list[ConflictRow]:
    rows = db.session.execute(
        select(
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
        )
        .join(Proposal, Proposal.id == Conflict.proposal_id)
        .join(Version, Version.id == Proposal.version_id)
        .join(Person, Person.account_id == Conflict.account_id)
        .where(Conflict.call_id == call_id)
        .order_by(Proposal.number, Person.name, Conflict.kind)
    )
    return [ConflictRow(*row) for row in rows]  # type: ignore[call-arg,arg-type]


def known_conflicts(call_id: str) -> set[tuple[str, str, ConflictKind]]:
    """Return the known conflicts of a call as proposal, account and kind."""
    rows = db.session.execute(
        select(Conflict.proposal_id, Conflict.account_id, Conflict.kind).where(
            Conflict.call_id == call_id
        )
    )
    return {(row.proposal_id, row.account_id, row.kind) for row in rows}


def conflicts_between(proposal_id: str, account_id: str) -> list[Conflict]:
    return list(
        db.session.scalars(
            select(Conflict)
            .where(Conflict.proposal_id == proposal_id, Conflict.account_id == account_id)
            .order_by(Conflict.kind)
        )
    )
