"""Asking the call's office for an exception, and its answer."""

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.core.forms import Form
from app.core.words import lazy


class AskForm(Form):
    rule = SelectField(lazy("The rule"))
    reason = TextAreaField(
        lazy("Your reason"),
        description=lazy("The call’s office reads it, and no reviewer."),
        validators=[InputRequired(lazy("Say why.")), Length(max=2000)],
    )


class DecisionForm(Form):
    granted = RadioField(
        lazy("Decision"),
        choices=[
            SelectChoice("yes", lazy("Grant it")),
            SelectChoice("no", lazy("Do not grant it")),
        ],
        validators=[InputRequired(lazy("Choose one."))],
    )
    reason = TextAreaField(
        lazy("Reason"),
        description=lazy("The applicants read it, and it stands in the ledger."),
        validators=[InputRequired(lazy("Give the reason.")), Length(max=2000)],
    )
