"""The tables of proposals: what is written and handed in, and who stands behind it."""

from app.proposals.models.consortium import Background, Confirmation, Organisation, Partner, Place
from app.proposals.models.corrections import Correction
from app.proposals.models.exemptions import Exemption, ExemptionKind
from app.proposals.models.submitted import (
    APPLICANT_SIDE,
    BOTH_SIDES,
    BlindedFile,
    Draft,
    Ineligibility,
    MayDo,
    MemberRole,
    Proposal,
    ProposalMember,
    ProposalState,
    Receipt,
    Screening,
    Upload,
    Version,
    VersionIdentity,
)
from app.proposals.models.writing import (
    DraftComment,
    DraftSave,
    Invitation,
    InvitationState,
    Signatory,
)

__all__ = [
    "APPLICANT_SIDE",
    "BOTH_SIDES",
    "Background",
    "BlindedFile",
    "Confirmation",
    "Correction",
    "Draft",
    "DraftComment",
    "DraftSave",
    "Exemption",
    "ExemptionKind",
    "Ineligibility",
    "Invitation",
    "InvitationState",
    "MayDo",
    "MemberRole",
    "Organisation",
    "Partner",
    "Place",
    "Proposal",
    "ProposalMember",
    "ProposalState",
    "Receipt",
    "Screening",
    "Signatory",
    "Upload",
    "Version",
    "VersionIdentity",
]
