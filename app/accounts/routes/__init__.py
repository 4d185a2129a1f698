"""Pages of accounts: coming in, signing in, one's own page, and the administrators' list."""

from app.accounts.routes import joining, people, profile, signing_in, tokens
from app.accounts.routes.room import bp

__all__ = ["bp", "joining", "people", "profile", "signing_in", "tokens"]
