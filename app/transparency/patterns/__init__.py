"""The pattern page: every component in every state."""

from app.transparency.patterns.routes import bp

__all__ = ["bp"]
