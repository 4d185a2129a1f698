"""The forms of writing together."""

from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.core.forms import Form
from app.core.words import lazy
from app.proposals.models import MayDo

MAY = [
    SelectChoice(MayDo.VIEW.value, lazy("Read")),
    SelectChoice(MayDo.COMMENT.value, lazy("Read and comment")),
    SelectChoice(MayDo.EDIT.value, lazy("Write along")),
]


class InviteForm(Form):
    email = StringField(
        lazy("E-mail address"),
        description=lazy("The letter goes there, and only its owner can accept."),
        validators=[InputRequired(lazy("Give the e-mail address.")), Length(max=254)],
    )
    may = RadioField(lazy("They may"), choices=MAY, default=MayDo.EDIT.value)


class MemberForm(Form):
    may = RadioField(lazy("They may"), choices=MAY)


class AnswerForm(Form):
    answer = RadioField(
        lazy("Your answer"),
        choices=[
            SelectChoice("yes", lazy("I take part")),
            SelectChoice("no", lazy("I do not take part")),
        ],
        validators=[InputRequired(lazy("Choose an answer."))],
    )


class CommentForm(Form):
    text = TextAreaField(
        lazy("Your comment"),
        description=lazy("The other members read it, and nobody else."),
        validators=[InputRequired(lazy("Write what you want to say.")), Length(max=2000)],
    )
