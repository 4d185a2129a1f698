"""The form of a call, made from its questions."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from flask import request
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional

from app.calls.asking import as_asked
from app.calls.kinds import Asked, Sent, kind_of
from app.calls.kinds.rows import changed_rows
from app.calls.models import Call, Question
from app.core.choosing import shortened
from app.core.countries import countries
from app.core.forms import Form
from app.core.words import _, lazy
from app.proposals.answering import answers_in
from app.proposals.models import Draft
from app.proposals.rules import LONGEST_TITLE, no_rate
from app.proposals.service import Change

QUESTION = "q_"  # begins the name of every field of an answer


class SmallForm(Form):
    """One button, or one button and a reason."""


class UploadForm(Form):
    """A file as one request, or the id of one that the page's script has sent in pieces."""

    partial = HiddenField()
    file = FileField(lazy("PDF file"))

    def validate_file(self, field: FileField) -> None:
        if not self.partial.data and not field.data:
            raise ValidationError(_("Choose a PDF file to upload."))


class SubmitForm(Form):
    """`names_found` comes with the page that shows words which tell who applies."""

    key = HiddenField()
    names_found = HiddenField()
    names_may_stay = BooleanField(
        lazy("I have looked at the words that tell who applies, and they may stay")
    )

    def validate_names_may_stay(self, field: BooleanField) -> None:
        if self.names_found.data and not field.data:
            raise ValidationError(
                _("Some words tell who you are. Change them, or say here that they may stay.")
            )


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
    """The fixed fields of every proposal; `form_for` adds the answers to its questions."""

    asked: Sequence[Asked] = ()
    answers: Mapping[str, str] = MappingProxyType({})  # by question, as typed or as kept

    version = IntegerField(validators=[Optional()])
    form_number = IntegerField(validators=[Optional(), NumberRange(0, 10_000)])
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

    @staticmethod
    def saves() -> bool:
        """Whether a button that saves was pressed, and not one of a row of a table."""
        return "save" in request.form or "check" in request.form

    def no_longer_asked(self) -> list[str]:
        """Return what was typed into questions that the call does not ask any more."""
        names = tuple(asked.name for asked in self.asked)
        return [
            value
            for name, value in request.form.items(multi=True)
            if name.startswith(QUESTION)
            and len(value.split()) > 1
            and not any(name == known or name.startswith(f"{known}-") for known in names)
        ]

    def wants_rows(self) -> bool:
        """Whether the button that sent the form adds or takes a row of a table."""
        return bool(request.form.get("rows"))

    def change_rows(self) -> str:
        """Add or take the row that the button names; return the key of its question."""
        key, answers = changed_rows(self.asked, self.answers, request.form.get("rows", ""))
        self.answers = answers
        return key

    def to_change(self) -> Change:
        fixed = ("title", "organisation", "country", "currency", "requested", "months")
        return Change(
            revision=self.version.data or 0,
            answers=dict(self.answers),
            form_number=str(self.form_number.data or "") if self.saves() else "",
            **{name: getattr(self, name).data or "" for name in fixed},
        )


def country_choices() -> list[SelectChoice]:
    return [SelectChoice("", "–"), *(SelectChoice(code, name) for code, name in countries())]


def offer_currencies(field: SelectField, call: Call) -> None:
    """Offer the currencies a call counts in; another is refused for want of a rate."""
    known = [call.currency, *call.rates]
    field.choices = [SelectChoice(code) for code in known]
    sent = str(field.data or "")
    if sent:
        field.invalid_choice_message = no_rate(shortened(sent), known)


def form_for(call: Call, questions: Sequence[Question], draft: Draft) -> WritingForm:
    """Return the call's form, filled with the draft where nothing was sent."""
    form = WritingForm(data=_values(draft))
    form.asked = as_asked(questions, call.currency)
    form.answers = answers_in(draft)
    if form.is_submitted():
        form.answers |= collected(form.asked, request.form.to_dict(flat=False))
    _offer_choices(form, call, draft)
    return form


def checked(call: Call, draft: Draft, sent: Mapping[str, str]) -> WritingForm:
    """Return the fixed fields of the form as a program sent them, the others as they are kept."""
    values = {**_values(draft), **sent}
    form = WritingForm(formdata=MultiDict(values), meta={"csrf": False})
    _offer_choices(form, call, draft)
    form.validate()
    return form


def _offer_choices(form: WritingForm, call: Call, draft: Draft) -> None:
    form.country.choices = country_choices()
    offer_currencies(form.currency, call)
    if draft.currency and draft.currency not in (call.currency, *call.rates):
        form.currency.choices = [*form.currency.choices, SelectChoice(draft.currency)]


def collected(form: Sequence[Asked], sent: Sent) -> dict[str, str]:
    """Return what was sent, by question; questions that were not on the page are left out."""
    found = {asked.key: kind_of(asked.kind).collect(asked.name, sent) for asked in form}
    return {key: answer for key, answer in found.items() if answer is not None}


def _values(draft: Draft) -> dict[str, Any]:
    fixed = ("title", "organisation", "country", "currency", "requested", "months")
    return {**{name: getattr(draft, name) for name in fixed}, "version": draft.revision}
