"""Drafting, files, eligibility, versions and receipts."""
