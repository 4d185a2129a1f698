"""Signed links that answer an invitation: for one person and one call, once, for a while.

Like those of accounts they are made when the letter is sent: no table holds one, so that staff
who can read letters cannot answer for somebody else.
"""

from datetime import timedelta

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from app.core.settings import settings
from app.notifications.account_letters import makes_link

ASKED = "reviewers.asked"
LASTS = timedelta(days=60)


def token_of(invitation_id: str) -> str:
    return _signer().dumps(invitation_id)


@makes_link(ASKED)
def address_of(invitation_id: str) -> str:
    return f"{settings().base_url.rstrip('/')}/reviewing-invitations/{token_of(invitation_id)}"


def invitation_of(token: str) -> str | None:
    """Return the id of the invitation; None where the link is forged or too old."""
    try:
        found = _signer().loads(token, max_age=int(LASTS.total_seconds()))
    except (BadData, ValueError, TypeError):
        return None
    return found if isinstance(found, str) else None


def _signer() -> URLSafeTimedSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    return URLSafeTimedSerializer(keys, salt="reviewers.invitation")
