"""The blueprint that the applicants' programs ask, and what a proposal is to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from flask import Blueprint

from app.calls import queries as calls
from app.calls.api import CallRow, row_of
from app.calls.asking import as_asked
from app.calls.kinds import kind_of
from app.calls.kinds.values import Value, value_of
from app.calls.models import Call
from app.core.api import Says
from app.proposals import queries, service
from app.proposals.answering import answers_in
from app.proposals.models import Draft, Proposal, ProposalState, Receipt

bp = Blueprint("api_proposals", __name__, url_prefix="/api/v1")


@dataclass(frozen=True, slots=True)
class OwnProposal:
    """A proposal you stand behind."""

    id: str
    number: Annotated[str | None, Says("Given at the first submission.")]
    state: ProposalState
    title: str
    call: CallRow


@dataclass(frozen=True, slots=True)
class DraftTold:
    """What is being written, as it is kept."""

    revision: Annotated[int, Says("Name it when you save or submit.")]
    saved_at: datetime
    title: str
    organisation: str
    country: Annotated[str, Says("ISO 3166 alpha-2.")]
    currency: str
    requested: Annotated[str, Says("Decimal amount as typed.")]
    months: str
    answers: Annotated[Mapping[str, Value], Says("By key of the question.")]
    files: Annotated[Mapping[str, str], Says("Names of files by key of the question.")]


@dataclass(frozen=True, slots=True)
class ProblemTold:
    """What keeps the draft from being submitted."""

    field: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A submission, by its receipt."""

    id: str
    submitted_at: Annotated[datetime, Says("When the head of the request arrived.")]


@dataclass(frozen=True, slots=True)
class ProposalTold:
    """One of your proposals with what is written in it."""

    proposal: OwnProposal
    draft: DraftTold | None
    problems: Sequence[ProblemTold]
    receipts: Annotated[Sequence[ReceiptRow], Says("The latest first.")]
    ineligible: Annotated[str, Says("Why it is not eligible, where that was decided.")]


@dataclass(frozen=True, slots=True)
class ReceiptTold:
    """Proof of a submission. Keep it: the proof can be checked without us."""

    id: str
    proposal: str
    number: str
    submitted_at: datetime
    parts: Annotated[Mapping[str, str], Says("SHA-256 of every answer and file by name.")]
    proof: Annotated[str, Says("Record, path and signed checkpoint, as verify.py takes it.")]


def told(proposal: Proposal, call: Call) -> ProposalTold:
    """Return a proposal as its applicants' programs read it."""
    draft = queries.get_draft(proposal.id)
    problems = service.problems_of(call, proposal, draft) if draft else []
    ineligible = queries.ineligibility(proposal.id)
    return ProposalTold(
        proposal=OwnProposal(
            proposal.id, proposal.number, proposal.state, draft.title if draft else "", row_of(call)
        ),
        draft=told_draft(draft, call) if draft else None,
        problems=[ProblemTold(one.field.removeprefix("q_"), one.sentence) for one in problems],
        receipts=[ReceiptRow(one.id, one.submitted_at) for one in queries.receipts_of(proposal.id)],
        ineligible=ineligible.reason if ineligible else "",
    )


def told_draft(draft: Draft, call: Call) -> DraftTold:
    kept = answers_in(draft)
    return DraftTold(
        revision=draft.revision,
        saved_at=draft.saved_at,
        title=draft.title,
        organisation=draft.organisation,
        country=draft.country,
        currency=draft.currency,
        requested=draft.requested,
        months=draft.months,
        answers={
            asked.key: value_of(kind_of(asked.kind), kept.get(asked.key, ""))
            for asked in as_asked(calls.questions_of(call.id), call.currency)
            if asked.key in kept
        },
        files={
            one.question_key: one.original_name for one in queries.uploads_of(draft.proposal_id)
        },
    )


def told_receipt(proposal: Proposal, receipt: Receipt) -> ReceiptTold:
    return ReceiptTold(
        id=receipt.id,
        proposal=proposal.id,
        number=proposal.number or "",
        submitted_at=receipt.submitted_at,
        parts=receipt.parts,
        proof=receipt.proof,
    )
