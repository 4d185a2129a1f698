"""Reads of what the desk shows to a panel."""

import hashlib
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import func, select

from app.allocation.for_panels.models import PanelOutlook
from app.core.db import db
from app.panels.queries import ItemRow, Sitting


def key_of(agenda: Iterable[str], closed: Collection[str]) -> str:
    """Return what a choice of closed proposals of an agenda is known by."""
    told = [f"{one} closed" if one in closed else one for one in sorted(agenda)]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def outlook_for(sitting: Sitting, items: Sequence[ItemRow]) -> PanelOutlook | None:
    """Return what was computed of exactly the proposals that are open to who asks; nothing where
    a conflict was found or the agenda changed since, so that no older one is shown."""
    agenda = [row.item.proposal_id for row in items]
    return db.session.scalar(
        select(PanelOutlook).where(
            PanelOutlook.panel_id == sitting.panel.id,
            PanelOutlook.closed_sha256 == key_of(agenda, sitting.me.barred),
        )
    )


def made_last(panel_id: str) -> str:
    """Return when something of a panel was computed last, as a text; nothing: never."""
    last = select(func.max(PanelOutlook.made_at)).where(PanelOutlook.panel_id == panel_id)
    return str(db.session.scalar(last) or "")


def outlooks_of(panel_id: str) -> Sequence[PanelOutlook]:
    return db.session.scalars(
        select(PanelOutlook)
        .where(PanelOutlook.panel_id == panel_id)
        .order_by(PanelOutlook.closed_sha256)
    ).all()
