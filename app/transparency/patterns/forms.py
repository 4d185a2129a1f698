"""A form with one field of every kind."""

from typing import ClassVar

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    EmailField,
    FileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Email, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.core.forms import Form

COUNTRIES = {"KE": "Kenya", "PE": "Peru", "DK": "Denmark", "NP": "Nepal", "GH": "Ghana"}
KINDS = {
    "project": "A collaborative project",
    "fellowship": "An exchange fellowship",
    "mentor": "Mentorship and capacity building",
}
ANCHORS = {
    "5": "Outstanding: original, feasible, and the data to prove it",
    "4": "Very good: small weaknesses that the team can mend",
    "3": "Good: sound, with one real weakness",
    "2": "Fair: several weaknesses that matter",
    "1": "Poor: the question or the method does not hold",
}
GRADES = {**{grade: grade for grade in ANCHORS}, "x": "I cannot judge this"}


class SampleForm(Form):
    """Shown twice: being filled in, and with mistakes. Nobody ever sends it."""

    SHOWN_WRONG: ClassVar = {"title", "email", "country", "kind", "amount", "agree"}

    class Meta:
        csrf = False

    title = StringField(
        "Title of the project",
        description="As it should stand in the public list if it is funded.",
        validators=[InputRequired("Give the project a title."), Length(max=150)],
    )
    email = EmailField(
        "E-mail address of the lead",
        validators=[
            InputRequired("Enter an e-mail address."),
            Email("This is not an e-mail address. Write it like name@hospital.example."),
        ],
    )
    aims = TextAreaField(
        "What do you want to find out?",
        description="Write for a scientist in another field. Name no people or places of work.",
        validators=[InputRequired("Say what you want to find out.")],
    )
    lay = TextAreaField("The same in everyday words", validators=[Optional()])
    country = SelectField(
        "Country of the lead organisation",
        choices={"": "Choose a country", **COUNTRIES},
        validators=[InputRequired("Choose a country.")],
    )
    kind = RadioField(
        "What are you applying for?",
        choices=KINDS,
        validators=[InputRequired("Choose what you are applying for.")],
    )
    measured = StringField("Originality", description="How new the question is.", default="2.4")
    cannot = BooleanField("I cannot judge this")
    partners = SelectMultipleField(
        "Partner countries",
        choices=COUNTRIES,
        description="At least three, one of them a low- or middle-income country.",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[Optional()],
    )
    starts = DateField("First day of the project", validators=[Optional()])
    closes = DateTimeLocalField("The call closes on", validators=[Optional()])
    amount = DecimalField(
        "Amount you ask for",
        description="The most this call gives is USD 750,000.",
        validators=[InputRequired("Enter the amount you ask for.")],
    )
    plan = FileField("Work plan")
    agree = BooleanField(
        "The partner organisations have agreed to this proposal",
        validators=[InputRequired("Confirm that the partners have agreed.")],
    )
    merit = RadioField("Scientific merit", choices=GRADES)
    feasibility = RadioField("Feasibility", choices=GRADES)
    why = TextAreaField(
        "Why this score?",
        description="Strengths first, then weaknesses. The applicant will read this.",
    )
