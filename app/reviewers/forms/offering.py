"""Forms of a call's terms of reviewing, and of offering oneself."""

from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from app.core.forms import Form
from app.core.words import lazy
from app.reviewers import coding
from app.reviewers.forms.pool import Ticks
from app.reviewers.models import ReviewerKind
from app.reviewers.rules import LONGEST_STATEMENT
from app.reviewers.service import Offer
from app.reviewers.views import kind_words


class TermsForm(Form):
    same_country = BooleanField(
        lazy("A reviewer from a country that applies has a conflict of interest"),
        description=lazy("Looked for among the countries of the applicants’ organisations."),
    )
    self_nomination = BooleanField(
        lazy("People may offer themselves as reviewers"),
        description=lazy("While the call is open, its public page says so. You decide about each."),
    )


class OfferForm(Form):
    """Somebody offers to review."""

    kind = RadioField(lazy("You are"), default=ReviewerKind.EXPERT.value)
    keywords = StringField(
        lazy("What you know about"),
        description=lazy("A few words, parted by semicolons."),
        validators=[DataRequired(lazy("Say what you know about.")), Length(max=300)],
    )
    codes = Ticks(lazy("Codes of the Common Scientific Outline"))
    statement = TextAreaField(lazy("Why you"), validators=[Length(max=LONGEST_STATEMENT)])

    def __init__(self, *args: object, **values: object) -> None:
        super().__init__(*args, **values)
        self.kind.choices = [SelectChoice(kind.value, kind_words(kind)) for kind in ReviewerKind]
        self.codes.choices = [
            SelectChoice(code, f"{code} {name}") for code, name in coding.codes().items()
        ]

    def to_offer(self) -> Offer:
        return Offer(
            kind=ReviewerKind(self.kind.data),
            codes=tuple(self.codes.data or ()),
            languages=(),
            keywords=self.keywords.data.strip(),
            statement=(self.statement.data or "").strip(),
        )
