"""Asking for what a panel reads of the ranking: who sits in it, or what is closed, changed."""

from app.core.jobs import enqueue
from app.panels.models import Panel

OUTLOOK = "panels.outlook"  # the job of the room that ranks


def look_again(panel: Panel) -> None:
    """Have computed how the proposals stand that are open to each of the panel."""
    enqueue(OUTLOOK, {"panel_id": panel.id})
