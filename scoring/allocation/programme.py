"""An allocation problem with rules: what may be funded, what it is worth, what must hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

from scoring.allocation.entry import whole_minor
from scoring.allocation.sources import Contribution, refuse_repeats
from scoring.errors import InputError


class Objective(StrEnum):
    """What the money is to buy: a policy choice, published with the call.

    RANK funds in the order of merit until the money is spent; MERIT maximises the sum of merits
    (which favours cheap proposals); MERIT_MONEY the sum of merit × amount.
    """

    RANK = "rank"
    MERIT = "merit"
    MERIT_MONEY = "merit_money"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposal that may be funded in full or, where `minimum_minor` is given, with that amount.

    Amounts in whole minor units, `merit` a whole number of points (0 or more).
    """

    id: str
    ask_minor: int
    merit: int
    minimum_minor: int | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        whole_minor(self.ask_minor, f"ask_minor of {self.id}")
        if isinstance(self.merit, bool) or not isinstance(self.merit, int) or self.merit < 0:
            raise InputError(
                f"merit of {self.id} is {self.merit!r}; give a whole number, 0 or more"
            )
        if self.minimum_minor is not None:
            whole_minor(self.minimum_minor, f"minimum_minor of {self.id}")
            if self.minimum_minor > self.ask_minor:
                raise InputError(
                    f"{self.id}: minimum_minor {self.minimum_minor} is more than ask_minor "
                    f"{self.ask_minor}; lower the minimum or raise the ask"
                )

    def levels(self) -> tuple[int, ...]:
        """Return the amounts with which it may be funded."""
        if self.minimum_minor in {None, self.ask_minor}:
            return (self.ask_minor,)
        assert self.minimum_minor is not None
        return (self.ask_minor, self.minimum_minor)

    def worth(self, amount_minor: int, objective: Objective) -> int:
        """Return what funding it with an amount counts; a part counts in proportion."""
        if objective is Objective.MERIT_MONEY:
            return self.merit * amount_minor
        if amount_minor == self.ask_minor:
            return self.merit
        return self.merit * amount_minor // self.ask_minor


@dataclass(frozen=True, slots=True)
class Constraint:
    """A share of the budget, or a number of awards, for those with one value of an attribute."""

    attribute: str
    equals: str
    min_share: Fraction | None = None
    max_share: Fraction | None = None
    min_count: int | None = None
    max_count: int | None = None

    @property
    def name(self) -> str:
        """Return the constraint as it is listed among prices and reasons."""
        limits = {
            "min_share": self.min_share,
            "max_share": self.max_share,
            "min_count": self.min_count,
            "max_count": self.max_count,
        }
        words = [
            f"{kind} {float(value):g}" if isinstance(value, Fraction) else f"{kind} {value}"
            for kind, value in limits.items()
            if value is not None
        ]
        return f"{self.attribute}={self.equals} {' '.join(words)}"

    def binds(self, candidate: Candidate) -> bool:
        """Say whether a proposal counts towards it."""
        return candidate.attributes.get(self.attribute) == self.equals

    def money(self, budget_minor: int) -> tuple[int, int | None]:
        """Return the least and the most money, in minor units, rounded inwards."""
        least = 0 if self.min_share is None else ceil(self.min_share * budget_minor)
        most = None if self.max_share is None else floor(self.max_share * budget_minor)
        return least, most


@dataclass(frozen=True, slots=True)
class Programme:
    """Candidates, money and rules.

    `exclusive` groups may hold one award each; of a pair (first, second) in `requires` the first
    is funded only with the second; `forced` decisions stand whatever the score ({id: funded}).
    Without contributions the budget is one pot.
    """

    candidates: tuple[Candidate, ...]
    budget_minor: int
    objective: Objective = Objective.RANK
    contributions: tuple[Contribution, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    exclusive: tuple[tuple[str, ...], ...] = ()
    requires: tuple[tuple[str, str], ...] = ()
    forced: Mapping[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        whole_minor(self.budget_minor, "budget_minor")
        refuse_repeats((one.id for one in self.candidates), "proposal")
        refuse_repeats((one.id for one in self.contributions), "contribution")
        known = {one.id for one in self.candidates}
        named = [name for group in (*self.exclusive, *self.requires) for name in group]
        for name in [*named, *self.forced]:
            if name not in known:
                raise InputError(f"a rule names {name}, which is not a proposal; correct the id")
        for constraint in self.constraints:
            self._refuse_unreachable(constraint)

    def rules(self) -> list[str]:
        """Return the names of everything that can be lifted, in the order of the programme."""
        return [
            *(constraint.name for constraint in self.constraints),
            *(f"earmark of {pot.id}" for pot in self.contributions if pot.earmark),
            *(f"exclusive {', '.join(group)}" for group in self.exclusive),
            *(f"{first} requires {second}" for first, second in self.requires),
            *(f"{name} forced {'in' if funded else 'out'}" for name, funded in self.forced.items()),
        ]

    def without(self, lifted: Sequence[str]) -> "Programme":
        """Return the programme with some rules lifted (an earmark lifted: the pot pays for all)."""
        names = set(lifted)
        return replace(
            self,
            constraints=tuple(one for one in self.constraints if one.name not in names),
            contributions=tuple(
                replace(pot, earmark={}) if f"earmark of {pot.id}" in names else pot
                for pot in self.contributions
            ),
            exclusive=tuple(
                group for group in self.exclusive if f"exclusive {', '.join(group)}" not in names
            ),
            requires=tuple(
                pair for pair in self.requires if f"{pair[0]} requires {pair[1]}" not in names
            ),
            forced={
                name: funded
                for name, funded in self.forced.items()
                if f"{name} forced {'in' if funded else 'out'}" not in names
            },
        )

    def _refuse_unreachable(self, constraint: Constraint) -> None:
        members = [one for one in self.candidates if constraint.binds(one)]
        asked = sum(one.ask_minor for one in members)
        least, _ = constraint.money(self.budget_minor)
        if least > asked:
            raise InputError(
                f"{constraint.name} asks for at least {least} minor units, but the {len(members)} "
                f"proposals with {constraint.attribute}={constraint.equals} ask for {asked} "
                "together; lower the share"
            )
        if constraint.min_count is not None and constraint.min_count > len(members):
            raise InputError(
                f"{constraint.name} asks for {constraint.min_count} awards, but only "
                f"{len(members)} "
                f"proposals have {constraint.attribute}={constraint.equals}; lower the number"
            )
