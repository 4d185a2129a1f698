"""How often a password may be tried, so that guessing is slow and nobody is locked out by others.

Failures count for the address and the network together. A browser that signed in before carries
a cookie saying so and has a count of its own: what strangers try elsewhere does not touch it.
"""

import hashlib
import secrets
from datetime import timedelta

from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from app.accounts.rules import email_key
from app.core.limits import count, network, rate, room_left

PAIR = rate("10 per 15 minutes")  # one address from one network
SPRAY = rate("100 per 15 minutes")  # any addresses from one network
STRANGERS = rate("100 per hour")  # one address from browsers that never signed in to it
DEVICE = rate("20 per 15 minutes")  # one address from a browser that did
CODE = rate("6 per 15 minutes")  # codes after a right password
REGISTER = rate("100 per hour")  # accounts from one network
LETTERS = rate("5 per hour")  # letters with a link to one address
ALL_LETTERS = rate("60 per hour")  # to one address, whatever they are about
OWN_PASSWORD = rate("10 per 15 minutes")  # by who is signed in

KEPT_FOR = timedelta(days=365)


def may_try_password(email: str) -> bool:
    return all(room_left(limit, *keys) for limit, *keys in _counts(email))


def note_wrong_password(email: str) -> None:
    for limit, *keys in _counts(email):
        count(limit, *keys)


def may_send_letter(email: str, about: str = "") -> bool:
    """Count a wish for a letter: nobody's mailbox is to be flooded through us.

    `about` is the proposal it is about, which has a count of its own: the research office of a
    large organisation is asked by many on the day of a deadline.
    """
    within = count(LETTERS, "letter", _short(email), about)
    return count(ALL_LETTERS, "all letters", _short(email)) and within


def may_register() -> bool:
    return count(REGISTER, "register", network())


def remember_browser(response: Response, email: str) -> None:
    """Let this browser keep its own count for this address."""
    response.set_cookie(
        _cookie(),
        _signer().dumps([_short(email), secrets.token_urlsafe(9)]),
        max_age=KEPT_FOR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def _counts(email: str) -> list[tuple]:  # type: ignore[type-arg]
    device = _known_browser(email)
    if device:
        return [(DEVICE, "device", device)]
    return [
        (PAIR, "pair", _short(email), network()),
        (SPRAY, "spray", network()),
        (STRANGERS, "strangers", _short(email)),
    ]


def _known_browser(email: str) -> str:
    try:
        known, device = _signer().loads(
            request.cookies.get(_cookie(), ""), max_age=int(KEPT_FOR.total_seconds())
        )
    except (BadData, ValueError, TypeError):
        return ""
    return f"{known}.{device}" if known == _short(email) else ""


def _short(email: str) -> str:
    """Return a name for the address that can stand in a cookie and in Redis."""
    return hashlib.sha256(email_key(email).encode()).hexdigest()[:16]


def _cookie() -> str:
    return "__Host-browser" if current_app.config["SESSION_COOKIE_SECURE"] else "browser"


def _signer() -> URLSafeTimedSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    return URLSafeTimedSerializer(keys, salt="accounts.browser")
