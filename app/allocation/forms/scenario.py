"""Another rule to try on a ranking: the call's, changed."""

from wtforms import Field, IntegerField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.allocation.forms.award_rule import AwardRuleForm
from app.allocation.service import Terms
from app.calls.models import Call
from app.calls.rules import threshold_problem
from app.core.money import Money, MoneyError
from app.core.words import lazy


class ScenarioForm(AwardRuleForm):
    call: Call
    budget_minor: int | None = None

    name = StringField(
        lazy("Name of the scenario"),
        validators=[InputRequired(lazy("Give it a name.")), Length(max=80)],
    )
    budget = StringField(
        lazy("Only so much of the money"),
        description=lazy("Leave empty for all of it."),
        validators=[Optional(), Length(max=30)],
    )
    threshold = StringField(lazy("Weighted total needed"), validators=[Optional(), Length(max=20)])
    reserve = IntegerField(
        lazy("Places on the reserve list"), validators=[Optional(), NumberRange(0, 50)]
    )

    def validate_budget(self, field: Field) -> None:
        if not field.data:
            return
        try:
            typed = field.data.replace(" ", "").replace(",", "")
            self.budget_minor = Money.of(typed, self.call.currency).minor
        except MoneyError as error:
            raise ValidationError(str(error)) from error

    def validate_threshold(self, field: Field) -> None:
        ends = self.call.scale_best, self.call.scale_worst
        if problem := threshold_problem((field.data or "").strip(), *ends):
            raise ValidationError(problem)

    def to_terms(self) -> Terms:
        return Terms(
            rule=self.to_rule(),
            when_unaffordable="skip" if self.goes_on() else "stop",
            threshold=(self.threshold.data or "").strip(),
            reserve=self.reserve.data or 0,
            budget_minor=self.budget_minor,
        )

    @classmethod
    def of(cls, call: Call) -> "ScenarioForm":
        """Return the form filled with the rule of the call."""
        form = cls.showing(call)
        form.call = call
        if not form.is_submitted():
            form.threshold.data, form.reserve.data = call.threshold, call.reserve_places
        return form
