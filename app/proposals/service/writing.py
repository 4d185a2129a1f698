"""Beginning a proposal and saving what is typed."""

from dataclasses import dataclass

from sqlalchemy import update

from app.accounts.actor import Actor
from app.calls import queries as calls
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record
from app.proposals import policy, queries, rules
from app.proposals.answering import merged
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
    form_number: str = ""  # the amendment that the writer has read of, where told


class Overtaken(Exception):  # noqa: N818 - it is an answer
    """Somebody else saved first; `draft` is how it stands now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("the draft was saved by somebody else")
        self.draft = draft


def save(actor: Actor, proposal: Proposal, call: Call, change: Change) -> Draft:
    """Keep what was typed. Raises Overtaken when another save came first; nothing is lost."""
    enforce(policy.may_write(actor, proposal, call))
    draft = draft_of(proposal)
    answers = merged(draft, calls.questions_of(call.id), change.answers)
    fixed = {
        name: rules.tidy(getattr(change, name))
        for name in ("title", "organisation", "country", "currency", "requested", "months")
    }
    values = {**fixed, **answers, "form_number": _read_until(draft, change)}
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


def _read_until(draft: Draft, change: Change) -> int:
    """Return up to which amendment the writer knows the form."""
    told = change.form_number
    return max(draft.form_number, int(told) if told.isdecimal() else 0)


def draft_of(proposal: Proposal) -> Draft:
    draft = queries.get_draft(proposal.id)
    if draft is None:
        enforce(refused(_("This proposal was imported; it cannot be edited here.")))
        raise AssertionError
    return draft
