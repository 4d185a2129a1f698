"""A call that was run elsewhere, brought in as files: its rules as they were, already decided."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from app.accounts.actor import Actor
from app.calls import policy, queries, service
from app.calls.events import CallImported
from app.calls.models import Call, CallState, Criterion, Question
from app.calls.service import CallDraft, ContributionDraft, CriterionDraft, QuestionDraft
from app.core.db import db
from app.core.gate import enforce
from app.core.verdict import refused
from app.core.words import _
from app.funds import service as funding
from app.ledger.service import record


@dataclass(frozen=True, slots=True)
class CallSheet:
    """A whole call as its files tell it; `sources` are SHA-256 by the name of each file."""

    draft: CallDraft
    questions: tuple[QuestionDraft, ...]
    criteria: tuple[CriterionDraft, ...]
    contributions: tuple[ContributionDraft, ...]
    fictional: bool
    sources: Mapping[str, str]


def begin_import(actor: Actor, sheet: CallSheet) -> Call:
    """Make the call with its form, criteria and fund, open to those who bring in the rest.

    It stands in reviewing until `end_import`. All in one unit of work, or none of it.
    """
    enforce(policy.may_create_call(actor))
    draft = sheet.draft
    if queries.call_with_code(draft.code) is not None:
        enforce(
            refused(_("There is a call with the code %(code)s. Choose another.", code=draft.code))
        )
    fund = funding.make_fund(draft.title, draft.currency)
    call = Call(
        **service.columns_of(draft),
        state=CallState.REVIEWING,
        fictional=sheet.fictional,
        fund_id=fund.id,
    )
    db.session.add(call)
    db.session.flush()
    for given in sheet.contributions:
        funding.contribute(fund.id, given.funder, given.kind, given.amount_minor)
    db.session.add_all(
        Question(
            call_id=call.id,
            position=place,
            **{**asdict(question), "choices": list(question.choices)},
        )
        for place, question in enumerate(sheet.questions)
    )
    db.session.add_all(
        Criterion(call_id=call.id, position=place, **asdict(criterion))
        for place, criterion in enumerate(sheet.criteria)
    )
    db.session.flush()
    for problem in service.problems(call):
        enforce(refused(problem))
    call.rules_sha256 = service.rules_sha256(call)
    record(
        actor,
        CallImported(
            code=call.code,
            rules_sha256=call.rules_sha256,
            sources=dict(sorted(sheet.sources.items())),
        ),
        about=call,
    )
    return call


def end_import(actor: Actor, call: Call) -> None:
    """Close reviewing: everything is in, and the call can be ranked."""
    service.move(actor, call, CallState.RANKING)
