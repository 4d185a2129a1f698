"""What people are told who are asked to sit in a panel."""

from app.calls.models import Call
from app.core.settings import settings
from app.core.words import _
from app.notifications.service import tell
from app.notifications.wording import quoted
from app.panels.models import Panel

APPOINTED = "panels.appointed"


def tell_appointed(account_id: str, call: Call, panel: Panel) -> None:
    body = _(
        "You sit in the panel “%(panel)s” of the call “%(call)s”.\n\n"
        "When it meets, what is on its agenda and what you have a conflict of interest with "
        "stands on your page. Please look at the agenda before, and declare conflicts:\n%(url)s\n\n"
        "What you read there is confidential.\n",
        panel=quoted(panel.name),
        call=quoted(call.title),
        url=f"{settings().base_url.rstrip('/')}/panels/{panel.id}",
    )
    tell(account_id, APPOINTED, _("You sit in a panel"), body, about_id=panel.id)
