"""What anybody hands in to be checked."""

from flask_wtf.file import FileField
from wtforms import TextAreaField
from wtforms.validators import Length

from app.core.forms import Form
from app.core.words import lazy
from app.documents.reading import LONGEST_TEXT


class VerifyForm(Form):
    """A file or a text; the file counts where both are given."""

    file = FileField(lazy("Report or receipt (PDF)"))
    text = TextAreaField(
        lazy("Or the text of a receipt"),
        description=lazy(
            "Paste the mail or the proof block, from “BEGIN LEDGER PROOF” to “END LEDGER PROOF”."
        ),
        validators=[
            Length(
                max=LONGEST_TEXT,
                message=lazy("That is too long for a receipt. Paste the proof block alone."),
            )
        ],
    )
