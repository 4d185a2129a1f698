"""The forms of who applies together."""

from decimal import Decimal, InvalidOperation

from wtforms import (
    Field,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
    widgets,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.accounts.rules import is_email
from app.calls.eligibility import month_of
from app.calls.models import Call
from app.core.forms import Form
from app.core.money import Money, MoneyError
from app.core.ror import ror, ror_address
from app.core.words import _, lazy
from app.proposals.credit import TERMS, term_words
from app.proposals.forms.writing import country_choices, offer_currencies
from app.proposals.models import Partner, Place
from app.proposals.service import BackgroundDraft, PartnerDraft

MOST_PERSON_MONTHS = Decimal(9999)


class TermsField(SelectMultipleField):  # type: ignore[misc]
    """Boxes to tick, one for each term."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class PartnerForm(Form):
    """One partner organisation."""

    budget_minor = 0

    version = IntegerField(validators=[Optional()])
    name = StringField(
        lazy("Name of the organisation"),
        validators=[InputRequired(lazy("Name the organisation.")), Length(max=200)],
    )
    ror = StringField(
        lazy("ROR identifier"),
        description=lazy("If you know it, for example https://ror.org/02mhbdp94."),
        validators=[Length(max=60)],
    )
    country = SelectField(lazy("Country"))
    place = RadioField(
        lazy("What it is in this application"),
        choices=[
            SelectChoice(Place.PARTNER.value, lazy("A partner")),
            SelectChoice(Place.HOST.value, lazy("The host of the fellow")),
            SelectChoice(
                Place.HOME.value,
                lazy("The home of the fellow, where it is not the lead organisation"),
            ),
        ],
        default=Place.PARTNER.value,
    )
    contact_name = StringField(lazy("Contact person"), validators=[Length(max=100)])
    contact_email = StringField(
        lazy("Their e-mail address"),
        description=lazy("They are asked there to confirm the organisation’s part."),
        validators=[Length(max=254)],
    )
    roles = TermsField(lazy("What it contributes"))
    person_months = StringField(
        lazy("Person-months"),
        description=lazy("All people of the organisation together, for example 18 or 4.5."),
        validators=[Length(max=8)],
    )
    currency = SelectField(lazy("Currency of its budget"))
    budget = StringField(
        lazy("Its budget"),
        description=lazy("Its part of the amount asked for. What is left is the lead’s."),
        validators=[Length(max=30)],
    )

    def validate_ror(self, field: Field) -> None:
        if field.data and ror(field.data) is None:
            raise ValidationError(
                _(
                    "“%(text)s” is no ROR identifier: a letter or digit in it is wrong. Copy it "
                    "from ror.org, or leave it empty.",
                    text=field.data,
                )
            )

    def validate_contact_email(self, field: Field) -> None:
        if field.data and not is_email(field.data.strip()):
            raise ValidationError(_("“%(text)s” is not an e-mail address.", text=field.data))

    def validate_person_months(self, field: Field) -> None:
        try:
            months = Decimal((field.data or "0").replace(",", "."))
            good = months.is_finite() and 0 <= months <= MOST_PERSON_MONTHS
            good = good and months == round(months, 2)
        except InvalidOperation:
            good = False
        if not good:
            raise ValidationError(_("Write person-months as a number such as 18 or 4.5."))

    def validate_budget(self, field: Field) -> None:
        amount = (field.data or "0").replace(" ", "").replace(",", "")
        try:
            self.budget_minor = Money.of(amount, self.currency.data or "").minor
        except MoneyError as error:
            raise ValidationError(str(error)) from error
        if self.budget_minor < 0:
            raise ValidationError(_("A budget cannot be below zero."))

    def to_draft(self) -> PartnerDraft:
        return PartnerDraft(
            place=Place(self.place.data),
            name=self.name.data,
            ror=ror(self.ror.data or "") or "",
            country=self.country.data or "",
            contact_name=self.contact_name.data or "",
            contact_email=(self.contact_email.data or "").strip(),
            roles=tuple(self.roles.data or ()),
            person_months=(self.person_months.data or "").replace(",", ".").strip(),
            currency=self.currency.data,
            budget_minor=self.budget_minor,
        )


def partner_form(call: Call, partner: Partner | None) -> PartnerForm:
    """Return the form of one partner, filled with it where nothing was sent."""
    form = PartnerForm(data=_values(partner) if partner else {"currency": call.currency})
    form.country.choices = country_choices()
    offer_currencies(form.currency, call)
    form.roles.choices = [SelectChoice(term, term_words(term)) for term in TERMS]
    return form


def _values(partner: Partner) -> dict[str, object]:
    budget = Money(partner.budget_minor, partner.currency)
    return {
        **{name: getattr(partner, name) for name in _TYPED},
        "ror": ror_address(partner.ror),
        "budget": str(budget.amount) if partner.budget_minor else "",
        "version": partner.revision,
    }


_TYPED = (
    "name",
    "country",
    "place",
    "contact_name",
    "contact_email",
    "roles",
    "person_months",
    "currency",
)


class BackgroundForm(Form):
    """The lead applicant's career as far as the rules ask about it."""

    doctorate = StringField(
        lazy("Month of your doctorate"),
        description=lazy("Year and month, for example 2019-06."),
        validators=[Length(max=7)],
    )
    break_months = IntegerField(
        lazy("Months of breaks since then"),
        description=lazy("Parental leave, illness, care, military service. They are added."),
        default=0,
        validators=[Optional(), NumberRange(0, 600)],
    )
    breaks = TextAreaField(
        lazy("What they were"),
        description=lazy("Only as much as you want to say. Reviewers never read it."),
        validators=[Length(max=1000)],
    )

    def validate_doctorate(self, field: Field) -> None:
        if field.data and month_of(field.data.strip()) is None:
            raise ValidationError(_("Write year and month like 2019-06."))

    def to_draft(self) -> BackgroundDraft:
        return BackgroundDraft(
            (self.doctorate.data or "").strip(),
            self.break_months.data or 0,
            self.breaks.data or "",
        )


class ConfirmationForm(Form):
    """What a partner's contact answers by the link of the letter."""

    takes_part = RadioField(
        lazy("Your answer"),
        choices=[
            SelectChoice("yes", lazy("The organisation takes part as described")),
            SelectChoice("no", lazy("It does not take part")),
        ],
        validators=[InputRequired(lazy("Choose an answer."))],
    )
    name = StringField(
        lazy("Your name"),
        validators=[InputRequired(lazy("Write your name.")), Length(max=100)],
    )
