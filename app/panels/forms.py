"""The forms of panels: setting up, the agenda, who came, and what is written down."""

from collections.abc import Sequence

from wtforms import (
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.calls.rules import instant_of
from app.core.forms import Form
from app.core.money import Money
from app.core.words import lazy
from app.panels.models import Office, Recommendation
from app.panels.queries import Candidate
from app.panels.rules import MOST_LETTERS, Sits
from app.panels.service import Plan
from app.panels.service.meeting import Said
from app.panels.views import office_words, recommendation_words
from app.reviewers.models import ConflictKind
from app.reviews.forms import DeclareForm


class PanelForm(Form):
    """When and where a panel meets."""

    name = StringField(
        lazy("Name of the panel"),
        validators=[InputRequired(lazy("Give the panel a name.")), Length(max=120)],
    )
    meets = DateTimeLocalField(
        lazy("It meets"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        validators=[InputRequired(lazy("Say when it meets."))],
    )
    place = StringField(
        lazy("Where"),
        description=lazy("A room, or that it meets by video. It is printed in the minutes."),
        validators=[Optional(), Length(max=200)],
    )
    quorum = IntegerField(
        lazy("How many must be in the room for each proposal"),
        default=3,
        validators=[
            InputRequired(lazy("Say how many must be in the room.")),
            NumberRange(2, 50, lazy("Give a number from 2 to 50.")),
        ],
    )

    def to_plan(self, zone: str) -> Plan:
        """Raise WallTimeError for a clock time that is none."""
        return Plan(
            name=self.name.data.strip(),
            meets_at=instant_of(self.meets.data, zone),
            place=(self.place.data or "").strip(),
            quorum=self.quorum.data,
        )


class AppointForm(Form):
    """Who sits in the panel."""

    person = SelectField(
        lazy("Person"),
        description=lazy("Of the pool or the staff of the call."),
        validators=[InputRequired(lazy("Choose a person."))],
    )
    office = RadioField(lazy("As"), default=Office.MEMBER.value)

    @classmethod
    def of(cls, people: Sequence[Candidate]) -> "AppointForm":
        form = cls()
        form.person.choices = [
            SelectChoice(one.account_id, f"{one.name}, {one.organisation}") for one in people
        ]
        form.office.choices = [SelectChoice(one.value, office_words(one)) for one in Office]
        return form


class AgendaForm(Form):
    """What is discussed."""

    numbers = TextAreaField(
        lazy("Only these proposals, in this order"),
        description=lazy(
            "One number on each line. Leave it empty to discuss all, as they are ranked now."
        ),
        validators=[Optional(), Length(max=60_000)],
    )

    def listed(self) -> list[str]:
        return [line.strip() for line in (self.numbers.data or "").splitlines() if line.strip()]


class HereForm(Form):
    """Who is at the meeting."""

    here = SelectMultipleField(
        lazy("Who is here"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    @classmethod
    def of(cls, members: Sequence[Sits]) -> "HereForm":
        form = cls(data={"here": [one.member_id for one in members if one.here]})
        form.here.choices = [
            SelectChoice(one.member_id, f"{one.name}, {office_words(one.office)}")
            for one in members
        ]
        return form


class ItemForm(Form):
    """What was said of one proposal, and what the panel recommends."""

    revision = HiddenField(default="0")
    note = TextAreaField(
        lazy("What was said"),
        description=lazy("For the minutes: what the discussion added to the reviews. No names."),
        validators=[Optional(), Length(max=MOST_LETTERS)],
    )
    recommendation = RadioField(lazy("The panel recommends"), default=Recommendation.FOLLOW.value)
    amount = StringField(
        lazy("Amount, if it should differ from what is asked"),
        validators=[Optional(), Length(max=30)],
    )
    reason = TextAreaField(
        lazy("Why, if it is something else than the rule gives"),
        description=lazy("It is printed as the reason of the departure."),
        validators=[Optional(), Length(max=500)],
    )

    @classmethod
    def of(cls, **data: object) -> "ItemForm":
        form = cls(data=data)
        form.recommendation.choices = [
            SelectChoice(one.value, recommendation_words(one)) for one in Recommendation
        ]
        return form

    def to_said(self, currency: str) -> Said:
        """Raise MoneyError for an amount that cannot be read."""
        typed = (self.amount.data or "").replace(" ", "")
        seen = self.revision.data or ""
        return Said(
            revision=int(seen) if seen.isdecimal() else -1,
            note=self.note.data or "",
            recommendation=Recommendation(self.recommendation.data),
            amount_minor=Money.of(typed, currency).minor if typed else 0,
            reason=self.reason.data or "",
        )


class ConflictForm(DeclareForm):
    """A conflict of interest of one's own."""

    @property
    def declared(self) -> ConflictKind:
        return ConflictKind(self.kind.data)


class ApproveForm(Form):
    seen = HiddenField()


class ActForm(Form):
    """One button."""
