"""The form at the end."""

from wtforms import BooleanField
from wtforms.validators import DataRequired

from app.core.forms import Form
from app.core.words import lazy


class CertifyForm(Form):
    none = BooleanField(
        lazy("I know of no conflict of interest in any proposal that I judged in this call"),
        validators=[
            DataRequired(
                lazy("Say that there is none. If there is one, declare it beside the proposal.")
            )
        ],
    )
