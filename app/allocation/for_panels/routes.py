"""The decision desk for a panel's people: to read, and of what is open to them alone."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.allocation.for_panels import queries, service, views
from app.calls import views as call_views
from app.core.access import access
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _
from app.panels import policy
from app.panels import queries as panels
from app.panels import views as panel_views
from app.panels.queries import Sitting

bp = Blueprint("panel_outlook", __name__, url_prefix="/panels/<id:panel_id>/desk")


def _sitting(panel_id: str) -> Sitting:
    """Return the panel, or stop as if it were not there: absent and not one's own look alike."""
    actor = signed_in()
    found = require(panels.sitting(actor.id, panel_id))
    enforce(policy.may_see_desk(actor, found))
    return found


@bp.get("")
@access(Lens.PANEL, policy.may_see_desk)
def desk(panel_id: str) -> ResponseReturnValue:
    """Show how the proposals stand that are open to who asks."""
    sitting = _sitting(panel_id)
    items = panels.items_of(sitting.panel.id)
    return render_template(
        "allocation/for_panels.html",
        call=call_views.call_row(sitting.call),
        panel=panel_views.panel_values(sitting.call, sitting.panel),
        **views.page(
            sitting,
            queries.outlook_for(sitting, items),
            items,
            request.args.get("page", ""),
        ),
    )


@bp.post("")
@access(Lens.PANEL, policy.may_see_desk)
def look_again(panel_id: str) -> ResponseReturnValue:
    service.ask_again(signed_in(), _sitting(panel_id))
    flash(_("Being computed. Look again in a moment."), "good")
    return redirect(url_for("panel_outlook.desk", panel_id=panel_id), 303)
