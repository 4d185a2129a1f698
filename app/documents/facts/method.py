"""How proposals were judged and money was given, in the words of the call."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.documents.facts.shared import FactsDisagree


class Blinding(StrEnum):
    """Who knew whom while reviews were written."""

    DOUBLE = "double"
    SINGLE = "single"
    OPEN = "open"
    OPEN_AFTER_SCORING = "open_after_scoring"
    TRIPLE = "triple"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is judged; `weight` is a share of 1."""

    label: str
    weight: Decimal
    description: str = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a grade means."""

    grade: Decimal
    words: str


@dataclass(frozen=True, slots=True)
class Scale:
    """The grades a reviewer may give; `best` may be below `worst`."""

    best: Decimal
    worst: Decimal
    step: Decimal
    anchors: tuple[Anchor, ...] = ()

    def __post_init__(self) -> None:
        if self.best == self.worst:
            raise FactsDisagree("The best and the worst grade of the scale must differ.")


@dataclass(frozen=True, slots=True)
class Rate:
    """Units of the call's currency for one unit of `currency`, from a named source.

    `on` is the day the source states it for, None where the source itself says so in words.
    """

    currency: str
    rate: Decimal
    source: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """The published rules.

    `decimals` is how many digits totals are shown with (rounded half to even; the order uses the
    exact fractions). `tie_rules` and `allocation_rules` are sentences of the call, in the order in
    which they apply; so are `identities`, on who learned whom. `counts_confidence`: a review
    counts by its confidence; `allows_partial`: a review that could not judge a criterion still
    counts.
    """

    criteria: tuple[Criterion, ...]
    scale: Scale
    reviews_per_proposal: int
    decimals: int
    blinding: Blinding
    tie_rules: tuple[str, ...]
    allocation_rules: tuple[str, ...]
    rates: tuple[Rate, ...] = ()
    identities: tuple[str, ...] = ()
    counts_confidence: bool = False
    allows_partial: bool = True

    def __post_init__(self) -> None:
        weights = sum(criterion.weight for criterion in self.criteria)
        if weights != 1:
            raise FactsDisagree(f"The weights of the criteria add up to {weights}, not to 1.")
