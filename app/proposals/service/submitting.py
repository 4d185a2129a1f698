"""Submitting: a frozen version and its receipt, in one transaction."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from app.accounts.actor import Actor
from app.calls.models import Call
from app.core.db import db, one_at_a_time
from app.core.gate import enforce
from app.core.holding import hold
from app.core.verdict import refused
from app.ledger.service import record, seal
from app.proposals import following, frozen, notices, policy, queries
from app.proposals.answering import Kept, kept_of
from app.proposals.events import VersionSubmitted
from app.proposals.models import (
    Draft,
    Proposal,
    ProposalState,
    Receipt,
    Version,
    VersionIdentity,
    VersionStaff,
)
from app.proposals.queries import Turn
from app.proposals.service.checking import problems_of
from app.proposals.service.eligibility import money_of, shares_of
from app.proposals.service.writing import draft_of

LONGEST_KEY = 64  # of the key in a form to submit with


def submit(
    actor: Actor, proposal: Proposal, call: Call, *, key: str, received_at: datetime
) -> Receipt:
    """Freeze a version and hand out its receipt; the same `key` again gives the same receipt.

    `received_at` is when the head of the request reached the server: a slow line is not late.
    """
    enforce(policy.may_lead(actor, proposal))
    hold(proposal)
    key = f"{proposal.id}.{key[:LONGEST_KEY]}"  # nobody's key can be in the way of another's
    turn = take_turn(proposal, key)
    given = db.session.get(Receipt, turn.receipt_id) if turn.receipt_id else None
    if given is not None:
        return given
    if not policy.can_change(proposal, call, at=received_at):
        db.session.refresh(call)  # the office may have moved the deadline in this very moment
    enforce(policy.can_change(proposal, call, at=received_at))
    draft = queries.together_of(proposal.id).draft or draft_of(proposal)
    for problem in problems_of(call, proposal, draft):
        enforce(refused(problem.sentence))
    return freeze(actor, proposal, call, draft, turn, key=key, received_at=received_at)


def take_turn(proposal: Proposal, key: str) -> Turn:
    """Let nobody else submit in the call until this work ends, and see how it stands."""
    one_at_a_time(f"numbers of {proposal.call_id}")
    return queries.turn_of(proposal, key)


def freeze(
    actor: Actor | None,
    proposal: Proposal,
    call: Call,
    draft: Draft,
    turn: Turn,
    *,
    key: str,
    received_at: datetime,
    lead_name: str = "",
) -> Receipt:
    """Make the next version of a complete draft, for whoever was allowed to; None is the system."""
    together = queries.together_of(proposal.id)
    money = money_of(call).requested(draft.requested, draft.currency)
    named = proposal.number or f"{call.code}-{turn.numbered + 1:03d}"
    number = turn.versions + 1
    kept, hashes = kept_of(call, draft), queries.hashes_of(proposal.id)
    science = {key_: hashes.copies.get(given, given) for key_, given in kept.science.items()}
    version = Version(
        proposal_id=proposal.id,
        number=number,
        title=draft.title,
        answers=kept.science,
        requested_minor=money.converted.minor,
        months=int(draft.months),
        sha256=frozen.science_sha256(
            title=draft.title,
            answers=science,
            requested=money.converted,
            months=int(draft.months),
        ),
    )
    who = {
        "lead_name": lead_name or (actor.name if actor else ""),
        "organisation": draft.organisation,
        "country": draft.country,
        "answers": kept.identity,
        "currency": draft.currency,
        "requested_minor": money.original.minor,
        "rate": money.rate,
        "consortium": frozen.consortium(together, shares_of(call, draft, together.partners)),
    }
    identity = VersionIdentity(version_id=version.id, sha256=frozen.identity_sha256(who), **who)
    staff = _staff_part(version, kept)
    receipt = Receipt(
        version_id=version.id,
        proposal_id=proposal.id,
        submission_key=key,
        submitted_at=received_at,
        parts=_parts(kept, version, identity, staff, hashes.uploads),
        proof="",
    )
    proposal.number, proposal.version_id = named, version.id
    proposal.state = ProposalState.SUBMITTED
    db.session.add(version)
    db.session.flush()
    db.session.add_all([identity, *([staff] if staff else [])])
    record(
        actor,
        VersionSubmitted(
            number=named,
            version=number,
            receipt=receipt.id,
            version_sha256=version.sha256,
            identity_sha256=identity.sha256,
            staff_sha256=staff.sha256 if staff else "",
        ),
        about=proposal,
    )
    receipt.proof = seal().as_text()
    db.session.add(receipt)
    notices.tell_receipt(queries.members_of(proposal.id), call, proposal, receipt)
    following.submitted(call.id, proposal.id)
    return receipt


def _staff_part(version: Version, kept: Kept) -> VersionStaff | None:
    """Return what only staff read, where the call asks for anything of it."""
    if not kept.staff_only:
        return None
    return VersionStaff(
        version_id=version.id,
        answers=kept.staff_only,
        sha256=frozen.staff_sha256(kept.staff_only),
    )


def _parts(
    kept: Kept,
    version: Version,
    identity: VersionIdentity,
    staff: VersionStaff | None,
    uploads: Mapping[str, str],
) -> dict[str, str]:
    """Return the hash of every answer and file by name, for the receipt."""
    parts = {"version": version.sha256, "identity": identity.sha256}
    if staff is not None:
        parts["staff"] = staff.sha256
    for key, answer in sorted({**kept.science, **kept.identity, **kept.staff_only}.items()):
        parts[f"answer {key}"] = hashlib.sha256(answer.encode()).hexdigest()
    for key, sha256 in uploads.items():
        if key in {**kept.science, **kept.identity}:
            parts[f"file {key}"] = sha256
    return parts
