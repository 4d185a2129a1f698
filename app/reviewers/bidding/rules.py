"""Whether bids may be given now, and in which order somebody sees the proposals. Pure."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from app.calls.rules import Phase
from app.core.verdict import ALLOWED, Verdict, refused
from app.core.words import _

BIDS = ("yes", "maybe", "no")
PER_PAGE = 20


def can_open(phase: Phase) -> Verdict:
    if phase is Phase.ASSIGNING:
        return ALLOWED
    return refused(_("Bids are asked for while the call is assigning reviewers."))


def can_close_at(closes_at: datetime, now: datetime) -> Verdict:
    if closes_at > now:
        return ALLOWED
    return refused(_("Bidding must close in the future. Give a later day."))


def can_bid(phase: Phase, closes_at: datetime, now: datetime) -> Verdict:
    """Whether bids may be given or changed; the closing instant itself still counts."""
    if phase is not Phase.ASSIGNING or now > closes_at:
        return refused(_("Bidding is closed. What you said is kept as it was."))
    return ALLOWED


def can_save(seen: int, now: int) -> Verdict:
    if seen == now:
        return ALLOWED
    return refused(
        _("You changed your answers in another window. Look at the page again, then go on.")
    )


def order_for(seed: str, proposals: Iterable[str]) -> list[str]:
    """Return the proposals in an order of one's own: by the hash of the seed with each id.

    People who read down a list bid more at its top, so that everybody's is another.
    """
    return sorted(proposals, key=lambda one: hashlib.sha256(f"{seed}|{one}".encode()).digest())


def without(shown: Sequence[str], hidden: Collection[str]) -> list[str]:
    return [one for one in shown if one not in hidden]


def merged(bids: Mapping[str, str], answers: Mapping[str, str]) -> dict[str, str]:
    """Return the bids with new answers put in; an empty answer takes one back."""
    return {one: bid for one, bid in {**bids, **answers}.items() if bid in BIDS}
