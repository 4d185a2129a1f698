"""The dates of a call for people's own calendars (RFC 5545)."""

from datetime import UTC, datetime

from app.calls.models import Call
from app.core.words import _

LONGEST_LINE = 75  # octets


def of_call(call: Call, address: str, organisation: str) -> str:
    """Return the opening and the deadline as events, in UTC so that every calendar agrees."""
    events = [
        ("opens", call.opens_at, _("%(call)s opens", call=call.title)),
        ("closes", call.closes_at, _("%(call)s closes", call=call.title)),
    ]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{_text(organisation)}//Equipoise//EN"]
    for name, moment, title in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{call.id}-{name}@equipoise",
            f"DTSTAMP:{_stamp(moment)}",
            f"DTSTART:{_stamp(moment)}",
            f"DTEND:{_stamp(moment)}",
            f"SUMMARY:{_text(title)}",
            f"URL:{address}",
            f"DESCRIPTION:{_text(address)}",
            "TRANSP:TRANSPARENT",
        ]
        if name == "closes":
            lines += ["BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-P7D"]
            lines += [f"DESCRIPTION:{_text(title)}", "END:VALARM"]
        lines.append("END:VEVENT")
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        value = value.replace(plain, escaped)
    return value


def _folded(line: str) -> str:
    """Fold a line at 75 octets, never inside a character."""
    folded, width = "", 0
    for letter in line:
        size = len(letter.encode())
        if width + size > LONGEST_LINE:
            folded, width = f"{folded}\r\n ", 1
        folded, width = folded + letter, width + size
    return folded
