"""What the desk shows to a panel: copies, one for each choice of proposals that is open to some."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Json, Model
from app.core.lens import Holds, Lens, sees


class PanelOutlook(Identified, Model):
    """How the proposals on the agenda that are open to some of a panel stand, and what the rule
    would give them.

    Computed as if the closed ones did not exist, and without what tells who applies. It follows
    from the ranking, which is recorded.
    """

    __tablename__ = "panel_outlook"
    __recorded__ = False
    __table_args__ = (UniqueConstraint("panel_id", "closed_sha256"),)
    __lens__ = sees(  # computed by a job; gone with its panel
        Holds.SCORE, read=[Lens.PANEL, Lens.STAFF], change=[Lens.STAFF]
    )

    panel_id: Mapped[str] = mapped_column(ForeignKey("panel.id", ondelete="CASCADE"))
    closed_sha256: Mapped[str]  # of the agenda, and of what of it is closed to them
    of_sha256: Mapped[str]  # of all that it was computed from
    content: Mapped[Json]  # outlook.computed
    made_at: Mapped[datetime]  # when all that was read
