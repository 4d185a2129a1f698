"""Every text that a person reads passes through these names, so that it can be translated."""

from collections.abc import Callable

from flask import has_request_context, request
from flask_babel import gettext, lazy_gettext, ngettext

_: Callable[..., str] = gettext
lazy: Callable[..., str] = lazy_gettext
plural: Callable[..., str] = ngettext

LANGUAGES = {"en": "English"}  # code -> its own name; one for each folder of translations


def chosen_language() -> str | None:
    """Return the language of the cookie, else the browser's best; None where nobody asks."""
    if not has_request_context():
        return None
    chosen = request.cookies.get("language", "")
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES)


__all__ = ["LANGUAGES", "_", "chosen_language", "lazy", "plural"]
