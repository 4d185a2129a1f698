"""Beginning a proposal."""

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from app.core.forms import Form
from app.core.words import _, lazy


class StartForm(Form):
    copy_of = RadioField(lazy("Begin with"), default="")

    def offer(self, earlier: list[tuple[str, str]]) -> None:
        """Offer earlier proposals, pairs of id and title, to copy from."""
        self.copy_of.choices = [
            SelectChoice("", _("An empty form")),
            *(SelectChoice(key, _("A copy of “%(title)s”", title=title)) for key, title in earlier),
        ]
