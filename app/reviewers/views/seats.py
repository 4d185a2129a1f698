"""Seats and who may sit there, as the pages of the assignment need them."""

from collections.abc import Mapping, Sequence

from flask import url_for

from app.calls import views as call_views
from app.calls.models import Call
from app.core.words import _, plural
from app.proposals.queries import Judged
from app.reviewers.models import SeatState
from app.reviewers.queries import PoolRow, SeatRow
from app.reviewers.rules import LIVE
from app.reviewers.views.words import Values, kind_words, load_words, seat_chip


def seat_values(call: Call, seat: SeatRow) -> Values:
    return {
        "id": seat.id,
        "letter": seat.letter,
        "name": seat.name,
        "chip": seat_chip(seat.state),
        "live": seat.state in LIVE,
        "removable": seat.state in LIVE - {SeatState.SUBMITTED},
        "due": call_views.local(call, seat.due_at),
        "declined_because": seat.declined_because or "",
    }


def overview(call: Call, judged: Sequence[Judged], seats: Sequence[SeatRow]) -> list[Values]:
    """Return each proposal with its seats and how many are missing."""
    by_proposal: dict[str, list[SeatRow]] = {}
    for seat in seats:
        by_proposal.setdefault(seat.proposal_id, []).append(seat)
    return [
        {
            "id": proposal.id,
            "number": proposal.number,
            "title": proposal.title,
            "url": url_for("reviewers.assign", call_id=call.id, proposal_id=proposal.id),
            "seats": [seat_values(call, seat) for seat in by_proposal.get(proposal.id, [])],
            "missing": missing(call, by_proposal.get(proposal.id, [])),
        }
        for proposal in judged
    ]


def missing(call: Call, seats: Sequence[SeatRow]) -> int:
    return max(0, call.reviewers_each - sum(seat.state in LIVE for seat in seats))


def what_is_missing(call: Call, rows: Sequence[Values]) -> str:
    """Say how many proposals have too few reviewers, or nothing."""
    short = sum(1 for row in rows if row["missing"])
    if not short:
        return ""
    return plural(
        "%(num)s proposal has fewer than %(each)s reviewers.",
        "%(num)s proposals have fewer than %(each)s reviewers.",
        short,
        each=call.reviewers_each,
    )


def loads(people: Sequence[PoolRow], most: int) -> list[Values]:
    """Return how much each has to do, by name; of a larger pool those with most to do."""
    if len(people) > most:
        people = sorted(people, key=lambda row: (-row.load, row.name, row.account_id))[:most]
    return [
        {"name": row.name, "load": row.load, "most": row.most, "words": load_words(row)}
        for row in people
    ]


def candidates(
    pool: Sequence[PoolRow], conflicts: Mapping[str, Sequence[str]], seated: Mapping[str, SeatState]
) -> list[Values]:
    """Return everybody of the pool for one proposal, who may be asked first and least loaded
    first; `why_not` says why somebody may not."""
    rows = [
        {
            "account_id": row.account_id,
            "name": row.name,
            "organisation": row.organisation,
            "kind": kind_words(row.kind),
            "expertise": row.expertise,
            "load": load_words(row),
            "loaded": row.load,
            "seat": seat_chip(seated[row.account_id]) if row.account_id in seated else None,
            "why_not": _why_not(row, conflicts.get(row.account_id, ()), seated),
        }
        for row in pool
    ]
    return sorted(rows, key=lambda row: (bool(row["why_not"]), row["loaded"], row["name"]))


def _why_not(row: PoolRow, conflicts: Sequence[str], seated: Mapping[str, SeatState]) -> str:
    if conflicts:
        return _("Conflict of interest: %(what)s", what="; ".join(conflicts))
    if seated.get(row.account_id) in LIVE:
        return _("Assigned already")
    if row.load >= row.most:
        return _("Has as many as they may get")
    return ""
