"""Reminders: of reviews that are due and of drafts before the deadline, one letter a day."""
