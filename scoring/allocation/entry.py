"""What an allocation takes in and gives back: frozen records in whole minor units."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

from scoring.errors import InputError


class Decision(StrEnum):
    AWARD = "award"
    RESERVE = "reserve"
    DECLINE = "decline"


class Reason(StrEnum):
    """Why a line is decided as it is; `words` has each as a sentence."""

    IN_FULL = "in full"
    IN_PART = "in part"
    BELOW_LINE = "below the line"
    UNAFFORDABLE = "unaffordable"
    BELOW_THRESHOLD = "below the threshold"
    BELOW_CRITERION = "below a criterion's threshold"
    NOT_ELIGIBLE = "not eligible"
    BY_RULES = "by the rules"
    OUTWEIGHED = "outweighed"


words: Mapping[Reason, str] = {
    Reason.IN_FULL: "There was money for the whole amount asked.",
    Reason.IN_PART: "The money left covered the least useful amount, not the whole.",
    Reason.BELOW_LINE: "The money ended at a proposal ranked higher.",
    Reason.UNAFFORDABLE: "The money that may be used here did not cover the amount.",
    Reason.BELOW_THRESHOLD: "The score does not reach the threshold of the call.",
    Reason.BELOW_CRITERION: "The mean on a criterion does not reach what the call asks on it.",
    Reason.NOT_ELIGIBLE: "The proposal is not eligible.",
    Reason.BY_RULES: "The rules of the call, such as quotas, leave no place for it.",
    Reason.OUTWEIGHED: "Other proposals are worth more for the same money.",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One ranked proposal.

    `ask_minor` and `minimum_minor` are whole minor units of the fund's currency; `minimum_minor` is
    the least amount with which the work can be done (None: all or nothing). `points` is the
    published score, needed only where a threshold is set. `attributes` decide which earmarked
    contributions may pay. `short_on` names the criteria whose own threshold is missed.
    """

    id: str
    ask_minor: int
    minimum_minor: int | None = None
    eligible: bool = True
    points: Decimal | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    short_on: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        whole_minor(self.ask_minor, f"ask_minor of {self.id}")
        if self.minimum_minor is None:
            return
        whole_minor(self.minimum_minor, f"minimum_minor of {self.id}")
        if self.minimum_minor > self.ask_minor:
            raise InputError(
                f"{self.id}: minimum_minor {self.minimum_minor} is more than ask_minor "
                f"{self.ask_minor}; lower the minimum or raise the ask"
            )


@dataclass(frozen=True, slots=True)
class Threshold:
    """A score that must be reached: at least `points`, or at most where lower is better."""

    points: Decimal
    lower_is_better: bool = False

    def reached_by(self, entry: Entry) -> bool:
        """Say whether the entry reaches it; an entry without a score is an error."""
        if entry.points is None:
            raise InputError(f"{entry.id} has no score, but the call has a threshold; give points")
        if self.lower_is_better:
            return entry.points <= self.points
        return entry.points >= self.points


def refused_because(entry: Entry, threshold: Threshold | None) -> Reason | None:
    """Say why an entry cannot be funded whatever the money; None where it can."""
    if not entry.eligible:
        return Reason.NOT_ELIGIBLE
    if threshold is not None and not threshold.reached_by(entry):
        return Reason.BELOW_THRESHOLD
    return Reason.BELOW_CRITERION if entry.short_on else None


_PLACES = 12  # decimals of points: more than any threshold states


def points_of(total: Fraction, *, lower_is_better: bool) -> Decimal:
    """Return an exact total as the decimal that a threshold is held against.

    Rounded toward the worse end at 12 decimals, so that no total passes by being rounded.
    """
    scaled = total * 10**_PLACES
    return Decimal(ceil(scaled) if lower_is_better else floor(scaled)).scaleb(-_PLACES)


@dataclass(frozen=True, slots=True)
class Line:
    """The decision on one proposal; `amount_minor` is 0 unless it is an award."""

    id: str
    decision: Decision
    amount_minor: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Allocation:
    """Every decision in rank order, and the money.

    `line_after` is the last proposal funded before the first that the money did not cover
    (None: the first could not be funded); spent and left are whole minor units.
    """

    lines: tuple[Line, ...]
    spent_minor: int
    left_minor: int
    line_after: str | None

    def awards(self) -> tuple[Line, ...]:
        """Return the funded lines in rank order."""
        return tuple(line for line in self.lines if line.decision is Decision.AWARD)


def whole_minor(amount: object, what: str) -> None:
    """Refuse an amount that is not a whole, non-negative number of minor units."""
    if isinstance(amount, bool) or not isinstance(amount, int) or amount < 0:
        raise InputError(
            f"{what} is {amount!r}; give a whole number of minor units (cents), zero or more"
        )
