"""What an address, a password, an ORCID iD or a way back may look like, whoever gives it."""

import hashlib
import re
import unicodedata
from urllib.parse import urlsplit

from app.accounts.passwords import LONGEST, SHORTEST
from app.core.verdict import ALLOWED, Verdict, refused
from app.core.words import _

LONGEST_EMAIL = 254  # RFC 5321
FORGOTTEN = "@erased.invalid"  # ends the address of whoever was forgotten
FEWEST_LETTERS = 5  # different ones in a password
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+\.[^\s@<>()\[\],;:\\\".]{2,}")
_ORCID = re.compile(
    r"(?:https?://orcid\.org/)?(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dX])/?", re.IGNORECASE
)
_GUESSED_FIRST = (
    "uiop", "password", "passwort", "motdepasse", "contrasena", "qwerty", "qwertz", "azerty",
    "asdfgh", "letmein", "iloveyou", "welcome", "admin", "administrator", "changeme", "secret",
    "equipoise", "123456", "abcdef", "sunshine", "football", "princess", "dragon", "monkey",
)  # fmt: skip


def email_key(address: str) -> str:
    """Return the form in which addresses are compared: NFC, case-folded, trimmed."""
    return unicodedata.normalize("NFC", address.strip()).casefold()


def is_email(address: str) -> bool:
    """Whether this can be an address; whether it is one, only a letter can tell."""
    return (
        len(address) <= LONGEST_EMAIL
        and _EMAIL.fullmatch(address) is not None
        and not any(unicodedata.category(letter).startswith("C") for letter in address)
    )


def can_be_password(password: str, *, about: tuple[str, ...] = ()) -> Verdict:
    """Refuse what is too short or guessed first; `about` are the person's name and address."""
    if len(password) < SHORTEST:
        return refused(_("Choose a password of at least %(n)s characters.", n=SHORTEST))
    if len(password) > LONGEST:
        return refused(_("Choose a password of at most %(n)s characters.", n=LONGEST))
    plain = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", password).casefold())
    if len(set(password)) < FEWEST_LETTERS or _is_guessed_first(plain, about):
        return refused(
            _(
                "This password would be among the first to be guessed. "
                "Four words that have nothing to do with each other make a good one."
            )
        )
    return ALLOWED


def _is_guessed_first(plain: str, about: tuple[str, ...]) -> bool:
    """Whether little is left once digits and the words everybody tries are taken away."""
    own = (word for text in about for word in re.split(r"[\W_]+", text.casefold()))
    left = plain
    for word in (*_GUESSED_FIRST, *own):
        if len(word) > 2:  # noqa: PLR2004 - shorter ones are in every word
            left = left.replace(word, "")
    return len(set(re.sub(r"\d", "", left))) < 3 and len(set(left)) < FEWEST_LETTERS + 1  # noqa: PLR2004


def orcid(text: str) -> str | None:
    """Return the iD as 0000-0000-0000-0000, or None where its check digit is wrong.

    ISO 7064 MOD 11-2, see https://support.orcid.org/hc/en-us/articles/360006897674.
    """
    found = _ORCID.fullmatch(text.strip())
    if found is None:
        return None
    digits = "".join(found.groups()).upper()
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    if digits[-1] != ("X" if check == 10 else str(check)):  # noqa: PLR2004
        return None
    return "-".join(digits[at : at + 4] for at in range(0, 16, 4))


def local_path(wanted: str | None, otherwise: str = "/") -> str:
    """Return `wanted` when it leads to a page of ours, else `otherwise`."""
    if not wanted or not wanted.startswith("/") or wanted.startswith("//"):
        return otherwise
    if "\\" in wanted or any(ord(letter) < 33 or ord(letter) == 127 for letter in wanted):  # noqa: PLR2004
        return otherwise
    parts = urlsplit(wanted)
    return otherwise if parts.scheme or parts.netloc else wanted


def token_hash(token: str) -> str:
    """Return what is stored of a token: it is random, so a plain hash tells nobody anything."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
