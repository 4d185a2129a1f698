"""The form of a call, made from its questions."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from app.calls.models import Audience, Call, Question, QuestionKind
from app.core.forms import Form
from app.core.words import _, lazy
from app.proposals.models import Draft
from app.proposals.rules import LONGEST_TITLE
from app.proposals.service import Change

MOST_LETTERS = 50_000


class SmallForm(Form):
    """One button, or one button and a reason."""


class UploadForm(Form):
    file = FileField(
        lazy("PDF file"), validators=[FileRequired(lazy("Choose a PDF file to upload."))]
    )


class SubmitForm(Form):
    key = HiddenField()


class ScreeningForm(Form):
    eligible = RadioField(
        lazy("Decision"),
        choices=[
            SelectChoice("yes", lazy("Eligible: it goes to review")),
            SelectChoice("no", lazy("Not eligible")),
        ],
    )
    reason = TextAreaField(
        lazy("Reason"),
        description=lazy("Needed where it is not eligible; the applicants read it."),
        validators=[Length(max=2000)],
    )


class WritingForm(Form):
    """The fixed fields of every proposal; `form_for` adds the call's questions to them."""

    version = IntegerField(validators=[Optional()])
    title = StringField(
        lazy("Title of the project"),
        description=lazy("Reviewers see it. Name neither yourselves nor your organisation."),
        validators=[Length(max=LONGEST_TITLE)],
    )
    organisation = StringField(lazy("Lead organisation"), validators=[Length(max=200)])
    country = SelectField(lazy("Country of the lead organisation"))
    currency = SelectField(lazy("Currency of your budget"))
    requested = StringField(lazy("Amount you ask for"), validators=[Length(max=30)])
    months = StringField(lazy("Duration in months"), validators=[Length(max=4)])

    def to_change(self) -> Change:
        answers = {
            field.short_name.removeprefix("q_"): field.data or ""
            for field in self
            if field.short_name.startswith("q_")
        }
        fixed = ("title", "organisation", "country", "currency", "requested", "months")
        return Change(
            revision=self.version.data or 0,
            answers=answers,
            **{name: getattr(self, name).data or "" for name in fixed},
        )


@cache
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """Return the countries of the world with their names in a language, by name."""
    names = Locale.parse(language).territories
    found = [(c, n) for c, n in names.items() if len(c) == 2 and c.isalpha() and c not in _NONE]  # noqa: PLR2004
    return (("", "–"), *sorted(found, key=lambda pair: pair[1]))


def country_choices(language: str) -> list[SelectChoice]:
    return [SelectChoice(code, name) for code, name in countries(language)]


_NONE = {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"}


def form_for(call: Call, questions: Sequence[Question], draft: Draft) -> WritingForm:
    """Return the call's form, filled with the draft where nothing was sent."""
    fields = {f"q_{q.key}": _field(q) for q in questions if q.kind is not QuestionKind.FILE}
    made = type("CallWritingForm", (WritingForm,), fields)
    form: WritingForm = made(data=_values(draft))
    form.country.choices = country_choices(str(get_locale() or "en"))
    form.currency.choices = [SelectChoice(code) for code in (call.currency, *call.rates)]
    if draft.currency and draft.currency not in (call.currency, *call.rates):
        form.currency.choices = [*form.currency.choices, SelectChoice(draft.currency)]
    return form


def _values(draft: Draft) -> dict[str, Any]:
    answers = {f"q_{key}": value for key, value in {**draft.science, **draft.identity}.items()}
    fixed = ("title", "organisation", "country", "currency", "requested", "months")
    return {**answers, **{name: getattr(draft, name) for name in fixed}, "version": draft.revision}


def _field(question: Question) -> Field:
    described = {"label": question.label, "description": question.hint}
    match question.kind:
        case QuestionKind.LONG_TEXT:
            return TextAreaField(**described, validators=[Length(max=MOST_LETTERS)])
        case QuestionKind.CHOICE:
            choices = [SelectChoice("", _("Choose one")), *map(SelectChoice, question.choices)]
            return SelectField(**described, choices=choices, validate_choice=False)
        case QuestionKind.COUNTRY:
            return SelectField(**described, choices=country_choices("en"), validate_choice=False)
        case _:
            return StringField(**described, validators=[Length(max=1000)])


def is_identity(question: Question) -> bool:
    return question.audience is Audience.IDENTITY
