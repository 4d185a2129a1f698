"""Forms of the pool."""

from wtforms import IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, Length, NumberRange

from app.core.countries import countries
from app.core.forms import Form
from app.core.words import _, lazy
from app.reviewers.forms.offered import offered
from app.reviewers.models import ReviewerKind
from app.reviewers.rules import MOST_LOAD
from app.reviewers.service import ReviewerDraft
from app.reviewers.views import kind_words


class AskForm(Form):
    """What a reviewer is asked for."""

    kind = RadioField(lazy("Kind"), default=ReviewerKind.EXPERT.value)
    expertise = StringField(
        lazy("Expertise"),
        description=lazy("A few words, parted by semicolons; staff read them when assigning."),
        validators=[Length(max=300)],
    )
    most = IntegerField(
        lazy("Proposals at the most"),
        default=8,
        validators=[
            DataRequired(lazy("Say how many proposals at the most.")),
            NumberRange(1, MOST_LOAD, lazy("Give a whole number from 1 to 100.")),
        ],
    )

    def __init__(self, *args: object, **values: object) -> None:
        super().__init__(*args, **values)
        self.kind.choices = [SelectChoice(kind.value, kind_words(kind)) for kind in ReviewerKind]


class ReviewerForm(AskForm):
    """Somebody new for the pool."""

    name = StringField(
        lazy("Name"), validators=[DataRequired(lazy("Give the name.")), Length(max=200)]
    )
    email = StringField(
        lazy("E-mail address"),
        description=lazy("Somebody new gets an invitation with a link to sign in."),
        validators=[
            DataRequired(lazy("Give the address.")),
            Length(max=254),
            Email(lazy("Write an address like name@example.org.")),
        ],
    )
    organisation = StringField(
        lazy("Organisation"),
        description=lazy("Proposals of the same organisation are kept away from them."),
        validators=[Length(max=200)],
    )
    country = SelectField(lazy("Country"))

    def __init__(self, *args: object, **values: object) -> None:
        super().__init__(*args, **values)
        self.country.choices = offered(_("Not known"), countries())

    def to_draft(self) -> ReviewerDraft:
        return ReviewerDraft(
            name=self.name.data.strip(),
            email=self.email.data.strip(),
            organisation=(self.organisation.data or "").strip(),
            country=self.country.data or "",
            kind=ReviewerKind(self.kind.data),
            expertise=(self.expertise.data or "").strip(),
            most=self.most.data,
        )
