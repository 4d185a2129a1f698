"""More people than we can answer: what gives way so that submitting does not.

Requests wait in line for a free thread. Once the first in line has waited too long, pages are
turned away at once and may be asked for again, later also changes, whose words are kept; what has
a deadline is answered however long it takes. A turned-away request costs next to nothing, so the
line is short again within seconds. Told apart by how long a request waited alone, never by what it
asks for or who asks.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import make_response, render_template, request

from app.core.api import problems
from app.core.keeping import READING, show_later, submit_url
from app.core.words import _

if TYPE_CHECKING:
    from flask import Response

    from app.core.access import Access

PATIENCE_FOR_PAGES = timedelta(seconds=1)
PATIENCE_FOR_CHANGES = timedelta(seconds=2)
COME_BACK = 5  # seconds


def gives_way(access: "Access", method: str, waited: timedelta) -> bool:
    """Whether a request that waited so long in line is turned away."""
    if access.never_turned_away:
        return False
    return waited > (PATIENCE_FOR_PAGES if method in READING else PATIENCE_FOR_CHANGES)


def turned_away(access: "Access", waited: timedelta) -> "Response | None":
    """Return the page that asks to come back, when this request has waited too long."""
    if not gives_way(access, request.method, waited):
        return None
    if problems.programs_asked():
        return problems.plain(503, headers={"Retry-After": str(COME_BACK)})
    if request.method in READING:
        answer = make_response(render_template("errors/busy.html", submit_url=submit_url()), 503)
        answer.headers["Retry-After"] = str(COME_BACK)
        return answer
    reason = _("Very many people are here at this moment, so this was not taken, not even in part.")
    return show_later(reason, COME_BACK)
