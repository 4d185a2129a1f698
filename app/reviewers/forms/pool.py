"""Forms of the pool: one person, a list of them, and what to look for."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_wtf.file import FileField
from wtforms import (
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, Length, NumberRange, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts.rules import email_key
from app.core.countries import countries
from app.core.forms import Form
from app.core.words import _, lazy
from app.reviewers import coding
from app.reviewers.forms.offered import offered
from app.reviewers.models import ReviewerKind
from app.reviewers.rules import LONGEST_STATEMENT, MOST_LOAD, Away, Profile, away_of, ror_of
from app.reviewers.service import ReviewerDraft
from app.reviewers.views import kind_words


class Ticks(SelectMultipleField):  # type: ignore[misc]
    """Several of a list, each with a box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _parts(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(";") if part.strip()]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form says about a reviewer."""

    kind: ReviewerKind
    expertise: str
    most: int
    mentor_id: str | None
    profile: Profile


class AskForm(Form):
    """What a reviewer knows, and what they are asked for."""

    kind = RadioField(lazy("Kind"), default=ReviewerKind.EXPERT.value)
    mentor = StringField(
        lazy("Mentor"),
        description=lazy(
            "For early-career researchers: the e-mail address of somebody in the pool."
        ),
        validators=[Length(max=254)],
    )
    expertise = StringField(
        lazy("Expertise in free words"),
        description=lazy("A few words, parted by semicolons; staff read them when assigning."),
        validators=[Length(max=300)],
    )
    codes = Ticks(lazy("Codes of the Common Scientific Outline"))
    cancers = Ticks(lazy("Types of cancer"))
    languages = StringField(
        lazy("Languages"),
        description=lazy("Codes or English names, parted by semicolons: en; fr."),
        validators=[Length(max=300)],
    )
    ror = StringField(
        lazy("ROR of the organisation"),
        description=lazy("Its identifier, like https://ror.org/03yrm5c26."),
        validators=[Length(max=100)],
    )
    parents = StringField(
        lazy("What the organisation belongs to"),
        description=lazy("Names or RORs, parted by semicolons; conflicts are looked for there."),
        validators=[Length(max=500)],
    )
    away = StringField(
        lazy("Cannot review"),
        description=lazy("Periods like 2026-12-20/2027-01-05, parted by semicolons."),
        validators=[Length(max=500)],
    )
    statement = TextAreaField(
        lazy("Statement of expertise"), validators=[Length(max=LONGEST_STATEMENT)]
    )
    most = IntegerField(
        lazy("Proposals at the most"),
        default=8,
        validators=[
            DataRequired(lazy("Say how many proposals at the most.")),
            NumberRange(1, MOST_LOAD, lazy("Give a whole number from 1 to 100.")),
        ],
    )

    def __init__(self, *args: object, **values: object) -> None:
        super().__init__(*args, **values)
        self.kind.choices = [SelectChoice(kind.value, kind_words(kind)) for kind in ReviewerKind]
        self.codes.choices = [
            SelectChoice(code, f"{code} {name}") for code, name in coding.codes().items()
        ]
        self.cancers.choices = [SelectChoice(k, name) for k, name in coding.cancers().items()]
        self._mentors: dict[str, str] = {}

    def offer_mentors(self, people: Mapping[str, str]) -> None:
        """Take for a mentor whoever is among these: account ids by the keys of addresses."""
        self._mentors = dict(people)

    @property
    def mentor_id(self) -> str | None:
        return self._mentors.get(email_key((self.mentor.data or "").strip()))

    def validate_mentor(self, field: StringField) -> None:
        if (field.data or "").strip() and self.mentor_id is None:
            raise ValidationError(
                _("Nobody else in the pool has this address. Enter the mentor into the pool first.")
            )

    def validate_languages(self, field: StringField) -> None:
        for part in _parts(field.data):
            if coding.found_in(coding.languages(), part) is None:
                raise ValidationError(
                    _("“%(text)s” is not a language or its code, like en.", text=part[:60])
                )

    def validate_ror(self, field: StringField) -> None:
        if field.data and ror_of(field.data) is None:
            raise ValidationError(_("This is no ROR identifier; its check digits do not fit."))

    def validate_away(self, field: StringField) -> None:
        for part in _parts(field.data):
            if away_of(part) is None:
                raise ValidationError(
                    _("“%(text)s” is not a period like 2026-12-20/2027-01-05.", text=part[:60])
                )

    def show_profile(self, profile: Profile) -> None:
        """Fill in what is known, for a form that was not sent."""
        self.codes.data, self.cancers.data = list(profile.codes), list(profile.cancers)
        self.languages.data = "; ".join(profile.languages)
        self.ror.data = f"https://ror.org/{profile.ror}" if profile.ror else ""
        self.parents.data = "; ".join(profile.parents)
        self.away.data = "; ".join(map(str, profile.away))
        self.statement.data = profile.statement

    def to_asked(self) -> Asked:
        away: list[Away | None] = [away_of(part) for part in _parts(self.away.data)]
        known = [coding.found_in(coding.languages(), p) for p in _parts(self.languages.data)]
        return Asked(
            kind=ReviewerKind(self.kind.data),
            expertise=(self.expertise.data or "").strip(),
            most=self.most.data,
            mentor_id=self.mentor_id,
            profile=Profile(
                ror=ror_of(self.ror.data or "") or "",
                parents=tuple(_parts(self.parents.data)),
                codes=tuple(self.codes.data or ()),
                cancers=tuple(self.cancers.data or ()),
                languages=tuple(dict.fromkeys(one for one in known if one)),
                statement=(self.statement.data or "").strip(),
                away=tuple(one for one in away if one),
            ),
        )


class ReviewerForm(AskForm):
    """Somebody new for the pool."""

    name = StringField(
        lazy("Name"), validators=[DataRequired(lazy("Give the name.")), Length(max=200)]
    )
    email = StringField(
        lazy("E-mail address"),
        description=lazy("Somebody new gets an invitation with a link to sign in."),
        validators=[
            DataRequired(lazy("Give the address.")),
            Length(max=254),
            Email(lazy("Write an address like name@example.org.")),
        ],
    )
    organisation = StringField(
        lazy("Organisation"),
        description=lazy("Proposals of the same organisation are kept away from them."),
        validators=[Length(max=200)],
    )
    country = SelectField(lazy("Country"))

    def __init__(self, *args: object, **values: object) -> None:
        super().__init__(*args, **values)
        self.country.choices = offered(_("Not known"), countries())

    def to_draft(self) -> ReviewerDraft:
        asked = self.to_asked()
        return ReviewerDraft(
            name=self.name.data.strip(),
            email=self.email.data.strip(),
            organisation=(self.organisation.data or "").strip(),
            country=self.country.data or "",
            kind=asked.kind,
            expertise=asked.expertise,
            most=asked.most,
            profile=asked.profile,
            mentor_id=asked.mentor_id,
        )


class SheetForm(Form):
    """A list as CSV."""

    file = FileField(lazy("File"))

    def content(self) -> bytes | None:
        """Return the bytes that were sent; None where no file was chosen."""
        sent = self.file.data
        return sent.read() if sent and sent.filename else None
