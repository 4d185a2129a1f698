"""What is done to a call that stands: a step, more time, a correction, an unsealing."""

from wtforms import DateTimeLocalField, IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from app.calls.forms.fields import WALL
from app.core.forms import Form
from app.core.words import lazy


class MoveForm(Form):
    """One button; the page says what it does."""


class ExtensionForm(Form):
    closes = DateTimeLocalField(
        lazy("New closing time"), format=WALL, validators=[InputRequired(lazy("Say when."))]
    )
    reason = TextAreaField(
        lazy("Reason"), validators=[InputRequired(lazy("Give the reason; it is published."))]
    )


class GraceForm(Form):
    minutes = IntegerField(
        lazy("Minutes after the deadline that still count"),
        validators=[InputRequired(lazy("Say how many.")), NumberRange(0, 240)],
    )
    reason = TextAreaField(
        lazy("Reason"),
        description=lazy("It stands in the ledger and in the public report; name nobody in it."),
        validators=[InputRequired(lazy("Give the reason; it stands in the ledger."))],
    )


class AmendForm(Form):
    reason = TextAreaField(
        lazy("Reason"),
        description=lazy("It stands on the public page, and in the letter to those who write."),
        validators=[InputRequired(lazy("Give the reason; it is published.")), Length(max=2000)],
    )


class UnsealForm(Form):
    reason = TextAreaField(
        lazy("Why it is opened"),
        description=lazy("For example: the grant agreements need the names of the organisations."),
        validators=[InputRequired(lazy("Say why; the ledger keeps it.")), Length(max=1000)],
    )
