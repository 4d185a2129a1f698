"""A whole call as one JSON file: written, and read with every problem named. Pure.

The shape is published in schema/call-file.schema.json; docs/guides/call-files.md tells of it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.calls.sheet import FormSheet, from_data, to_data
from app.core.words import _

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

FORMAT, VERSION = "equipoise-call", 1
LARGEST = 1_000_000  # bytes
MOST_PROBLEMS = 20
SCHEMA = Path(__file__).parent / "schema" / "call-file.schema.json"

# What a call says when its file does not.
DEFAULTS: Mapping[str, Any] = {
    "code": "",
    "summary": "",
    "zone": "UTC",
    "opens": "",
    "closes": "",
    "reviews_due": "",
    "blinding": "double",
    "identities": {},
    "reviewers_each": 3,
    "scale_best": "6",
    "scale_worst": "1",
    "scale_step": "1",
    "anchors": {},
    "tie_rules": ["spread", "hash"],
    "ceiling": "",
    "rates": {},
    "rates_source": "",
    "when_unaffordable": "stop",
    "threshold": "",
    "reserve_places": 3,
    "approvals_needed": 1,
    "eligibility": [],
    "award_rule": {},
    "grace_minutes": 0,
}


class CallFileError(ValueError):
    """The file cannot be used; `problems` say what, where and how to mend it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class CallFile:
    """A call as its file tells it: `call` are plain values by name, wall times as typed."""

    call: Mapping[str, Any]
    form: FormSheet
    template: Mapping[str, Any]


def write(call: Mapping[str, Any], form: FormSheet) -> str:
    """Return the file's text: the same for the same call."""
    told = {name: value for name, value in call.items() if value not in ("", None, [], {})}
    data = {"format": FORMAT, "version": VERSION, "call": told, **to_data(form)}
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def read(text: str | bytes) -> CallFile:
    """Read a file; raise CallFileError with every problem of its shape."""
    if len(text) > LARGEST:
        raise CallFileError([_("The file is larger than 1 MB; no call is.")])
    try:
        data = json.loads(text)
    except UnicodeDecodeError as error:
        raise CallFileError([_("The file is not text in UTF-8.")]) from error
    except json.JSONDecodeError as error:
        raise CallFileError(
            [
                _(
                    "The file is not JSON: line %(line)s, column %(column)s.",
                    line=error.lineno,
                    column=error.colno,
                )
            ]
        ) from error
    except (ValueError, RecursionError) as error:
        raise CallFileError([_("The file is not usable JSON.")]) from error
    return from_plain(data)


def from_plain(data: object) -> CallFile:
    """Return a call from plain data, as JSON or TOML hold it."""
    found = list(dict.fromkeys(_shape_problems(data)))  # each missing name tells of all
    if found or not isinstance(data, Mapping):
        raise CallFileError(found[:MOST_PROBLEMS])
    call = {**DEFAULTS, **data["call"]}
    found += [
        _("call.%(name)s: write a time like 2027-03-01T09:00.", name=name)
        for name in ("opens", "closes", "reviews_due")
        if call[name] and read_wall(call[name]) is None
    ]
    if found:
        raise CallFileError(found)
    return CallFile(call, from_data(data), data.get("template", {}))


def read_wall(text: str) -> datetime | None:
    """Read a wall time; one with an offset is none."""
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        return None
    return wall if wall.tzinfo is None else None


@cache
def schema() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return loaded


def _shape_problems(data: object) -> Iterator[str]:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - few pages read such files

    errors = Draft202012Validator(schema()).iter_errors(data)
    for error in sorted(errors, key=lambda found: [str(step) for step in found.absolute_path]):
        yield f"{_place(error)}: {_sentence(error)}"


def _place(error: "ValidationError") -> str:
    """Name the place like questions[2].kind, with the question's key where it has one."""
    place = ""
    for step in error.absolute_path:
        place += f"[{step}]" if isinstance(step, int) else f".{step}" if place else str(step)
    return place or _("the file")


def _sentence(error: "ValidationError") -> str:
    wanted, given = error.validator_value, _cut(error.instance)
    names = ", ".join(map(str, wanted)) if isinstance(wanted, list) else str(wanted)
    told = {
        "enum": _("%(given)s is none of: %(names)s.", given=given, names=names),
        "const": _("%(given)s must be %(names)s.", given=given, names=names),
        "type": _("%(given)s is no %(names)s.", given=given, names=names),
        "pattern": _(
            "%(given)s is not written as it must be (%(names)s).", given=given, names=names
        ),
        "minLength": _("it is empty."),
        "minItems": _("it is empty."),
    }
    if error.validator == "required":
        return _("“%(names)s” is missing.", names=", ".join(_missing(error)))
    if error.validator == "additionalProperties":
        return _unknown(error)
    if str(error.validator).startswith("max"):
        return _("it is more than %(names)s.", names=names)
    return told.get(str(error.validator)) or _("%(given)s is not allowed.", given=given)


def _missing(error: "ValidationError") -> list[str]:
    return [name for name in error.validator_value if name not in error.instance]


def _unknown(error: "ValidationError") -> str:
    known = error.schema.get("properties", {})
    odd = [str(name) for name in error.instance if name not in known]
    return _(
        "it knows no “%(odd)s”; there are: %(known)s.", odd=", ".join(odd), known=", ".join(known)
    )


def _cut(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) < 60 else f"{text[:57]}…"  # noqa: PLR2004 - what fits a line
