"""A closer look at a ranking, as pages show it: intervals, calibration, prices, margins."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Protocol

from app.allocation import queries, service, whatif
from app.allocation.computing import Data
from app.allocation.models import Ranking, Scenario, ScenarioState
from app.calls import award_rule
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.award_rule import DrawMode
from app.calls.models import Call
from app.core.jobs import progress_about, progress_of
from app.core.money import Money
from app.core.words import _, plural

Values = dict[str, Any]
AROUND = 30  # rows of the chart on each side of the line


class Tried(Protocol):
    """A rule that was tried, as far as it shows: what it says, and what it gives."""

    @property
    def id(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def terms(self) -> Data: ...
    @property
    def rule(self) -> Data: ...
    @property
    def result(self) -> Data: ...
    @property
    def state(self) -> ScenarioState: ...
    @property
    def trouble(self) -> str: ...


def ranking(call: Call, made: Ranking | None) -> Values:
    """Return intervals and flags of a ranking, other rules beside the call's own, and what is being
    computed of it."""
    draws = award_rule.from_data(call.award_rule).draw is not DrawMode.NONE
    values = {"draws": draws, "draw_needed": False, "rule": the_rule(call)}
    if made is None:
        return {"closer": None, "own": None, "calibrating": None, "scenarios": [], **values}
    calibration = queries.calibration_of(made.id)
    tried = queries.scenarios_of(made.id)
    own = next((one for one in tried if one.number == service.OWN), None)
    told = own.result if own else {}
    values["draw_needed"] = draws and service.draw_is_needed(call, made)
    return {
        "closer": {
            **intervals(call, made.result, calibration.result, calibration.places, told),
            "sha256": calibration.sha256,
        }
        if calibration
        else None,
        "own": card(call, own, None) if own else None,
        "scenarios": scenarios(call, tried),
        "calibrating": _calibrating(made, own) if calibration is None else None,
        **values,
    }


def the_rule(call: Call) -> Values:
    """Return the rule of a call in words, and as the data that they are made from."""
    told = asdict(service.own_terms(call))
    del told["budget_minor"]  # of a scenario alone
    return {
        "sentences": call_views.money_sentences(call),
        "data": json.dumps(told, indent=1, ensure_ascii=False),
    }


def _calibrating(made: Ranking, own: Scenario | None) -> int | None:
    """Return how far the calibration is, or nothing where nobody waits for one."""
    if own is None:
        return None
    return progress_about("ranking_id", [made.id], [service.CALIBRATE]).get(made.id)


def intervals(call: Call, ranked: Data, result: Data, line: int, explored: Data) -> Values:
    """Return where each proposal could stand, raw beside calibrated, as chart and as rows.

    `result` is a calibration of what is `ranked`, `line` how many are funded, `explored` what the
    rule gives where that is computed.
    """
    count = len(result["proposals"])
    first = max(0, line - AROUND) if count > 2 * AROUND else 0
    shown = result["proposals"][first : first + 2 * AROUND]
    survival, margins = _shares(explored), _margins(explored)
    raw = {place["proposal"]: place for place in ranked["places"]}
    rows = [
        {
            "number": one["id"],
            "raw": raw[one["id"]]["shown"],
            "raw_rank": one["raw_rank"],
            "calibrated": f"{one['calibrated']:.4f}",
            "expected": f"{one['expected_rank']:.2f}",
            "moved": one["raw_rank"] - one["rank"],
            "half": f"{one['rank_50'][0]}–{one['rank_50'][1]}",
            "most": f"{one['rank_90'][0]}–{one['rank_90'][1]}",
            "spread": raw[one["id"]]["spread"],
            "survives": survival.get(one["id"], ""),
            "margin": margins.get(one["id"], ""),
            "flags": ", ".join(_flags(call, one, result)),
        }
        for one in shown
    ]
    return {
        "rows": rows,
        "plot": [_bar(one) for one in shown],
        "last": max(count, 2),
        "line": line + 0.5 if 0 < line < count else None,
        "ticks": [(at, str(at)) for at in sorted({1, max(1, count // 2), count})],
        "shown": len(shown),
        "of": count,
        "sentences": [flag_words(flag) for flag in result["flags"]],
        "group": (result.get("line") or {}).get("draw", []),
        "places": (result.get("line") or {}).get("places", 0),
        "draws": explored.get("survival", {}).get("draws", 0),
        "sha256": "",
    }


def _bar(one: Data) -> Values:
    states = {"fund": "funded", "draw": "line", "reject": "not"}
    return {
        "label": one["id"],
        "low": one["rank_90"][0],
        "high": one["rank_90"][1],
        "inner_low": one["rank_50"][0],
        "inner_high": one["rank_50"][1],
        "middle": one["expected_rank"],
        "state": states.get(one["group"] or "", "funded"),
    }


def flag_words(flag: Data) -> str:
    """Return a warning of a calibration as a sentence.

    What was published says “1 reviews leave …” and keeps its bytes, for it is computed again from
    every bundle; here a page counts as people do.
    """
    count = len(flag.get("ids", ()))
    if flag["code"] != "partial_reviews" or not count:
        return str(flag["sentence"])
    return (
        plural(
            "%(num)s review leaves a criterion unjudged; by the rules of the call it does not "
            "count.",
            "%(num)s reviews leave a criterion unjudged; by the rules of the call they do not "
            "count.",
            count,
        )
        if flag["sentence"].endswith("do not count.")
        else plural(
            "%(num)s review leaves a criterion unjudged; by the rules of the call it counts.",
            "%(num)s reviews leave a criterion unjudged; by the rules of the call they count.",
            count,
        )
    )


def _flags(call: Call, one: Data, result: Data) -> list[str]:
    found = []
    if one["reviews"] < call.reviewers_each:
        found.append(_("few reviews (%(n)s)", n=one["reviews"]))
    if result["graph"]["pieces"] > 1 and one["piece"] > 1:
        found.append(_("not connected to the others"))
    if one["group"] == "draw":
        found.append(_("cannot be told apart from the line"))
    if one["tied_with"]:
        found.append(_("tied"))
    return found


def _shares(explored: Data) -> dict[str, str]:
    shares = explored.get("survival", {}).get("shares", ())
    return {one["proposal"]: f"{round(100 * one['share'])} %" for one in shares}


def _margins(explored: Data) -> dict[str, str]:
    return {one["proposal"]: _margin(one) for one in explored.get("margins", ())}


def _margin(one: Data) -> str:
    if "points" in one:
        return _("the rules decide") if one["points"] is None else str(one["points"])
    if "other" not in one:
        return ""  # computed when it was the distance to the last above the line
    return f"{one['distance']} {one['other']}".strip() if one["other"] else _("at any place")


# --- scenarios -----------------------------------------------------------------------------------


def scenarios(call: Call, made: Sequence[Scenario]) -> list[Values]:
    """Return scenarios side by side, each against the rule of the call."""
    official = official_in(made)
    waiting = [one.job_id for one in made if one.state is ScenarioState.QUEUED]
    progress = progress_of(waiting)
    return [{**card(call, one, official), "progress": progress.get(one.job_id, 0)} for one in made]


def official_in(made: Sequence[Tried]) -> Data | None:
    """Return what the rule of the call itself gives, where that is computed."""
    return next((one.result for one in made if one.number == service.OWN and one.result), None)


def card(call: Call, one: Tried, official: Data | None) -> Values:
    """Return one scenario: what it gives, what its rules cost, who moves against `official`."""
    values: Values = {
        "id": one.id,
        "number": one.number,
        "own": one.number == 0,
        "name": one.name,
        "state": one.state.value,
        "trouble": one.trouble,
        "sentences": sentences(call, one),
        "ready": one.state is ScenarioState.READY,
    }
    if not values["ready"]:
        return values
    result = one.result
    values |= {
        "awards": sum(line["decision"] == "award" for line in result["lines"]),
        "budget": Money(one.rule["budget_minor"], call.currency).show(),
        "spent": Money(result["spent_minor"], call.currency).show(),
        "left": Money(result["left_minor"], call.currency).show(),
        "merit": result["merit"],
        "prices": result["prices"],
        "lines": result["lines"],
        "exact": any("points" in margin for margin in result["margins"]),
        "margins": _margins(result),
        "survives": _shares(result),
        "draws": result["survival"]["draws"],
    }
    if official is not None and not values["own"]:
        values["moves"] = whatif.moves(official, result)
        values["merit_change"] = result["merit"] - official["merit"]
    return values


def sentences(call: Call, one: Tried) -> list[str]:
    """Tell the terms that a scenario tries."""
    if not one.terms:
        return call_views.money_sentences(call)
    return award_rule.sentences(
        award_rule.from_data(one.terms["rule"]),
        when_unaffordable=one.terms["when_unaffordable"],
        threshold=one.terms["threshold"],
        lower_is_better=one.rule["lower_is_better"],
        reserve=one.terms["reserve"],
        labels={question.key: question.label for question in calls.questions_of(call.id)},
    )
