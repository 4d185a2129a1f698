"""Ranking, proposing, signing, sending back."""

from collections.abc import Sequence

from wtforms import FieldList, FormField, HiddenField, SelectField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.allocation.models import Decision
from app.allocation.service import Departure
from app.core.forms import Form
from app.core.money import Money
from app.core.words import lazy


class DepartureFields(PlainForm):  # type: ignore[misc]
    """One departure; an empty number means none."""

    number = StringField(lazy("Proposal"), validators=[Optional(), Length(max=40)])
    decision = SelectField(
        lazy("Decision instead"),
        choices=[
            SelectChoice(Decision.AWARD.value, lazy("Award")),
            SelectChoice(Decision.RESERVE.value, lazy("Reserve list")),
            SelectChoice(Decision.DECLINE.value, lazy("Decline")),
        ],
        validate_choice=False,
    )
    amount = StringField(lazy("Amount, if awarded"), validators=[Optional(), Length(max=30)])
    reason = StringField(lazy("Reason"), validators=[Optional(), Length(max=600)])


class ProposeForm(Form):
    seen = HiddenField()  # what the page showed
    departures = FieldList(FormField(DepartureFields), min_entries=3, max_entries=60)

    @classmethod
    def beginning_with(
        cls, departures: Sequence[Departure], currency: str, *, seen: str
    ) -> "ProposeForm":
        """Return the form as it is first seen: what a panel recommends stands in it already."""
        return cls(
            formdata=None,
            data={
                "seen": seen,
                "departures": [
                    {
                        "number": one.number,
                        "decision": one.decision.value,
                        "amount": str(Money(one.amount_minor, currency).amount)
                        if one.amount_minor
                        else "",
                        "reason": one.reason,
                    }
                    for one in departures
                ],
            },
        )

    def to_departures(self, currency: str) -> list[Departure]:
        """Raise MoneyError for an amount that cannot be read."""
        return [
            Departure(
                number=entry.number.data.strip(),
                decision=Decision(entry.decision.data),
                amount_minor=Money.of(entry.amount.data.replace(" ", ""), currency).minor
                if entry.amount.data
                else 0,
                reason=(entry.reason.data or "").strip(),
            )
            for entry in self.departures
            if entry.number.data and entry.number.data.strip()
        ]


class ActForm(Form):
    """One button."""


class ApproveForm(Form):
    seen = HiddenField()


class SendBackForm(Form):
    reason = TextAreaField(
        lazy("What should be different"),
        validators=[InputRequired(lazy("Say what should be different.")), Length(max=2000)],
    )
