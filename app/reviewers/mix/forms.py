"""What people tell of themselves for the mix of reviewers."""

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.core.forms import Form
from app.core.words import lazy

NOTHING = "nothing"


class MixForm(Form):
    gender = RadioField(
        lazy("Gender"),
        choices=[
            SelectChoice("woman", lazy("Woman")),
            SelectChoice("man", lazy("Man")),
            SelectChoice("other", lazy("Another")),
            SelectChoice(NOTHING, lazy("I would rather not say, and take back what I said")),
        ],
        validators=[InputRequired(lazy("Choose one. You can also leave this page."))],
    )

    def told(self) -> str:
        return "" if self.gender.data == NOTHING else str(self.gender.data)
