"""What applicants are told when the results are released."""

from app.accounts.actor import Actor
from app.allocation.models import Decision
from app.allocation.releasing import Release, at_release
from app.calls.models import Call
from app.core.money import Money
from app.core.words import _
from app.notifications.service import tell
from app.notifications.wording import quoted
from app.proposals import queries as proposals


@at_release
def tell_applicants(_actor: Actor, release: Release) -> None:
    """Write to everybody who applied, in one batch; the outcome itself stands on their page."""
    currency = release.call.currency
    for row in release.lines:
        outcome = _outcome(row.line.decision, row.line.amount_minor, currency)
        _tell(release.call, row.line.proposal_id, row.number, outcome)
    for one in release.unranked:
        outcome = _("not funded; it has no review that counts, so it could not be ranked")
        _tell(release.call, one.id, one.number, outcome)


def _tell(call: Call, proposal_id: str, number: str, outcome: str) -> None:
    body = _(
        "The results of the call “%(call)s” are released.\n\n"
        "Your proposal %(number)s: %(outcome)s\n\n"
        "The page of your proposal shows how it was judged, what the reviewers wrote to you, "
        "and which rule decided.\n",
        call=quoted(call.title),
        number=number,
        outcome=outcome,
    )
    for account_id in proposals.members_of(proposal_id):
        tell(
            account_id,
            "allocation.outcome",
            _("The result for %(number)s", number=number),
            body,
            about_id=proposal_id,
        )


def _outcome(decision: Decision, amount_minor: int, currency: str) -> str:
    if decision is Decision.AWARD:
        return _("awarded %(amount)s", amount=Money(amount_minor, currency).show())
    if decision is Decision.RESERVE:
        return _("on the reserve list")
    return _("not funded")
