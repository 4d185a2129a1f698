"""Forms of funds: amounts, earmarks one a line, the day something was signed or paid."""

from datetime import date

from wtforms import (
    DateField,
    Field,
    RadioField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.core.forms import Form
from app.core.money import Money, MoneyError
from app.core.words import _, lazy
from app.funds.models import Contribution, ContributionState, PotKind
from app.funds.service import ContributionChange


def minor_of(text: str | None, currency: str) -> int:
    """Read an amount as typed; raise MoneyError for what is none."""
    return Money.of((text or "").replace(" ", "").replace(",", ""), currency).minor


class AmountForm(Form):
    """A form with an amount in the currency of the fund."""

    currency = ""
    amount_minor = 0
    amount = StringField(lazy("Amount"), validators=[InputRequired(lazy("Give the amount."))])

    def validate_amount(self, field: Field) -> None:
        try:
            self.amount_minor = minor_of(field.data, self.currency)
        except MoneyError as error:
            raise ValidationError(str(error)) from error


class ContributionChangeForm(AmountForm):
    earmark_read: dict[str, list[str]]

    earmark = TextAreaField(
        lazy("Earmarks: what the money may be spent on alone"),
        description=lazy(
            "One a line: what it goes by, “=”, and the values with commas, for example "
            "income_group = low, lower-middle. Earmarks are published with the decision."
        ),
        validators=[Length(max=2000)],
    )
    conditions = TextAreaField(
        lazy("Conditions of the agreement"),
        description=lazy("Read by the staff and this funder, by nobody else."),
        validators=[Length(max=5000)],
    )

    def validate_earmark(self, field: Field) -> None:
        self.earmark_read = dict(
            _earmark(line.strip(), number)
            for number, line in enumerate((field.data or "").splitlines(), 1)
            if line.strip()
        )

    def to_change(self) -> ContributionChange:
        return ContributionChange(
            self.amount_minor, self.earmark_read, (self.conditions.data or "").strip()
        )

    @classmethod
    def showing(cls, contribution: Contribution, currency: str) -> "ContributionChangeForm":
        form = cls()
        form.currency = currency
        if not form.is_submitted():
            form.amount.data = str(Money(contribution.amount_minor, currency).amount)
            form.earmark.data = "\n".join(
                f"{name} = {wanted if isinstance(wanted, str) else ', '.join(wanted)}"
                for name, wanted in sorted(contribution.earmark.items())
            )
            form.conditions.data = contribution.conditions
        return form


def _earmark(line: str, number: int) -> tuple[str, list[str]]:
    name, equals, values = line.partition("=")
    listed = list(dict.fromkeys(one.strip() for one in values.split(",") if one.strip()))
    key = name.strip()
    if not (equals and listed and key.replace("_", "").isalnum() and key == key.lower()):
        raise ValidationError(
            _("Line %(n)s: write it like “country = KE, UG”, names in small letters.", n=number)
        )
    return key, listed


class StateForm(Form):
    state = RadioField(
        lazy("It is now"),
        choices=[
            SelectChoice(ContributionState.SIGNED.value, lazy("Signed")),
            SelectChoice(ContributionState.RECEIVED.value, lazy("Received")),
            SelectChoice(ContributionState.WITHDRAWN.value, lazy("Withdrawn")),
        ],
        default=ContributionState.SIGNED.value,
    )
    on = DateField(lazy("Since"), validators=[InputRequired(lazy("Say since when."))])
    reason = StringField(lazy("Why, if withdrawn"), validators=[Optional(), Length(max=500)])

    def since(self) -> date:
        assert isinstance(self.on.data, date)
        return self.on.data


class PaymentForm(AmountForm):
    on = DateField(lazy("Paid on"), validators=[InputRequired(lazy("Say when."))])
    reference = StringField(lazy("Reference"), validators=[Optional(), Length(max=100)])


class PotForm(Form):
    pot = RadioField(
        lazy("Where the money lies"),
        choices=[
            SelectChoice(PotKind.VIRTUAL.value, lazy("With each funder, who pays the awards")),
            SelectChoice(PotKind.REAL.value, lazy("In one account, which pays the awards")),
            SelectChoice(PotKind.MIXED.value, lazy("Some in one account, some with funders")),
        ],
    )
