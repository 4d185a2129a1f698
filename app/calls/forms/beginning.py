"""A call that begins from a template, a file or another call."""

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateTimeLocalField, StringField
from wtforms.validators import Length, Optional

from app.calls.forms.fields import WALL, code_field
from app.calls.transfer import Beginning
from app.core.forms import Form
from app.core.words import lazy


class BeginForm(Form):
    """What a call needs besides a template, a file or another call."""

    code = code_field()
    title = StringField(
        lazy("Title"),
        description=lazy("Leave empty to keep the one it comes with."),
        validators=[Length(max=200)],
    )
    zone = StringField(
        lazy("Time zone"),
        description=lazy("For example Europe/Oslo."),
        validators=[Length(max=60)],
    )
    opens = DateTimeLocalField(lazy("Opens"), format=WALL, validators=[Optional()])
    closes = DateTimeLocalField(lazy("Closes"), format=WALL, validators=[Optional()])

    def to_beginning(self) -> Beginning:
        return Beginning(
            code=self.code.data,
            title=(self.title.data or "").strip(),
            zone=(self.zone.data or "").strip(),
            opens=self.opens.data.isoformat() if self.opens.data else "",
            closes=self.closes.data.isoformat() if self.closes.data else "",
        )


class CloneForm(BeginForm):
    second_stage = BooleanField(
        lazy("It is the second stage of this call"),
        description=lazy(
            "Only those whose outline you invite can apply in it, and what they wrote to the same "
            "questions is carried over."
        ),
    )


class BeginFromFileForm(BeginForm):
    file = FileField(
        lazy("Call file"),
        description=lazy("JSON, as it is written by “Save as a file”."),
        validators=[FileRequired(lazy("Choose a file."))],
    )
