"""All tables of all domains, imported so that metadata, lenses and migrations know them."""

from importlib import import_module

DOMAINS = (
    "ledger",
    "accounts",
    "notifications",
    "funds",
    "calls",
    "proposals",
    "reviewers",
    "reviewers.assigning",
    "reviewers.bidding",
    "reviewers.mix",
    "reviewers.reminding",
    "reviews",
    "reviews.ending",
    "reviews.offline",
    "panels",
    "allocation",
    "allocation.for_panels",
    "awards",
    "documents",
)


def load_tables() -> None:
    """Import every domain's models; core itself names no grant word, only these rooms."""
    import_module("app.core.jobs")
    for domain in DOMAINS:
        import_module(f"app.{domain}.models")
