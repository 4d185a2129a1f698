"""`flask backup` and `flask restore`: everything an installation holds, as one file and back."""

from app.cli.backup.command import backup, restore

COMMANDS = (backup, restore)
