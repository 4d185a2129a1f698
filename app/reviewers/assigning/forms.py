"""The staff's forms about plans."""

from collections.abc import Iterable

from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from app.core.forms import Form
from app.core.words import _, lazy
from app.reviewers.assigning.inputs import Wishes
from app.reviewers.assigning.plans import NOBODY
from app.reviewers.assigning.rules import CAPS, cap_words
from app.reviewers.rules import MOST_LOAD


class AskForm(Form):
    """What a plan must keep to."""

    patient = BooleanField(lazy("At least one patient or public reviewer on each proposal"))
    organisations = BooleanField(lazy("Never all reviewers of one organisation"), default=True)
    countries = BooleanField(lazy("Never all reviewers of one country"))
    genders = BooleanField(
        lazy("Never all reviewers of one gender, as far as they told"),
        description=lazy("Used where ten people of the pool or more told; nobody sees who."),
    )
    least = IntegerField(
        lazy("Proposals for everybody at the least"),
        description=lazy("Given up, and said, where it cannot be met."),
        default=0,
        validators=[
            Optional(),
            NumberRange(0, MOST_LOAD, lazy("Give a whole number from 0 to 100.")),
        ],
    )
    cap = RadioField(
        lazy("Chance"),
        description=lazy(
            "A limit makes it useless to arrange who reads whom: any pair may be withheld by lot. "
            "It costs some fit."
        ),
        default=CAPS[0],
    )

    def __init__(self, *args: object, **values: object) -> None:
        super().__init__(*args, **values)
        self.cap.choices = [SelectChoice(cap, cap_words(cap)) for cap in CAPS]

    def to_wishes(self, each: int) -> Wishes:
        return Wishes(
            each=each,
            least=self.least.data or 0,
            patient=self.patient.data,
            countries=self.countries.data,
            organisations=self.organisations.data,
            genders=self.genders.data,
            cap=self.cap.data,
        )


class StandForm(Form):
    """One button about a plan as it was shown."""

    revision = HiddenField()

    @property
    def seen(self) -> int:
        text = self.revision.data or ""
        return int(text) if text.isdecimal() else -1


class ChangeForm(StandForm):
    """Who goes from a proposal and who comes."""

    out = SelectField(lazy("Goes"), coerce=int)
    into = SelectField(lazy("Comes"), coerce=int)

    @classmethod
    def offering(
        cls, sitting: Iterable[tuple[int, str]], coming: Iterable[tuple[int, str]], **values: object
    ) -> "ChangeForm":
        form = cls(**values)
        nobody = [SelectChoice(NOBODY, _("nobody"))]
        form.out.choices = nobody + [SelectChoice(*one) for one in sitting]
        form.into.choices = nobody + [SelectChoice(*one) for one in coming]
        return form
