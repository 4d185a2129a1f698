"""The kinds of questions, one module for each family.

To add a kind: a member of `QuestionKind`, a class here (copy the one most like it), a macro in
templates/components/questions.html, its words in calls/views.py. Everything else follows.
"""

from collections.abc import Mapping

from app.calls.kinds.base import Asked, Control, Fault, Kind, Sent, Shown
from app.calls.kinds.budget import Budget, CostsByRate
from app.calls.kinds.choices import Choice, Choices
from app.calls.kinds.data_plan import DataPlan
from app.calls.kinds.ethics import Ethics
from app.calls.kinds.files import File
from app.calls.kinds.group import Group
from app.calls.kinds.numbers import Date, Number
from app.calls.kinds.parties import Organisation, Person
from app.calls.kinds.places import Country
from app.calls.kinds.text import Line, LongText
from app.calls.models import QuestionKind

_ALL: tuple[Kind, ...] = (
    LongText(),
    Line(),
    Number(),
    Date(),
    Choice(),
    Choices(),
    Country(),
    Organisation(),
    Person(),
    File(),
    Budget(),
    CostsByRate(),
    Group(),
    DataPlan(),
    Ethics(),
)
KINDS: Mapping[QuestionKind, Kind] = {kind.name: kind for kind in _ALL}


def kind_of(name: QuestionKind) -> Kind:
    return KINDS[name]


__all__ = ["KINDS", "Asked", "Control", "Fault", "Kind", "Sent", "Shown", "kind_of"]
