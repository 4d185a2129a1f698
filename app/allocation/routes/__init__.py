"""Pages of allocation: the staff's desk and letters, and the applicants' outcome."""

from app.allocation.routes.desk import bp as desk
from app.allocation.routes.letters import bp as letters
from app.allocation.routes.outcome import bp as outcome

__all__ = ["desk", "letters", "outcome"]
