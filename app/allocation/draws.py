"""A draw as its pages show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from app.accounts.actor import Actor
from app.allocation import queries
from app.allocation.models import Draw, DrawWay, PublicKind
from app.calls import award_rule
from app.calls import views as call_views
from app.calls.award_rule import DrawMode
from app.calls.models import Call
from app.core.words import _, plural

Values = dict[str, Any]


def page(call: Call, draw: Draw | None, actor: Actor) -> Values:
    """Return where the draw of a call stands, and what this person can do next."""
    rule = award_rule.from_data(call.award_rule)
    ranking = queries.latest_ranking(call.id)
    made = queries.calibration_of(ranking.id) if ranking else None
    line = made.result["line"] if made else None
    values: Values = {
        "wanted": rule.draw is not DrawMode.NONE,
        "ranked": ranking is not None,
        "group": line["draw"] if line else [],
        "places": line["places"] if line else 0,
        "calibrated": made is not None,
        "draw": None,
    }
    if draw is None:
        return values
    entries = queries.entries_of(draw.id)
    mine = next((one for one in entries if one.account_id == actor.id), None)
    values["draw"] = {
        "label": draw.label,
        "way": draw.way.value,
        "public": draw.way is DrawWay.PUBLIC,
        "kind": kind_words(draw.kind),
        "source": draw.source,
        "not_before": call_views.local(call, draw.not_before) if draw.not_before else None,
        "commitment": draw.commitment,
        "committed_at": call_views.local(call, draw.committed_at),
        "held": draw.held_at is not None,
        "mine": mine is not None,
        "told": bool(mine and mine.value),
        "entries": [
            {"name": one.name, "promise": one.promise, "told": bool(one.value)} for one in entries
        ],
        "chances": chances(draw.committed["probabilities"]),
        "selected": draw.record.get("drawn", []),
        "surely": draw.record.get("surely", []),
        "seed": draw.record.get("seed", ""),
        "transcript": draw.record.get("transcript", []),
    }
    return values


def kind_words(kind: PublicKind) -> str:
    return {
        PublicKind.DRAND: _("signature of a drand round, in hexadecimal"),
        PublicKind.NIST: _("outputValue of a NIST pulse, in hexadecimal"),
        PublicKind.TEXT: _("published text"),
    }[kind]


def chances(probabilities: Mapping[str, str]) -> list[Values]:
    """Return those whose chance is neither none nor all, with it as a fraction and in percent."""
    found = []
    for number, told in probabilities.items():
        chance = Fraction(told)
        if 0 < chance < 1:
            shown = f"{round(100 * float(chance), 1):g} %"
            found.append({"number": number, "chance": told, "shown": shown})
    return found


@dataclass(frozen=True, slots=True)
class Showing:
    """A draw as it is shown: who takes part, for how many places, and its record once held."""

    probabilities: Mapping[str, str]
    places: int
    source: str
    fixed: Values  # the step that says since when the list is fixed
    record: Mapping[str, Any]


def steps(draw: Draw) -> list[Values]:
    """Return what the staff of a call show to a room, one step after another."""
    fixed = {
        "words": _(
            "This is its SHA-256, in the ledger since %(when)s:", when=when(draw.committed_at)
        ),
        "code": draw.commitment,
    }
    told = draw.committed["probabilities"]
    return steps_of(Showing(told, draw.entrants["k"], draw.source, fixed, draw.record))


def steps_of(draw: Showing) -> list[Values]:
    """Return what is shown one after another; before the draw only the list."""
    among = chances(draw.probabilities)
    sure = sum(told == "1/1" for told in draw.probabilities.values())
    found: list[Values] = [
        {
            "title": _("The draw"),
            "words": plural(
                "%(num)s proposal cannot be told apart from the funding line.",
                "%(num)s proposals cannot be told apart from the funding line.",
                len(among),
            ),
            "list": [one["number"] for one in among],
        },
        {
            "title": _("Each has its chance"),
            "words": plural(
                "%(num)s place is left for them.",
                "%(num)s places are left for them.",
                draw.places - sure,
            ),
            "list": [f"{one['number']}: {one['chance']}" for one in among],
        },
        {
            "title": _("The list was fixed before the chance existed"),
            **draw.fixed,
        },
    ]
    if not draw.record:
        found.append(
            {
                "title": _("Now the chance"),
                "words": _("Its source: %(source)s.", source=_bare(draw.source)),
            }
        )
        return found
    found.append(
        {
            "title": _("The chance"),
            "words": _(
                "Its source: %(source)s. From that comes the seed:", source=_bare(draw.source)
            ),
            "code": draw.record["seed"],
        }
    )
    drawn, seen = set(draw.record["drawn"]), []
    for number in draw.record["order"]:
        seen.append({"number": number, "drawn": number in drawn})
        found.append(
            {
                "title": number,
                "words": _("is drawn") if number in drawn else _("is not drawn"),
                "result": "drawn" if number in drawn else "not",
                "seen": list(seen),
            }
        )
    found.append(
        {
            "title": _("Drawn"),
            "list": sorted(drawn),
            "words": _("Everybody can draw again: the record and a program of 60 lines suffice."),
        }
    )
    return found


def _bare(source: str) -> str:
    """Return a source, which somebody wrote as a sentence or not, for the end of a sentence."""
    return source.rstrip(" .")


def when(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def one_of(steps: Sequence[Values], asked: str) -> int:
    """Return which step an address asks for: the first for what is no number."""
    known = asked.isdecimal() and len(asked) < 6  # noqa: PLR2004
    return min(int(asked), len(steps) - 1) if known else 0
