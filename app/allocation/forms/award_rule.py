"""The rule of a call: quotas one a line, so that twenty are as easy to write as one."""

from typing import Self

from wtforms import Field, IntegerField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.calls import award_rule
from app.calls.award_rule import AtMost, AwardRule, DrawMode, Limit, Objective, OrderBy, Quota
from app.calls.models import Call
from app.core.forms import Form
from app.core.words import _, lazy

_ENDS = {
    ("at least", "%"): Limit.MIN_SHARE,
    ("at most", "%"): Limit.MAX_SHARE,
    ("at least", "awards"): Limit.MIN_COUNT,
    ("at most", "awards"): Limit.MAX_COUNT,
}


class AwardRuleForm(Form):
    quotas_read: tuple[Quota, ...] = ()
    at_most_read: tuple[AtMost, ...] = ()

    objective = RadioField(
        lazy("What the money is to buy"),
        choices=[
            SelectChoice(Objective.RANK.value, lazy("The best first, until the money ends")),
            SelectChoice(
                Objective.MERIT.value,
                lazy("The highest sum of merit: prefers many small awards"),
            ),
            SelectChoice(
                Objective.MERIT_MONEY.value,
                lazy("The highest sum of merit times money: merit counts by its amount"),
            ),
        ],
        default=Objective.RANK.value,
    )
    order_by = RadioField(
        lazy("Which order"),
        choices=[
            SelectChoice(OrderBy.RAW.value, lazy("By the weighted totals as they are")),
            SelectChoice(
                OrderBy.CALIBRATED.value,
                lazy("By expected rank, with each reviewer’s severity estimated and taken out"),
            ),
        ],
        default=OrderBy.RAW.value,
    )
    when_unaffordable = RadioField(
        lazy("When the next proposal in rank asks for more than is left"),
        choices=[
            SelectChoice("stop", lazy("The money ends there")),
            SelectChoice("skip", lazy("Go on to the next it can pay")),
        ],
        default="stop",
    )
    least_percent = IntegerField(
        lazy("Least part of what was asked, in percent"),
        description=lazy("100 means all or nothing; 80 lets an award be cut by a fifth."),
        default=100,
        validators=[InputRequired(), NumberRange(1, 100)],
    )
    quotas = TextAreaField(
        lazy("Quotas"),
        description=lazy(
            "One a line: “at least” or “at most”, a number, “%” of the money or “awards”, “for”, "
            "what it goes by, “=”, and the values with commas. For example: "
            "at least 30 % for income_group = low, lower-middle, upper-middle"
        ),
        validators=[Length(max=4000)],
    )
    at_most = TextAreaField(
        lazy("No more than so many awards that share something"),
        description=lazy("One a line, for example: at most 2 per institution"),
        validators=[Length(max=1000)],
    )
    needs = StringField(
        lazy("Question that names a proposal without which this one is not funded"),
        description=lazy("The key of a one-line question, or nothing."),
        validators=[Optional(), Length(max=40)],
    )
    draw = RadioField(
        lazy("Those that cannot be told apart at the line"),
        choices=[
            SelectChoice(DrawMode.NONE.value, lazy("Are funded in order, without a draw")),
            SelectChoice(DrawMode.UNIFORM.value, lazy("Are drawn, each with the same chance")),
            SelectChoice(
                DrawMode.MERIT.value,
                lazy("Are drawn with the chances that guarantee the most merit"),
            ),
        ],
        default=DrawMode.NONE.value,
    )

    def validate_quotas(self, field: Field) -> None:
        self.quotas_read = tuple(_quota(line, n) for n, line in _lines(field.data))

    def validate_at_most(self, field: Field) -> None:
        self.at_most_read = tuple(_at_most(line, n) for n, line in _lines(field.data))

    def goes_on(self) -> bool:
        return bool(self.when_unaffordable.data == "skip")

    def to_rule(self) -> AwardRule:
        return AwardRule(
            objective=Objective(self.objective.data),
            order_by=OrderBy(self.order_by.data),
            least_percent=self.least_percent.data,
            quotas=self.quotas_read,
            at_most=self.at_most_read,
            needs=(self.needs.data or "").strip(),
            draw=DrawMode(self.draw.data),
        )

    @classmethod
    def showing(cls, call: Call) -> Self:
        """Return the form filled with what the call says now."""
        form = cls()
        if not form.is_submitted():
            rule = award_rule.from_data(call.award_rule)
            form.objective.data = rule.objective.value
            form.order_by.data = rule.order_by.value
            form.when_unaffordable.data = call.when_unaffordable
            form.least_percent.data = rule.least_percent
            form.quotas.data = "\n".join(map(quota_line, rule.quotas))
            form.at_most.data = "\n".join(
                f"at most {one.count} per {one.attribute}" for one in rule.at_most
            )
            form.needs.data = rule.needs
            form.draw.data = rule.draw.value
        return form


def quota_line(quota: Quota) -> str:
    """Write a quota as it is typed."""
    words, unit = next(end for end, limit in _ENDS.items() if limit is quota.limit)
    values = ", ".join(quota.values)
    return f"{words} {quota.amount} {unit} for {quota.attribute} = {values}"


def _lines(text: str | None) -> list[tuple[int, str]]:
    found = enumerate((text or "").splitlines(), 1)
    return [(number, line.strip()) for number, line in found if line.strip()]


def _quota(line: str, number: int) -> Quota:
    head, equals, values = line.partition("=")
    amount, means, attribute = head.partition(" for ")
    words = amount.replace("%", " % ").split()
    end = (" ".join(words[:2]).lower(), words[-1].lower() if words else "")
    count = words[2] if len(words) == 4 else ""  # noqa: PLR2004 - at least N unit
    listed = tuple(dict.fromkeys(one.strip() for one in values.split(",") if one.strip()))
    if not (equals and means and end in _ENDS and count.isdecimal() and listed):
        raise ValidationError(
            _(
                "Line %(n)s: write it like “at least 30 %% for income_group = low, lower-middle” "
                "or “at most 3 awards for country = NO”.",
                n=number,
            )
        )
    return Quota(attribute.strip(), listed, _ENDS[end], int(count))


def _at_most(line: str, number: int) -> AtMost:
    words = line.split()
    right = (
        len(words) == 5  # noqa: PLR2004 - at most N per WHAT
        and [word.lower() for word in (*words[:2], words[3])] == ["at", "most", "per"]
        and words[2].isdecimal()
        and int(words[2]) > 0
    )
    if not right:
        raise ValidationError(_("Line %(n)s: write it like “at most 2 per institution”.", n=number))
    return AtMost(words[4], int(words[2]))
