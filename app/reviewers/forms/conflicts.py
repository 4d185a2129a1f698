"""The form in which staff enter a conflict."""

from collections.abc import Iterable

from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from app.core.forms import Form
from app.core.paging import words_asked
from app.core.words import _, lazy
from app.reviewers.forms.offered import offer
from app.reviewers.models import ConflictKind
from app.reviewers.views import conflict_words


class ConflictForm(Form):
    """A conflict that staff know of."""

    account_id = SelectField(
        lazy("Reviewer"), validators=[DataRequired(lazy("Choose a reviewer."))]
    )
    proposal_id = SelectField(
        lazy("Proposal"), validators=[DataRequired(lazy("Choose a proposal."))]
    )
    kind = SelectField(lazy("Kind of conflict"))
    reason = TextAreaField(
        lazy("Reason"),
        validators=[DataRequired(lazy("Say what the conflict is.")), Length(max=1000)],
    )

    @classmethod
    def offering(
        cls, people: Iterable[tuple[str, str]], proposals: Iterable[tuple[str, str]]
    ) -> "ConflictForm":
        form = cls()
        offer(form.account_id, _("Choose one"), people, words_asked("person"))
        offer(form.proposal_id, _("Choose one"), proposals, words_asked("proposal"))
        form.kind.choices = [
            SelectChoice(kind.value, conflict_words(kind)) for kind in ConflictKind
        ]
        return form


class OwnConflictForm(Form):
    """A conflict of somebody of the staff."""

    proposal_id = SelectField(
        lazy("Proposal"), validators=[DataRequired(lazy("Choose a proposal."))]
    )
    kind = SelectField(lazy("Kind of conflict"))
    detail = StringField(
        lazy("In a few words"),
        description=lazy("Other staff of the call read this. You may leave it empty."),
        validators=[Length(max=300)],
    )

    @classmethod
    def offering(cls, proposals: Iterable[tuple[str, str]]) -> "OwnConflictForm":
        form = cls()
        offer(form.proposal_id, _("Choose one"), proposals, words_asked())
        form.kind.choices = [
            SelectChoice(kind.value, conflict_words(kind)) for kind in ConflictKind
        ]
        return form


class SetAsideForm(Form):
    """Why something that was found is no conflict."""

    reason = TextAreaField(
        lazy("Why this is no conflict of interest"),
        description=lazy("It is kept with the conflict; auditors read it."),
        validators=[
            DataRequired(lazy("Say why this is no conflict of interest.")),
            Length(max=1000),
        ],
    )
