"""Every invariant of the data, by domain. Reading them is the shortest way to know the rules."""

from app.cli.checks import (  # noqa: F401 - each registers its own
    about_accounts,
    about_allocation,
    about_awards,
    about_bids,
    about_calls,
    about_files,
    about_funds,
    about_ledger,
    about_letters,
    about_panels,
    about_plans,
    about_proposals,
    about_reviewers,
    about_reviews,
)
from app.cli.checks.registry import INVARIANTS, Invariant

__all__ = ["INVARIANTS", "Invariant"]
