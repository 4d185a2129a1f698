"""Telling everybody who writes in a call that its form was amended; staff learn not who."""

from sqlalchemy import select

from app.calls import queries as calls
from app.calls.amending import JOB
from app.calls.models import Amendment, Call
from app.core.db import Json, db
from app.core.jobs import handles
from app.core.words import _
from app.notifications.service import tell
from app.notifications.wording import quoted
from app.proposals.models import Proposal, ProposalMember
from app.proposals.rules import WRITABLE


@handles(JOB)
def tell_writers(payload: Json) -> None:
    """Write to each person who stands behind a proposal that can still be changed."""
    call = calls.get_call(payload["call_id"])
    numbered = {row.number: row for row in calls.amendments_of(payload["call_id"])}
    amendment = numbered.get(payload["number"])
    if call is None or amendment is None:
        return
    for account_id in _writers(call):
        _tell(account_id, call, amendment)


def _writers(call: Call) -> list[str]:
    return sorted(
        set(
            db.session.scalars(
                select(ProposalMember.account_id)
                .join(Proposal, Proposal.id == ProposalMember.proposal_id)
                .where(Proposal.call_id == call.id, Proposal.state.in_(WRITABLE))
            )
        )
    )


def _tell(account_id: str, call: Call, amendment: Amendment) -> None:
    changes = "\n".join(f"- {quoted(line)}" for line in amendment.changes)
    tell(
        account_id,
        "proposals.form_amended",
        _("The form of “%(call)s” was changed", call=quoted(call.title)),
        _(
            "You have begun to write in the call “%(call)s”. Its form was changed:\n\n"
            "%(changes)s\n\nThe reason: %(reason)s\n\n"
            "Nothing that you typed is lost. Open your proposal to see what is asked now; the "
            "changes stand above the form until you have saved it again.\n",
            call=quoted(call.title),
            changes=changes,
            reason=quoted(amendment.reason),
        ),
        about_id=call.id,
    )
