"""Receipts, letters and reports: PDF, signature, verification."""
