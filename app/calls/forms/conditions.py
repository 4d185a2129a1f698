"""Who may apply, and what applying asks for."""

from typing import Any

from wtforms import BooleanField, Field, IntegerField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional

from app.calls.eligibility import MOST
from app.calls.forms.fields import BoxesField
from app.calls.models import Call
from app.calls.service import Conditions
from app.core.country_groups import Income
from app.core.forms import Form
from app.core.money import Money
from app.core.words import _, lazy

INCOME = {
    Income.LOW: "low income",
    Income.LOWER_MIDDLE: "lower-middle income",
    Income.UPPER_MIDDLE: "upper-middle income",
    Income.HIGH: "high income",
}


class ConditionsForm(Form):
    """Who may apply, and what applying asks for besides the form. Empty: no such rule."""

    ceiling_minor: int | None = None

    countries = IntegerField(
        lazy("Countries that apply together, at least"),
        validators=[Optional(), NumberRange(2, MOST)],
    )
    income_groups = BoxesField(
        lazy("Partners from these income groups"),
        choices=[SelectChoice(group.value, lazy(words)) for group, words in INCOME.items()],
    )
    income_partners = IntegerField(
        lazy("How many partners from these groups, at least"),
        validators=[Optional(), NumberRange(1, MOST)],
    )
    dac_partners = IntegerField(
        lazy("Partners from countries on the DAC list, at least"),
        validators=[Optional(), NumberRange(1, MOST)],
    )
    budget = StringField(lazy("Largest budget"), validators=[Length(max=30)])
    years = IntegerField(
        lazy("Years since the lead’s doctorate, at most"),
        description=lazy("Counted at the deadline; declared breaks of the career are added."),
        validators=[Optional(), NumberRange(1, MOST)],
    )
    one_per_lead = BooleanField(lazy("Nobody leads more than one proposal"))
    host = BooleanField(lazy("The host organisation differs from the home organisation"))
    partners_confirm = BooleanField(lazy("Every partner confirms that it takes part"))
    signatory_required = BooleanField(
        lazy("A signatory of the lead organisation signs off before submission"),
        description=lazy("With a host and a home, it is the supervisor at home who signs off."),
    )
    complete_draft_counts = BooleanField(
        lazy("A complete draft that nobody submitted is submitted at the deadline")
    )

    def validate_income_groups(self, field: Field) -> None:
        if bool(field.data) != bool(self.income_partners.data):
            raise ValidationError(_("Choose income groups and say how many partners, or neither."))

    def to_conditions(self, currency: str) -> Conditions:
        """Raise MoneyError for a budget that cannot be read."""
        rules: list[dict[str, Any]] = []
        if self.countries.data:
            rules.append({"rule": "min-countries", "at_least": self.countries.data})
        if self.income_groups.data:
            groups, many = self.income_groups.data, self.income_partners.data
            rules.append({"rule": "partner-income-group", "groups": groups, "at_least": many})
        if self.dac_partners.data:
            rules.append({"rule": "partner-dac", "at_least": self.dac_partners.data})
        if self.budget.data:
            most = Money.of(self.budget.data.replace(" ", "").replace(",", ""), currency)
            rules.append({"rule": "budget-ceiling", "amount_minor": most.minor})
        if self.one_per_lead.data:
            rules.append({"rule": "one-per-lead"})
        if self.years.data:
            rules.append({"rule": "years-since-phd", "at_most": self.years.data})
        if self.host.data:
            rules.append({"rule": "host-differs-from-home"})
        return Conditions(
            tuple(rules),
            self.partners_confirm.data,
            self.signatory_required.data,
            self.complete_draft_counts.data,
        )

    @classmethod
    def showing(cls, call: Call) -> "ConditionsForm":
        """Return the form filled with what the call says now."""
        told = {rule["rule"]: rule for rule in call.eligibility}
        income = told.get("partner-income-group", {})
        most = told.get("budget-ceiling", {}).get("amount_minor")
        return cls(
            data={
                "countries": told.get("min-countries", {}).get("at_least"),
                "income_groups": income.get("groups", []),
                "income_partners": income.get("at_least"),
                "dac_partners": told.get("partner-dac", {}).get("at_least"),
                "budget": str(Money(most, call.currency).amount) if most else "",
                "years": told.get("years-since-phd", {}).get("at_most"),
                "one_per_lead": "one-per-lead" in told,
                "host": "host-differs-from-home" in told,
                "partners_confirm": call.partners_confirm,
                "signatory_required": call.signatory_required,
                "complete_draft_counts": call.complete_draft_counts,
            }
        )
