"""Choices: one of several, or as many as fit."""

from app.calls.kinds.base import (
    Asked,
    Control,
    Fault,
    Kind,
    Sent,
    Shown,
    _load,
    dump,
    number_setting,
)
from app.calls.models import QuestionKind
from app.core.words import _

FEWEST = 2


def _choices_problem(asked: Asked) -> str:
    if len(asked.choices) < FEWEST:
        return _("Give at least two choices, one a line.")
    if len(set(asked.choices)) < len(asked.choices):
        return _("Two choices are the same.")
    return ""


class Choice(Kind):
    name = QuestionKind.CHOICE
    settings = ("choices",)
    may_be_column = True

    def faults(self, asked: Asked, answer: str) -> list[Fault]:
        if answer in asked.choices:
            return []
        return [Fault(_("“%(label)s”: choose one of the choices.", label=asked.label))]

    def control(self, asked: Asked, answer: str) -> Control:
        return {"value": answer, "choices": [(choice, choice) for choice in asked.choices]}

    def setting_problem(self, asked: Asked) -> str:
        return _choices_problem(asked)


class Choices(Kind):
    name = QuestionKind.CHOICES
    settings = ("choices", "most")

    def collect(self, name: str, sent: Sent) -> str | None:
        if f"{name}-asked" not in sent:
            return None
        ticked = list(dict.fromkeys(value for value in sent.get(name, ()) if value))
        return dump(ticked) if ticked else ""

    def faults(self, asked: Asked, answer: str) -> list[Fault]:
        ticked = self.values(answer)
        if any(choice not in asked.choices for choice in ticked):
            return [Fault(_("“%(label)s”: choose among the choices.", label=asked.label))]
        most = number_setting(asked, "most", 0)
        if most and len(ticked) > most:
            return [
                Fault(
                    _(
                        "“%(label)s”: choose at most %(most)s; you chose %(n)s.",
                        label=asked.label,
                        most=most,
                        n=len(ticked),
                    )
                )
            ]
        return []

    def is_empty(self, answer: str) -> bool:
        return not self.values(answer)

    def control(self, asked: Asked, answer: str) -> Control:
        return {"ticked": self.values(answer), "choices": [(c, c) for c in asked.choices]}

    def shown(self, asked: Asked, answer: str) -> Shown:
        ticked = self.values(answer)
        in_order = [choice for choice in asked.choices if choice in ticked]
        gone = [choice for choice in ticked if choice not in asked.choices]
        return Shown("\n".join([*in_order, *gone]))

    def values(self, answer: str) -> list[str]:
        found = _load(answer)
        if not isinstance(found, list):
            return []
        return [value for value in found if isinstance(value, str)]

    def setting_problem(self, asked: Asked) -> str:
        return _choices_problem(asked)
