"""What the ledger can say about proposals. No fact names a person."""

from dataclasses import dataclass

from app.ledger.events import Event


@dataclass(frozen=True)
class ProposalStarted(Event):
    call: str


@dataclass(frozen=True)
class DraftSaved(Event):
    revision: int


@dataclass(frozen=True)
class FileAttached(Event):
    question: str
    sealed_sha256: str
    blinded_sha256: str


@dataclass(frozen=True)
class FileRemoved(Event):
    question: str


@dataclass(frozen=True)
class VersionSubmitted(Event):
    number: str
    version: int
    receipt: str
    version_sha256: str
    identity_sha256: str
    staff_sha256: str = ""  # of the answers that only staff read, where there are any


@dataclass(frozen=True)
class ProposalWithdrawn(Event):
    number: str


@dataclass(frozen=True)
class ProposalScreened(Event):
    eligible: bool
    reason: str


@dataclass(frozen=True)
class IdentityRead(Event):
    """Somebody of the staff read who stands behind a proposal."""

    purpose: str


@dataclass(frozen=True)
class ProposalImported(Event):
    """A proposal to a call that was run elsewhere was brought in."""

    number: str
    version_sha256: str
    identity_sha256: str


@dataclass(frozen=True)
class PartnerAdded(Event):
    partner: str


@dataclass(frozen=True)
class PartnerChanged(Event):
    partner: str


@dataclass(frozen=True)
class PartnerRemoved(Event):
    partner: str


@dataclass(frozen=True)
class ConfirmationAsked(Event):
    partner: str


@dataclass(frozen=True)
class PartnerAnswered(Event):
    """A partner's contact answered by the link of the letter."""

    partner: str
    takes_part: bool


@dataclass(frozen=True)
class BackgroundDescribed(Event):
    """The lead applicant's career, as far as the rules ask, was written down."""


@dataclass(frozen=True)
class ExemptionAsked(Event):
    kind: str
    rule: str


@dataclass(frozen=True)
class ExemptionDecided(Event):
    kind: str
    rule: str
    granted: bool
    reason: str
    until: str


@dataclass(frozen=True)
class OrganisationsLoaded(Event):
    """The operator replaced the local list of organisations."""

    count: int


@dataclass(frozen=True)
class MemberInvited(Event):
    may: str


@dataclass(frozen=True)
class InvitationTakenBack(Event):
    """The lead applicant took an invitation back."""


@dataclass(frozen=True)
class InvitationAnswered(Event):
    accepted: bool


@dataclass(frozen=True)
class MemberChanged(Event):
    """What a co-applicant may do was changed."""

    may: str


@dataclass(frozen=True)
class MemberLeft(Event):
    """A co-applicant left or was taken out."""


@dataclass(frozen=True)
class LeadHandedOver(Event):
    """A co-applicant leads from now on."""


@dataclass(frozen=True)
class DraftCommented(Event):
    field: str


@dataclass(frozen=True)
class ProposalReturned(Event):
    """The office gave a proposal back to be corrected."""

    points: int
    until: str


@dataclass(frozen=True)
class DraftCounted(Event):
    """At the deadline the system handed in a complete draft, as the call says."""


@dataclass(frozen=True)
class DraftLeftIncomplete(Event):
    """At the deadline a draft was not complete, so it was not handed in."""

    problems: int


@dataclass(frozen=True)
class SignatoryAsked(Event):
    """The lead asked the organisation's signatory to sign off."""


@dataclass(frozen=True)
class SignatorySigned(Event):
    """The signatory signed off the application with this hash."""

    sha256: str


@dataclass(frozen=True)
class EqualityCounted(Event):
    """What applicants said of themselves was counted, once."""

    code: str


@dataclass(frozen=True)
class OutlineInvited(Event):
    """The applicants of an outline may write the full proposal."""

    number: str
    call: str
