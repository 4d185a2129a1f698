"""The job that settles the minutes of a panel as a document, once they are approved."""

from flask_babel import force_locale

from app.accounts.actor import SYSTEM_ACTOR
from app.awards.service import LANGUAGE
from app.calls.models import Call
from app.core.db import Json, db
from app.core.gate import enforce
from app.core.jobs import handles
from app.core.verdict import ALLOWED
from app.documents import collecting, queries
from app.documents import service as reports
from app.documents.models import DocumentKind
from app.panels.models import Panel, PanelState
from app.panels.service import MINUTES


@handles(MINUTES)
def freeze_minutes(payload: Json) -> None:
    """Settle what the minutes say and ask for the PDF; done twice, it changes nothing."""
    panel = db.session.get(Panel, payload["panel_id"])
    if panel is None or panel.state is not PanelState.APPROVED or queries.has_minutes(panel.id):
        return
    call = db.session.get_one(Call, panel.call_id)
    enforce(ALLOWED)  # the approval asked for it
    with force_locale(LANGUAGE):
        told = collecting.panel_minutes(call, panel)
    reports.freeze(SYSTEM_ACTOR, call, [(DocumentKind.PANEL_MINUTES, panel.id, told)])
