"""How much a decision hangs on single reviews, single reviewers or the exact weights."""
