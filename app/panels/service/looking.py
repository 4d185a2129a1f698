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


def look_once(panel: Panel, since: str) -> str:
    """Have it computed because somebody pressed; many presses are one job, whose id is returned.
    `since` is which computation they have before them: once there is a newer one, a press asks
    for another."""
    job_id = _asked_for(panel, since, _now())
    enqueue_once(OUTLOOK, {"panel_id": panel.id}, job_id)
    return job_id


def is_awaited(panel: Panel, since: str, job_id: str) -> bool:
    """Whether nothing newer than `since` was computed after `look_once` answered with this id.

    Told by the id alone, for a panel's people read no jobs. It ends by itself after a while: the
    job may have failed, or found nothing to rank.
    """
    now = _now()
    return job_id in {_asked_for(panel, since, now), _asked_for(panel, since, now - 1)}


def _now() -> int:
    return int(clock.now().timestamp()) // ANYWAY


def _asked_for(panel: Panel, since: str, when: int) -> str:
    told = f"{OUTLOOK}|{panel.id}|{since}|{when}"
    digest = hashlib.sha256(told.encode()).digest()[:16]
    return base64.b32encode(digest).decode().rstrip("=").lower()
