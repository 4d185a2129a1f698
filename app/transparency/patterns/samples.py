"""Fictional values that show each component in each state. English only, like the page."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import get_locale
from werkzeug.datastructures import MultiDict

from app.core.verdict import ALLOWED, refused
from app.transparency.patterns.forms import ANCHORS, SampleForm

ZONE = "Europe/Copenhagen"
NOW = datetime(2027, 3, 28, 14, 2, 31, tzinfo=UTC).astimezone(ZoneInfo(ZONE))
AIMS = (
    "Does a two-minute examination by a trained community dentist find oral cancers at an "
    "earlier stage than usual care? We compare 40 districts, drawn by lot, over three years."
)
ANSWERS = [
    ("title", "Earlier detection of oral cancer by community dentists"),
    ("email", "lead@hospital.example"),
    ("aims", AIMS),
    ("country", "KE"),
    ("kind", "project"),
    ("partners", "KE"),
    ("partners", "PE"),
    ("starts", "2027-09-01"),
    ("amount", "480000"),
    ("merit", "4"),
]
MISTAKES = [("title", ""), ("email", "lead at hospital")]
OVER_BUDGET = (
    "The budget of the partners adds up to USD 812,400.00. "
    "The most this call gives is USD 750,000.00."
)
# number, weighted total, expected rank
RANKED = [
    ("014", 4.71, 1.2),
    ("003", 4.55, 2.1),
    ("022", 4.55, 3.3),
    ("017", 4.42, 3.9),
    ("006", 4.33, 5.2),
    ("009", 4.31, 5.7),
    ("011", 4.02, 7.0),
    ("028", 3.61, 7.8),
    ("002", 2.94, 8.7),
]
FUNDED, AT_THE_LINE = 4, 6


def values() -> Mapping[str, object]:
    """Return what the pattern page shows."""
    return {
        "sample": _filled(),
        "wrong": _mistaken(),
        "anchors": ANCHORS,
        "zone": ZONE,
        "now": NOW,
        "closes": NOW + timedelta(days=3, hours=2),
        "ranked": [_ranked(*row, place) for place, row in enumerate(RANKED, start=1)],
        "rtl": getattr(get_locale(), "text_direction", "ltr") == "rtl",
        "allowed": ALLOWED,
        "no": refused("You proposed this allocation. Somebody else must approve it."),
    }


def _filled() -> SampleForm:
    return SampleForm(MultiDict((f"a-{name}", value) for name, value in ANSWERS), prefix="a-")


def _mistaken() -> SampleForm:
    form = SampleForm(MultiDict((f"b-{name}", value) for name, value in MISTAKES), prefix="b-")
    form.validate()
    for field in form:
        if field.short_name not in SampleForm.SHOWN_WRONG:
            field.errors = ()
    form.refuse(OVER_BUDGET)
    return form


def _ranked(number: str, total: float, rank: float, place: int) -> Mapping[str, object]:
    last = len(RANKED)
    state = "funded" if place <= FUNDED else "line" if place <= AT_THE_LINE else "not"
    return {
        "label": f"EQ-{number}",
        "value": total,
        "shown": f"{total:.2f}",
        "state": state,
        "middle": rank,
        "low": max(1, place - 2.1),
        "high": min(last, place + 1.9),
        "inner_low": max(1, place - 0.9),
        "inner_high": min(last, place + 0.8),
    }
