"""`flask seed`: a world in every role and state for checks from outside, the same for a seed."""

from app.cli.seed.command import seed

COMMANDS = (seed,)
