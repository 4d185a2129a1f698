"""Reads of proposals. Which of these a page can ask is decided by its lens."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, func, literal_column, null, select

from app.calls.models import Call
from app.core.db import Json, db, door, table_of
from app.core.lens import Door
from app.core.plain import rows
from app.core.work import current_work
from app.proposals.models import (
    BlindedFile,
    Draft,
    Ineligibility,
    MemberRole,
    PartialUpload,
    Proposal,
    ProposalMember,
    ProposalState,
    Receipt,
    Screening,
    StageInvitation,
    Upload,
    Version,
    VersionIdentity,
    VersionStaff,
)
from app.proposals.queries.members import keep_members


def get_proposal(proposal_id: str) -> Proposal | None:
    return db.session.get(Proposal, proposal_id)


def with_call(proposal_id: str) -> tuple[Proposal, Call] | None:
    """Return a proposal and its call, and keep its members: every page of it asks for them."""
    found = db.session.execute(_WITH_CALL, {"proposal": proposal_id}).all()
    if not found:
        return None
    keep_members(proposal_id, [row[2] for row in found if row[2] is not None])
    return found[0][0], found[0][1]


_WITH_CALL = (
    select(Proposal, Call, ProposalMember)
    .join(Call, Call.id == Proposal.call_id)
    .outerjoin(ProposalMember, ProposalMember.proposal_id == Proposal.id)
    .where(Proposal.id == bindparam("proposal"))
    .order_by(ProposalMember.id)
)


def get_version(version_id: str | None) -> Version | None:
    return db.session.get(Version, version_id) if version_id else None


def get_identity(version_id: str | None) -> VersionIdentity | None:
    return db.session.get(VersionIdentity, version_id) if version_id else None


def staff_answers(version_id: str) -> Json:
    """Return the answers of a version that only its applicants and the call's staff read."""
    found = db.session.get(VersionStaff, version_id)
    return found.answers if found else {}


def get_draft(proposal_id: str) -> Draft | None:
    return db.session.get(Draft, proposal_id)


def ineligibility(proposal_id: str) -> Ineligibility | None:
    return db.session.get(Ineligibility, proposal_id)


class OwnRow(NamedTuple):
    id: str
    number: str | None
    state: ProposalState
    title: str
    call: Call


def proposals_of(account_id: str) -> list[OwnRow]:
    """Return a person's proposals with the title as it is being written."""
    rows = db.session.execute(
        select(Proposal.id, Proposal.number, Proposal.state, Draft.title, Call)
        .join(ProposalMember, ProposalMember.proposal_id == Proposal.id)
        .join(Draft, Draft.proposal_id == Proposal.id)
        .join(Call, Call.id == Proposal.call_id)
        .where(ProposalMember.account_id == account_id)
        .order_by(Call.closes_at.desc(), Proposal.id)
    )
    return [OwnRow(*row) for row in rows]


def earlier_titles(account_id: str, most: int = 10) -> list[tuple[str, str]]:
    """Return id and title of proposals that a person leads, the last written first."""
    rows = db.session.execute(
        select(Proposal.id, Draft.title)
        .join(ProposalMember, ProposalMember.proposal_id == Proposal.id)
        .join(Draft, Draft.proposal_id == Proposal.id)
        .where(
            ProposalMember.account_id == account_id,
            ProposalMember.role == MemberRole.LEAD,
            Draft.title != "",
        )
        .order_by(Draft.saved_at.desc(), Proposal.id)
        .limit(most)
    )
    return [(row.id, row.title) for row in rows]


def draft_in_call(account_id: str, call_id: str) -> Proposal | None:
    """Return the proposal that a person leads, began and did not submit, if there is one."""
    return db.session.scalar(
        select(Proposal)
        .join(ProposalMember, ProposalMember.proposal_id == Proposal.id)
        .where(
            ProposalMember.account_id == account_id,
            ProposalMember.role == MemberRole.LEAD,
            Proposal.call_id == call_id,
            Proposal.state == ProposalState.DRAFT,
        )
        .order_by(Proposal.id)
        .limit(1)
    )


def calls_applied_in(account_id: str) -> frozenset[str]:
    """Return the calls somebody applies in; asked once in a work, for policies ask it often."""
    notes = current_work().notes
    kept = f"proposals.calls of {account_id}"
    if kept not in notes:
        with door(Door.INTERESTS):  # one's own are found where staff may not know who applies
            notes[kept] = frozenset(
                db.session.scalars(
                    select(Proposal.call_id)
                    .join(ProposalMember, ProposalMember.proposal_id == Proposal.id)
                    .where(
                        ProposalMember.account_id == account_id,
                        Proposal.state != ProposalState.WITHDRAWN,
                    )
                )
            )
    found: frozenset[str] = notes[kept]
    return found


def unscreened_in(call_id: str) -> int:
    """Return how many proposals of a call wait for a decision on eligibility."""
    return int(
        db.session.scalar(
            select(func.count(Proposal.id)).where(
                Proposal.call_id == call_id,
                Proposal.state.in_([ProposalState.SUBMITTED, ProposalState.RETURNED]),
            )
        )
        or 0
    )


def uploads_of(proposal_id: str) -> Sequence[Upload]:
    return db.session.scalars(
        select(Upload).where(Upload.proposal_id == proposal_id).order_by(Upload.uploaded_at)
    ).all()


def partial_upload(proposal_id: str, key: str, partial_id: str) -> PartialUpload | None:
    """Return a file on its way to a question of this proposal."""
    found = db.session.get(PartialUpload, partial_id)
    return (
        found if found and (found.proposal_id, found.question_key) == (proposal_id, key) else None
    )


def blinded_files(proposal_id: str) -> Sequence[BlindedFile]:
    return db.session.scalars(
        select(BlindedFile)
        .where(BlindedFile.proposal_id == proposal_id)
        .order_by(BlindedFile.question_key, BlindedFile.id)
    ).all()


def blinded_file(proposal_id: str, file_id: str) -> BlindedFile | None:
    return db.session.scalar(
        select(BlindedFile).where(BlindedFile.id == file_id, BlindedFile.proposal_id == proposal_id)
    )


def versions_of(proposal_id: str) -> Sequence[Version]:
    """Return the submitted versions, the latest first."""
    return db.session.scalars(
        select(Version).where(Version.proposal_id == proposal_id).order_by(Version.number.desc())
    ).all()


class Turn(NamedTuple):
    """What the next version of a proposal depends on, as it stands in one's turn to write."""

    receipt_id: str | None  # that this very form got before
    numbered: int  # proposals of the call that have a number
    versions: int  # of this proposal


def turn_of(proposal: Proposal, key: str) -> Turn:
    """Ask it once nobody else can submit in the call: after `one_at_a_time`."""
    values = {"key": key, "call": proposal.call_id, "proposal": proposal.id}
    return Turn(*rows(_TURN, values)[0])


class Hashes(NamedTuple):
    """The SHA-256 of a proposal's files: blinded copies by id, uploads by question."""

    copies: dict[str, str]
    uploads: dict[str, str]


def hashes_of(proposal_id: str) -> Hashes:
    """Return what a version says of the files in it, in one statement."""
    found = Hashes({}, {})
    for name, sha256, is_copy, _at in rows(_HASHES, {"proposal": proposal_id}):
        (found.copies if is_copy else found.uploads)[name] = sha256
    return found


def receipts_of(proposal_id: str) -> Sequence[Receipt]:
    """Return the receipts of a proposal, the latest first."""
    return db.session.scalars(
        select(Receipt)
        .where(Receipt.proposal_id == proposal_id)
        .order_by(Receipt.submitted_at.desc(), Receipt.id)
    ).all()


def receipt(proposal_id: str, receipt_id: str) -> Receipt | None:
    return db.session.scalar(
        select(Receipt).where(Receipt.id == receipt_id, Receipt.proposal_id == proposal_id)
    )


def numbers_given(call_id: str) -> int:
    """Return how many proposals of a call have a number."""
    return int(rows(_GIVEN, {"call": call_id})[0][0])


def may_enter_stage(account_id: str, call: Call) -> bool:
    """Whether a call is open to everybody, or this person's outline is invited to it."""
    return call.first_stage_id is None or invited_outline(account_id, call.id) is not None


def invited_outline(account_id: str, call_id: str) -> Proposal | None:
    """Return the outline for which somebody may apply in a second call."""
    return db.session.scalar(
        select(Proposal)
        .join(StageInvitation, StageInvitation.outline_id == Proposal.id)
        .join(ProposalMember, ProposalMember.proposal_id == Proposal.id)
        .where(StageInvitation.call_id == call_id, ProposalMember.account_id == account_id)
        .order_by(Proposal.id)
        .limit(1)
    )


class DeskRow(NamedTuple):
    """A submitted proposal as the staff's list shows it."""

    id: str
    number: str
    state: ProposalState
    title: str
    requested_minor: int
    organisation: str  # empty where the call hides it from its staff, as the country is
    country: str


_proposal, _version, _identity = map(table_of, (Proposal, Version, VersionIdentity))
_receipt, _copy, _upload = map(table_of, (Receipt, BlindedFile, Upload))

_GIVEN = select(func.count(_proposal.c.id)).where(
    _proposal.c.call_id == bindparam("call"), _proposal.c.number.is_not(None)
)
_TURN = select(
    select(_receipt.c.id).where(_receipt.c.submission_key == bindparam("key")).scalar_subquery(),
    _GIVEN.scalar_subquery(),
    select(func.coalesce(func.max(_version.c.number), 0))
    .where(_version.c.proposal_id == bindparam("proposal"))
    .scalar_subquery(),
)
_HASHES = (
    select(
        _upload.c.question_key,
        _upload.c.sha256,
        literal_column("0"),
        _upload.c.uploaded_at.label("at"),
    )
    .where(_upload.c.proposal_id == bindparam("proposal"))
    .union_all(
        select(_copy.c.id, _copy.c.sha256, literal_column("1"), null()).where(
            _copy.c.proposal_id == bindparam("proposal")
        )
    )
    .order_by("at")
)

# Lists of a call's proposals are long: plain rows, and statements built once.
_SUBMITTED = (
    select(
        _proposal.c.id,
        func.coalesce(_proposal.c.number, "").label("number"),
        _proposal.c.state,
        _version.c.title,
        _version.c.requested_minor,
        func.coalesce(_identity.c.organisation, "").label("organisation"),
        func.coalesce(_identity.c.country, "").label("country"),
    )
    .join(_version, _version.c.id == _proposal.c.version_id)
    .outerjoin(_identity, _identity.c.version_id == _version.c.id)
    .where(_proposal.c.call_id == bindparam("call"))
    .order_by(_proposal.c.number)
)
_TITLES = (
    select(func.coalesce(_proposal.c.number, ""), _version.c.title)
    .join(_version, _version.c.id == _proposal.c.version_id)
    .where(
        _proposal.c.call_id == bindparam("call"),
        _proposal.c.state.in_(bindparam("states", expanding=True)),
    )
    .order_by(_proposal.c.number)
)


def submitted_in(call_id: str) -> Sequence[DeskRow]:
    """Return the proposals handed in, as plain rows with the names of `DeskRow`."""
    found: Sequence[DeskRow] = rows(_SUBMITTED, {"call": call_id})
    return found


def screenings_of(proposal_id: str) -> Sequence[Screening]:
    return db.session.scalars(
        select(Screening)
        .where(Screening.proposal_id == proposal_id)
        .order_by(Screening.decided_at.desc())
    ).all()


class Judged(NamedTuple):
    """What is in review: number, title and amount, and nothing of who applies."""

    id: str
    number: str
    title: str
    requested_minor: int
    answers: Json


def titles_by_number(call_id: str, *states: ProposalState) -> dict[str, str]:
    """Return number and title of the call's proposals in `states`, in the order of numbers."""
    return dict(map(tuple, rows(_TITLES, {"call": call_id, "states": states})))


def in_review(call_id: str, *states: ProposalState) -> list[Judged]:
    """Return the call's proposals in `states` (default: eligible), by number."""
    wanted = states or (ProposalState.ELIGIBLE,)
    rows = db.session.execute(
        select(
            Proposal.id,
            func.coalesce(Proposal.number, ""),
            Version.title,
            Version.requested_minor,
            Version.answers,
        )
        .join(Version, Version.id == Proposal.version_id)
        .where(Proposal.call_id == call_id, Proposal.state.in_(wanted))
        .order_by(Proposal.number)
    )
    return [Judged(*row) for row in rows]


def others_of_lead(proposal_id: str, call_id: str) -> int:
    """Return how many further proposals of a call, submitted ones, the same person leads."""
    lead = (
        select(ProposalMember.account_id)
        .where(ProposalMember.proposal_id == proposal_id, ProposalMember.role == MemberRole.LEAD)
        .scalar_subquery()
    )
    return int(
        db.session.scalar(
            select(func.count(Proposal.id))
            .join(ProposalMember, ProposalMember.proposal_id == Proposal.id)
            .where(
                Proposal.call_id == call_id,
                Proposal.id != proposal_id,
                Proposal.state.not_in([ProposalState.DRAFT, ProposalState.WITHDRAWN]),
                ProposalMember.account_id == lead,
                ProposalMember.role == MemberRole.LEAD,
            )
        )
        or 0
    )
