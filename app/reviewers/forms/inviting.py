"""Forms of invitations: the letter of the staff, and the answer."""

from collections.abc import Iterable, Mapping

from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from app.accounts.rules import email_key, is_email
from app.core.forms import Form
from app.core.words import _, lazy
from app.reviewers.forms.pool import Ticks
from app.reviewers.rules import LONGEST_TEXT, PLACEHOLDERS, unknown_placeholders, usual_text
from app.reviewers.service import Suggested, unknown_words

SUGGESTIONS = 2


class InviteForm(Form):
    """Whom to ask, in which words. What is ticked on one page of the list stays on the others."""

    everybody = BooleanField(lazy("Everybody below"))
    below = HiddenField()  # who was below when the box was shown
    people = Ticks(lazy("Whom to ask"), validate_choice=False)  # `chosen` takes those known alone
    text = TextAreaField(
        lazy("Your letter"),
        description=lazy(
            "Filled in for each: %(names)s. The link to answer is added below.",
            names=", ".join("{" + name + "}" for name in PLACEHOLDERS),
        ),
        validators=[DataRequired(lazy("Write the letter.")), Length(max=LONGEST_TEXT)],
    )

    def __init__(self, *args: object, **values: object) -> None:
        super().__init__(*args, **values)
        self.offered: Mapping[str, str] = {}

    @classmethod
    def offering(cls, people: Mapping[str, str]) -> "InviteForm":
        """Offer people by id, each with a label."""
        form = cls()
        form.offered = people
        if not form.is_submitted():
            form.text.data = usual_text()
        return form

    @property
    def chosen(self) -> set[str]:
        """The people who are asked, on whatever page of the list they were ticked."""
        ticked = set(self.people.data or ())
        if self.everybody.data:
            ticked.update((self.below.data or "").split())
        return ticked & self.offered.keys()

    def show(self, shown: Iterable[str]) -> list[tuple[str, str]]:
        """Show a page of the list, with what is ticked there; return those ticked elsewhere."""
        chosen, here = self.chosen, list(shown)
        self.people.choices = [SelectChoice(one, self.offered[one]) for one in here]
        self.people.data = list(chosen)
        self.everybody.data, self.below.data = False, " ".join(here)
        away = chosen.difference(here)
        return [(one, label) for one, label in self.offered.items() if one in away]

    def validate_people(self, _field: Ticks) -> None:
        if not self.chosen:
            raise ValidationError(_("Choose whom to ask."))

    def validate_text(self, field: TextAreaField) -> None:
        if unknown := unknown_placeholders(field.data or ""):
            raise ValidationError(unknown_words(unknown))


class AnswerForm(Form):
    """The answer to an invitation."""

    address = StringField(
        lazy("The address this was sent to"),
        description=lazy("Type it in full, so that a letter passed on is not answered by others."),
        validators=[
            DataRequired(lazy("Type the address the invitation was sent to.")),
            Length(max=254),
        ],
    )
    answer = RadioField(lazy("Your answer"), validators=[DataRequired(lazy("Say yes or no."))])
    reason = TextAreaField(
        lazy("If not: why"),
        description=lazy("The staff of the call read this."),
        validators=[Length(max=1000)],
    )
    name_1 = StringField(lazy("First person: name"), validators=[Length(max=200)])
    email_1 = StringField(lazy("First person: e-mail address"), validators=[Length(max=254)])
    name_2 = StringField(lazy("Second person: name"), validators=[Length(max=200)])
    email_2 = StringField(lazy("Second person: e-mail address"), validators=[Length(max=254)])

    def __init__(self, *args: object, **values: object) -> None:
        super().__init__(*args, **values)
        self.sent_to = ""
        self.answer.choices = [
            SelectChoice("yes", _("Yes, I will review")),
            SelectChoice("no", _("No, not this time")),
        ]

    @classmethod
    def for_address(cls, sent_to: str) -> "AnswerForm":
        form = cls()
        form.sent_to = sent_to
        return form

    def validate_address(self, field: StringField) -> None:
        if email_key(field.data or "") != self.sent_to:
            raise ValidationError(
                _(
                    "The invitation was sent to another address. If somebody passed it on to "
                    "you, ask them to suggest you instead."
                )
            )

    def validate_reason(self, field: TextAreaField) -> None:
        if self.answer.data == "no" and not (field.data or "").strip():
            raise ValidationError(_("Say in a few words why, so that we can ask somebody else."))

    def validate_email_1(self, field: StringField) -> None:
        self._whole(self.name_1, field)

    def validate_email_2(self, field: StringField) -> None:
        self._whole(self.name_2, field)

    def _whole(self, name: StringField, email: StringField) -> None:
        given = (email.data or "").strip()
        if bool(given) != bool((name.data or "").strip()):
            raise ValidationError(_("Give both the name and the address, or neither."))
        if given and not is_email(given):
            raise ValidationError(_("Write an address like name@example.org."))

    def suggested(self) -> list[Suggested]:
        pairs = ((self.name_1, self.email_1), (self.name_2, self.email_2))
        return [
            Suggested(name.data.strip(), email.data.strip())
            for name, email in pairs
            if (name.data or "").strip()
        ]
