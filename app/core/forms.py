"""The form every form stands on, and how a refusal is shown without losing what was typed."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.support import NullTranslations, Translations
from flask_babel import get_locale
from flask_wtf import FlaskForm
from wtforms import Field, SelectField
from wtforms.fields.core import UnboundField
from wtforms.i18n import messages_path

from app.core.choosing import names_its_choices
from app.core.gate import Refused
from app.core.work import abandon_changes


class LibraryWords:
    """What the forms' library itself says, in the language in use.

    Its own way looks for the file of texts on the disk at each request that has a form.
    """

    def gettext(self, text: str) -> str:
        return str(_library_words(get_locale()).ugettext(text))

    def ngettext(self, singular: str, plural: str, num: int) -> str:
        return str(_library_words(get_locale()).ungettext(singular, plural, num))


@lru_cache(maxsize=64)
def _library_words(locale: Locale | None) -> NullTranslations:
    return Translations.load(messages_path(), [locale] if locale else [], domain="wtforms")


_WORDS = LibraryWords()


class Form(FlaskForm):  # type: ignore[misc]
    """Shape and words of one page's input. It never queries, checks permission or saves."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def get_translations(self, form: object) -> LibraryWords:
            del form
            return _WORDS

        def bind_field(self, form: object, unbound: UnboundField, options: dict[str, Any]) -> Field:
            field = super().bind_field(form, unbound, options)
            if isinstance(field, SelectField):
                names_its_choices(field)
            return field

    def refuse(self, reason: str) -> None:
        """Show `reason` above the form."""
        self.form_errors.append(reason)


@contextmanager
def refusals_shown_on(form: Form) -> Iterator[None]:
    """Show a refusal above the form instead of an error page, so nothing typed is lost.

    What must stay hidden is not explained: it passes on and becomes the page of an absent thing.
    """
    try:
        yield
    except Refused as refusal:
        if refusal.verdict.hidden:
            raise
        abandon_changes()
        form.refuse(str(refusal))
