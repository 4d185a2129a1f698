"""Pages of allocation: the rule, the fund, the desk, the draw, letters, and the outcome."""

from app.allocation.routes import files as _files  # adds its pages to the desk
from app.allocation.routes.desk import bp as desk
from app.allocation.routes.draw import bp as draw
from app.allocation.routes.fund import bp as fund
from app.allocation.routes.letters import bp as letters
from app.allocation.routes.outcome import bp as outcome
from app.allocation.routes.rule import bp as rule
from app.allocation.routes.scenarios import bp as scenarios

__all__ = ["_files", "desk", "draw", "fund", "letters", "outcome", "rule", "scenarios"]
