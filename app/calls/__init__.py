"""Funding calls: calendar, form, criteria, rules; opening and closing."""
