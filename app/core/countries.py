"""Countries by their ISO 3166 code, named in the reader's language."""

from babel import Locale
from flask_babel import get_locale

# Babel's territories also hold regions (of three digits), groupings and places without people.
_NO_COUNTRIES = frozenset(
    {"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB", "AC", "CP", "DG", "EA", "IC", "TA"}
)


def countries() -> list[tuple[str, str]]:
    """Return pairs of code and name, ordered by name."""
    names = (get_locale() or Locale("en")).territories
    found = [(str(code), str(name)) for code, name in names.items() if _is_code(str(code))]
    return sorted(found, key=lambda pair: pair[1])


def is_country(code: str) -> bool:
    return _is_code(code) and code in Locale("en").territories


def country_name(code: str) -> str:
    """Return the name of a country, or the code itself where it names none."""
    return str((get_locale() or Locale("en")).territories.get(code, code))


def _is_code(code: str) -> bool:
    return len(code) == 2 and code.isalpha() and code.isupper() and code not in _NO_COUNTRIES  # noqa: PLR2004
