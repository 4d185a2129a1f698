"""Whether two names mean one organisation. Pure."""

import re
import unicodedata
from dataclasses import dataclass

from app.core.uploads.names import LETTERS
from app.reviewers.rules.open_mail import ANYBODYS, RESERVED

_SHORT = {"univ": "university", "inst": "institute", "dept": "department", "intl": "international"}


_FILLERS = frozenset({"the", "of", "for", "and", "at"})


_SAYS_NOTHING = frozenset(
    {"university", "institute", "hospital", "college", "school", "none", "independent", "na"}
)


@dataclass(frozen=True, slots=True)
class Organisation:
    """`ror` is its identifier in the Research Organization Registry, `parents` are identifiers
    or names of what it belongs to; each may be unknown."""

    name: str
    country: str = ""
    ror: str = ""
    parents: tuple[str, ...] = ()


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name without case, accents, punctuation, fillers and abbreviations."""
    apart = unicodedata.normalize("NFKD", name).casefold()
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    # "U.S." and "St." lose their points before other punctuation parts words.
    plain = re.sub(r"[.'’]", "", bare.translate(LETTERS))
    found = re.findall(r"\w+", plain.replace("_", " "))
    return tuple(_SHORT.get(word, word) for word in found if word not in _FILLERS)


def says_something(name: str) -> bool:
    return bool(set(words_of(name)) - _SAYS_NOTHING)


def same_organisation(one: Organisation, other: Organisation) -> bool:
    """Whether two names mean one organisation, as far as the names alone can tell.

    The same words in the same order do. The same words in another order ("University of Oslo",
    "Oslo University") do unless the countries differ: the University of York and York University
    are not the same place.
    """
    first, second = words_of(one.name), words_of(other.name)
    if not set(first) - _SAYS_NOTHING:
        return False
    if first == second:
        return True
    apart = bool(one.country and other.country and one.country != other.country)
    return sorted(first) == sorted(second) and not apart


# --- identifiers ---------------------------------------------------------------------------------

_ROR = re.compile(r"(?:https?://)?(?:ror\.org/)?(0[0-9a-hjkmnp-tv-z]{6}[0-9]{2})/?")
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_BASE, _MODULUS = 32, 97


def ror_of(text: str) -> str | None:
    """Return the nine signs of a ROR identifier or address; None where its check digits fail."""
    found = _ROR.fullmatch(text.strip().lower())
    if found is None:
        return None
    signs = found.group(1)
    number = 0
    for sign in signs[:7]:
        number = number * _BASE + _CROCKFORD.index(sign)
    check = 98 - (number * 100) % _MODULUS
    return signs if check == int(signs[7:]) else None


_SECOND_LEVEL = frozenset({"ac", "co", "com", "ed", "edu", "gob", "gov", "go", "net", "or", "org"})
_A_COUNTRY = 2  # letters


def mail_organisation(email_key: str) -> str:
    """Return the domain an organisation gives addresses under; empty where anybody gets one.

    Hosts below it are the same organisation: cs.uio.no and med.uio.no are both
    uio.no, and med.uni.ac.uk is uni.ac.uk.
    """
    labels = email_key.rpartition("@")[2].strip(".").split(".")
    deep = len(labels[-1]) == _A_COUNTRY and len(labels) > 2 and labels[-2] in _SECOND_LEVEL  # noqa: PLR2004
    domain = ".".join(labels[-3:] if deep else labels[-2:])
    whole = ".".join(labels)
    nobodys = labels[-1] in RESERVED or "." not in domain
    return "" if nobodys or {domain, whole} & ANYBODYS else domain
