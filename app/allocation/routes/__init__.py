"""Pages of allocation: the staff's desk, and the applicants' outcome."""

from app.allocation.routes.desk import bp as desk
from app.allocation.routes.outcome import bp as outcome

__all__ = ["desk", "outcome"]
