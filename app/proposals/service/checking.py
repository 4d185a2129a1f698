"""What keeps a draft from being submitted, as the call's questions and money say."""

from collections.abc import Sequence

from app.calls import queries as calls
from app.calls.models import Call, Question
from app.proposals import rules
from app.proposals.models import Draft, Proposal
from app.proposals.rules import Asked, Problem, Written
from app.proposals.service.eligibility import money_of, problems_of_consortium
from app.proposals.service.signing import problems_of_signature


def asked_of(questions: Sequence[Question]) -> list[Asked]:
    return [
        Asked(q.key, q.label, q.kind, q.required, q.word_limit, tuple(q.choices)) for q in questions
    ]


def written_in(draft: Draft) -> Written:
    answers = {**draft.science, **draft.identity}
    return Written(
        draft.title,
        draft.organisation,
        draft.country,
        draft.currency,
        draft.requested,
        draft.months,
        answers,
    )


def problems_of(call: Call, proposal: Proposal, draft: Draft) -> list[Problem]:
    """List what keeps the draft from being submitted."""
    written = rules.problems(
        asked_of(calls.questions_of(call.id)), written_in(draft), money_of(call)
    )
    return [
        *written,
        *problems_of_consortium(call, proposal, draft),
        *problems_of_signature(call, proposal, draft),
    ]
