"""`flask demo`: a fictional world told through the real services, one call in each phase."""

from app.cli.demo.command import demo

COMMANDS = (demo,)
