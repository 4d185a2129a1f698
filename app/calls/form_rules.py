"""What a form must be before anybody fills it in, and what a filled one lacks. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.calls.award_rule import RESERVED
from app.calls.conditions import condition_problem, shown_keys
from app.calls.kinds import Asked, Fault, kind_of
from app.calls.models import Audience, QuestionKind
from app.core.words import _

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_QUESTIONS = 120
# Answers for equality monitoring are only ever counted, so each must be one of a few.
COUNTABLE = frozenset({QuestionKind.CHOICE, QuestionKind.CHOICES})


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a draft from being submitted, and the field where to mend it."""

    field: str
    sentence: str


def answer_faults(asked: Asked, answer: str) -> list[Fault]:
    """Say what is wrong with one answer."""
    kind = kind_of(asked.kind)
    if kind.is_empty(answer):
        if not asked.required:
            return []
        return [Fault(_("“%(label)s” needs an answer.", label=asked.label))]
    return kind.faults(asked, answer)


def answer_problems(
    form: Sequence[Asked], answers: Mapping[str, str], applicant: Mapping[str, str]
) -> list[Problem]:
    """List what is wrong with the answers to the questions that are asked, in their order."""
    shown = shown_keys(form, answers, applicant)
    return [
        Problem(f"{asked.name}{fault.part}", fault.sentence)
        for asked in form
        if asked.key in shown and asked.audience is not Audience.EQUALITY
        for fault in answer_faults(asked, answers.get(asked.key, ""))
    ]


def form_problems(
    form: Sequence[Asked], *, reviewers_see_who: bool, kept: Collection[str] = ()
) -> list[str]:
    """List what is wrong with a form, in its order; `kept` are keys that are published already."""
    if not form:
        return [_("Add at least one question.")]
    found = []
    if len(form) > MOST_QUESTIONS:
        found.append(_("A form holds at most %(n)s questions.", n=MOST_QUESTIONS))
    for place, asked in enumerate(form):
        earlier = form[:place]
        found += question_problems(asked, earlier, reviewers_see_who=reviewers_see_who)
        if asked.key in RESERVED and asked.key not in kept:
            found.append(_reserved(asked))
    return found


def question_problems(
    asked: Asked, earlier: Sequence[Asked], *, reviewers_see_who: bool
) -> list[str]:
    """List what is wrong with one question, where it stands."""
    found = []
    if not KEY.fullmatch(asked.key):
        found.append(
            _(
                "“%(key)s” is no key: use up to 40 lower-case letters, digits and underscores.",
                key=asked.key,
            )
        )
    if asked.key in {other.key for other in earlier}:
        found.append(_("There is a question with the key “%(key)s”.", key=asked.key))
    kind = kind_of(asked.kind)
    if problem := kind.setting_problem(asked):
        found.append(_("“%(label)s”: %(why)s", label=asked.label, why=problem))
    found += _audience_problems(asked, reviewers_see_who=reviewers_see_who)
    if problem := condition_problem(asked, earlier, reviewers_see_who=reviewers_see_who):
        found.append(problem)
    return found


def _reserved(asked: Asked) -> str:
    """Say why a key cannot be: a rule by this name goes by who applies, not by the answer."""
    return _(
        "“%(label)s”: rules of money know who applies by the name “%(key)s”. Give the question "
        "another key, such as “%(key)s_of_study”.",
        label=asked.label,
        key=asked.key,
    )


def _audience_problems(asked: Asked, *, reviewers_see_who: bool) -> list[str]:
    found = []
    names = kind_of(asked.kind).tells_who and asked.audience is Audience.SCIENTIFIC
    if names and not reviewers_see_who:
        found.append(
            _(
                "“%(label)s” names people or organisations, and reviewers of this call do not "
                "learn who applies: let only staff read it.",
                label=asked.label,
            )
        )
    if asked.audience is Audience.EQUALITY:
        if asked.kind not in COUNTABLE:
            found.append(
                _(
                    "“%(label)s”: answers for equality monitoring are only counted; offer choices.",
                    label=asked.label,
                )
            )
        if asked.required:
            found.append(
                _(
                    "“%(label)s”: nobody must answer for equality monitoring; make it optional.",
                    label=asked.label,
                )
            )
    if asked.kind is QuestionKind.FILE and asked.audience is Audience.STAFF:
        found.append(
            _(
                "“%(label)s”: a file is read by reviewers, or tells who applies.",
                label=asked.label,
            )
        )
    return found
