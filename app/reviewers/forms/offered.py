"""What several forms of this domain share."""

from collections.abc import Iterable

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from app.core.forms import Form
from app.core.paging import fits

MOST_OFFERED = 100  # in one list: a longer one is narrowed by words first
LONGEST_LABEL = 120


def offered(nothing: str, pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [
        SelectChoice("", nothing),
        *(SelectChoice(value, _short(label)) for value, label in pairs),
    ]


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"


def offer(
    field: SelectField, nothing: str, pairs: Iterable[tuple[str, str]], words: str = ""
) -> None:
    """Offer those that fit the words, so many that a list is still a list. What is chosen already
    stays among them, whatever the words."""
    everything = list(pairs)
    fitting = [pair for pair in everything if fits(pair[1], words)][:MOST_OFFERED]
    chosen = [pair for pair in everything if pair[0] == field.data and pair not in fitting]
    field.choices = offered(nothing, chosen + fitting)


class ButtonForm(Form):
    """One button; the page says what it does."""
