"""Sections and questions of the form that applicants fill in."""

from collections.abc import Sequence
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.calls.conditions import ATTRIBUTES, Test
from app.calls.forms.fields import KEY, lines
from app.calls.kinds import Asked, kind_of
from app.calls.kinds.tables import SIMPLE
from app.calls.models import Audience, QuestionKind
from app.calls.sheet import FormSheet, SectionSheet
from app.calls.views import attribute_words, kind_words, test_words
from app.core.forms import Form
from app.core.words import _, lazy

MOST_CONDITIONS = 3
COLUMN_PARTS = 3  # key, words and kind come first in a column's line


class SectionForm(Form):
    title = StringField(
        lazy("Title"), validators=[InputRequired(lazy("Name the section.")), Length(max=100)]
    )
    guidance = TextAreaField(lazy("Guidance above its questions"), validators=[Length(max=3000)])

    def to_sheet(self) -> SectionSheet:
        return SectionSheet(self.title.data.strip(), (self.guidance.data or "").strip())


class QuestionForm(Form):
    """One question: what all kinds share, then what only some kinds need."""

    label = StringField(
        lazy("Question"), validators=[InputRequired(lazy("Write the question.")), Length(max=200)]
    )
    key = StringField(
        lazy("Key"),
        description=lazy("Its short name in exports, for example data_sharing."),
        validators=[InputRequired(lazy("Give the question a key.")), Length(max=40), KEY],
    )
    section = SelectField(lazy("Section"), validate_choice=False)
    hint = TextAreaField(lazy("Guidance beside it"), validators=[Length(max=2000)])
    kind = SelectField(lazy("Kind of answer"), default=QuestionKind.LONG_TEXT.value)
    audience = RadioField(
        lazy("Who reads the answer"),
        choices=[
            SelectChoice(
                Audience.SCIENTIFIC.value, lazy("Staff and reviewers: it says what is proposed")
            ),
            SelectChoice(
                Audience.IDENTITY.value,
                lazy("It tells who applies: staff, and reviewers only where the call shows it"),
            ),
            SelectChoice(Audience.STAFF.value, lazy("The call's staff, never a reviewer")),
            SelectChoice(
                Audience.EQUALITY.value,
                lazy("Nobody: for equality monitoring, it is only counted (choices, optional)"),
            ),
        ],
        default=Audience.SCIENTIFIC.value,
    )
    required = BooleanField(lazy("An answer is needed"), default=True)

    word_limit = IntegerField(lazy("Word limit"), validators=[Optional(), NumberRange(1, 10000)])
    choices = TextAreaField(
        lazy("Choices, one a line"), description=lazy("For a budget: its headings, if any.")
    )
    most = IntegerField(lazy("Most that may be ticked"), validators=[Optional(), NumberRange(1)])
    min = StringField(lazy("Smallest number or first day"), validators=[Length(max=40)])
    max = StringField(lazy("Largest number, sum or last day"), validators=[Length(max=40)])
    unit = StringField(lazy("Unit, shown after the number"), validators=[Length(max=40)])
    currency = StringField(
        lazy("Currency"),
        description=lazy("Leave empty for the call's."),
        validators=[Length(max=3)],
    )
    rates = TextAreaField(
        lazy("Rates, one a line"), description=lazy("Words, colon, amount: Week of stay: 600")
    )
    columns = TextAreaField(
        lazy("Columns, one a line"),
        description=lazy(
            "Key | words | kind, then if needed: optional, or choices with semicolons, or the "
            "smallest..largest number. For example: state | Approval | choice | Given; Asked for"
        ),
    )
    min_rows = IntegerField(lazy("Fewest rows"), validators=[Optional(), NumberRange(0, 60)])
    max_rows = IntegerField(lazy("Most rows"), validators=[Optional(), NumberRange(1, 60)])

    subject_0 = SelectField(lazy("Asked only if"), validate_choice=False)
    test_0 = SelectField(lazy("compares"), default=Test.IS.value)
    value_0 = StringField(lazy("with"), validators=[Length(max=300)])
    subject_1 = SelectField(lazy("and"), validate_choice=False)
    test_1 = SelectField(lazy("compares"), default=Test.IS.value)
    value_1 = StringField(lazy("with"), validators=[Length(max=300)])
    subject_2 = SelectField(lazy("and"), validate_choice=False)
    test_2 = SelectField(lazy("compares"), default=Test.IS.value)
    value_2 = StringField(lazy("with"), validators=[Length(max=300)])

    columns_read: Sequence[dict[str, Any]] = ()
    rates_read: Sequence[dict[str, str]] = ()

    def validate_columns(self, field: Field) -> None:
        lines = [line for line in (field.data or "").splitlines() if line.strip()]
        self.columns_read = [_column(line, number) for number, line in enumerate(lines, 1)]

    def validate_rates(self, field: Field) -> None:
        lines = [line for line in (field.data or "").splitlines() if line.strip()]
        self.rates_read = [_rate(line, number) for number, line in enumerate(lines, 1)]

    @classmethod
    def on(cls, sheet: FormSheet, asked: Asked | None) -> "QuestionForm":
        """Return the form for a question of the sheet, or for a new one."""
        form = cls(data=_shown(asked) if asked else None)
        form.kind.choices = [SelectChoice(kind.value, kind_words(kind)) for kind in QuestionKind]
        titles = [section.title for section in sheet.sections]
        form.section.choices = [
            SelectChoice(title, title or _("Without a section")) for title in titles or [""]
        ]
        earlier = sheet.before(asked.key) if asked else sheet.questions
        subjects = [
            SelectChoice("", _("– no condition –")),
            *(SelectChoice(q.key, q.label) for q in earlier if q.audience != Audience.EQUALITY),
            *(SelectChoice(name, attribute_words(name)) for name in ATTRIBUTES),
        ]
        tests = [SelectChoice(test.value, test_words(test)) for test in Test]
        for place in range(MOST_CONDITIONS):
            form[f"subject_{place}"].choices = subjects
            form[f"test_{place}"].choices = tests
        return form

    def to_asked(self) -> Asked:
        kind = QuestionKind(self.kind.data)
        uses = kind_of(kind).settings
        return Asked(
            key=self.key.data,
            label=self.label.data.strip(),
            kind=kind,
            required=self.required.data,
            word_limit=self.word_limit.data if "word_limit" in uses else None,
            choices=lines(self.choices.data) if "choices" in uses else (),
            hint=(self.hint.data or "").strip(),
            section=self.section.data or "",
            audience=Audience(self.audience.data),
            settings={k: v for k, v in self._settings().items() if k in uses and v},
            condition=tuple(self._conditions()),
        )

    def _settings(self) -> dict[str, Any]:
        texts = ("min", "max", "unit", "currency")
        numbers = ("most", "min_rows", "max_rows")
        return {
            **{name: (self[name].data or "").strip() for name in texts},
            **{name: self[name].data for name in numbers},
            "rates": list(self.rates_read),
            "columns": list(self.columns_read),
        }

    def _conditions(self) -> list[dict[str, str]]:
        found = []
        for place in range(MOST_CONDITIONS):
            subject = self[f"subject_{place}"].data
            if subject:
                value = (self[f"value_{place}"].data or "").strip()
                found.append(
                    {"subject": subject, "test": self[f"test_{place}"].data, "value": value}
                )
        return found


def _shown(asked: Asked) -> dict[str, Any]:
    """Return a question as its form shows it."""
    settings = asked.settings
    shown = {
        "label": asked.label,
        "key": asked.key,
        "section": asked.section,
        "hint": asked.hint,
        "kind": asked.kind.value,
        "audience": asked.audience.value,
        "required": asked.required,
        "word_limit": asked.word_limit,
        "choices": "\n".join(asked.choices),
        "rates": "\n".join(f"{r['label']}: {r['amount']}" for r in settings.get("rates", [])),
        "columns": "\n".join(_column_line(column) for column in settings.get("columns", [])),
        **{
            name: settings.get(name)
            for name in ("min", "max", "unit", "currency", "most", "min_rows", "max_rows")
        },
    }
    for place, condition in enumerate(asked.condition[:MOST_CONDITIONS]):
        shown |= {f"{name}_{place}": value for name, value in condition.items()}
    return shown


def _column(line: str, number: int) -> dict[str, Any]:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) < COLUMN_PARTS or parts[2] not in set(SIMPLE):
        kinds = ", ".join(kind.value for kind in SIMPLE)
        raise ValidationError(
            _(
                "Line %(n)s: write key | words | kind, where kind is one of %(kinds)s.",
                n=number,
                kinds=kinds,
            )
        )
    column: dict[str, Any] = {"key": parts[0], "label": parts[1], "kind": parts[2]}
    for more in parts[COLUMN_PARTS:]:
        least, dots, most = more.partition("..")
        if more == "optional":
            column["required"] = False
        elif dots:
            column |= {k: v.strip() for k, v in (("min", least), ("max", most)) if v.strip()}
        elif more:
            column["choices"] = [choice.strip() for choice in more.split(";") if choice.strip()]
    return column


def _column_line(column: dict[str, Any]) -> str:
    parts = [column["key"], column["label"], column.get("kind", "text")]
    if column.get("choices"):
        parts.append("; ".join(column["choices"]))
    if column.get("min") or column.get("max"):
        parts.append(f"{column.get('min', '')}..{column.get('max', '')}")
    if not column.get("required", True):
        parts.append("optional")
    return " | ".join(parts)


def _rate(line: str, number: int) -> dict[str, str]:
    words, colon, amount = line.rpartition(":")
    if not colon or not words.strip():
        raise ValidationError(_("Line %(n)s: write words, colon, amount.", n=number))
    return {"label": words.strip(), "amount": "".join(amount.split())}
