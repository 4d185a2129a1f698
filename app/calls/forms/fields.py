"""What several forms of a call are made of: fields, checks and areas of one fact a line."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from zoneinfo import available_timezones

from wtforms import Field, SelectMultipleField, StringField, ValidationError, widgets
from wtforms.validators import InputRequired, Length, Regexp

from app.core.forms import Form
from app.core.money import is_currency
from app.core.words import _, lazy

WALL = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]
KEY = Regexp(r"^[a-z][a-z0-9_]*$", message=lazy("Use lower-case letters, digits and underscores."))


def code_field() -> StringField:
    return StringField(
        lazy("Code"),
        description=lazy("Short, printed in every proposal number, for example ICR27."),
        validators=[
            InputRequired(lazy("Give the call a code.")),
            Length(2, 12),
            Regexp(
                r"^[A-Z][A-Z0-9]*$", message=lazy("Use capital letters and digits, such as ICR27.")
            ),
        ],
    )


class BoxesField(SelectMultipleField):  # type: ignore[misc]
    """Boxes to tick, any number of them."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


def known_zone(_form: Form, field: Field) -> None:
    if field.data not in available_timezones():
        raise ValidationError(
            _("“%(zone)s” is not a known time zone. Write it like Europe/Oslo.", zone=field.data)
        )


def known_currency(_form: Form, field: Field) -> None:
    if not is_currency(field.data or ""):
        raise ValidationError(
            _("“%(code)s” is not a currency code. Use one such as EUR or KES.", code=field.data)
        )


def lines(text: str | None) -> tuple[str, ...]:
    """Return the lines of an area that say something."""
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())


def pairs(text: str | None, read: Callable[[str, int], tuple[str, str]]) -> dict[str, str]:
    """Read an area of one pair a line; `read` takes a line and its number, which refusals name."""
    numbered = enumerate((text or "").splitlines(), 1)
    return dict(read(line.strip(), number) for number, line in numbered if line.strip())


def rate(line: str, number: int) -> tuple[str, str]:
    parts = line.replace(":", " ").replace("=", " ").split()
    if len(parts) != 2 or not is_currency(parts[0]):  # noqa: PLR2004
        raise ValidationError(
            _("Line %(n)s: write a currency code and a number, such as USD 0.925.", n=number)
        )
    try:
        good = Decimal(parts[1]).is_finite() and Decimal(parts[1]) > 0
    except InvalidOperation:
        good = False
    if not good:
        raise ValidationError(_("Line %(n)s: “%(text)s” is no rate.", n=number, text=parts[1]))
    return parts[0], parts[1]


def anchor(line: str, number: int) -> tuple[str, str]:
    grade, colon, words = line.partition(":")
    if not (grade.strip() and colon and words.strip()):
        raise ValidationError(_("Line %(n)s: write grade, colon and words.", n=number))
    return grade.strip(), words.strip()
