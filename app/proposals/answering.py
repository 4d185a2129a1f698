"""Answers by who may read them: sorted on the way into a draft, and out of it into a version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.calls.asking import form_of, read_blinded
from app.calls.conditions import shown_keys, without_hidden
from app.calls.kinds import Asked, kind_of
from app.calls.models import Audience, Call, Question, QuestionKind
from app.core.country_groups import income_name
from app.proposals.models import Draft
from app.proposals.rules import tidy

# Where a draft keeps the answers of each audience. Those for equality monitoring are not in it.
STORED = {
    Audience.SCIENTIFIC: "science",
    Audience.IDENTITY: "identity",
    Audience.STAFF: "staff_only",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """The answers to the questions that are asked, as a version freezes them."""

    science: dict[str, str]
    identity: dict[str, str]
    staff_only: dict[str, str]


def answers_in(draft: Draft) -> dict[str, str]:
    return {**draft.science, **draft.identity, **draft.staff_only}


def merged(
    draft: Draft, questions: Sequence[Question], typed: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """Return the draft's answers with what was typed, by column.

    Questions not on the page keep what they have, and so do questions that an amendment took out.
    """
    found = {column: dict(getattr(draft, column)) for column in STORED.values()}
    known = answers_in(draft)
    for question in questions:
        column = STORED.get(question.audience)
        if column is None:
            continue
        given = question.key in typed and question.kind is not QuestionKind.FILE
        answer = tidy(typed[question.key]) if given else known.get(question.key, "")
        for other in STORED.values():  # its audience may have changed since
            if other != column:
                found[other].pop(question.key, None)
        found[column][question.key] = answer
    return found


def applicant_of(draft: Draft) -> dict[str, str]:
    """Return what conditions may ask about who applies."""
    return {
        "applicant.country": draft.country,
        "applicant.income-group": income_name(draft.country),
    }


def asked_in(call: Call, draft: Draft) -> set[str]:
    """Return the keys of the questions that this draft is asked."""
    return shown_keys(form_of(call), answers_in(draft), applicant_of(draft))


def kept_of(call: Call, draft: Draft) -> Kept:
    """Return what a submission freezes: no answer to a question that was not asked."""
    form = form_of(call)
    shown = shown_keys(form, answers_in(draft), applicant_of(draft))
    kept = Kept(
        *(
            without_hidden(getattr(draft, column), shown & _keys(form, audience))
            for audience, column in STORED.items()
        )
    )
    return replace(kept, science={**kept.science, **_blinded(form, kept.identity)})


def _blinded(form: Sequence[Asked], identity: Mapping[str, str]) -> dict[str, str]:
    """Return what reviewers read of answers that tell who applies, where there is anything."""
    return {
        asked.key: kind_of(asked.kind).blinded(identity[asked.key])
        for asked in form
        if asked.key in identity and read_blinded(asked)
    }


def _keys(form: Sequence[Asked], audience: Audience) -> set[str]:
    return {asked.key for asked in form if asked.audience is audience}
