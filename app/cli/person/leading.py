"""Forgetting who applied in what a person led: organisations, answers about people, their files.

What was proposed stays, and so do the sums and the country: a ranking and its figures need them.
"""

from collections.abc import Iterable
from typing import Any

from flask import current_app
from sqlalchemy import Select, delete, select, update
from sqlalchemy.sql.expression import Delete, Update

from app.calls.models import Audience, Question
from app.cli.person.looking import NOBODY
from app.core import clock
from app.core.db import db
from app.core.work import current_work
from app.proposals.models import (
    Background,
    BlindedFile,
    Draft,
    DraftSave,
    MemberRole,
    PartialUpload,
    Partner,
    Proposal,
    ProposalMember,
    Signatory,
    Upload,
    Version,
    VersionIdentity,
    VersionStaff,
)
from app.proposals.service import sweeping
from app.reviewers.models import Seat, ShownIdentity

OF_A_PARTNER = dict.fromkeys(("name", "ror", "contact_name", "contact_email", "answered_by"), "")
CAREER = {"doctorate", "break_months"}


def led_by(account_id: str) -> Select[str]:
    """Select the proposals that the person leads."""
    return select(ProposalMember.proposal_id).where(
        ProposalMember.account_id == account_id, ProposalMember.role == MemberRole.LEAD
    )


def empty_identities(account_id: str) -> int:
    """Empty who applied in every frozen version; return how many."""
    versions = select(Version.id).where(Version.proposal_id.in_(led_by(account_id)))
    found = db.session.scalars(
        select(VersionIdentity).where(VersionIdentity.version_id.in_(versions))
    ).all()
    for identity in found:
        identity.lead_name, identity.organisation, identity.answers = NOBODY, "", {}
        identity.consortium = _nameless(identity.consortium)
    return len(found)


def _nameless(consortium: dict[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in consortium.items() if name not in CAREER}
    if "partners" in told:
        told["partners"] = [{**partner, **OF_A_PARTNER} for partner in told["partners"]]
    return told


def statements(account_id: str) -> tuple[Update | Delete, ...]:
    """What stands beside the versions: drafts, partners, career, saves, files."""
    led = led_by(account_id)
    versions = select(Version.id).where(Version.proposal_id.in_(led))
    seats = select(Seat.id).where(Seat.proposal_id.in_(led))
    return (
        update(VersionStaff).where(VersionStaff.version_id.in_(versions)).values(answers={}),
        update(Draft)
        .where(Draft.proposal_id.in_(led))
        .values(identity={}, staff_only={}, organisation=""),
        update(Partner).where(Partner.proposal_id.in_(led)).values(**OF_A_PARTNER),
        update(Signatory)
        .where(Signatory.proposal_id.in_(led))
        .values(name="", email="", signed_by=""),
        update(ShownIdentity)
        .where(ShownIdentity.seat_id.in_(seats))
        .values(lead_name=NOBODY, organisation=""),
        delete(Background).where(Background.proposal_id.in_(led)),
        delete(DraftSave).where(DraftSave.proposal_id.in_(led)),
        delete(Upload).where(Upload.proposal_id.in_(led)),
        delete(BlindedFile).where(BlindedFile.id.in_(_copies_about_people(account_id))),
    )


def _copies_about_people(account_id: str) -> Select[str]:
    """Select the copies that no question about the science asked for: they are CVs and the like."""
    asked = (
        select(Question.id)
        .join(Proposal, Proposal.call_id == Question.call_id)
        .where(
            Proposal.id == BlindedFile.proposal_id,
            Question.key == BlindedFile.question_key,
            Question.audience == Audience.SCIENTIFIC,
        )
    )
    return select(BlindedFile.id).where(
        BlindedFile.proposal_id.in_(led_by(account_id)), ~asked.correlate(BlindedFile).exists()
    )


def files_of(account_id: str) -> set[str]:
    """Return the keys of files that go with their rows: as handed in, about people, half sent."""
    led = led_by(account_id)
    pieces = db.session.scalars(
        select(PartialUpload.pieces).where(PartialUpload.account_id == account_id)
    )
    return {
        *db.session.scalars(select(Upload.file_key).where(Upload.proposal_id.in_(led))),
        *db.session.scalars(
            select(BlindedFile.file_key).where(BlindedFile.id.in_(_copies_about_people(account_id)))
        ),
        *(key for keys in pieces for key in keys),
    }


def remove_files(keys: Iterable[str]) -> int:
    """Remove the files that no row names any more; return how many.

    The same bytes may just be coming from somebody else: what was stored within a day is left to
    the nightly sweep.
    """
    store = current_app.extensions["files"]
    gone, before = sorted(set(keys) - sweeping.named()), clock.now() - sweeping.WAIT

    def delete_them() -> None:
        for key in gone:
            store.delete(key, before=before)

    current_work().after_commit.append(delete_them)
    return len(gone)
