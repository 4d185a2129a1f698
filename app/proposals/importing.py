"""Proposals to a call that was run elsewhere: eligible, frozen as they were, without receipts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.accounts import service as accounts
from app.accounts.actor import Actor
from app.calls import policy as calls
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.ledger.service import record
from app.proposals import frozen
from app.proposals.events import ProposalImported
from app.proposals.models import (
    Draft,
    MemberRole,
    Proposal,
    ProposalMember,
    ProposalState,
    Version,
    VersionIdentity,
)
from app.proposals.rules import Requested


@dataclass(frozen=True, slots=True)
class ProposalSheet:
    """One proposal as its row tells it.

    `organisation` is who applies, for conflicts of interest; `printed` is the name that awards
    and reports show instead where the file has one, else the same.
    """

    number: str
    title: str
    lead_name: str
    lead_email: str
    organisation: str
    printed: str
    country: str
    science: Mapping[str, str]
    identity: Mapping[str, str]
    requested: Requested
    months: int


def import_proposals(
    actor: Actor, call: Call, sheets: Sequence[ProposalSheet]
) -> dict[str, Proposal]:
    """Store the proposals with their lead applicants; return them by number."""
    enforce(calls.may_run_call(actor, call))
    return {sheet.number: _import(actor, call, sheet) for sheet in sheets}


def _import(actor: Actor, call: Call, sheet: ProposalSheet) -> Proposal:
    account_id = accounts.ensure_person(
        actor,
        name=sheet.lead_name,
        email=sheet.lead_email,
        organisation=sheet.organisation,
        country=sheet.country,
        invite=False,
    )
    proposal = Proposal(call_id=call.id, number=sheet.number, state=ProposalState.ELIGIBLE)
    version = _version(proposal, sheet)
    identity = _identity(version, sheet)
    proposal.version_id = version.id
    db.session.add(proposal)
    db.session.flush()
    db.session.add_all(
        [
            version,
            ProposalMember(
                proposal_id=proposal.id,
                account_id=account_id,
                role=MemberRole.LEAD,
                name=sheet.lead_name,
            ),
            _draft(proposal, sheet),
        ]
    )
    db.session.flush()
    db.session.add(identity)
    record(
        actor,
        ProposalImported(
            number=sheet.number,
            version_sha256=version.sha256,
            identity_sha256=identity.sha256,
        ),
        about=proposal,
    )
    return proposal


def _version(proposal: Proposal, sheet: ProposalSheet) -> Version:
    return Version(
        proposal_id=proposal.id,
        number=1,
        title=sheet.title,
        answers=dict(sheet.science),
        requested_minor=sheet.requested.converted.minor,
        months=sheet.months,
        sha256=frozen.science_sha256(
            title=sheet.title,
            answers=sheet.science,
            requested=sheet.requested.converted,
            months=sheet.months,
        ),
    )


def _identity(version: Version, sheet: ProposalSheet) -> VersionIdentity:
    who = {
        "lead_name": sheet.lead_name,
        "organisation": sheet.printed,
        "country": sheet.country,
        "answers": dict(sheet.identity),
        "currency": sheet.requested.original.currency,
        "requested_minor": sheet.requested.original.minor,
        "rate": sheet.requested.rate,
    }
    return VersionIdentity(version_id=version.id, sha256=frozen.identity_sha256(who), **who)


def _draft(proposal: Proposal, sheet: ProposalSheet) -> Draft:
    """What the applicants would have written: their list of proposals shows its title."""
    return Draft(
        proposal_id=proposal.id,
        title=sheet.title,
        science=dict(sheet.science),
        identity=dict(sheet.identity),
        organisation=sheet.printed,
        country=sheet.country,
        currency=sheet.requested.original.currency,
        requested=str(sheet.requested.original.amount),
        months=str(sheet.months),
        saved_at=clock.now(),
    )
