"""What members say to each other about a question of the draft."""

from app.accounts.actor import Actor
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record
from app.proposals import policy
from app.proposals.events import DraftCommented
from app.proposals.models import DraftComment, Proposal
from app.proposals.rules import tidy

LONGEST_COMMENT = 2_000


def comment(actor: Actor, proposal: Proposal, call: Call, *, field: str, text: str) -> DraftComment:
    enforce(policy.may_comment(actor, proposal, call))
    said = tidy(text)
    if not said:
        enforce(refused(_("Write what you want to say.")))
    if len(said) > LONGEST_COMMENT:
        enforce(refused(_("Keep a comment under %(n)s characters.", n=LONGEST_COMMENT)))
    made = DraftComment(
        proposal_id=proposal.id,
        field=field,
        account_id=actor.id,
        author=actor.name,
        text=said,
        written_at=clock.now(),
    )
    db.session.add(made)
    record(actor, DraftCommented(field=field), about=proposal)
    return made


def settle_comment(
    actor: Actor, proposal: Proposal, call: Call, said: DraftComment, *, done: bool
) -> None:
    """Mark a comment as dealt with, or open again."""
    enforce(policy.may_comment(actor, proposal, call))
    said.done = done
    record(actor, DraftCommented(field=said.field), about=proposal)
