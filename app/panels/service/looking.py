"""Asking for what a panel reads of the ranking: who sits in it, or what is closed, changed."""

import base64
import hashlib

from app.core import clock
from app.core.jobs import enqueue, enqueue_once
from app.panels.models import Panel
from app.panels.queries import panel_of

OUTLOOK = "panels.outlook"  # the job of the room that ranks
ANYWAY = 600  # seconds, after which a press counts anew: the job before may have failed for good


def look_again(panel: Panel) -> None:
    """Have computed how the proposals stand that are open to each of the panel."""
    enqueue(OUTLOOK, {"panel_id": panel.id})


def look_again_in(call_id: str) -> None:
    """Have computed what the panel of a call, if it has one, reads of a change at the desk."""
    panel = panel_of(call_id)
    if panel is not None:
        look_again(panel)


def look_once(panel: Panel, since: str) -> None:
    """Have it computed because somebody pressed; many presses are one job. `since` is which
    computation they have before them: once there is a newer one, a press asks for another."""
    told = f"{OUTLOOK}|{panel.id}|{since}|{int(clock.now().timestamp()) // ANYWAY}"
    digest = hashlib.sha256(told.encode()).digest()[:16]
    job_id = base64.b32encode(digest).decode().rstrip("=").lower()
    enqueue_once(OUTLOOK, {"panel_id": panel.id}, job_id)
