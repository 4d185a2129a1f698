"""Reading call.json: the rules of the call, every value checked where it stands."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from zoneinfo import available_timezones

from app.calls.models import Blinding
from app.calls.service import CallDraft, ContributionDraft, CriterionDraft
from app.cli.importing.call_file.calendar import calendar_of
from app.cli.importing.call_file.judging import criteria_of, scale_of, threshold_of, tie_rules_of
from app.cli.importing.call_file.paying import (
    MOST_MINOR,
    amount_of,
    contributions_of,
    rates_of,
    rates_source_of,
)
from app.cli.importing.call_file.values import FILE, FileValues
from app.cli.importing.problems import Problems
from app.cli.importing.tables import read_text
from app.core.money import is_currency
from app.core.words import _

__all__ = ["FILE", "MOST_MINOR", "CallFile", "Planted", "read_call"]

_CODE = re.compile(r"[A-Z][A-Z0-9]{1,11}")
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
    return _call(FileValues(text, data, problems))


def _refuse(name: str) -> Decimal:
    raise ValueError(f"{name} is no number")


def _call(file: FileValues) -> CallFile:
    currency = file.text("currency")
    if currency and not is_currency(currency):
        file.wrong("currency", currency, _("is not an ISO 4217 currency code."))
        currency = ""
    criteria = criteria_of(file)
    contributions = contributions_of(file, currency)
    return CallFile(
        draft=_draft(file, currency, criteria),
        criteria=criteria,
        contributions=contributions,
        fictional=file.data.get("fictional") is True,
        counts=_counts(file),
        planted=_planted(file),
    )


def _counts(file: FileValues) -> dict[str, int]:
    return {
        key: file.whole(key, 0, 0, 1_000_000)
        for key in ("proposals", "reviewers")
        if key in file.data
    }


def _draft(file: FileValues, currency: str, criteria: tuple[CriterionDraft, ...]) -> CallDraft:
    code = file.text("call_id")
    if code and not _CODE.fullmatch(code):
        file.wrong("call_id", code, _("must be 2 to 12 capital letters and digits, like ICR27."))
    zone = file.text("zone", "UTC")
    if zone not in available_timezones():
        file.wrong("zone", zone, _("is not a known time zone. Write it like Europe/Oslo."))
        zone = "UTC"
    opens, closes, due = calendar_of(file, zone)
    best, worst, step = scale_of(file)
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
        tie_rules=tie_rules_of(file, criteria),
        currency=currency,
        ceiling_minor=amount_of(file, "award_ceiling", currency)
        if "award_ceiling" in file.data
        else None,
        rates=rates_of(file, currency),
        rates_source=rates_source_of(file),
        when_unaffordable=file.one_of("when_unaffordable", "stop", _AFFORDS),
        threshold=threshold_of(file, best, worst),
        reserve_places=file.whole("reserve_places", 0, 0, 1000),
        approvals_needed=file.whole("approvals_needed", 1, 1, 9),
    )


def _summary(file: FileValues) -> str:
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


def _planted(file: FileValues) -> tuple[Planted, ...]:
    found = []
    for item in file.items("planted_conflicts"):
        proposals = item.get("proposals", [])
        if not isinstance(proposals, list):
            file.wrong("planted_conflicts", proposals, _("must list proposals."))
            continue
        found += [Planted(str(item.get("reviewer_id")), str(one)) for one in proposals]
    return tuple(found)
