"""What is possible in the life of a call, whoever asks: phases, wall times, checks. Pure."""

import importlib.metadata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.calls.models import CallState
from app.core.verdict import ALLOWED, Verdict, refused
from app.core.words import _


class Phase(StrEnum):
    """Where a call stands at an instant: what people decided, and between that the clock."""

    DRAFTING = "drafting"
    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"  # screening
    ASSIGNING = "assigning"
    REVIEWING = "reviewing"
    RANKING = "ranking"
    ALLOCATING = "allocating"
    APPROVING = "approving"
    RELEASED = "released"
    ARCHIVED = "archived"


ORDER = tuple(Phase)


def phase_of(state: CallState, *, opens_at: datetime, closes_at: datetime, now: datetime) -> Phase:
    """Return the phase at `now`. The deadline itself still counts as open."""
    if state is not CallState.PUBLISHED:
        return Phase(state.value)
    if now < opens_at:
        return Phase.ANNOUNCED
    return Phase.OPEN if now <= closes_at else Phase.CLOSED


# What people may do next, by phase. Open and closed are the clock's; release is allocation's.
NEXT_STATE: Mapping[Phase, CallState] = {
    Phase.CLOSED: CallState.ASSIGNING,
    Phase.ASSIGNING: CallState.REVIEWING,
    Phase.REVIEWING: CallState.RANKING,
    Phase.RELEASED: CallState.ARCHIVED,
}


def can_move(phase: Phase, to: CallState) -> Verdict:
    """Whether people may move a call in `phase` to `to`."""
    if NEXT_STATE.get(phase) is to:
        return ALLOWED
    if phase is Phase.OPEN:
        return refused(_("The call is open until its deadline; the clock closes it."))
    return refused(_("From “%(phase)s” the call cannot go to “%(to)s”.", phase=phase, to=to))


def can_edit(phase: Phase) -> Verdict:
    if phase is Phase.DRAFTING:
        return ALLOWED
    return refused(
        _("The call is published and its rules are frozen. Only the deadline can be extended.")
    )


def can_apply(phase: Phase, *, closes_at: datetime, zone: str) -> Verdict:
    """Whether a proposal may be started, edited or submitted."""
    if phase is Phase.OPEN:
        return ALLOWED
    if phase in {Phase.DRAFTING, Phase.ANNOUNCED}:
        return refused(_("This call is not open yet."))
    local = closes_at.astimezone(ZoneInfo(zone))
    return refused(
        _(
            "This call closed on %(day)s at %(time)s (%(zone)s).",
            day=f"{local:%-d %B %Y}",
            time=f"{local:%H:%M:%S}",
            zone=zone,
        )
    )


# --- wall times --------------------------------------------------------------------------------


class WallTimeError(ValueError):
    """A clock time that does not exist, exists twice, or names no known zone."""


def instant_of(wall: datetime, zone: str) -> datetime:
    """Return the UTC instant of a clock time in `zone`.

    Refuses times that the change to summer time skips and times that the change back repeats.
    """
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise WallTimeError(_("“%(zone)s” is not a known time zone.", zone=zone)) from error
    first, second = wall.replace(tzinfo=place, fold=0), wall.replace(tzinfo=place, fold=1)
    back = first.astimezone(UTC).astimezone(place).replace(tzinfo=None)
    shown = f"{wall:%Y-%m-%d %H:%M}"
    if back != wall:
        raise WallTimeError(
            _(
                "%(time)s does not exist in %(zone)s: the clocks go forward then. Choose another.",
                time=shown,
                zone=zone,
            )
        )
    if first.utcoffset() != second.utcoffset():
        raise WallTimeError(
            _(
                "%(time)s happens twice in %(zone)s: the clocks go back then. Choose another.",
                time=shown,
                zone=zone,
            )
        )
    return first.astimezone(UTC)


def wall_of(instant: datetime, zone: str) -> str:
    """Return the clock time of an instant in a zone, as it would be typed."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None).isoformat()


def zone_data_version() -> str:
    """Return the release of the time-zone data that instants are computed with."""
    return importlib.metadata.version("tzdata")


# --- what a call must have before it is published -----------------------------------------------


@dataclass(frozen=True, slots=True)
class Weighed:
    key: str
    label: str
    weight: str


def weight_problem(criteria: Sequence[Weighed]) -> str:
    """Say what is wrong with the weights, or nothing."""
    if not criteria:
        return _("Add at least one criterion.")
    try:
        weights = [Decimal(item.weight) for item in criteria]
    except InvalidOperation:
        return _("Every criterion needs a weight as a decimal number, for example 0.25.")
    for item, weight in zip(criteria, weights, strict=True):
        if not weight.is_finite() or weight <= 0:
            return _("The weight of “%(label)s” must be above zero.", label=item.label)
    total = sum(weights, Decimal())
    if total != 1:
        return _(
            "The weights add up to %(total)s, not 1. Change them until they do.", total=str(total)
        )
    return ""


def scale_problem(best: str, worst: str, step: str) -> str:
    """Say what is wrong with a scale: ends must differ and lie a whole number of steps apart."""
    try:
        top, bottom, by = Decimal(best), Decimal(worst), Decimal(step)
    except InvalidOperation:
        return _("Best, worst and step must be decimal numbers.")
    if not all(number.is_finite() for number in (top, bottom, by)) or top == bottom:
        return _("Best and worst grade must differ.")
    if by <= 0 or (top - bottom) % by:
        return _("From worst to best must be a whole number of steps.")
    return ""


def grades(best: str, worst: str, step: str) -> list[str]:
    """Return the grades of a sound scale as text, the worst first; of an unsound one none."""
    if scale_problem(best, worst, step):
        return []
    top, bottom, by = Decimal(best), Decimal(worst), Decimal(step)
    steps = int(abs(top - bottom) / by)
    sign = 1 if top > bottom else -1
    return [f"{(bottom + sign * by * n).normalize():f}" for n in range(steps + 1)]


def tie_problem(names: Sequence[str], keys: Sequence[str] | None = None) -> str:
    """Say what is wrong with the rules for exact ties; with `keys`, criteria must exist."""
    for name in names:
        kind, _colon, key = name.partition(":")
        known = name in {"spread", "hash"} or (kind == "criterion" and key)
        if not known or (kind == "criterion" and keys is not None and key not in keys):
            return _(
                "“%(name)s” is no rule for ties. Use criterion:KEY with the key of a criterion, "
                "spread or hash.",
                name=name,
            )
    if not names or names[-1] != "hash":
        return _("End the rules for ties with hash, so that every tie is broken by a stated rule.")
    return ""


def tie_sentence(name: str, labels: Mapping[str, str]) -> str:
    """Say one rule for exact ties in words; `labels` are those of the criteria by key."""
    kind, _colon, key = name.partition(":")
    if kind == "criterion":
        return _("The better mean of %(criterion)s goes first.", criterion=labels.get(key, key))
    return {
        "spread": _("The proposal whose reviewers agree more (the smaller spread) goes first."),
        "hash": _(
            "The order of the SHA-256 of call and proposal number decides: arbitrary, but fixed "
            "before any grade was given."
        ),
    }.get(name, name)


def threshold_problem(threshold: str, best: str, worst: str) -> str:
    """Say what is wrong with the weighted total needed; empty means none is needed."""
    if not threshold:
        return ""
    try:
        limit, top, bottom = Decimal(threshold), Decimal(best), Decimal(worst)
    except InvalidOperation:
        return _("“%(text)s” is no weighted total: write a number of the scale.", text=threshold)
    if not min(top, bottom) <= limit <= max(top, bottom):
        return _("The weighted total needed, %(text)s, lies outside the scale.", text=threshold)
    return ""


def calendar_problem(opens_at: datetime, closes_at: datetime, due_at: datetime | None) -> str:
    if closes_at <= opens_at:
        return _("The call must close after it opens.")
    if closes_at - opens_at < timedelta(minutes=1):
        return _("Leave at least a minute between opening and closing.")
    if due_at is not None and due_at <= closes_at:
        return _("Reviews must be due after the call closes.")
    return ""
