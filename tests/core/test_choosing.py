"""A choice that was not offered is refused by its name, with what would do instead."""

from typing import Any

import pytest
from markupsafe import escape
from werkzeug.datastructures import MultiDict
from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from app.core.forms import Form
from app.core.web import EquipoiseApp
from app.core.words import lazy

MANY = [SelectChoice(str(n), f"Country {n}") for n in range(20)]
PARTS = [SelectChoice("a", "Part a"), SelectChoice("b", "100 % of b"), SelectChoice("c", "Part c")]


class AllKinds(Form):
    state = RadioField(choices=[SelectChoice("s", lazy("Signed")), SelectChoice("r", "Received")])
    country = SelectField(choices=[SelectChoice("", "–"), *MANY], default="")
    place = SelectField(coerce=int, default=1)
    parts = SelectMultipleField(choices=PARTS)
    role = SelectField(
        choices=[SelectChoice("r", "Reader")], validators=[InputRequired("Choose a role.")]
    )
    nothing = SelectField(choices=[], validators=[Optional()])
    zone = SelectField(choices=[SelectChoice("UTC")], validators=[Optional()])


GOOD = {"state": "s", "country": "", "place": "1", "role": "r", "zone": ""}
NAMED = "cannot be chosen here."


@pytest.mark.parametrize(
    ("field", "sent", "said"),
    [
        ("state", "s", ""),
        ("state", "x", f"“x” {NAMED} Choose one of: “Signed”, “Received”."),
        ("state", None, "Choose one of: “Signed”, “Received”."),
        ("state", "y" * 100, f"“{'y' * 60}…” {NAMED} Choose one of: “Signed”, “Received”."),
        ("country", "XX", f"“XX” {NAMED} Choose one of the 20 on the list."),
        ("place", "two", f"“two” {NAMED} The only choice is “First”."),
        ("place", "2", f"“2” {NAMED} The only choice is “First”."),
        ("parts", ["a", "c"], ""),
        (
            "parts",
            ["a", "%(x)s", "z"],
            f"“%(x)s”, “z” {NAMED} Choose one of: “Part a”, “100 % of b”, “Part c”.",
        ),
        (
            "nothing",
            "<b>",
            f"“<b>” {NAMED} There is nothing to choose from now. Open the page again.",
        ),
        ("role", "", "Choose a role."),
        ("zone", "Mars", f"“Mars” {NAMED} The only choice is “UTC”."),
    ],
)
def test_what_cannot_be_chosen_is_named_beside_what_can(
    app: EquipoiseApp, field: str, sent: Any, said: str
) -> None:
    values = {**GOOD, field: sent}
    with app.test_request_context("/"):
        form = AllKinds(
            formdata=MultiDict(
                {name: value for name, value in values.items() if value is not None}
            ),
            meta={"csrf": False},
        )
        form.place.choices = [SelectChoice(1, "First")]
        form.validate()
        assert list(form[field].errors) == ([said] if said else [])
        assert "<b>" not in escape("".join(form[field].errors))
