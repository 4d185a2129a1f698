"""Signed links in letters of proposals, made when a letter is sent; they stand in no table."""

import hashlib
from datetime import timedelta

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from app.core.settings import settings
from app.notifications.account_letters import makes_link
from app.proposals import queries
from app.proposals.models import Invitation, Partner, Signatory

PARTNER = "proposals.partner"  # the kind of the letter, and what the key is for
INVITATION = "proposals.invitation"
SIGNATORY = "proposals.signatory"
LASTS = timedelta(days=30)


@makes_link(PARTNER)
def address_for_partner(partner_id: str) -> str:
    """Return the page on which a partner's contact answers for the organisation."""
    partner = queries.get_partner(partner_id)
    if partner is None:
        raise LookupError(f"the partner {partner_id} was removed")
    return _address("partner", _signer(PARTNER).dumps([partner.id, _state(partner)]))


def partner_of(token: str) -> Partner | None:
    """Return the partner a link is for; None when it is forged, too old, or overtaken."""
    found = _read(PARTNER, token)
    partner = queries.get_partner(found[0]) if found else None
    return partner if partner and found and _state(partner) == found[1] else None


@makes_link(INVITATION)
def address_of_invitation(invitation_id: str) -> str:
    """Return the page on which somebody answers an invitation to apply together."""
    return _address("invitation", _signer(INVITATION).dumps([invitation_id]))


def invitation_of(token: str) -> Invitation | None:
    """Return the invitation a link is for; None when it is forged or too old."""
    found = _read(INVITATION, token)
    return queries.get_invitation(found[0]) if found else None


@makes_link(SIGNATORY)
def address_for_signatory(proposal_id: str) -> str:
    """Return the page on which the signatory reads and signs."""
    signatory = queries.signatory_of(proposal_id)
    if signatory is None:
        raise LookupError(f"the proposal {proposal_id} has no signatory")
    return _address("signatory", _signer(SIGNATORY).dumps([proposal_id, _asked(signatory)]))


def signatory_of(token: str) -> Signatory | None:
    """Return the signatory a link is for; None when it is forged, too old, or overtaken."""
    found = _read(SIGNATORY, token)
    signatory = queries.signatory_of(found[0]) if found else None
    return signatory if signatory and found and _asked(signatory) == found[1] else None


def _asked(signatory: Signatory) -> str:
    """Return what asking anew changes; it says nothing of the address."""
    told = f"{signatory.email}|{signatory.asked_at}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _state(partner: Partner) -> str:
    """Return what a new question to the partner, or any change of its row, changes."""
    asked = partner.asked_at.isoformat() if partner.asked_at else ""
    return hashlib.sha256(f"{partner.revision}|{asked}".encode()).hexdigest()[:16]


def _read(kind: str, token: str) -> list[str] | None:
    try:
        found = _signer(kind).loads(token, max_age=int(LASTS.total_seconds()))
    except (BadData, ValueError, TypeError):
        return None
    return found if isinstance(found, list) else None


def _address(page: str, token: str) -> str:
    return f"{settings().base_url.rstrip('/')}/{page}/{token}"


def _signer(kind: str) -> URLSafeTimedSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    return URLSafeTimedSerializer(keys, salt=kind)
