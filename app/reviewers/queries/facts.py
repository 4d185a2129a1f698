"""The facts in which conflicts are looked for: who may judge or decide, and who applies."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person, Role, RoleGrant
from app.accounts.rules import email_key
from app.calls.models import Call
from app.core.db import db, door
from app.core.lens import Door
from app.proposals.models import Proposal, ProposalMember, ProposalState, VersionIdentity
from app.reviewers.models import PoolMember, ReviewerProfile, ReviewingTerms, Tie
from app.reviewers.rules import Applied, Judge, Known, Organisation

# Whoever can see or decide something of a call, reviewers apart.
OFFICES = (Role.OFFICER, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR)
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"]+@[^\s@<>()\[\],;:\"]+\.[^\s@<>()\[\],;:\".]{2,}")


def terms_of(call_id: str) -> ReviewingTerms:
    """Return what the call says about who reviews; where it says nothing, what that means."""
    found = db.session.get(ReviewingTerms, call_id)
    return found or ReviewingTerms(call_id=call_id, same_country=False, self_nomination=False)


def judges_of(call_id: str, *, pool: bool = True) -> list[Judge]:
    """Return the pool and the staff of a call with what is known of them, in two queries;
    without `pool`, the staff alone."""
    tied, judging = _judging(pool=pool)
    ties: dict[str, list[Known]] = defaultdict(list)
    for tie in db.session.scalars(tied, {"call": call_id}):
        ties[tie.account_id].append(
            Known(tie.source, tie.name, tie.name_key, tie.email_key, tie.orcid)
        )
    return [
        Judge(
            row.account_id,
            row.email_key,
            Organisation(row.organisation, row.country, row.ror or "", tuple(row.parents or ())),
            row.orcid,
            tuple(ties.get(row.account_id, ())),
            reviews=bool(row.reviews),
        )
        for row in db.session.execute(judging, {"call": call_id})
    ]


@cache  # searched at every seat that is given: building the statements costs more than running them
def _judging(*, pool: bool) -> tuple[Select[Tie], Select[*tuple[Any, ...]]]:
    """Return the statements that find the ties of the judges of a call, and the judges."""
    members = select(PoolMember.account_id).where(PoolMember.call_id == bindparam("call"))
    staff = select(RoleGrant.account_id).where(
        RoleGrant.role.in_(OFFICES), RoleGrant.scope.in_(["", bindparam("call")])
    )
    who: ColumnElement[bool] = Person.account_id.in_(staff)
    if pool:
        who = or_(who, Person.account_id.in_(members))
    ties = select(Tie).join(Person, Person.account_id == Tie.account_id).where(who).order_by(Tie.id)
    judges = (
        select(
            Person.account_id,
            Person.email_key,
            Person.organisation,
            Person.country,
            Person.orcid,
            ReviewerProfile.ror,
            ReviewerProfile.parents,
            Person.account_id.in_(members).label("reviews"),
        )
        .outerjoin(ReviewerProfile, ReviewerProfile.account_id == Person.account_id)
        .where(who)
        .order_by(Person.account_id)
    )
    return ties, judges


def applied_in(call_id: str, proposal_id: str = "") -> list[Applied]:
    """Return who stands behind each submitted proposal of a call, or behind one of them, by
    number; three queries whatever their number."""
    given = {"call": call_id, "proposal": proposal_id} if proposal_id else {"call": call_id}
    members, together, submitted = _applying(one=bool(proposal_id))
    behind: dict[str, list[Any]] = defaultdict(list)
    elsewhere: dict[str, set[str]] = defaultdict(set)
    with door(Door.INTERESTS):  # conflicts are found also where staff may not know who applies
        for row in db.session.execute(members, given):
            behind[row.proposal_id].append(row)
        for id_, account_id in db.session.execute(together, given):
            elsewhere[id_].add(account_id)
        return [
            _applied(row, behind[row.id], elsewhere[row.id])
            for row in db.session.execute(submitted, given)
        ]


@cache
def _applying(
    *, one: bool
) -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    """Return the statements that find the members of the submitted proposals of a call, or of
    `one` of them; who applied together with these elsewhere; and what they submitted."""
    which = [Proposal.call_id == bindparam("call"), Proposal.version_id.is_not(None)]
    if one:
        which.append(Proposal.id == bindparam("proposal"))
    members = (
        select(
            ProposalMember.proposal_id,
            ProposalMember.account_id,
            Person.name,
            Person.email_key,
            Person.organisation,
            Person.country,
            Person.orcid,
        )
        .join(Person, Person.account_id == ProposalMember.account_id)
        .join(Proposal, Proposal.id == ProposalMember.proposal_id)
        .where(*which)
    )
    submitted = (
        select(
            Proposal.id,
            VersionIdentity.lead_name,
            VersionIdentity.organisation,
            VersionIdentity.country,
            VersionIdentity.answers,
            VersionIdentity.consortium,
        )
        .join(VersionIdentity, VersionIdentity.version_id == Proposal.version_id)
        .where(*which)
        .order_by(Proposal.number)
    )
    return members, _together(which), submitted


def _together(which: Iterable[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    """Find, by proposal, who applied together with its members elsewhere, in any call."""
    own, there, other = aliased(ProposalMember), aliased(ProposalMember), aliased(ProposalMember)
    earlier = aliased(Proposal)
    return (
        select(Proposal.id, other.account_id)
        .join(own, own.proposal_id == Proposal.id)
        .join(there, there.account_id == own.account_id)
        .join(earlier, earlier.id == there.proposal_id)
        .join(other, other.proposal_id == there.proposal_id)
        .where(
            *which,
            earlier.id != Proposal.id,
            earlier.version_id.is_not(None),
            earlier.state != ProposalState.WITHDRAWN,
            other.account_id != own.account_id,
        )
        .distinct()
    )


def _applied(row: Any, people: list[Any], together: set[str]) -> Applied:  # noqa: ANN401 - rows of columns
    written = (str(answer) for answer in row.answers.values())
    members = frozenset(p.account_id for p in people)
    partners = row.consortium.get("partners", [])
    return Applied(
        proposal_id=row.id,
        organisations=tuple(
            dict.fromkeys(
                [
                    Organisation(row.organisation, row.country),
                    *(Organisation(p.organisation, p.country) for p in people),
                    *(
                        Organisation(p["name"], p.get("country", ""), p.get("ror", ""))
                        for p in partners
                    ),
                ]
            )
        ),
        account_ids=members,
        email_keys=frozenset(
            [
                *(p.email_key for p in people),
                *(email_key(found) for text in written for found in _ADDRESS.findall(text)),
                *(email_key(p["contact_email"]) for p in partners if p.get("contact_email")),
            ]
        ),
        orcids=frozenset(p.orcid for p in people) - {""},
        names=tuple(
            dict.fromkeys(
                [
                    row.lead_name,
                    *(p.name for p in people),
                    *(p.get("contact_name", "") for p in partners),
                ]
            )
        ),
        together=frozenset(together) - members,
    )


def calls_about(account_id: str) -> list[Call]:
    """Return the calls that somebody reviews or applies in; those of the staff's offices, which
    may be all, where they hold one."""
    pool = select(PoolMember.call_id).where(PoolMember.account_id == account_id)
    applies = (
        select(Proposal.call_id)
        .join(ProposalMember, ProposalMember.proposal_id == Proposal.id)
        .where(ProposalMember.account_id == account_id, Proposal.version_id.is_not(None))
    )
    offices = select(RoleGrant.scope).where(
        RoleGrant.account_id == account_id, RoleGrant.role.in_(OFFICES)
    )
    everywhere = exists().where(
        RoleGrant.account_id == account_id, RoleGrant.role.in_(OFFICES), RoleGrant.scope == ""
    )
    which = or_(Call.id.in_(pool), Call.id.in_(applies), Call.id.in_(offices), everywhere)
    return list(db.session.scalars(select(Call).where(which).order_by(Call.id)))
