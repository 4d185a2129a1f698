"""Gathering what documents say from the tables, as it is at the release."""

from app.documents.collecting.allocation import allocation_report
from app.documents.collecting.award import award_report
from app.documents.collecting.certificate import certificate, reviews_by_year
from app.documents.collecting.decided import Decided, decided
from app.documents.collecting.decision import decision_of
from app.documents.collecting.funder import funder_reports
from app.documents.collecting.letter import decision_letters
from app.documents.collecting.minutes import panel_minutes
from app.documents.collecting.receipt import receipt

__all__ = [
    "Decided",
    "allocation_report",
    "award_report",
    "certificate",
    "decided",
    "decision_letters",
    "decision_of",
    "funder_reports",
    "panel_minutes",
    "receipt",
    "reviews_by_year",
]
