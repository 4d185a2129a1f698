"""Ranking, proposing, signing, sending back."""

from collections.abc import Sequence

from wtforms import FieldList, FormField, HiddenField, SelectField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.allocation.models import Decision
from app.allocation.service import Departure
from app.core.forms import Form
from app.core.gate import Refused
from app.core.money import Money, MoneyError
from app.core.verdict import refused
from app.core.words import _, lazy


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
        """Raise MoneyError for an amount that cannot be read, naming whose it is."""
        return [
            Departure(
                number=entry.number.data.strip(),
                decision=_decision(entry),
                amount_minor=_minor(entry, currency),
                reason=(entry.reason.data or "").strip(),
            )
            for entry in self.departures
            if entry.number.data and entry.number.data.strip()
        ]


def _decision(entry: FormField) -> Decision:
    if entry.decision.data in {one.value for one in Decision}:
        return Decision(entry.decision.data)
    number = entry.number.data.strip()
    raise Refused(refused(_("Choose what is decided instead for %(number)s.", number=number)))


def _minor(entry: FormField, currency: str) -> int:
    if not entry.amount.data:
        return 0
    try:
        return Money.of(entry.amount.data.replace(" ", ""), currency).minor
    except MoneyError as error:
        message = f"{entry.number.data.strip()}: {error}"
        raise MoneyError(message) from error


class ActForm(Form):
    """One button."""


class ApproveForm(Form):
    seen = HiddenField()


class SendBackForm(Form):
    reason = TextAreaField(
        lazy("What should be different"),
        validators=[InputRequired(lazy("Say what should be different.")), Length(max=2000)],
    )
