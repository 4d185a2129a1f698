"""The form that gives a seat."""

from collections.abc import Iterable

from wtforms import SelectField
from wtforms.validators import DataRequired

from app.core.forms import Form
from app.core.words import _, lazy
from app.reviewers.forms.offered import offer


class AssignForm(Form):
    """Who gets the next seat."""

    account_id = SelectField(
        lazy("Reviewer"), validators=[DataRequired(lazy("Choose a reviewer."))]
    )

    @classmethod
    def offering(cls, people: Iterable[tuple[str, str]]) -> "AssignForm":
        """Offer these people. Others may be named too: the refusal then says why not."""
        form = cls()
        offer(form.account_id, _("Choose one"), people)
        form.account_id.validate_choice = False
        return form
