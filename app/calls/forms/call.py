"""A call but for its questions, criteria and money."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from wtforms import (
    DateTimeLocalField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.calls.blinding import CHOICES, PRESETS, Identities, identities_of, moment_words
from app.calls.forms.fields import (
    WALL,
    anchor,
    code_field,
    known_currency,
    known_zone,
    lines,
    pairs,
    rate,
)
from app.calls.models import Blinding, Call, Moment
from app.calls.service import CallDraft
from app.core.forms import Form
from app.core.money import Money, MoneyError
from app.core.words import lazy

AS_SET = "as-set"


class CallForm(Form):
    """Everything of a call but its questions, criteria and money."""

    ceiling_minor: int | None = None
    rates_read: Mapping[str, str] = MappingProxyType({})
    anchors_read: Mapping[str, str] = MappingProxyType({})

    code = code_field()
    title = StringField(
        lazy("Title"), validators=[InputRequired(lazy("Give the call a title.")), Length(max=200)]
    )
    summary = TextAreaField(
        lazy("What the call funds"),
        description=lazy("Plain words. It stands on the public page."),
        validators=[InputRequired(lazy("Say what the call funds.")), Length(max=5000)],
    )
    zone = StringField(
        lazy("Time zone"),
        description=lazy("All times of this call are told in it, for example Europe/Oslo."),
        validators=[InputRequired(lazy("Name a time zone.")), known_zone],
    )
    opens = DateTimeLocalField(
        lazy("Opens"), format=WALL, validators=[InputRequired(lazy("Say when the call opens."))]
    )
    closes = DateTimeLocalField(
        lazy("Closes"), format=WALL, validators=[InputRequired(lazy("Say when the call closes."))]
    )
    reviews_due = DateTimeLocalField(lazy("Reviews due"), format=WALL, validators=[Optional()])
    blinding = RadioField(
        lazy("Who sees whom"),
        choices=[
            SelectChoice(
                Blinding.DOUBLE.value, lazy("Double anonymised: reviewers do not learn who applied")
            ),
            SelectChoice(
                Blinding.UNTIL_SCORED.value,
                lazy("Double anonymised until scored: a reviewer whose review is in learns it"),
            ),
            SelectChoice(
                Blinding.SINGLE.value,
                lazy("Single anonymised: applicants do not learn who reviewed"),
            ),
            SelectChoice(
                Blinding.TRIPLE.value,
                lazy(
                    "Triple anonymised: nor do the call’s staff learn who applied, until unsealed"
                ),
            ),
            SelectChoice(Blinding.OPEN.value, lazy("All identities visible")),
            SelectChoice(AS_SET, lazy("As set below, one by one")),
        ],
        default=Blinding.DOUBLE.value,
    )
    applicants_to_reviewers = SelectField(lazy("Reviewers learn who applied"))
    reviewers_to_applicants = SelectField(lazy("Applicants learn who reviewed"))
    reviews_to_reviewers = SelectField(lazy("Reviewers read each other’s reviews of a proposal"))
    reviewers_to_reviewers = SelectField(lazy("Reviewers learn who wrote those"))
    applicants_to_staff = SelectField(lazy("The call’s staff learn who applied"))
    reviewers_each = IntegerField(
        lazy("Reviewers for each proposal"),
        default=3,
        validators=[InputRequired(), NumberRange(1, 12)],
    )
    scale_best = StringField(lazy("Best grade"), default="6", validators=[InputRequired()])
    scale_worst = StringField(lazy("Worst grade"), default="1", validators=[InputRequired()])
    scale_step = StringField(lazy("Step"), default="1", validators=[InputRequired()])
    anchors = TextAreaField(
        lazy("What the grades mean"),
        description=lazy("One a line: grade, colon, words. For example: 6: Outstanding"),
    )
    tie_rules = TextAreaField(
        lazy("How exact ties are broken"),
        description=lazy(
            "In this order, one a line: criterion:KEY compares the means of that criterion, "
            "spread prefers agreement, hash orders by a published hash."
        ),
        default="spread\nhash",
    )
    currency = StringField(
        lazy("Currency of the call"), default="EUR", validators=[InputRequired(), known_currency]
    )
    ceiling = StringField(lazy("Largest award"), validators=[Optional()])
    rates = TextAreaField(
        lazy("Exchange rates"),
        description=lazy(
            "One a line: currency and what one unit is worth in the call's currency, "
            "for example USD 0.925. Budgets in other currencies are refused."
        ),
    )
    rates_source = StringField(lazy("Where the rates are published"), validators=[Length(max=200)])
    when_unaffordable = RadioField(
        lazy("When the next proposal in rank asks for more than is left"),
        choices=[
            SelectChoice("stop", lazy("The money ends there")),
            SelectChoice("skip", lazy("Go on to the next it can pay")),
        ],
        default="stop",
    )
    threshold = StringField(
        lazy("Weighted total needed"),
        description=lazy("Nothing below it is funded. Leave empty for none."),
    )
    reserve_places = IntegerField(
        lazy("Places on the reserve list"), default=3, validators=[Optional(), NumberRange(0, 50)]
    )
    approvals_needed = IntegerField(
        lazy("Approvals needed besides the officer who proposes"),
        default=1,
        validators=[InputRequired(), NumberRange(1, 3)],
    )

    def __init__(self, *args: object, **values: object) -> None:
        super().__init__(*args, **values)
        for name, moments in CHOICES.items():
            self[name].choices = [SelectChoice(one.value, moment_words(one)) for one in moments]
            if self[name].data is None:
                self[name].data = getattr(PRESETS[Blinding.DOUBLE], name)

    def _identities(self) -> Identities | None:
        """Return the settings one by one, where that was chosen; else the mode says all."""
        if self.blinding.data != AS_SET:
            return None
        return Identities(**{name: Moment(self[name].data) for name in CHOICES})

    def validate_rates(self, field: Field) -> None:
        self.rates_read = pairs(field.data, rate)

    def validate_anchors(self, field: Field) -> None:
        self.anchors_read = pairs(field.data, anchor)

    def validate_ceiling(self, field: Field) -> None:
        if field.data:
            try:
                self.ceiling_minor = Money.of(field.data.replace(" ", ""), self.currency.data).minor
            except MoneyError as error:
                raise ValidationError(str(error)) from error

    def to_draft(self) -> CallDraft:
        identities = self._identities()
        return CallDraft(
            code=self.code.data,
            title=self.title.data.strip(),
            summary=self.summary.data.strip(),
            zone=self.zone.data,
            opens=self.opens.data,
            closes=self.closes.data,
            reviews_due=self.reviews_due.data,
            blinding=Blinding.DOUBLE if identities else Blinding(self.blinding.data),
            identities=identities,
            reviewers_each=self.reviewers_each.data,
            scale_best=self.scale_best.data.strip(),
            scale_worst=self.scale_worst.data.strip(),
            scale_step=self.scale_step.data.strip(),
            anchors=self.anchors_read,
            tie_rules=lines(self.tie_rules.data),
            currency=self.currency.data,
            ceiling_minor=self.ceiling_minor,
            rates=self.rates_read,
            rates_source=self.rates_source.data or "",
            when_unaffordable=self.when_unaffordable.data,
            threshold=(self.threshold.data or "").strip(),
            reserve_places=self.reserve_places.data or 0,
            approvals_needed=self.approvals_needed.data,
        )

    @classmethod
    def showing(cls, call: Call) -> "CallForm":
        """Return the form filled with what the call says now."""
        form = cls(obj=call)
        if not form.is_submitted():
            if identities_of(call) != PRESETS[call.blinding] or call.blinding is Blinding.SIGNED:
                form.blinding.data = AS_SET
            form.opens.data, form.closes.data = _wall(call.opens_wall), _wall(call.closes_wall)
            form.reviews_due.data = _local(call)
            form.anchors.data = "\n".join(f"{k}: {v}" for k, v in call.anchors.items())
            form.rates.data = "\n".join(f"{k} {v}" for k, v in call.rates.items())
            form.tie_rules.data = "\n".join(call.tie_rules)
            if call.award_ceiling_minor is not None:
                form.ceiling.data = str(Money(call.award_ceiling_minor, call.currency).amount)
        return form


def _wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _local(call: Call) -> datetime | None:
    due = call.reviews_due_at
    return due.astimezone(ZoneInfo(call.zone)).replace(tzinfo=None) if due else None
