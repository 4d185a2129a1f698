"""How a choice that was not offered is refused: by its name, and with what would do instead."""

from collections.abc import Sequence

from wtforms import SelectField, SelectMultipleField
from wtforms.validators import ValidationError

from app.core.words import _

MOST_LISTED = 12  # choices that a sentence lists; a longer list stands on the page
LONGEST = 60  # letters of what was sent that a sentence repeats


def names_its_choices(field: SelectField) -> None:
    """Let a field that has no better words say what was sent and what is offered.

    Its choices are often set after the form is made, so the sentence is written on refusing.
    """
    checked = field.pre_validate

    def pre_validate(form: object) -> None:
        if field.process_errors:  # what was sent is not even of the kind of the choices
            field.errors = []
            raise ValidationError(_refused(field))
        try:
            checked(form)
        except ValidationError as error:
            raise ValidationError(field.invalid_choice_message or _refused(field)) from error

    field.pre_validate = pre_validate


def _refused(field: SelectField) -> str:
    values = [value for value in _not_offered(field) if value][:MOST_LISTED]
    todo = _what_would_do([str(each.label) for each in field.iter_choices() if str(each.value)])
    if not values:
        return todo
    named = ", ".join(f"“{shortened(value)}”" for value in values)
    return _("%(named)s cannot be chosen here. %(todo)s", named=named, todo=todo)


def _not_offered(field: SelectField) -> list[str]:
    sent = list(dict.fromkeys(map(str, field.raw_data or ())))
    if not isinstance(field, SelectMultipleField):
        return sent[:1]
    offered = {str(each.value) for each in field.iter_choices()}
    return [value for value in sent if value not in offered]


def _what_would_do(offered: Sequence[str]) -> str:
    if not offered:
        return _("There is nothing to choose from now. Open the page again.")
    if len(offered) > MOST_LISTED:
        return _("Choose one of the %(count)s on the list.", count=len(offered))
    if len(offered) == 1:
        return _("The only choice is “%(choice)s”.", choice=offered[0])
    listed = ", ".join(f"“{choice}”" for choice in offered)
    return _("Choose one of: %(listed)s.", listed=listed)


def shortened(value: str) -> str:
    return value if len(value) <= LONGEST else f"{value[:LONGEST]}…"
