"""Money that is added to a call's fund."""

from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.calls.service import ContributionDraft
from app.core.forms import Form
from app.core.money import Money
from app.core.words import lazy
from app.funds.models import FunderKind


class ContributionForm(Form):
    funder = StringField(
        lazy("Funder"), validators=[InputRequired(lazy("Name the funder.")), Length(max=200)]
    )
    kind = SelectField(
        lazy("Kind"),
        choices=[
            SelectChoice(FunderKind.GOVERNMENT.value, lazy("Government")),
            SelectChoice(FunderKind.CHARITY.value, lazy("Charity")),
            SelectChoice(FunderKind.COMPANY.value, lazy("Company")),
        ],
    )
    amount = StringField(lazy("Amount"), validators=[InputRequired(lazy("Give the amount."))])

    def to_draft(self, currency: str) -> ContributionDraft:
        """Raise MoneyError for an amount that cannot be read."""
        money = Money.of((self.amount.data or "").replace(" ", "").replace(",", ""), currency)
        return ContributionDraft(
            funder=self.funder.data.strip(),
            kind=FunderKind(self.kind.data),
            amount_minor=money.minor,
        )
