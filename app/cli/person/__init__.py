"""`flask person`: hand somebody everything that is held about them, or forget who they are."""

from app.cli.person.command import COMMANDS

__all__ = ["COMMANDS"]
