"""Writing: beginning a proposal and saving its draft."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from flask import url_for

from app.accounts.session import signed_in
from app.calls import queries as calls
from app.calls.asking import as_asked
from app.calls.kinds import Asked, kind_of
from app.calls.kinds.values import Value, answer_of, shape_of
from app.calls.models import Audience, Call, QuestionKind
from app.core.api import Answer, Fault, Problem, Says, TokenScope, created, operation
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.proposals import policy, queries, service
from app.proposals.api.room import DraftTold, ProposalTold, bp, told, told_draft
from app.proposals.forms import checked
from app.proposals.models import Draft
from app.proposals.routes.room import own
from app.proposals.service import Overtaken

OVERTAKEN = "Somebody else saved first; `revision` is how far it is. Read it, and send yours again."
FIXED = ("title", "organisation", "country", "currency", "requested", "months")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """How to begin."""

    copy_of: Annotated[str, Says("Id of an earlier proposal of yours whose texts to take.")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftChange:
    """What to keep; what is left out stays as it is."""

    revision: Annotated[
        int, Says("That you read; another one was saved by somebody else.", least=0)
    ]
    title: str | None = None
    organisation: str | None = None
    country: str | None = None
    currency: str | None = None
    requested: str | None = None
    months: str | None = None
    answers: Annotated[Mapping[str, Value] | None, Says("By key of the question.")] = None


@bp.post("/calls/<word:code>/proposals")
@operation(
    Lens.APPLICANT,
    policy.may_apply,
    TokenScope.PROPOSALS_WRITE,
    answers=ProposalTold,
    status=201,
    takes=Beginning,
)
def begin(code: str, body: Beginning) -> Answer:
    """Begin a proposal in a call.

    Where you have begun one and not submitted it, you get that one.
    """
    actor, call = signed_in(), require(calls.call_with_code(code))
    enforce(policy.may_apply(actor, call))
    if body.copy_of and body.copy_of not in dict(queries.earlier_titles(actor.id)):
        fault = Fault("/copy_of", "This is none of the proposals that you lead.")
        raise Problem(422, "There is nothing to copy from.", faults=[fault])
    proposal = service.start(actor, call, copy_of=body.copy_of)
    return created(told(proposal, call), url_for("api_proposals.show", proposal_id=proposal.id))


@bp.patch("/proposals/<id:proposal_id>/draft")
@operation(
    Lens.APPLICANT,
    policy.may_write,
    TokenScope.PROPOSALS_WRITE,
    answers=DraftTold,
    takes=DraftChange,
    refuses={409: OVERTAKEN},
)
def save(proposal_id: str, body: DraftChange) -> DraftTold:
    """Save the draft.

    Anything a page would keep is kept, complete or not; what is missing stands in the proposal's
    `problems`.
    """
    proposal, call = own(proposal_id)
    enforce(policy.may_write(signed_in(), proposal, call))
    draft = require(queries.get_draft(proposal_id))
    change = _change(call, draft, body)
    try:
        saved = service.save(signed_in(), proposal, call, change)
    except Overtaken as overtaken:
        raise overtaken_problem(overtaken) from overtaken
    return told_draft(saved, call)


def overtaken_problem(overtaken: Overtaken) -> Problem:
    return Problem(409, OVERTAKEN, kind="overtaken", more={"revision": overtaken.draft.revision})


def _change(call: Call, draft: Draft, body: DraftChange) -> service.Change:
    """Return what to keep. What a page would refuse is refused, each with its place."""
    faults: list[Fault] = []
    sent = {name: text for name in FIXED if (text := getattr(body, name)) is not None}
    form = checked(call, draft, sent)
    faults += [Fault(f"/{name}", str(form.errors[name][0])) for name in sent if name in form.errors]
    answers = _answers(call, body.answers or {}, faults)
    if faults:
        raise Problem(422, "Parts of the draft cannot be kept; each is named.", faults=faults)
    fixed = {name: sent.get(name, getattr(draft, name)) for name in FIXED}
    return service.Change(revision=body.revision, answers=answers, **fixed)


def _answers(call: Call, sent: Mapping[str, Value], faults: list[Fault]) -> dict[str, str]:
    asked = {one.key: one for one in as_asked(calls.questions_of(call.id), call.currency)}
    found = {}
    for key, value in sent.items():
        wrong = _wrong_question(asked.get(key))
        answer = None if wrong else answer_of(kind_of(asked[key].kind), asked[key], value)
        if answer is None:
            wrong = wrong or f"Send {shape_of(kind_of(asked[key].kind), asked[key])}."
            faults.append(Fault(f"/answers/{key}", wrong))
        else:
            found[key] = answer
    return found


def _wrong_question(asked: Asked | None) -> str:
    if asked is None:
        return "The form of this call has no such question."
    if asked.kind is QuestionKind.FILE:
        return "Files are uploaded on the page of the proposal."
    if asked.audience is Audience.EQUALITY:
        return "What you say of yourself for equality is asked on a page of its own."
    return ""
