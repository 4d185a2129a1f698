"""What keeps a draft from being submitted, as the call's questions and money say."""

from app.calls.asking import form_of
from app.calls.models import Call
from app.proposals import queries, rules
from app.proposals.answering import answers_in, applicant_of
from app.proposals.models import Draft, Proposal
from app.proposals.rules import Problem, Written
from app.proposals.service.approvals import problems_of_approvals
from app.proposals.service.eligibility import money_of, problems_of_consortium
from app.proposals.service.signing import problems_of_signature


def written_in(draft: Draft) -> Written:
    return Written(
        draft.title,
        draft.organisation,
        draft.country,
        draft.currency,
        draft.requested,
        draft.months,
        answers_in(draft),
    )


def problems_of(call: Call, proposal: Proposal, draft: Draft) -> list[Problem]:
    """List what keeps the draft from being submitted."""
    form = form_of(call)
    written = rules.problems(form, written_in(draft), money_of(call), applicant_of(draft))
    return [
        *written,
        *problems_of_approvals(form, draft, queries.partners_of(proposal.id)),
        *problems_of_consortium(call, proposal, draft),
        *problems_of_signature(call, proposal, draft),
    ]
