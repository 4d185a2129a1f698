"""The form of one decision letter."""

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.allocation.letters.words import LONGEST_BODY, LONGEST_SUBJECT, Words
from app.allocation.models import Decision
from app.core.forms import Form
from app.core.words import lazy


class LetterForm(Form):
    decision = HiddenField()
    subject = StringField(
        lazy("Subject"),
        validators=[InputRequired(lazy("Give the letter a subject.")), Length(max=LONGEST_SUBJECT)],
    )
    body = TextAreaField(
        lazy("Text"),
        validators=[InputRequired(lazy("Write the letter.")), Length(max=LONGEST_BODY)],
    )

    def to_decision(self) -> Decision | None:
        """Return which letter was written, None for one that there is not."""
        return Decision(self.decision.data) if self.decision.data in set(Decision) else None

    def to_words(self) -> Words:
        return Words(self.subject.data, self.body.data.replace("\r\n", "\n"))
