"""The text of an invitation: what it can be filled with, and what of an address is shown. Pure."""

import re
from collections.abc import Mapping

from app.core.words import _

PLACEHOLDERS = ("name", "call", "most", "due", "funder")
LONGEST_TEXT = 4_000
_BRACED = re.compile(r"\{([^{}\n]*)\}")


def unknown_placeholders(text: str) -> list[str]:
    """Return what stands in braces and cannot be filled in, in order."""
    found = dict.fromkeys(m.group(1) for m in _BRACED.finditer(text))
    return [name for name in found if name not in PLACEHOLDERS]


def merged(text: str, values: Mapping[str, str]) -> str:
    """Fill the text in once: what a value brings is not looked at again. Values come harmless
    (`notifications.wording.quoted`), so that they add no line, link or place for one."""
    return _BRACED.sub(
        lambda found: (
            values[found.group(1)].replace("[[", "[").replace("]]", "]")
            if found.group(1) in values
            else found.group(0)
        ),
        text,
    )


def first_letters(email: str) -> str:
    """Return as much of an address as lets its owner know it, like a…@h… for one."""
    name, _at, domain = email.rpartition("@")
    return f"{name[:1]}…@{domain[:1]}…"


def usual_text() -> str:
    return _(
        "Dear {name},\n\n"
        "we would be glad if you reviewed for the call “{call}”: at most {most} proposals, "
        "by {due}.\n\n"
        "{funder}"
    )
