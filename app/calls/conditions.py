"""When a question is asked: only if earlier answers, or who applies, say so. Pure.

The server decides; the page's script (conditions.js) shows the same at once.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.calls.kinds import Asked, kind_of
from app.calls.kinds.numbers import read_number
from app.calls.models import Audience, QuestionKind
from app.core.words import _


class Test(StrEnum):
    IS = "is"
    IS_NOT = "is-not"
    CONTAINS = "contains"
    ANSWERED = "answered"
    AT_LEAST = "at-least"
    AT_MOST = "at-most"

    __test__ = False  # for pytest, which looks for classes of this name


BARE = frozenset({Test.ANSWERED})  # need nothing to compare with
NUMBERS = frozenset({Test.AT_LEAST, Test.AT_MOST})
COUNTED = frozenset(
    {
        QuestionKind.NUMBER,
        QuestionKind.GROUP,
        QuestionKind.BUDGET,
        QuestionKind.DATA_PLAN,
    }
)

# What is known of who applies, besides answers; each with the values it can have.
ATTRIBUTES = ("applicant.country", "applicant.income-group")


@dataclass(frozen=True, slots=True)
class Condition:
    """`subject` is the key of an earlier question or the name of an attribute."""

    subject: str
    test: Test
    value: str = ""

    @classmethod
    def read(cls, data: Mapping[str, str]) -> "Condition":
        return cls(data.get("subject", ""), Test(data.get("test", "is")), data.get("value", ""))

    def holds(self, values: Sequence[str]) -> bool:
        """Whether it holds for what was answered; nothing was answered where `values` is empty."""
        match self.test:
            case Test.ANSWERED:
                return bool(values)
            case Test.IS:
                return self.value in values
            case Test.IS_NOT:
                return bool(values) and self.value not in values
            case Test.CONTAINS:
                wanted = self.value.casefold()
                return any(wanted in value.casefold() for value in values)
            case Test.AT_LEAST | Test.AT_MOST:
                return self._compares(values)

    def _compares(self, values: Sequence[str]) -> bool:
        limit = read_number(self.value)
        numbers = [number for value in values if (number := read_number(value)) is not None]
        if limit is None or not numbers:
            return False
        if self.test is Test.AT_LEAST:
            return numbers[0] >= limit
        return numbers[0] <= limit


def conditions_of(asked: Asked) -> list[Condition]:
    return [Condition.read(item) for item in asked.condition]


def shown_keys(
    form: Sequence[Asked], answers: Mapping[str, str], applicant: Mapping[str, str]
) -> set[str]:
    """Return which questions are asked. An answer to a question that is not asked counts as none.

    All conditions of a question must hold.
    """
    known: dict[str, list[str]] = {name: [value] for name, value in applicant.items() if value}
    shown: set[str] = set()
    for asked in form:
        if all(
            condition.holds(known.get(condition.subject, [])) for condition in conditions_of(asked)
        ):
            shown.add(asked.key)
            kind, answer = kind_of(asked.kind), answers.get(asked.key, "")
            known[asked.key] = [] if kind.is_empty(answer) else kind.values(answer)
    return shown


def condition_problem(asked: Asked, earlier: Sequence[Asked], *, reviewers_see_who: bool) -> str:
    """Say what is wrong with the conditions of a question, or nothing.

    Where reviewers do not see who applies, whether a scientific question was asked must not tell
    them anything of it either.
    """
    known = {other.key: other for other in earlier}
    for data in asked.condition:
        if data.get("test", "is") not in set(Test):
            return _("“%(label)s” has a condition of an unknown sort.", label=asked.label)
        condition = Condition.read(data)
        other = known.get(condition.subject)
        if other is None and condition.subject not in ATTRIBUTES:
            return _(
                "“%(label)s” depends on “%(key)s”, which is not asked before it. Move it further "
                "down, or choose another question.",
                label=asked.label,
                key=condition.subject,
            )
        if problem := _comparison_problem(asked, condition, other):
            return problem
        if problem := _leak(asked, other, reviewers_see_who=reviewers_see_who):
            return problem
    return ""


def _comparison_problem(asked: Asked, condition: Condition, other: Asked | None) -> str:
    if condition.test not in BARE and not condition.value:
        return _("“%(label)s”: say what its condition compares with.", label=asked.label)
    if other is None:
        return ""
    if condition.test in NUMBERS and (
        other.kind not in COUNTED or read_number(condition.value) is None
    ):
        return _(
            "“%(label)s”: “%(other)s” is no number, so it cannot be compared as one.",
            label=asked.label,
            other=other.label,
        )
    exact = condition.test in {Test.IS, Test.IS_NOT}
    if exact and other.choices and condition.value not in other.choices:
        return _(
            "“%(label)s”: “%(value)s” is no choice of “%(other)s”.",
            label=asked.label,
            value=condition.value,
            other=other.label,
        )
    return ""


def _leak(asked: Asked, other: Asked | None, *, reviewers_see_who: bool) -> str:
    if other is not None and other.audience is Audience.EQUALITY:
        return _(
            "“%(label)s”: nothing can depend on answers for equality monitoring.",
            label=asked.label,
        )
    if asked.audience is not Audience.SCIENTIFIC or reviewers_see_who:
        return ""
    if other is not None and other.audience is Audience.SCIENTIFIC:
        return ""
    return _(
        "“%(label)s” is read by reviewers. Whether it was asked would tell them who applies: let "
        "it depend on scientific answers only, or hide its answer from reviewers.",
        label=asked.label,
    )


def without_hidden(answers: Mapping[str, str], shown: Collection[str]) -> dict[str, str]:
    """Return the answers to questions that are asked."""
    return {key: answer for key, answer in answers.items() if key in shown}
