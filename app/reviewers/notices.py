"""What reviewers are told by mail: that something waits, and never about whom."""

from datetime import timedelta

from app.calls.models import Call
from app.core.settings import settings
from app.core.words import _
from app.notifications.service import tell
from app.notifications.wording import quoted
from app.reviewers import queries

INVITED = "reviewers.invited"
QUIET = timedelta(hours=1)  # one letter for all the seats given in one sitting


def tell_invited(account_id: str, call: Call) -> None:
    """Ask somebody to look at their page; the letter neither counts nor names proposals."""
    if queries.told_lately(account_id, INVITED, call.id, QUIET):
        return
    body = _(
        "You are asked to review proposals in the call “%(call)s”.\n\n"
        "Your page lists them. For each, first say whether you have a conflict of interest, "
        "then accept or decline:\n%(url)s\n\n"
        "Proposals are confidential. Please do not pass on what you read.\n",
        call=quoted(call.title),
        url=f"{settings().base_url.rstrip('/')}/reviews/",
    )
    tell(account_id, INVITED, _("Proposals to review"), body, about_id=call.id)
