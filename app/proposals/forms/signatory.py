"""Asking the signatory, and signing off."""

from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from app.core.forms import Form
from app.core.words import _, lazy


class SignatoryForm(Form):
    name = StringField(
        lazy("Name of the signatory"),
        description=lazy("Whoever may bind your organisation, such as its research office."),
        validators=[InputRequired(lazy("Give the name.")), Length(max=100)],
    )
    email = StringField(
        lazy("Their e-mail address"),
        validators=[InputRequired(lazy("Give the e-mail address.")), Length(max=254)],
    )

    def of_supervisor(self) -> None:
        """Ask for the supervisor at home, where somebody goes away for a while."""
        self.name.label.text = _("Name of your supervisor at home")
        self.name.description = _("Whoever lets you go and expects you back.")


class SignForm(Form):
    seen = HiddenField()
    name = StringField(
        lazy("Your name"), validators=[InputRequired(lazy("Write your name.")), Length(max=100)]
    )
