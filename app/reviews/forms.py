"""The scoring form of a call, made from its criteria, and the small forms around it."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from babel import Locale
from flask_babel import get_locale
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.calls.models import Criterion
from app.core.forms import Form
from app.core.words import _, lazy
from app.proposals.rules import Problem
from app.reviewers.models import ConflictKind
from app.reviewers.views import conflict_words
from app.reviews.models import Recognised
from app.reviews.rules import MOST_LETTERS, Measure, Written
from app.reviews.service import Change

CANNOT = "cannot"


class AcceptForm(Form):
    """One button: pressing it says that there is no conflict of interest."""


class DeclareForm(Form):
    kind = SelectField(lazy("Kind of conflict"))
    detail = TextAreaField(
        lazy("What it is"),
        description=lazy("A few words for the call’s office. Nobody else reads them."),
        validators=[Length(max=1000), Optional()],
    )

    def __init__(self, *args: object, **values: object) -> None:
        super().__init__(*args, **values)
        self.kind.choices = [
            SelectChoice(kind.value, conflict_words(kind)) for kind in ConflictKind
        ]


class DeclineForm(Form):
    reason = TextAreaField(
        lazy("Why"),
        description=lazy("For example: no time before the due date, or not my field."),
        validators=[
            DataRequired(lazy("Say in a few words why, so that we can ask somebody else.")),
            Length(max=1000),
        ],
    )


class SubmitForm(Form):
    no_conflict = BooleanField(
        lazy("Having read it all, I still know of no conflict of interest"),
        validators=[
            DataRequired(
                lazy("Say that you know of no conflict of interest. If there is one, declare it.")
            )
        ],
    )
    looked = BooleanField(lazy("I have looked at these words and send them as they are"))


class RecogniseForm(Form):
    answer = RadioField(
        lazy("Did you recognise who applied?"),
        choices=[
            SelectChoice(Recognised.NO.value, lazy("No")),
            SelectChoice(Recognised.PERHAPS.value, lazy("I think so")),
            SelectChoice(Recognised.SURE.value, lazy("Yes, I am sure")),
        ],
        validators=[InputRequired(lazy("Choose one. You can also go on without answering."))],
    )
    how = SelectField(lazy("If so, by what?"), validators=[Optional()])

    def __init__(self, *args: object, **values: object) -> None:
        super().__init__(*args, **values)
        self.how.choices = [
            SelectChoice("", _("I would rather not say")),
            SelectChoice("work", _("The work itself")),
            SelectChoice("references", _("References to earlier work")),
            SelectChoice("team", _("What it says of the team, the place or the patients")),
            SelectChoice("heard", _("I had heard of the plan")),
            SelectChoice("other", _("Something else")),
        ]


class ScoringForm(Form):
    """The fixed fields of every review; `form_for` adds the criteria of the call."""

    version = IntegerField(validators=[Optional()])
    confidence = RadioField(
        lazy("How confident are you?"),
        choices=[
            SelectChoice("3", lazy("High: this is my own field")),
            SelectChoice("2", lazy("Medium: I know the field")),
            SelectChoice("1", lazy("Low: I judge from outside")),
        ],
        validate_choice=False,
    )
    to_applicant = TextAreaField(
        lazy("Comment to the applicants"),
        description=lazy(
            "They read it word for word, with your justifications, once results are released. "
            "Do not tell who you are."
        ),
        validators=[Length(max=MOST_LETTERS)],
    )
    to_panel = TextAreaField(
        lazy("Comment to the panel"),
        description=lazy("The applicants do not read it. Reviewers who discuss it may."),
        validators=[Length(max=MOST_LETTERS), Optional()],
    )
    to_staff = TextAreaField(
        lazy("Comment to the call’s office"),
        description=lazy("Nobody else reads it: neither the applicants nor other reviewers."),
        validators=[Length(max=MOST_LETTERS), Optional()],
    )

    def to_change(self, measure: Measure) -> Change:
        grades: dict[str, str | None] = {}
        reasons: dict[str, str] = {}
        for criterion in measure.criteria:
            answer = self._grade(criterion.key)
            if answer == CANNOT:
                grades[criterion.key] = None
            elif answer:
                grades[criterion.key] = measure.tidy(answer)
            reasons[criterion.key] = self[f"r_{criterion.key}"].data or ""
        confidence = self.confidence.data
        return Change(
            revision=self.version.data or 0,
            written=Written(
                grades=grades,
                reasons=reasons,
                confidence=int(confidence) if confidence in {"1", "2", "3"} else None,
                to_applicant=self.to_applicant.data or "",
                to_panel=self.to_panel.data or "",
                to_staff=self.to_staff.data or "",
            ),
        )

    def _grade(self, key: str) -> str:
        aside = f"n_{key}"
        if aside in self and self[aside].data:
            return CANNOT
        return str(self[f"g_{key}"].data or "")

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Say at each field what keeps the review from being submitted."""
        for problem in problems:
            field = self[problem.field]
            field.errors = [*field.errors, problem.sentence]


def form_for(
    criteria: Sequence[Criterion],
    measure: Measure,
    written: Written,
    revision: int,
    *,
    plain: bool = False,
) -> ScoringForm:
    """Return the call's scoring form, filled with the review where nothing was sent.

    `plain` words stand where the call has them: the same criteria, scale and weights.
    """
    asked = tuple(
        Asked(
            criterion.key,
            (plain and criterion.plain_label) or criterion.label,
            (plain and criterion.plain_guidance) or criterion.guidance,
        )
        for criterion in criteria
    )
    made = _form_of(asked, () if measure.typed else tuple(measure.steps), get_locale())
    return made(data=values_of(measure, written, revision))


class Asked(NamedTuple):
    """What a form says of one criterion."""

    key: str
    label: str
    guidance: str


@lru_cache(maxsize=64)  # to make it takes as long as to fill it in
def _form_of(
    asked: tuple[Asked, ...], steps: tuple[str, ...], _language: Locale | None
) -> type[ScoringForm]:
    """Return the form of a call in one language; without `steps` grades are typed."""
    fields: dict[str, Any] = {}
    for one in asked:
        label = {"label": one.label, "description": one.guidance}
        if not steps:
            fields[f"g_{one.key}"] = StringField(**label)
            fields[f"n_{one.key}"] = BooleanField(_("I cannot judge this"))
        else:
            choices = [
                *(SelectChoice(step) for step in steps),
                SelectChoice(CANNOT, _("I cannot judge this")),
            ]
            fields[f"g_{one.key}"] = RadioField(**label, choices=choices, validate_choice=False)
        fields[f"r_{one.key}"] = TextAreaField(
            _("Justification: %(label)s", label=one.label),
            validators=[Length(max=MOST_LETTERS)],
        )
    return type("CallScoringForm", (ScoringForm,), fields)


def values_of(measure: Measure, written: Written, revision: int) -> Mapping[str, Any]:
    """Return a review as the form's values."""
    values: dict[str, Any] = {
        "version": revision,
        "confidence": str(written.confidence) if written.confidence else None,
        "to_applicant": written.to_applicant,
        "to_panel": written.to_panel,
        "to_staff": written.to_staff,
    }
    for criterion in measure.criteria:
        grade = written.grades.get(criterion.key, "")
        values[f"r_{criterion.key}"] = written.reasons.get(criterion.key, "")
        values[f"n_{criterion.key}"] = grade is None
        aside = None if measure.typed else CANNOT
        values[f"g_{criterion.key}"] = (grade or None) if grade is not None else aside
    return values
