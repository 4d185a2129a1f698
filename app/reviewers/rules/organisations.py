"""Whether two names mean one organisation. Pure."""

import re
import unicodedata
from dataclasses import dataclass

from app.core.uploads.names import LETTERS

_SHORT = {"univ": "university", "inst": "institute", "dept": "department", "intl": "international"}


_FILLERS = frozenset({"the", "of", "for", "and", "at"})


_SAYS_NOTHING = frozenset(
    {"university", "institute", "hospital", "college", "school", "none", "independent", "na"}
)


@dataclass(frozen=True, slots=True)
class Organisation:
    name: str
    country: str = ""


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name without case, accents, punctuation, fillers and abbreviations."""
    apart = unicodedata.normalize("NFKD", name).casefold()
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    # "U.S." and "St." lose their points before other punctuation parts words.
    plain = re.sub(r"[.'’]", "", bare.translate(LETTERS))
    found = re.findall(r"\w+", plain.replace("_", " "))
    return tuple(_SHORT.get(word, word) for word in found if word not in _FILLERS)


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
