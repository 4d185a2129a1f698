"""The forms of reminders."""

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from app.core.forms import Form
from app.core.words import _, lazy


class RoundForm(Form):
    """A few words of the officer's own above the list of what is due."""

    message = TextAreaField(
        lazy("Your own words above the list"),
        description=lazy("Everybody gets the same, so name no proposal and nobody."),
        validators=[Length(max=1000)],
    )


class ChoiceForm(Form):
    """Whether one wants reminders."""

    wanted = RadioField(lazy("Reminders"))

    def __init__(self, *args: object, **values: object) -> None:
        super().__init__(*args, **values)
        self.wanted.choices = [
            SelectChoice("yes", _("At most one letter a day, while something of mine is due")),
            SelectChoice("no", _("None")),
        ]
