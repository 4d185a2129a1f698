"""Pages of calls: the desk where staff build and run them, and what the public reads."""

from app.calls.routes import conditions as _conditions  # adds its pages to the desk
from app.calls.routes import sealing as _sealing  # likewise
from app.calls.routes.builder import bp as builder
from app.calls.routes.public import bp as public

__all__ = ["_conditions", "_sealing", "builder", "public"]
