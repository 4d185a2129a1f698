"""The words of a text as similarity counts them: folded, without stop words, cut to their stem."""

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_MARKS = re.compile("[\u0300-\u036f]+")  # accents, once parted from their letters
_LEAST = 2  # letters; one alone says nothing
_SHORT = 4  # words up to this length keep their ending

# Closed classes of English and what every proposal says of itself. Other languages lose nothing:
# their words weigh what their rarity makes them weigh.
_STOP = """
a about above after again against all also although among an and any are as at based be
because been before being below between both but by can could did do does doing down during
each either et few for from further had has have having he her here hers him his how however
i if in into is it its itself just many may me might more most much must my no nor not now
of off often on once only onto or other our ours out over own per same she should since so
some such than that the their theirs them then there these they this those though through
thus to too toward towards under until up upon us using very via was we were what when where
whether which while who whom whose why will with within without would you your aim aims
approach hypothesis objective objectives project propose proposed provide research result
results specific study studies understand work
"""
STOP_WORDS = frozenset(_STOP.split())

# Endings, the longest first, with what takes their place: a light stemmer, not Porter's whole.
_ENDINGS = (
    ("isations", "ise"), ("izations", "ise"), ("isation", "ise"), ("ization", "ise"),
    ("ational", "ate"), ("fulness", "ful"), ("iveness", "ive"), ("ousness", "ous"),
    ("izing", "ise"), ("ized", "ise"), ("izes", "ise"), ("ize", "ise"),
    ("ations", "ate"), ("ation", "ate"), ("ings", ""), ("ing", ""), ("ies", "y"), ("ied", "y"),
    ("eds", ""), ("ed", ""), ("es", "e"), ("ly", ""),
)  # fmt: skip


def words_of(text: str) -> list[str]:
    """Return the stems of a text in their order, stop words left out."""
    bare = text.lower() if text.isascii() else _folded(text)
    return [word for found in _WORD.findall(bare) if (word := _counted(found))]


def _folded(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKD", text).casefold())


@lru_cache(maxsize=200_000)
def _counted(word: str) -> str:
    """Return the stem, or nothing for a word that tells one text from no other."""
    if len(word) < _LEAST or word in STOP_WORDS or word.isdigit():
        return ""
    return stem(word)


def stem(word: str) -> str:
    """Cut the commonest endings of English, so that plurals and verbs meet their noun."""
    if len(word) <= _SHORT:
        return word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORT - 1:
            return _single(word[: -len(ending)] + instead)
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _single(word: str) -> str:
    """Undo the doubled letter of "planning" and the silent e of "modelled"."""
    doubled = word[-1] == word[-2] and word[-1] not in "aeiousl"
    return word[:-1] if doubled or word.endswith("e") else word
