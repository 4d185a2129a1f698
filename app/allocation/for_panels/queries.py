"""Reads of what the desk shows to a panel."""

import hashlib
from collections.abc import Collection, Sequence

from sqlalchemy import select

from app.allocation.for_panels.models import PanelOutlook
from app.core.db import db
from app.panels.queries import Sitting


def key_of(closed: Collection[str]) -> str:
    """Return what a choice of closed proposals is known by."""
    return hashlib.sha256("\n".join(sorted(closed)).encode()).hexdigest()


def outlook_for(sitting: Sitting) -> PanelOutlook | None:
    """Return what was computed of exactly the proposals that are open to who asks; nothing where
    a conflict was found since, so that no older one is shown."""
    return db.session.scalar(
        select(PanelOutlook).where(
            PanelOutlook.panel_id == sitting.panel.id,
            PanelOutlook.closed_sha256 == key_of(sitting.me.barred),
        )
    )


def outlooks_of(panel_id: str) -> Sequence[PanelOutlook]:
    return db.session.scalars(
        select(PanelOutlook)
        .where(PanelOutlook.panel_id == panel_id)
        .order_by(PanelOutlook.closed_sha256)
    ).all()
