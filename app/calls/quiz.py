"""The eligibility quiz of the public page: it asks what the call's rules look at, and forgets."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from wtforms import IntegerField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional, Regexp

from app.calls.eligibility import Applying
from app.calls.models import Call
from app.core.countries import countries
from app.core.forms import Form
from app.core.money import Money, MoneyError
from app.core.words import lazy

PARTNERS = ("partner_1", "partner_2", "partner_3", "partner_4", "partner_5", "partner_6")
# Which fields each rule looks at.
LOOKS_AT = {
    "min-countries": ("country", *PARTNERS),
    "partner-income-group": PARTNERS,
    "partner-dac": PARTNERS,
    "budget-ceiling": ("requested",),
    "one-per-lead": ("others",),
    "years-since-phd": ("doctorate", "breaks"),
    "host-differs-from-home": ("home", "host"),
}


class QuizForm(Form):
    country = SelectField(lazy("Country of the lead organisation"), validate_choice=False)
    partner_1 = SelectField(lazy("Country of the first partner"), validate_choice=False)
    partner_2 = SelectField(lazy("Country of the second partner"), validate_choice=False)
    partner_3 = SelectField(lazy("Country of the third partner"), validate_choice=False)
    partner_4 = SelectField(lazy("Country of the fourth partner"), validate_choice=False)
    partner_5 = SelectField(lazy("Country of the fifth partner"), validate_choice=False)
    partner_6 = SelectField(lazy("Country of the sixth partner"), validate_choice=False)
    requested = StringField(lazy("Amount you would ask for"), validators=[Length(max=30)])
    others = IntegerField(
        lazy("Other applications that you lead in this call"),
        validators=[Optional(), NumberRange(0, 99)],
    )
    doctorate = StringField(
        lazy("Month of the doctorate"),
        description=lazy("Like 2019-06"),
        validators=[
            Optional(),
            Regexp(r"^\d{4}-(0[1-9]|1[0-2])$", message=lazy("Write it like 2019-06.")),
        ],
    )
    breaks = IntegerField(
        lazy("Months of breaks since then"),
        description=lazy("Care, illness, service, flight."),
        validators=[Optional(), NumberRange(0, 600)],
    )
    home = StringField(lazy("Home organisation"), validators=[Length(max=200)])
    host = StringField(lazy("Host organisation"), validators=[Length(max=200)])

    currency = ""
    minor: int | None = None

    def validate_requested(self, field: StringField) -> None:
        if field.data:
            try:
                typed = "".join(field.data.split()).replace(",", "")
                self.minor = Money.of(typed, self.currency).minor
            except MoneyError as error:
                raise ValidationError(str(error)) from error

    def to_applying(self, call: Call) -> Applying:
        partners = tuple(self[name].data for name in PARTNERS if name in self and self[name].data)
        return Applying(
            countries=tuple(filter(None, [self._of("country"), *partners])),
            partner_countries=partners,
            requested_minor=self.minor,
            others_by_lead=self._number("others"),
            doctorate=self._of("doctorate"),
            break_months=self._number("breaks"),
            at=call.closes_at.astimezone(ZoneInfo(call.zone)).date(),
            home=self._of("home").casefold(),
            host=self._of("host").casefold(),
        )

    def _of(self, name: str) -> str:
        return (self[name].data or "").strip() if name in self else ""

    def _number(self, name: str) -> int:
        return self[name].data or 0 if name in self else 0


def form_for(call: Call) -> QuizForm:
    """Return the quiz with the fields that the call's rules look at."""
    form = QuizForm()
    form.currency = call.currency
    wanted = {name for rule in call.eligibility for name in LOOKS_AT.get(rule["rule"], ())}
    for name in [field.short_name for field in form]:
        if name != "csrf_token" and name not in wanted:
            del form[name]
    _offer_countries(form, [name for name in ("country", *PARTNERS) if name in form])
    return form


def _offer_countries(form: QuizForm, names: Sequence[str]) -> None:
    choices = [SelectChoice("", "–"), *(SelectChoice(c, n) for c, n in countries())]
    for name in names:
        form[name].choices = choices
