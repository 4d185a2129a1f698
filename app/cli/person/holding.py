"""Where the system holds something about a person: every column that refers to an account.

A column of a new table must be named here, or a test says so: nothing is forgotten by forgetting.
"""

from app.accounts.models import ApiToken, Credential, Person, RoleGrant, SignIn
from app.core.db import Model
from app.notifications.models import Letter
from app.panels.models import PanelMember
from app.proposals.models import DraftComment, PartialUpload, ProposalMember
from app.reviewers.bidding.models import BidHolder
from app.reviewers.mix.models import ToldGender
from app.reviewers.models import (
    Certified,
    Nomination,
    PoolMember,
    ReviewerProfile,
    ReviewInvitation,
    SeatHolder,
    Unavailability,
)
from app.reviewers.reminding.models import DraftReminder, NoReminders, ReviewReminder
from app.reviews.offline.models import ReviewPack

# What is theirs to have: the rows whole, but for the columns that tell of somebody else or are
# secrets of the system.
OWN: dict[type[Model], frozenset[str]] = {
    Person: frozenset(),
    RoleGrant: frozenset(),
    Credential: frozenset({"password_hash", "totp_secret", "totp_used"}),
    ApiToken: frozenset({"token_hash"}),
    ProposalMember: frozenset(),
    DraftComment: frozenset(),
    PartialUpload: frozenset({"pieces"}),
    PoolMember: frozenset({"mentor_id"}),
    ReviewerProfile: frozenset(),
    Unavailability: frozenset(),
    Nomination: frozenset(),
    ReviewInvitation: frozenset({"letter_id"}),
    Certified: frozenset(),
    ToldGender: frozenset(),
    BidHolder: frozenset(),
    SeatHolder: frozenset(),
    PanelMember: frozenset(),
    ReviewPack: frozenset({"file_key"}),
    NoReminders: frozenset(),
    ReviewReminder: frozenset({"letter_id"}),
    DraftReminder: frozenset({"letter_id"}),
    Letter: frozenset({"attachments", "attempts", "trouble"}),
}

# Columns that refer to a person and are not handed out as they stand, each with its reason.
APART: dict[str, str] = {
    "sign_in.account_id": "which browsers are signed in now; the rows are secrets",
    "conflict.account_id": "conflicts found in the records tell who applied; declared ones are in",
    "conflict.entered_by": "an act of office: listed among what the person did",
    "conflict.set_aside_by": "an act of office: listed among what the person did",
    "tie.account_id": "names of others; told by lists or by the records",
    "pool_member.mentor_id": "tells of somebody else",
    "suggestion.by_account_id": "who suggested somebody; that they were suggested is in",
    "helpfulness.rated_by": "an act of office: listed among what the person did",
    "draft_save.account_id": "in drafts that others lead: what each save changed in the science",
    "equality_answer.account_id": "handed out with the answers alone",
    "correction.account_id": "an act of office: listed among what the person did",
    "screening.account_id": "an act of office: listed among what the person did",
    "exemption.decided_by": "an act of office: listed among what the person did",
    "assignment_plan.asked_by": "an act of office: listed among what the person did",
    "assignment_plan.ended_by": "an act of office: listed among what the person did",
    "allocation.proposed_by": "an act of office: listed among what the person did",
    "scenario.made_by": "an act of office: listed among what the person did",
    "sign_off.account_id": "an act of office: listed among what the person did",
    "departure_approval.account_id": "an act of office: listed among what the person did",
    "draw_entry.account_id": "an act of office: listed among what the person did",
}

# Rows that are about nothing but the person: they go.
GONE: tuple[type[Model], ...] = (
    SignIn,
    ApiToken,
    Credential,
    RoleGrant,
    ToldGender,
    ReviewerProfile,
    Unavailability,
    NoReminders,
    Nomination,
    PartialUpload,
)
