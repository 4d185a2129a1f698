"""What several forms of this domain share."""

from collections.abc import Iterable

from wtforms.fields.choices import SelectChoice

from app.core.forms import Form


def offered(nothing: str, pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice("", nothing), *(SelectChoice(value, label) for value, label in pairs)]


class ButtonForm(Form):
    """One button; the page says what it does."""
