"""Beginning a proposal and saving what is typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update

from app.accounts.actor import Actor
from app.calls import queries as calls
from app.calls.models import Audience, Call, Question, QuestionKind
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record
from app.proposals import policy, queries, rules
from app.proposals.events import DraftSaved
from app.proposals.models import Draft, Proposal
from app.proposals.service import history


@dataclass(frozen=True, slots=True)
class Change:
    """What a save brings: the fixed fields and the answers of the form, by question key."""

    revision: int
    title: str
    organisation: str
    country: str
    currency: str
    requested: str
    months: str
    answers: dict[str, str]


class Overtaken(Exception):  # noqa: N818 - it is an answer
    """Somebody else saved first; `draft` is how it stands now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("the draft was saved by somebody else")
        self.draft = draft


def save(actor: Actor, proposal: Proposal, call: Call, change: Change) -> Draft:
    """Keep what was typed. Raises Overtaken when another save came first; nothing is lost."""
    enforce(policy.may_write(actor, proposal, call))
    draft = draft_of(proposal)
    questions = calls.questions_of(call.id)
    science = _answers(draft.science, questions, Audience.SCIENTIFIC, change.answers)
    identity = _answers(draft.identity, questions, Audience.IDENTITY, change.answers)
    fixed = {
        name: rules.tidy(getattr(change, name))
        for name in ("title", "organisation", "country", "currency", "requested", "months")
    }
    values = {**fixed, "science": science, "identity": identity}
    if all(getattr(draft, name) == value for name, value in values.items()):
        return draft
    taken = db.session.execute(
        update(Draft)
        .where(Draft.proposal_id == proposal.id, Draft.revision == change.revision)
        .values(**values, revision=change.revision + 1, saved_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(draft)
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise Overtaken(draft)
    history.keep(actor, draft)
    record(actor, DraftSaved(revision=draft.revision), about=proposal)
    return draft


def _answers(
    before: dict[str, Any],
    questions: Sequence[Question],
    audience: Audience,
    typed: dict[str, str],
) -> dict[str, str]:
    """Return the answers of one audience; questions not on the page keep what they have."""
    return {
        question.key: rules.tidy(typed[question.key])
        if question.key in typed and question.kind is not QuestionKind.FILE
        else before.get(question.key, "")
        for question in questions
        if question.audience is audience
    }


def draft_of(proposal: Proposal) -> Draft:
    draft = queries.get_draft(proposal.id)
    if draft is None:
        enforce(refused(_("This proposal was imported; it cannot be edited here.")))
        raise AssertionError
    return draft
