"""Pages of panels: setting one up at the desk, and the meeting for its people."""

from app.panels.routes.desk import bp as desk
from app.panels.routes.meeting import bp as meeting

__all__ = ["desk", "meeting"]
