"""Asking the call's office for an exception or more time, its answers, and returning a proposal."""

from wtforms import DateTimeLocalField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.calls.forms import WALL
from app.core.forms import Form
from app.core.words import lazy


class AskForm(Form):
    rule = SelectField(lazy("What you ask for"))
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
    until = DateTimeLocalField(
        lazy("The proposal’s own deadline"), format=WALL, validators=[Optional()]
    )
    reason = TextAreaField(
        lazy("Reason"),
        description=lazy(
            "The applicants read it. It stands in the ledger, and in the public report if the "
            "proposal is funded: say nothing of anybody’s health or family, and name nobody."
        ),
        validators=[InputRequired(lazy("Give the reason.")), Length(max=2000)],
    )


class GiveTimeForm(Form):
    email = StringField(
        lazy("E-mail address of the lead applicant"),
        validators=[InputRequired(lazy("Give the address.")), Length(max=254)],
    )
    until = DateTimeLocalField(
        lazy("The proposal’s own deadline"),
        format=WALL,
        validators=[InputRequired(lazy("Say until when."))],
    )
    reason = TextAreaField(
        lazy("Reason"),
        description=lazy(
            "The applicants read it. It stands in the ledger, and in the public report if the "
            "proposal is funded: say nothing of anybody’s health or family, and name nobody."
        ),
        validators=[InputRequired(lazy("Give the reason.")), Length(max=2000)],
    )


class ReturnForm(Form):
    points = TextAreaField(
        lazy("What is to be mended"),
        description=lazy("One point a line. The applicants read them."),
        validators=[InputRequired(lazy("List what is to be mended.")), Length(max=8000)],
    )
    until = DateTimeLocalField(
        lazy("Until when"), format=WALL, validators=[InputRequired(lazy("Say until when."))]
    )
