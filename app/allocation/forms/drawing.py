"""The forms of a draw."""

from datetime import datetime

from wtforms import (
    DateTimeLocalField,
    Field,
    PasswordField,
    RadioField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.allocation.models import DrawWay, PublicKind
from app.allocation.service import Chance
from app.calls import rules
from app.core.forms import Form
from app.core.words import lazy

WALL = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]


class CommitForm(Form):
    zone = "UTC"
    instant: datetime | None = None

    way = RadioField(
        lazy("Where the chance comes from"),
        choices=[
            SelectChoice(
                DrawWay.PUBLIC.value, lazy("A later public value, entered alike by two people")
            ),
            SelectChoice(
                DrawWay.SECRETS.value,
                lazy("Secrets of two or more people, each promised by its hash before"),
            ),
        ],
        default=DrawWay.PUBLIC.value,
    )
    kind = RadioField(
        lazy("Which kind of public value"),
        choices=[
            SelectChoice(PublicKind.TEXT.value, lazy("Published text, such as lottery numbers")),
            SelectChoice(PublicKind.DRAND.value, lazy("Signature of a round of drand")),
            SelectChoice(PublicKind.NIST.value, lazy("outputValue of a pulse of the NIST beacon")),
        ],
        default=PublicKind.TEXT.value,
    )
    source = StringField(
        lazy("Exactly which value, or whose secrets"),
        description=lazy(
            "So that nobody can choose afterwards, for example: the six main numbers of the "
            "lottery of 5 March 2026, in rising order, with spaces."
        ),
        validators=[InputRequired(lazy("Say exactly which value.")), Length(max=300)],
    )
    not_before = DateTimeLocalField(
        lazy("When the value is published (in the call's time zone)"),
        format=WALL,
        validators=[Optional()],
    )

    def validate_not_before(self, field: Field) -> None:
        if field.data is None:
            return
        try:
            self.instant = rules.instant_of(field.data, self.zone)
        except rules.WallTimeError as error:
            raise ValidationError(str(error)) from error

    def to_chance(self) -> Chance:
        public = self.way.data == DrawWay.PUBLIC.value
        return Chance(
            way=DrawWay(self.way.data),
            kind=PublicKind(self.kind.data) if public else PublicKind.TEXT,
            source=self.source.data,
            not_before=self.instant if public else None,
        )


class ValueForm(Form):
    value = StringField(
        lazy("The value, as it is published"),
        validators=[InputRequired(lazy("Enter the value.")), Length(max=1000)],
    )


class PromiseForm(Form):
    digest = StringField(
        lazy("SHA-256 of your secret"),
        description=lazy(
            "Choose a long secret, keep it, and compute its hash yourself, for example with: "
            "printf '%s' 'my secret' | sha256sum"
        ),
        validators=[InputRequired(lazy("Give the hash.")), Length(max=80)],
    )


class RevealForm(Form):
    secret = PasswordField(
        lazy("Your secret"), validators=[InputRequired(lazy("Enter the secret.")), Length(max=500)]
    )
