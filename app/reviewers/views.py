"""Reviewers, conflicts and seats as the staff's pages need them: plain values in words."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask import url_for

from app.calls import views as call_views
from app.calls.models import Call
from app.core.countries import country_name
from app.core.words import _, plural
from app.proposals.queries import Judged
from app.reviewers.models import ConflictKind, ReviewerKind, SeatState
from app.reviewers.queries import ConflictRow, PoolRow, SeatRow
from app.reviewers.rules import LIVE

Values = dict[str, Any]
Pair = tuple[str, str]  # proposal and account


def kind_words(kind: ReviewerKind) -> str:
    return {
        ReviewerKind.EXPERT: _("Expert"),
        ReviewerKind.PATIENT: _("Patient or public"),
        ReviewerKind.EARLY_CAREER: _("Early-career researcher"),
    }[kind]


def conflict_words(kind: ConflictKind) -> str:
    return {
        ConflictKind.ORGANISATION: _("Same organisation"),
        ConflictKind.COLLABORATOR: _("Works or published with them"),
        ConflictKind.SUPERVISOR: _("Supervisor or student"),
        ConflictKind.FAMILY: _("Family or close friend"),
        ConflictKind.FINANCIAL: _("Financial interest"),
        ConflictKind.SAME_PERSON: _("Is an applicant"),
        ConflictKind.OTHER: _("Another reason"),
    }[kind]


def seat_chip(state: SeatState) -> Values:
    words, tone, stage = {
        SeatState.INVITED: (_("invited"), "wait", "open"),
        SeatState.ACCEPTED: (_("accepted"), "active", "part"),
        SeatState.SUBMITTED: (_("submitted"), "good", "done"),
        SeatState.DECLINED: (_("declined"), "neutral", "stop"),
        SeatState.CONFLICTED: (_("conflict of interest"), "bad", "stop"),
        SeatState.REMOVED: (_("removed"), "neutral", "stop"),
    }[state]
    return {"words": words, "tone": tone, "stage": stage}


def load_words(row: PoolRow) -> str:
    return _("%(load)s of %(most)s", load=row.load, most=row.most)


def pool_rows(call: Call, pool: Sequence[PoolRow], conflicts: Collection[Pair]) -> list[Values]:
    counted: dict[str, int] = {}
    for _proposal, account_id in conflicts:
        counted[account_id] = counted.get(account_id, 0) + 1
    return [
        {
            "name": row.name,
            "email": row.email,
            "organisation": row.organisation,
            "country": country_name(row.country) if row.country else "",
            "kind": kind_words(row.kind),
            "expertise": row.expertise,
            "load": load_words(row),
            "full": row.load >= row.most,
            "submitted": row.submitted,
            "conflicts": counted.get(row.account_id, 0),
            "url": url_for("reviewers.change_reviewer", call_id=call.id, account_id=row.account_id),
        }
        for row in pool
    ]


def conflict_rows(call: Call, conflicts: Sequence[ConflictRow]) -> list[Values]:
    return [
        {
            "name": row.name,
            "number": row.number,
            "title": row.title,
            "kind": conflict_words(row.kind),
            "source": _source(row),
            "detail": row.detail,
            "on": call_views.local(call, row.found_at),
        }
        for row in conflicts
    ]


def _source(row: ConflictRow) -> str:
    if row.declared:
        return _("declared by the reviewer")
    return _("entered by staff") if row.entered_by else _("found in the records")


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
