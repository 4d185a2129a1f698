"""What applicants are told by mail."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from app.calls.models import Call
from app.core.words import _
from app.notifications.service import tell
from app.notifications.wording import quoted
from app.proposals.models import Proposal, Receipt


def tell_receipt(members: Iterable[str], call: Call, proposal: Proposal, receipt: Receipt) -> None:
    """Send every applicant the receipt with its proof: each becomes a witness of the ledger."""
    local = receipt.submitted_at.astimezone(ZoneInfo(call.zone))
    body = _(
        "Your proposal %(number)s in the call “%(call)s” is submitted.\n\n"
        "Receipt: %(receipt)s\n"
        "Submitted: %(local)s (%(zone)s), %(utc)s UTC\n\n"
        "You may change and submit it again until the call closes; the last one counts.\n"
        "Keep this letter. What follows proves, without us, what we received and when:\n\n"
        "%(proof)s\n",
        number=proposal.number,
        call=quoted(call.title),
        receipt=receipt.id,
        local=f"{local:%Y-%m-%d %H:%M:%S}",
        zone=call.zone,
        utc=f"{receipt.submitted_at:%Y-%m-%d %H:%M:%S}",
        proof=receipt.proof,
    )
    for account_id in members:
        tell(
            account_id,
            "proposals.receipt",
            _("Receipt for %(number)s", number=proposal.number),
            body,
            about_id=proposal.id,
        )


def tell_eligibility(members: Iterable[str], call: Call, proposal: Proposal, reason: str) -> None:
    """Tell the applicants that the proposal is not eligible and why, or that it is again."""
    if reason:
        body = _(
            "Your proposal %(number)s in the call “%(call)s” is not eligible, so it is not "
            "reviewed. The reason:\n\n%(reason)s\n\n"
            "If you think that this is a mistake, answer the call’s office soon.\n",
            number=proposal.number,
            call=quoted(call.title),
            reason=quoted(reason),
        )
    else:
        body = _(
            "Your proposal %(number)s in the call “%(call)s” is eligible after all, and goes on "
            "to review.\n",
            number=proposal.number,
            call=quoted(call.title),
        )
    for account_id in members:
        tell(
            account_id,
            "proposals.eligibility",
            _("Eligibility of %(number)s", number=proposal.number),
            body,
            about_id=proposal.id,
        )
