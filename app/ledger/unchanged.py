"""Pages that stand while nothing happens: drawn once for their viewer, and sent again until then.

Every change is an event, or it is not committed (docs/adr/0002). So a page that was drawn where
the ledger ends now is still right while it ends there, except for what the clock alone changes; and
it outlives events of kinds that are known to change nothing of it. Permission is checked before,
each time; see docs/adr/0022.

The end is noted first of all (`from_here`): on PostgreSQL each statement sees what is committed by
then, so a row read before a change would otherwise be kept under the end after it.
"""

from collections.abc import Callable, Hashable

from flask import Response, request, session
from flask_babel import get_locale

from app.core import kept_pages
from app.core.kept_pages import Drawn
from app.core.web import page_facts
from app.core.work import HouseRuleBroken, Mode, current_work, keep
from app.ledger import news
from app.ledger import service as ledger
from app.ledger.events import Kinds

_END = "unchanged.end"


def from_here() -> None:
    """Note where the ledger ends, before anything that the page shows is read."""
    if current_work().mode is Mode.READ:
        keep(_END, ledger.position())


def page(
    viewer: Hashable, draw: Callable[[], Drawn], *, seen: Hashable, besides: Kinds = ()
) -> Response:
    """Return the page as it was drawn for this viewer, where nothing has happened since.

    `viewer` is the whole person with all roles: nothing drawn for one is sent to another. `seen`
    is what the page shows that depends on the clock (the phase of its call) or on a verdict.
    `besides`: kinds of events that change nothing the page shows. A page whose reading is an
    event, an answer to a form, and one with something to say just once are drawn as ever.
    """
    work = current_work()
    if not work.enforced:
        raise HouseRuleBroken("a kept page was asked for before permission was checked")
    if work.mode is not Mode.READ or "_flashes" in session:
        return Response(draw().text, mimetype="text/html")
    if _END not in work.answers:
        raise HouseRuleBroken("a kept page must note the end of the ledger before it reads")
    key = (
        viewer,
        work.lens,
        seen,
        request.script_root,
        request.full_path,
        get_locale(),
        page_facts()["theme"],
    )
    at: bytes = work.answers[_END]
    found = kept_pages.page(
        key, draw, at=at, stands=lambda drawn_at: _quiet_between(drawn_at, at, besides)
    )
    return Response(found, mimetype="text/html")


def _quiet_between(start: bytes, end: bytes, besides: Kinds) -> bool:
    """Whether nothing happened between two ends but events of these kinds."""
    found = news.between(start, end)
    quiet = {kind.action() for kind in besides}
    return found is not None and all(one.action in quiet for one in found)
