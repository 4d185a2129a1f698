"""What reviewers are told by mail: that something waits, and never about whom."""

from collections.abc import Iterable
from datetime import timedelta
from zoneinfo import ZoneInfo

from app.calls.models import Call
from app.core.settings import settings
from app.core.words import _
from app.notifications.account_letters import LINK
from app.notifications.queries import told_lately
from app.notifications.service import tell, tell_all
from app.notifications.wording import quoted
from app.reviewers import rules
from app.reviewers.links import ASKED, LASTS
from app.reviewers.queries import PoolRow

INVITED = "reviewers.invited"
QUIET = timedelta(hours=1)  # one letter for all the seats given in one sitting


def ask(call: Call, person: PoolRow, text: str, invitation_id: str) -> str:
    """Ask somebody to review, in the staff's own words; return the letter's id."""
    subject = _("Will you review for “%(call)s”?", call=quoted(call.title))
    return tell(
        person.account_id, ASKED, subject, letter(call, person, text), about_id=invitation_id
    )


def letter(call: Call, person: PoolRow, text: str) -> str:
    """Return the text of an invitation as it will be sent, but for its link."""
    due = call.reviews_due_at.astimezone(ZoneInfo(call.zone)) if call.reviews_due_at else None
    values = {
        "name": quoted(person.name),
        "call": quoted(call.title),
        "most": str(person.most),
        "due": f"{due:%Y-%m-%d}" if due else _("a day we will tell you"),
        "funder": quoted(settings().organisation),
    }
    return _(
        "%(text)s\n\n"
        "Please answer on this page; you need no account to do so:\n%(link)s\n\n"
        "The link is for you alone and works once, for %(days)s days.\n",
        text=rules.merged(text, values).strip(),
        link=LINK,
        days=LASTS.days,
    )


def shown(call: Call, person: PoolRow, text: str) -> str:
    """Return the letter for a preview, with words where its link will be."""
    return letter(call, person, text).replace(LINK, _("(the link of this person)"))


def tell_invited(account_ids: Iterable[str], call: Call) -> None:
    """Ask people to look at their pages; the letter neither counts nor names proposals."""
    told = told_lately(INVITED, call.id, QUIET)
    body = _(
        "You are asked to review proposals in the call “%(call)s”.\n\n"
        "Your page lists them. For each, first say whether you have a conflict of interest, "
        "then accept or decline:\n%(url)s\n\n"
        "Proposals are confidential. Please do not pass on what you read.\n",
        call=quoted(call.title),
        url=f"{settings().base_url.rstrip('/')}/reviews/",
    )
    asked = [account_id for account_id in account_ids if account_id not in told]
    tell_all(asked, INVITED, _("Proposals to review"), body, about_id=call.id)
