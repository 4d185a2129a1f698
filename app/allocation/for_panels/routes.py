"""The decision desk for a panel's people: to read, and of what is open to them alone."""

import json

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.allocation import draws
from app.allocation.computing import Data
from app.allocation.for_panels import exporting, queries, service, showing, views
from app.calls import views as call_views
from app.core.access import access
from app.core.gate import enforce
from app.core.jobs import answer
from app.core.lens import Lens
from app.core.table_file import table_response
from app.core.web import require
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
    asked = request.args.get("asked", "")
    return render_template(
        "allocation/for_panels.html",
        call=call_views.call_row(sitting.call),
        panel=panel_views.panel_values(sitting.call, sitting.panel),
        awaited=asked if service.still_to_come(sitting, asked) else "",
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
    asked = service.ask_again(signed_in(), _sitting(panel_id))
    return redirect(url_for("panel_outlook.desk", panel_id=panel_id, asked=asked), 303)


@bp.get("/progress")
@access(Lens.PANEL, policy.may_see_desk)
def progress(panel_id: str) -> Response:
    """Say whether what was asked for is there, for the script of the page. How far it is stays
    untold: it would tell how many choices of closed proposals the panel has."""
    asked = request.args.get("asked", "")
    return answer(0, done=not service.still_to_come(_sitting(panel_id), asked))


def _content(sitting: Sitting) -> Data:
    """Return what was computed of the proposals that are open to who asks; a page without it and
    one that never was look alike."""
    made = queries.outlook_for(sitting, panels.items_of(sitting.panel.id))
    content: Data = require(made).content
    return content


@bp.get("/ranking.csv", defaults={"ending": "csv"})
@bp.get("/ranking.xlsx", defaults={"ending": "xlsx"})
@bp.get("/ranking.json", defaults={"ending": "json"})
@access(Lens.PANEL, policy.may_see_desk)
def ranking_file(panel_id: str, ending: str) -> Response:
    """Send the proposals that are open to who asks, as the desk shows them."""
    sitting = _sitting(panel_id)
    call, content = sitting.call, _content(sitting)
    departures = views.departures(call, content)
    return table_response(exporting.table(call, content, departures), ending)


@bp.get("/draw")
@access(Lens.PANEL, policy.may_see_desk)
def draw(panel_id: str) -> ResponseReturnValue:
    """Show the draw to a room, one step to a page."""
    sitting = _sitting(panel_id)
    content = _content(sitting)
    steps = require(showing.steps(content) or None)
    return render_template(
        "allocation/draw_live.html",
        call=call_views.call_row(sitting.call),
        steps=steps,
        step=draws.one_of(steps, request.args.get("step", "")),
        label=content["draw"]["record"]["label"],
        here=url_for("panel_outlook.draw", panel_id=panel_id),
        away=url_for("panel_outlook.desk", panel_id=panel_id),
    )


@bp.get("/draw.json")
@access(Lens.PANEL, policy.may_see_desk)
def draw_record(panel_id: str) -> Response:
    """Hand out the record of this draw, which the verifier reads; before it is held, the list."""
    found = require(_content(_sitting(panel_id)).get("draw") or None)
    told = found["record"]
    told = told if found["held"] else {"entrants": told["entrants"]}
    return Response(
        json.dumps(told, indent=1, ensure_ascii=False) + "\n",
        mimetype="application/json",
        headers={"Content-Disposition": "attachment; filename=draw.json"},
    )
