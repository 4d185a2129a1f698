"""Ranking, allocation, sign-off and release."""
