"""The forms of the call builder: shape and words, then a draft for the service."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from wtforms import (
    BooleanField,
    DateTimeLocalField,
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
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from app.calls.blinding import CHOICES, PRESETS, Identities, identities_of, moment_words
from app.calls.eligibility import MOST
from app.calls.models import Blinding, Call, Moment
from app.calls.service import (
    CallDraft,
    Conditions,
    ContributionDraft,
)
from app.core.country_groups import Income
from app.core.forms import Form
from app.core.money import Money, MoneyError, is_currency
from app.core.words import _, lazy
from app.funds.models import FunderKind

INCOME = {
    Income.LOW: "low income",
    Income.LOWER_MIDDLE: "lower-middle income",
    Income.UPPER_MIDDLE: "upper-middle income",
    Income.HIGH: "high income",
}
WALL = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]
KEY = Regexp(r"^[a-z][a-z0-9_]*$", message=lazy("Use lower-case letters, digits and underscores."))


def _known_zone(_form: Form, field: Field) -> None:
    if field.data not in available_timezones():
        raise ValidationError(
            _("“%(zone)s” is not a known time zone. Write it like Europe/Oslo.", zone=field.data)
        )


def _known_currency(_form: Form, field: Field) -> None:
    if not is_currency(field.data or ""):
        raise ValidationError(
            _("“%(code)s” is not a currency code. Use one such as EUR or KES.", code=field.data)
        )


AS_SET = "as-set"


class CallForm(Form):
    """Everything of a call but its questions, criteria and money."""

    ceiling_minor: int | None = None
    rates_read: Mapping[str, str] = MappingProxyType({})
    anchors_read: Mapping[str, str] = MappingProxyType({})

    code = StringField(
        lazy("Code"),
        description=lazy("Short, printed in every proposal number, for example ICR27."),
        validators=[
            InputRequired(lazy("Give the call a code.")),
            Length(2, 12),
            Regexp(
                r"^[A-Z][A-Z0-9]*$", message=lazy("Use capital letters and digits, such as ICR27.")
            ),
        ],
    )
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
        validators=[InputRequired(lazy("Name a time zone.")), _known_zone],
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
        lazy("Currency of the call"), default="EUR", validators=[InputRequired(), _known_currency]
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
        self.rates_read = _pairs(field.data or "", _rate)

    def validate_anchors(self, field: Field) -> None:
        self.anchors_read = _pairs(field.data or "", _anchor)

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
            tie_rules=tuple(
                line.strip() for line in self.tie_rules.data.splitlines() if line.strip()
            ),
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
            form.opens.data, form.closes.data = wall(call.opens_wall), wall(call.closes_wall)
            form.reviews_due.data = local(call)
            form.anchors.data = "\n".join(f"{k}: {v}" for k, v in call.anchors.items())
            form.rates.data = "\n".join(f"{k} {v}" for k, v in call.rates.items())
            form.tie_rules.data = "\n".join(call.tie_rules)
            if call.award_ceiling_minor is not None:
                form.ceiling.data = str(Money(call.award_ceiling_minor, call.currency).amount)
        return form


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def local(call: Call) -> datetime | None:
    due = call.reviews_due_at
    return due.astimezone(ZoneInfo(call.zone)).replace(tzinfo=None) if due else None


def _pairs(text: str, read: Callable[[str, int], tuple[str, str]]) -> dict[str, str]:
    return dict(
        read(line.strip(), number)
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip()
    )


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


class ExtensionForm(Form):
    closes = DateTimeLocalField(
        lazy("New closing time"), format=WALL, validators=[InputRequired(lazy("Say when."))]
    )
    reason = TextAreaField(
        lazy("Reason"), validators=[InputRequired(lazy("Give the reason; it is published."))]
    )


class UnsealForm(Form):
    reason = TextAreaField(
        lazy("Why it is opened"),
        description=lazy("For example: the grant agreements need the names of the organisations."),
        validators=[InputRequired(lazy("Say why; the ledger keeps it.")), Length(max=1000)],
    )


class BoxesField(SelectMultipleField):  # type: ignore[misc]
    """Boxes to tick, any number of them."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


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


class GraceForm(Form):
    minutes = IntegerField(
        lazy("Minutes after the deadline that still count"),
        validators=[InputRequired(lazy("Say how many.")), NumberRange(0, 240)],
    )
    reason = TextAreaField(
        lazy("Reason"),
        description=lazy("It stands in the ledger and in the public report; name nobody in it."),
        validators=[InputRequired(lazy("Give the reason; it stands in the ledger."))],
    )


class MoveForm(Form):
    """One button; the page says what it does."""


def _rate(line: str, number: int) -> tuple[str, str]:
    parts = line.replace(":", " ").replace("=", " ").split()
    if len(parts) != 2 or not is_currency(parts[0]):  # noqa: PLR2004
        raise ValidationError(
            _("Line %(n)s: write a currency code and a number, such as USD 0.925.", n=number)
        )
    try:
        good = Decimal(parts[1]).is_finite() and Decimal(parts[1]) > 0
    except InvalidOperation:
        good = False
    if not good:
        raise ValidationError(_("Line %(n)s: “%(text)s” is no rate.", n=number, text=parts[1]))
    return parts[0], parts[1]


def _anchor(line: str, number: int) -> tuple[str, str]:
    grade, colon, words = line.partition(":")
    if not colon or not words.strip():
        raise ValidationError(_("Line %(n)s: write grade, colon and words.", n=number))
    return grade.strip(), words.strip()
