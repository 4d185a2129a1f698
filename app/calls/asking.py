"""The form of a call as plain questions: from its tables to what kinds and checks work with."""

from collections.abc import Sequence

from app.calls import queries
from app.calls.kinds import Asked, kind_of
from app.calls.models import Audience, Call, CallState, Moment, Question


def reviewers_see_who(call: Call) -> bool:
    """Whether a question may tell reviewers who applies: only where they know it from the start."""
    return call.applicants_to_reviewers is Moment.ALWAYS


def kept_keys(call: Call) -> frozenset[str]:
    """Return the keys of a call that is published: they stay, whatever a new form is refused."""
    if call.state is CallState.DRAFTING:
        return frozenset()
    return frozenset(question.key for question in queries.questions_of(call.id))


def read_blinded(asked: Asked) -> bool:
    """Whether an answer tells who applies, and reviewers read something made of it."""
    return asked.audience is Audience.IDENTITY and kind_of(asked.kind).reads_blinded


def form_of(call: Call) -> list[Asked]:
    return as_asked(queries.questions_of(call.id), call.currency)


def as_asked(questions: Sequence[Question], currency: str) -> list[Asked]:
    """Return questions as plain data; money is in the call's currency where none is set."""
    return [
        Asked(
            key=question.key,
            label=question.label,
            kind=question.kind,
            required=question.required,
            word_limit=question.word_limit,
            choices=tuple(question.choices),
            hint=question.hint,
            section=question.section,
            audience=question.audience,
            settings={"currency": currency, **question.settings},
            condition=tuple(question.condition),
        )
        for question in questions
    ]
