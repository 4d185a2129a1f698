"""The forms of accounts: shape and words."""

from typing import Any
from zoneinfo import available_timezones

from wtforms import (
    Field,
    HiddenField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts import rules
from app.accounts.models import Role
from app.accounts.passwords import LONGEST, SHORTEST
from app.accounts.service import ProfileDraft, TokenDraft
from app.core.api.scopes import TokenScope
from app.core.countries import countries
from app.core.forms import Form
from app.core.words import _, lazy

LONGEST_NAME = 200
NEW_PASSWORD = lazy(
    "At least %(n)s characters. Four words that have nothing to do with each other make a good "
    "one, and a password manager may fill in any it likes.",
    n=SHORTEST,
)


def _no_line_breaks(_form: Form, field: Field) -> None:
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in field.data or ""):  # noqa: PLR2004
        raise ValidationError(_("Write this on one line, without special characters."))


def _is_address(_form: Form, field: Field) -> None:
    if not rules.is_email((field.data or "").strip()):
        raise ValidationError(_("Write an e-mail address, like name@example.org."))


def _is_good_password(form: Form, field: Field) -> None:
    about = tuple(str(form[name].data or "") for name in ("name", "email") if name in form)
    verdict = rules.can_be_password(field.data or "", about=about)
    if not verdict:
        raise ValidationError(verdict.reason)


def _email(label: str) -> StringField:
    return StringField(
        label, validators=[InputRequired(lazy("Write your e-mail address.")), _is_address]
    )


def _name() -> StringField:
    return StringField(
        lazy("Full name"),
        description=lazy("As it should stand on proposals and in letters."),
        validators=[
            InputRequired(lazy("Write your name.")),
            Length(max=LONGEST_NAME, message=lazy("Write at most %(max)d characters.")),
            _no_line_breaks,
        ],
    )


def _new_password(label: str) -> PasswordField:
    return PasswordField(
        label,
        description=NEW_PASSWORD,
        validators=[InputRequired(lazy("Choose a password.")), _is_good_password],
    )


class SignInForm(Form):
    email = StringField(
        lazy("E-mail address"), validators=[InputRequired(lazy("Write your e-mail address."))]
    )
    password = PasswordField(
        lazy("Password"),
        validators=[InputRequired(lazy("Write your password.")), Length(max=LONGEST)],
    )
    next = HiddenField()


class CodeForm(Form):
    otp = StringField(
        lazy("Code"),
        description=lazy("The six digits that your authenticator app shows now."),
        validators=[InputRequired(lazy("Write the code of your authenticator app."))],
    )


class RegisterForm(Form):
    name = _name()
    email = _email(lazy("E-mail address"))
    password = _new_password(lazy("Password"))
    next = HiddenField()


class AskForLinkForm(Form):
    email = _email(lazy("E-mail address"))


class NewPasswordForm(Form):
    password = _new_password(lazy("New password"))


class ChangePasswordForm(Form):
    current = PasswordField(
        lazy("Present password"), validators=[InputRequired(lazy("Write your present password."))]
    )
    password = _new_password(lazy("New password"))


class ProfileForm(Form):
    name = _name()
    organisation = StringField(
        lazy("Organisation"),
        description=lazy("Used to find conflicts of interest, so write its usual name."),
        validators=[Optional(), Length(max=LONGEST_NAME), _no_line_breaks],
    )
    country = SelectField(lazy("Country"), validators=[Optional()])
    orcid = StringField(
        lazy("ORCID iD"), description=lazy("Like 0000-0002-1825-0097."), validators=[Optional()]
    )
    zone = SelectField(
        lazy("Time zone"), description=lazy("Deadlines are shown in it, beside the call’s own.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as WTForms has it
        super().__init__(*args, **kwargs)
        self.country.choices = [("", _("Not said")), *countries()]
        self.zone.choices = [
            (zone, zone) for zone in sorted(available_timezones()) if _is_place(zone)
        ]

    def validate_orcid(self, field: Field) -> None:
        found = rules.orcid(field.data or "")
        if found is None:
            raise ValidationError(
                _(
                    "This ORCID iD has a typing error: its last character does not fit the others. "
                    "Copy it from orcid.org."
                )
            )
        field.data = found

    def to_draft(self) -> ProfileDraft:
        return ProfileDraft(
            name=(self.name.data or "").strip(),
            organisation=(self.organisation.data or "").strip(),
            country=self.country.data or "",
            orcid=self.orcid.data or "",
            zone=self.zone.data or "UTC",
        )


def _is_place(zone: str) -> bool:
    return zone == "UTC" or (
        "/" in zone and not zone.startswith(("Etc/", "SystemV/", "posix/", "right/"))
    )


class SecondFactorForm(Form):
    secret = HiddenField(validators=[InputRequired()])
    otp = StringField(
        lazy("Code"),
        description=lazy("The six digits that the app shows once it knows the picture above."),
        validators=[InputRequired(lazy("Write the code that the app shows."))],
    )


class RemoveSecondFactorForm(Form):
    password = PasswordField(
        lazy("Present password"), validators=[InputRequired(lazy("Write your present password."))]
    )


class EnterPersonForm(Form):
    name = _name()
    email = _email(lazy("E-mail address"))
    organisation = StringField(
        lazy("Organisation"), validators=[Optional(), Length(max=LONGEST_NAME), _no_line_breaks]
    )
    country = SelectField(lazy("Country"), validators=[Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as WTForms has it
        super().__init__(*args, **kwargs)
        self.country.choices = [("", _("Not said")), *countries()]


class GrantForm(Form):
    """One choice of role and, for some, of the call or funder it is for."""

    role = SelectField(lazy("Role"), validators=[InputRequired(lazy("Choose a role."))])

    def to_grant(self) -> tuple[Role, str]:
        role, _sep, scope = (self.role.data or "").partition(":")
        return Role(role), scope


class EmptyForm(Form):
    """A single button: it asks nothing, and still carries its token."""


class TokenForm(Form):
    """A token for a program: what for, how long, and the password, for it opens an account."""

    name = StringField(
        lazy("Name"),
        description=lazy("For yourself, for example the program or the machine that uses it."),
        validators=[
            InputRequired(lazy("Name the token, so that you know it again.")),
            Length(max=60, message=lazy("Write at most %(max)d characters.")),
            _no_line_breaks,
        ],
    )
    scopes = SelectMultipleField(
        lazy("What it may be used for"),
        description=lazy("Choose no more than the program needs."),
        validators=[InputRequired(lazy("Choose at least one."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    days = SelectField(
        lazy("It ends after"),
        choices=[
            SelectChoice("1", lazy("1 day")),
            SelectChoice("7", lazy("7 days")),
            SelectChoice("30", lazy("30 days")),
            SelectChoice("90", lazy("90 days")),
            SelectChoice("365", lazy("1 year")),
        ],
        default="30",
    )
    password = PasswordField(
        lazy("Your password"), validators=[InputRequired(lazy("Write your password."))]
    )

    def offer(self, scopes: list[tuple[str, str]]) -> None:
        self.scopes.choices = [SelectChoice(value, label) for value, label in scopes]

    def to_draft(self) -> TokenDraft:
        return TokenDraft(
            name=(self.name.data or "").strip(),
            scopes=[TokenScope(scope) for scope in self.scopes.data or ()],
            days=int(self.days.data or 30),
        )

    def days_in_words(self) -> str:
        return next(
            (str(one.label) for one in self.days.choices or () if one.value == self.days.data), ""
        )


class RevokeTokenForm(Form):
    """One button."""
