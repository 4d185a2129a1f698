"""The form of a pack as rows, and what comes back as a preview."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import url_for

from app.calls.models import Criterion
from app.core.words import _
from app.reviews import queries
from app.reviews.offline.models import PackState, ReviewPack
from app.reviews.offline.rules import CANNOT, CONFIDENCE, CRITERION, Filled, merged
from app.reviews.queries import Opened
from app.reviews.rules import Measure, Written

Values = dict[str, Any]


def form_rows(criteria: Sequence[Criterion], opened: Sequence[Opened]) -> Iterator[list[str]]:
    """Yield the rows of the form: what was written online by now stands in it."""
    for one in opened:
        written, seat = queries.working(one.review), one
        for criterion in criteria:
            plain = (one.plain and criterion.plain_label) or criterion.label
            yield _row(
                seat,
                plain,
                _grade(written, criterion.key),
                written.reasons.get(criterion.key, ""),
                CRITERION + criterion.key,
            )
        confidence = str(written.confidence or "")
        yield _row(seat, _("Confidence: 1 low, 2 medium, 3 high"), confidence, "", CONFIDENCE)
        yield _row(seat, _("Comment to the applicants"), "", written.to_applicant, "to_applicant")
        yield _row(seat, _("Comment to the panel"), "", written.to_panel, "to_panel")
        yield _row(seat, _("Comment to the call’s office"), "", written.to_staff, "to_staff")


def _row(opened: Opened, about: str, grade: str, words: str, key: str) -> list[str]:
    revision = str(opened.review.revision if opened.review else 0)
    title = opened.version.title
    return [str(opened.proposal.number), title, about, grade, words, key, revision]


def _grade(written: Written, key: str) -> str:
    grade = written.grades.get(key, "")
    return CANNOT if grade is None else grade


def pack_values(pack: ReviewPack | None) -> Values | None:
    if pack is None:
        return None
    return {
        "state": pack.state.value,
        "ready": pack.state is PackState.READY,
        "asked": pack.state is PackState.ASKED,
        "failed": pack.state is PackState.FAILED,
        "proposals": len(pack.seats),
        "kilobytes": max(1, pack.size // 1024),
        "url": url_for("offline.fetch", pack_id=pack.id),
    }


def preview_rows(
    filled: Sequence[Filled], opened: Sequence[Opened], measure: Measure
) -> list[Values]:
    """Say of each proposal what the file brings, and whether something newer stands online."""
    by_number = {str(one.proposal.number): one for one in opened}
    rows = []
    for one in filled:
        seat = by_number[one.number]
        online = queries.working(seat.review)
        revision = seat.review.revision if seat.review else 0
        changes = list(_changes(measure, online, merged(online, one)))
        rows.append(
            {
                "number": one.number,
                "title": seat.version.title,
                "changes": changes,
                "newer": bool(changes) and revision != one.revision,
                "seat_id": seat.seat.id,
                "seen": revision,
            }
        )
    return rows


def _changes(measure: Measure, before: Written, after: Written) -> Iterator[Values]:
    for criterion in measure.criteria:
        old, new = _grade(before, criterion.key), _grade(after, criterion.key)
        if old != new:
            yield {"label": criterion.label, "before": old, "after": new}
        told = before.reasons.get(criterion.key, ""), after.reasons.get(criterion.key, "")
        if told[0] != told[1]:
            label = _("Justification: %(label)s", label=criterion.label)
            yield {"label": label, "before": told[0], "after": told[1]}
    if before.confidence != after.confidence:
        old, new = str(before.confidence or ""), str(after.confidence or "")
        yield {"label": _("Confidence"), "before": old, "after": new}
    for name, label in (
        ("to_applicant", _("Comment to the applicants")),
        ("to_panel", _("Comment to the panel")),
        ("to_staff", _("Comment to the call’s office")),
    ):
        if getattr(before, name) != getattr(after, name):
            yield {"label": label, "before": getattr(before, name), "after": getattr(after, name)}
