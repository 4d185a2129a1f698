"""When the call opens and closes, and until when reviews are due."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from app.calls import rules
from app.cli.importing.call_file.values import FileValues
from app.core.words import _


def calendar_of(file: FileValues, zone: str) -> tuple[datetime, datetime, datetime | None]:
    """Return wall times in `zone`; a day alone opens at its start and ends at its last minute."""
    morning, evening = time(0, 0), time(23, 59)
    opens = _wall(file, "opens", zone, morning)
    closes = _wall(file, "deadline", zone, evening)
    due = _wall(file, "reviews_due", zone, evening) if "reviews_due" in file.data else None
    if "decision_meeting" in file.data:
        _wall(file, "decision_meeting", zone, morning)
    nothing = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall time
    if opens and closes:
        instants = [
            wall and _instant(file, key, wall, zone)
            for key, wall in (("opens", opens), ("deadline", closes), ("reviews_due", due))
        ]
        first, last, late = instants
        problem = first and last and rules.calendar_problem(first, last, late)
        if problem:
            file.wrong("deadline", file.data.get("deadline"), problem)
    return opens or nothing, closes or nothing, due


def _wall(file: FileValues, key: str, zone: str, otherwise: time) -> datetime | None:
    value = file.data.get(key)
    text = value if isinstance(value, str) else ""
    try:
        if len(text) == len("2026-01-12"):
            return datetime.combine(date.fromisoformat(text), otherwise)
        moment = datetime.fromisoformat(text)
    except ValueError:
        file.wrong(
            key, value, _("must be a day like 2026-01-12 or a time like 2026-03-31T23:59:00Z.")
        )
        return None
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if moment.tzinfo else moment


def _instant(file: FileValues, key: str, wall: datetime, zone: str) -> datetime | None:
    try:
        return rules.instant_of(wall, zone).astimezone(UTC)
    except (rules.WallTimeError, OverflowError) as error:
        file.wrong(key, file.data.get(key), str(error))
        return None
