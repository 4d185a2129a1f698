"""What can be told for the mix, and when it is enough to be used. Pure."""

from collections.abc import Mapping

GENDERS = ("woman", "man", "other")
FEWEST_TOLD = 10  # of a pool, before a plan uses it: of few, a plan would tell who said what


def usable(told: Mapping[str, str]) -> dict[str, str]:
    """Return what people told where enough of them did; else nothing of it."""
    known = {account_id: gender for account_id, gender in told.items() if gender}
    return known if len(known) >= FEWEST_TOLD else {}
