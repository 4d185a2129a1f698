"""What people of the pool are told when a call asks for bids."""

from app.calls.models import Call
from app.core.settings import settings
from app.core.words import _
from app.notifications.service import tell
from app.notifications.wording import quoted

ASKED = "reviewers.bidding"


def tell_bidding(account_id: str, call: Call) -> None:
    body = _(
        "The call “%(call)s” asks which proposals you would like to review.\n\n"
        "Your page shows titles and abstracts, in an order of your own. Say yes, maybe or no to "
        "as many as you like; nobody but the office sees your answers:\n%(url)s\n\n"
        "Proposals are confidential. Please do not pass on what you read.\n",
        call=quoted(call.title),
        url=f"{settings().base_url.rstrip('/')}/bids/{call.id}",
    )
    tell(account_id, ASKED, _("Which proposals would you like to review?"), body, about_id=call.id)
