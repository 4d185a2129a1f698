"""Every text that a person reads passes through these names, so that it can be translated."""

from functools import lru_cache
from typing import Any

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, has_request_context, request
from flask.globals import app_ctx
from flask_babel import get_locale, get_translations
from flask_babel.speaklater import LazyString
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

_CATALOGUES: dict[Locale | None, NullTranslations] = {}


def _catalogue() -> NullTranslations:
    """Return the texts of the language in use; a page asks a hundred times.

    So it is first read where Flask-Babel keeps it, past the proxies: asking costs thirty times as
    much.
    """
    try:
        here: Any = app_ctx._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - a proxy's own way
        locale = here.g.get("_flask_babel").babel_locale
    except (RuntimeError, AttributeError):  # there is no request, or it was not asked yet
        locale = get_locale()
    found = _CATALOGUES.get(locale)
    if found is None:
        found = _CATALOGUES[locale] = get_translations()
    return found


def gettext(text: str, /, **values: object) -> str:
    """Return a text in the language in use, with its values put in."""
    translated: str = _catalogue().ugettext(text)
    return translated % values if values else translated


def plural(singular: str, plural: str, num: int, /, **values: object) -> str:
    """Return the one of two texts that fits `num`, which both may name as %(num)s."""
    translated: str = _catalogue().ungettext(singular, plural, num)
    return translated % {"num": num, **values}


def lazy(text: str, /, **values: object) -> LazyString:
    """Return a text that is translated when it is shown, not where it is written."""
    return LazyString(gettext, text, **values)


_ = gettext


@pass_eval_context
def _on_page(page: EvalContext, text: str, /, **values: object) -> str:
    """Return a text for a template, as Jinja's own does after asking its context for itself."""
    translated: str = _catalogue().ugettext(text)
    shown = Markup(translated) if page.autoescape else translated  # noqa: S704 - ours
    return shown % values if values or "%" in translated else shown


def install(app: Flask) -> None:
    """Let the templates take their texts the same way."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _catalogue().ugettext(text),
        ngettext=lambda one, many, num: _catalogue().ungettext(one, many, num),
        newstyle=True,
        pgettext=lambda context, text: _catalogue().upgettext(context, text),
        npgettext=lambda context, one, many, num: _catalogue().unpgettext(context, one, many, num),
    )
    app.jinja_env.globals["_"] = _on_page


LANGUAGES = {"en": "English"}  # code -> its own name; one for each folder of translations


def chosen_language() -> Locale | None:
    """Return the language of the cookie, else the browser's best; None where nobody asks."""
    if not has_request_context():
        return None
    return _best(request.cookies.get("language", ""), request.headers.get("Accept-Language", ""))


@lru_cache(maxsize=256)
def _best(chosen: str, accepted: str) -> Locale:
    if chosen not in LANGUAGES:
        accept = parse_accept_header(accepted, LanguageAccept)
        chosen = accept.best_match(LANGUAGES) or "en"
    return Locale.parse(chosen)


__all__ = ["LANGUAGES", "_", "chosen_language", "gettext", "install", "lazy", "plural"]
