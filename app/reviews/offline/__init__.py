"""Reviewing with no network: a pack to take along, and its form file to bring back."""
