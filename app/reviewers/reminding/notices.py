"""The words of reminders: what is due and when, never which proposal or who."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from app.core.settings import settings
from app.core.words import _, plural
from app.notifications.wording import quoted
from app.reviewers.reminding.rules import Owed, days_left

DIGEST = "reviewers.reminder"


def subject(owed: Sequence[Owed], now: datetime) -> str:
    late = any(days_left(one.due_at, one.zone, now) < 0 for one in owed)
    if all(one.draft for one in owed):
        return _("Your draft, before the deadline")
    return _("Reviews that are late") if late else _("Reviews that are due soon")


def body(owed: Sequence[Owed], now: datetime, message: str = "") -> str:
    """Return the one letter of a person: everything they owe, and how to get no more of these."""
    lines = "\n".join(f"- {_line(one, now)}" for one in owed)
    base = settings().base_url.rstrip("/")
    pages = []
    if any(not one.draft for one in owed):
        pages.append(_("Your reviews: %(url)s", url=f"{base}/reviews/"))
    if any(one.draft for one in owed):
        pages.append(_("Your proposals: %(url)s", url=f"{base}/proposals"))
    head = f"{message}\n\n" if message else ""
    return (
        f"{head}{_('This is still open:')}\n\n{lines}\n\n" + "\n".join(pages) + "\n\n"
        + _(
            "If you cannot do it, say so on your page: it helps more than waiting.\n"
            "You get at most one such letter a day. For none at all: %(url)s\n",
            url=f"{base}/reminders",
        )
    )  # fmt: skip


def _line(one: Owed, now: datetime) -> str:
    due = one.due_at.astimezone(ZoneInfo(one.zone))
    if one.draft:
        return _(
            "a draft in “%(call)s”, not submitted; the call closes on %(day)s at %(time)s "
            "(%(zone)s)",
            call=quoted(one.call),
            day=f"{due:%-d %B %Y}",
            time=f"{due:%H:%M}",
            zone=one.zone,
        )
    what = plural("%(num)s review", "%(num)s reviews", one.reviews)
    left = days_left(one.due_at, one.zone, now)
    day = f"{due:%-d %B %Y}"
    if left < 0:
        return _(
            "%(what)s in “%(call)s”, due since %(day)s", what=what, call=quoted(one.call), day=day
        )
    return _("%(what)s in “%(call)s”, due on %(day)s", what=what, call=quoted(one.call), day=day)
