"""Bids as pages need them: plain values."""

from typing import Any

from flask import url_for

from app.calls import views as call_views
from app.core.words import _
from app.reviewers.bidding import rules
from app.reviewers.bidding.queries import Abstract, Own

Values = dict[str, Any]
WORDS = 120  # of the abstract; the rest unfolds


def pages_of(own: Own) -> int:
    return max(1, -(-len(own.sheet.shown) // rules.PER_PAGE))


def ids_on(own: Own, page: int) -> list[str]:
    start = (page - 1) * rules.PER_PAGE
    return [str(one) for one in own.sheet.shown[start : start + rules.PER_PAGE]]


def own_row(own: Own) -> Values:
    return {
        "call": call_views.call_row(own.call),
        "closes": call_views.local(own.call, own.bidding.closes_at),
        "answered": len(own.sheet.bids),
        "shown": len(own.sheet.shown),
        "revision": own.sheet.revision,
        "url": url_for("bids.show", call_id=own.call.id),
    }


def questions(own: Own, found: list[Abstract]) -> list[Values]:
    """Return proposals with the answer given; no number: it would tell the order of submission."""
    return [
        {
            "name": f"bid-{one.id}",
            "title": one.title,
            "start": " ".join(one.text.split()[:WORDS]),
            "rest": " ".join(one.text.split()[WORDS:]),
            "bid": own.sheet.bids.get(one.id, ""),
        }
        for one in found
    ]


def choices() -> list[tuple[str, str]]:
    return [("yes", _("Yes")), ("maybe", _("Maybe")), ("no", _("No")), ("", _("Not said"))]
