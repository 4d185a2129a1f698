"""Reading call.json: the rules of the call, every value checked where it stands."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from app.calls import rules
from app.calls.models import Blinding
from app.calls.service import CallDraft, ContributionDraft, CriterionDraft
from app.cli.importing.problems import Problems
from app.cli.importing.tables import read_text
from app.core.money import Money, MoneyError, is_currency
from app.core.words import _
from app.funds.models import FunderKind

FILE = "call.json"
POOLED = "Pooled fund"
MOST_MINOR = 2**53 - 1  # what the ledger can write as a number
_CODE, _KEY = re.compile(r"[A-Z][A-Z0-9]{1,11}"), re.compile(r"[a-z][a-z0-9_]{0,40}")
_AFFORDS = ("stop", "skip")


@dataclass(frozen=True, slots=True)
class Planted:
    """A conflict of interest that the file says must be found."""

    reviewer: str
    proposal: str


@dataclass(frozen=True, slots=True)
class CallFile:
    """What call.json says; `counts` are the numbers of rows it announces for other files."""

    draft: CallDraft
    criteria: tuple[CriterionDraft, ...]
    contributions: tuple[ContributionDraft, ...]
    fictional: bool
    counts: Mapping[str, int]
    planted: tuple[Planted, ...]


class _Values:
    """The values of the file by path, with problems that name line and key."""

    def __init__(self, text: str, data: Mapping[str, Any], problems: Problems) -> None:
        self._text, self.data, self.problems = text, data, problems

    def wrong(self, key: str, value: object, reason: str, nth: int = 0) -> None:
        """Report a value under `key`; `nth` counts the places in the file that have this key."""
        name = key.rpartition(".")[2]
        places = [m.start() for m in re.finditer(f'"{re.escape(name)}"\\s*:', self._text)]
        at = places[min(nth, len(places) - 1)] if places else 0
        shown = "" if value is None else str(value)
        self.problems.add(FILE, self._text.count("\n", 0, at) + 1, key, shown, reason)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.data.get(key, default)
        if not isinstance(value, str) or (not value.strip() and default is None):
            self.wrong(key, value, _("must be a text."))
            return ""
        return value.strip()

    def whole(self, key: str, default: int, least: int, most: int) -> int:
        value = self.data.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.wrong(
                key, value, _("must be a whole number from %(a)s to %(b)s.", a=least, b=most)
            )
            return default
        return value

    def one_of(self, key: str, default: str, known: tuple[str, ...]) -> str:
        value = self.data.get(key, default)
        if value not in known:
            self.wrong(key, value, _("must be one of: %(known)s.", known=", ".join(known)))
            return default
        return str(value)

    def mapping(self, key: str) -> Mapping[str, Any]:
        value = self.data.get(key, {})
        if not isinstance(value, dict):
            self.wrong(key, value, _("must be an object."))
            return {}
        return value

    def items(self, key: str) -> list[Mapping[str, Any]]:
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.wrong(key, value, _("must be a list of objects."))
            return []
        return value


def read_call(path: Path, problems: Problems) -> CallFile | None:
    """Return what the file says, with problems added for what it must not; None if unreadable."""
    text = read_text(path, problems)
    if text is None:
        return None
    try:
        data = json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        problems.add(FILE, line, "", "", _("is not readable as JSON: %(why)s.", why=str(error)))
        return None
    if not isinstance(data, dict):
        problems.add(FILE, 1, "", "", _("must hold one object."))
        return None
    return _call(_Values(text, data, problems))


def _refuse(name: str) -> Decimal:
    raise ValueError(f"{name} is no number")


def _call(file: _Values) -> CallFile:
    currency = file.text("currency")
    if currency and not is_currency(currency):
        file.wrong("currency", currency, _("is not an ISO 4217 currency code."))
        currency = ""
    criteria = _criteria(file)
    contributions = _contributions(file, currency)
    return CallFile(
        draft=_draft(file, currency, criteria),
        criteria=criteria,
        contributions=contributions,
        fictional=file.data.get("fictional") is True,
        counts=_counts(file),
        planted=_planted(file),
    )


def _counts(file: _Values) -> dict[str, int]:
    return {
        key: file.whole(key, 0, 0, 1_000_000)
        for key in ("proposals", "reviewers")
        if key in file.data
    }


def _draft(file: _Values, currency: str, criteria: tuple[CriterionDraft, ...]) -> CallDraft:
    code = file.text("call_id")
    if code and not _CODE.fullmatch(code):
        file.wrong("call_id", code, _("must be 2 to 12 capital letters and digits, like ICR27."))
    zone = file.text("zone", "UTC")
    if zone not in available_timezones():
        file.wrong("zone", zone, _("is not a known time zone. Write it like Europe/Oslo."))
        zone = "UTC"
    opens, closes, due = _calendar(file, zone)
    best, worst, step = _scale(file)
    return CallDraft(
        code=code,
        title=file.text("title"),
        summary=_summary(file),
        zone=zone,
        opens=opens,
        closes=closes,
        reviews_due=due,
        blinding=Blinding(file.one_of("blinding", "double", tuple(Blinding))),
        reviewers_each=file.whole("reviewers_per_proposal", 3, 1, 50),
        scale_best=best,
        scale_worst=worst,
        scale_step=step,
        anchors={str(k): str(v) for k, v in file.mapping("anchors").items()},
        tie_rules=_tie_rules(file, criteria),
        currency=currency,
        ceiling_minor=_amount(file, "award_ceiling", currency)
        if "award_ceiling" in file.data
        else None,
        rates=_rates(file, currency),
        rates_source=_rates_source(file),
        when_unaffordable=file.one_of("when_unaffordable", "stop", _AFFORDS),
        threshold=_threshold(file, best, worst),
        reserve_places=file.whole("reserve_places", 0, 0, 1000),
        approvals_needed=file.whole("approvals_needed", 1, 1, 9),
    )


def _summary(file: _Values) -> str:
    """Return the call's summary, with what the file itself calls synthetic said beneath it."""
    given = file.text("summary", "") or file.text("summary_real", "")
    synthetic = file.data.get("synthetic", [])
    if not synthetic:
        return given
    if not isinstance(synthetic, list) or not all(isinstance(item, str) for item in synthetic):
        file.wrong("synthetic", synthetic, _("must be a list of texts."))
        return given
    said = "; ".join(synthetic)
    note = (
        f"This call is a demonstration put together from several sources. Not real in it: {said}."
    )
    return f"{given}\n\n{note}".strip()


# --- calendar ------------------------------------------------------------------------------------


def _calendar(file: _Values, zone: str) -> tuple[datetime, datetime, datetime | None]:
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


def _wall(file: _Values, key: str, zone: str, otherwise: time) -> datetime | None:
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


def _instant(file: _Values, key: str, wall: datetime, zone: str) -> datetime | None:
    try:
        return rules.instant_of(wall, zone).astimezone(UTC)
    except (rules.WallTimeError, OverflowError) as error:
        file.wrong(key, file.data.get(key), str(error))
        return None


# --- scale, criteria, ties -----------------------------------------------------------------------


def _number(value: object) -> str:
    """Return a JSON number or numeric text as exact decimal text, else nothing."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return ""
    text = str(value).strip()
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,12})?", text):
        return ""
    return text


def _scale(file: _Values) -> tuple[str, str, str]:
    scale = file.mapping("score_scale")
    ends = []
    for end in ("best", "worst", "step"):
        ends.append(_number(scale.get(end)))
        if not ends[-1]:
            file.wrong(f"score_scale.{end}", scale.get(end), _("must be a number."))
    if not all(ends):
        return "0", "0", "0"
    best, worst, step = ends
    problem = rules.scale_problem(best, worst, step)
    if problem:
        file.wrong("score_scale", f"{best} – {worst} / {step}", problem)
        return "0", "0", "0"
    lower = scale.get("lower_is_better")
    if lower is not None and lower != (Decimal(best) < Decimal(worst)):
        file.wrong(
            "score_scale.lower_is_better", lower, _("does not agree with the best and worst grade.")
        )
    return best, worst, step


def _criteria(file: _Values) -> tuple[CriterionDraft, ...]:
    found: list[CriterionDraft] = []
    for nth, item in enumerate(file.items("criteria")):
        key, weight = item.get("key"), _number(item.get("weight"))
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            file.wrong("criteria.key", key, _("must be small letters, digits and _."), nth)
            continue
        if key in {criterion.key for criterion in found}:
            file.wrong("criteria.key", key, _("stands there twice."), nth)
            continue
        if not weight:
            file.wrong("criteria.weight", item.get("weight"), _("must be a number."), nth)
            continue
        label, guidance = str(item.get("label") or key), str(item.get("guidance") or "")
        found.append(CriterionDraft(key=key, label=label, guidance=guidance, weight=weight))
    problem = rules.weight_problem([rules.Weighed(c.key, c.label, c.weight) for c in found])
    if problem:
        file.wrong("criteria", " + ".join(c.weight for c in found), problem)
    return tuple(found)


def _tie_rules(file: _Values, criteria: tuple[CriterionDraft, ...]) -> tuple[str, ...]:
    """Return the rules named, or: the criterion that counts most, then spread, then hash."""
    if "tie_rules" not in file.data:
        most = max(criteria, key=lambda c: Decimal(c.weight), default=None)
        return (*([f"criterion:{most.key}"] if most else []), "spread", "hash")
    named = file.data["tie_rules"]
    known = {"spread", "hash", *(f"criterion:{c.key}" for c in criteria)}
    if not isinstance(named, list) or not set(map(str, named)) <= known:
        file.wrong(
            "tie_rules", named, _("must be a list of: %(known)s.", known=", ".join(sorted(known)))
        )
        return ()
    return tuple(map(str, named))


# --- money ---------------------------------------------------------------------------------------


def _amount(file: _Values, key: str, currency: str, value: object = None, nth: int = 0) -> int:
    """Return an amount in minor units of `currency`; 0 with a problem for what is none."""
    given = file.data.get(key) if value is None else value
    number = _number(given)
    if not number:
        file.wrong(key, given, _("must be an amount."), nth)
        return 0
    if not currency:
        return 0
    try:
        minor = Money.of(number, currency).minor
    except MoneyError as error:
        file.wrong(key, given, str(error), nth)
        return 0
    if not 0 < minor <= MOST_MINOR:
        file.wrong(key, given, _("must be above zero and not beyond reason."), nth)
        return 0
    return minor


def _contributions(file: _Values, currency: str) -> tuple[ContributionDraft, ...]:
    """Return who pays what; where the file names nobody, one pool of the whole budget."""
    budget = _amount(file, "budget", currency) if "budget" in file.data else None
    named = file.items("contributions")
    if not named:
        if budget is None:
            file.wrong("budget", None, _("is missing: give a budget or contributions."))
        return (ContributionDraft(POOLED, FunderKind.GOVERNMENT, budget or 0),)
    found = tuple(
        ContributionDraft(
            funder=str(item.get("funder") or ""),
            kind=_kind(file, item.get("kind", "government"), nth),
            amount_minor=_amount(
                file, "contributions.amount", currency, item.get("amount", ""), nth
            ),
        )
        for nth, item in enumerate(named)
    )
    for nth, given in enumerate(found):
        if not given.funder.strip():
            file.wrong("contributions.funder", "", _("must be a name."), nth)
    total = sum(given.amount_minor for given in found)
    if budget is not None and budget != total:
        file.wrong("budget", file.data["budget"], _("is not the sum of the contributions."))
    return found


def _kind(file: _Values, value: object, nth: int) -> FunderKind:
    if value in set(FunderKind):
        return FunderKind(str(value))
    known = ", ".join(FunderKind)
    file.wrong("contributions.kind", value, _("must be one of: %(known)s.", known=known), nth)
    return FunderKind.GOVERNMENT


def _rates(file: _Values, currency: str) -> dict[str, str]:
    """Return call currency for one unit of each other currency, as exact decimal text.

    They stand under `rates`, or under `fx_<currency>_per_unit` as in `fx_usd_per_unit`.
    """
    key = next((k for k in ("rates", f"fx_{currency.lower()}_per_unit") if k in file.data), "rates")
    found = {}
    for code, value in file.mapping(key).items():
        rate = _number(value)
        if not is_currency(code):
            file.wrong(f"{key}.{code}", code, _("is not an ISO 4217 currency code."))
        elif not rate or Decimal(rate) <= 0:
            file.wrong(f"{key}.{code}", value, _("must be a rate above zero."))
        elif code != currency:
            found[code] = rate
        elif Decimal(rate) != 1:
            file.wrong(f"{key}.{code}", value, _("must be 1: it is the call's own currency."))
    return found


def _rates_source(file: _Values) -> str:
    year = file.data.get("fx_year")
    return file.text("rates_source", f"Published with the call, {year}" if year else "")


def _threshold(file: _Values, best: str, worst: str) -> str:
    if "threshold" not in file.data or file.data["threshold"] == "":
        return ""
    limit = _number(file.data["threshold"])
    ends = sorted((Decimal(best), Decimal(worst)))
    if not limit or not ends[0] <= Decimal(limit) <= ends[1]:
        file.wrong("threshold", file.data["threshold"], _("must lie on the scale."))
    return limit


def _planted(file: _Values) -> tuple[Planted, ...]:
    found = []
    for item in file.items("planted_conflicts"):
        proposals = item.get("proposals", [])
        if not isinstance(proposals, list):
            file.wrong("planted_conflicts", proposals, _("must list proposals."))
            continue
        found += [Planted(str(item.get("reviewer_id")), str(one)) for one in proposals]
    return tuple(found)
