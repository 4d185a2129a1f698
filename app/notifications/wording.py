"""Words that others typed, made harmless for a letter: they add no line, no link and no length."""

import re

LONGEST = 300
_SPACES = re.compile(r"[\s\x00-\x1f\x7f\x85\u2028\u2029]+")
_HOST = re.compile(r"(?<=[\w-])\.(?=[a-z][\w-]+)", re.IGNORECASE)


def quoted(text: str) -> str:
    """Return `text` for a line of a letter: what looks like an address is no longer clickable.

    Use it for names, titles and reasons; what we write ourselves needs none of it.
    """
    line = _SPACES.sub(" ", text).strip()
    if len(line) > LONGEST:
        line = line[: LONGEST - 1].rstrip() + "…"
    return _HOST.sub("[.]", line.replace("://", "[://]").replace("@", "[at]"))
