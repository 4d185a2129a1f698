"""What staff see of a call's reviews: how far they are and who is late."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any

from app.calls import views as call_views
from app.calls.models import Call
from app.core.rows import Columns, addresses, by_column
from app.core.words import _
from app.reviewers.models import SeatState
from app.reviewers.rules import LIVE
from app.reviews.queries import Owed, SeatsOf
from app.reviews.rules import Rate

Values = dict[str, Any]


def recognition_values(rate: Rate) -> Values:
    return {"told": rate.told, "answers": rate.answers, "sentence": recognition_words(rate)}


def recognition_words(rate: Rate) -> str:
    """Say how many recognised who applied, in one sentence; nothing of so few that one is told."""
    if not rate.told:
        return ""
    share = Fraction(rate.perhaps + rate.sure, rate.answers) * 100
    return _(
        "Asked after scoring whether they recognised who applied, reviewers answered %(n)s times: "
        "%(no)s no, %(perhaps)s “I think so”, %(sure)s sure (recognised or suspected: "
        "%(share)s %%).",
        n=rate.answers,
        no=rate.no,
        perhaps=rate.perhaps,
        sure=rate.sure,
        share=round(share),
    )


_STATES = ("invited", "accepted", "submitted", "closed")


def progress_rows(call: Call, seats: Sequence[SeatsOf]) -> Columns:
    """Return each proposal with its seats by state."""
    known = by_column(" ".join(SeatsOf._fields), seats)
    counts = [_counted(states or "") for states in known.column("states")]
    counted = by_column(" ".join(_STATES), counts)
    each = call.reviewers_each
    return known.with_columns(
        url=addresses(
            "reviewers.assign", "proposal_id", known.column("proposal_id"), call_id=call.id
        ),
        enough=[submitted >= each for submitted in counted.column("submitted")],
        **{name: counted.column(name) for name in _STATES},
    )


@lru_cache(maxsize=1_024)
def _counted(states: str) -> tuple[int, int, int, int]:
    """Count the states of one proposal's seats; they come in few combinations."""
    counts = Counter(map(SeatState, filter(None, states.split(","))))
    closed = sum(n for state, n in counts.items() if state not in LIVE)
    invited, accepted = counts[SeatState.INVITED], counts[SeatState.ACCEPTED]
    return invited, accepted, counts[SeatState.SUBMITTED], closed


def counts_of(call: Call, seats: Sequence[SeatsOf]) -> Values:
    """Count the seats of the whole call by state, and the proposals that lack reviews."""
    counted = by_column(" ".join(_STATES), [_counted(one.states or "") for one in seats])
    return {name: sum(counted.column(name)) for name in _STATES} | {
        "short": len(short_of(call, seats))
    }


def short_of(call: Call, seats: Sequence[SeatsOf]) -> list[SeatsOf]:
    """Return the proposals with too few submitted reviews."""
    submitted = _STATES.index("submitted")
    return [one for one in seats if _counted(one.states or "")[submitted] < call.reviewers_each]


def owed_rows(call: Call, owed: Sequence[Owed], now: datetime) -> list[Values]:
    """Return each reviewer's seats; `standing` is the next due date and whether it is past."""
    return [
        {
            "name": one.name,
            "invited": one.invited,
            "submitted": one.submitted,
            "owes": one.invited + one.accepted,
            "certified": bool(one.certified),
            "standing": (call_views.local(call, one.due_at), one.due_at < now)
            if one.invited + one.accepted
            else None,
        }
        for one in owed
    ]
