"""Pages of calls: the desk where staff build and run them, and what the public reads."""

from app.calls.routes import conditions, form, library, printed, sealing
from app.calls.routes.builder import bp as builder
from app.calls.routes.public import bp as public

__all__ = ["builder", "conditions", "form", "library", "printed", "public", "sealing"]
