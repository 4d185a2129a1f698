"""The words for kinds, conflicts and the state of a seat."""

from typing import Any

from app.core.words import _
from app.reviewers.models import ConflictKind, ReviewerKind, SeatState
from app.reviewers.queries import PoolRow

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
        ConflictKind.COUNTRY: _("Same country"),
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
