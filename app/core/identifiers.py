"""Public identifiers of organisations and people, read however they were pasted and checked.

A ROR id ends in two check digits (ISO 7064, mod 97-10), an ORCID iD in one (mod 11-2): a slip of
the fingers is found without asking anybody.
"""

import re

ROR_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
_ROR = re.compile(rf"^(?:https?://)?(?:ror\.org/)?(0[{ROR_ALPHABET}]{{6}}[0-9]{{2}})/?$")
_ORCID = re.compile(r"^(?:https?://)?(?:orcid\.org/)?(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dX])/?$")


def read_ror(text: str) -> str:
    """Return a ROR id as its nine characters, or nothing where it is none."""
    found = _ROR.match(text.strip().lower())
    if not found or ror_check(found[1][1:7]) != found[1][7:]:
        return ""
    return found[1]


def ror_check(six: str) -> str:
    """Return the two check digits of the six characters of a ROR id."""
    number = 0
    for letter in six:
        number = number * 32 + ROR_ALPHABET.index(letter)
    return f"{98 - (number * 100) % 97:02d}"


def read_orcid(text: str) -> str:
    """Return an ORCID iD with its hyphens, or nothing where it is none."""
    found = _ORCID.match(text.strip().upper().replace("HTTPS://ORCID.ORG/", ""))
    if not found:
        return ""
    digits = "".join(found.groups())
    if orcid_check(digits[:-1]) != digits[-1]:
        return ""
    return "-".join(found.groups())


def orcid_check(fifteen: str) -> str:
    """Return the check character of the fifteen digits of an ORCID iD."""
    total = 0
    for digit in fifteen:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return "X" if rest == 10 else str(rest)  # noqa: PLR2004 - the check digit ten


def is_email(text: str) -> bool:
    """Whether text looks like one mail address: whether it is anybody's only a letter can tell."""
    name, at, host = text.rpartition("@")
    return bool(
        at
        and name
        and "@" not in name
        and not re.search(r"[\s,;<>]", text)
        and re.fullmatch(r"[^.]+(\.[^.]+)+", host)
    )
