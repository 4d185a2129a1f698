"""The forms of work without a network."""

from flask_wtf.file import FileField
from wtforms import HiddenField

from app.core.forms import Form
from app.core.words import lazy


class PackForm(Form):
    """One button: make a pack."""


class BringForm(Form):
    """The form file, filled in."""

    file = FileField(lazy("The form, filled in"))

    def content(self) -> bytes | None:
        sent = self.file.data
        return sent.read() if sent and sent.filename else None


class TakeForm(Form):
    """What was previewed, and what of it to take; the boxes are read by the ids of the seats."""

    table = HiddenField()
