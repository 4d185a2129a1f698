"""PROBLEM.json of an allocation in, the published allocation out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from scoring.allocation.entry import Decision, Entry
from scoring.allocation.optimum import Margin, Outcome, margins, optimise, prices
from scoring.allocation.places.plain import turns_by_rank
from scoring.allocation.places.ruled import turns_under_rules
from scoring.allocation.places.turn import Turn
from scoring.allocation.programme import Candidate, Constraint, Objective, Programme
from scoring.allocation.rank import allocate_by_rank
from scoring.allocation.sources import Award, Contribution, split_over_contributions
from scoring.errors import InputError
from scoring.fields import Fields, exact, texts
from scoring.reading import told

if TYPE_CHECKING:
    from fractions import Fraction

Progress = Callable[[str, int, int], None]
"""Told what is counted, how many are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Request:
    """A programme with its currency, and how rank order treats what it cannot pay."""

    currency: str
    programme: Programme
    when_unaffordable: str
    seed: str
    points: tuple[Decimal, ...]


def request_from(content: object) -> Request:
    """Read PROBLEM.json.

    Beyond the contract: `rule.when_unaffordable` "stop" (default) or "skip" for rank order without
    other rules, `rule.forced` [{"id", "funded", "reason"}], `seed` (settles equal optima). Several
    currencies are refused: convert every amount first.
    """
    fields = Fields(content, "the problem file")
    currency = fields.text("currency")
    rule = fields.object("rule")
    objective = Objective(rule.choice("objective", [str(one) for one in Objective], "rank"))
    proposals = list(fields.objects("proposals"))
    pots = list(fields.objects("contributions", optional=True))
    for one in [*proposals, *pots]:
        if one.text("currency", currency) != currency:
            raise InputError(
                f"{one.where} is in {one.text('currency')}, the problem in {currency}; convert "
                "every amount to one currency first"
            )
    contributions = tuple(contribution_from(one) for one in pots)
    points = tuple(one.number("merit") for one in proposals)
    return Request(
        currency=currency,
        programme=Programme(
            candidates=tuple(_candidate(one, objective) for one in proposals),
            budget_minor=_budget(fields, contributions),
            objective=objective,
            contributions=contributions,
            constraints=tuple(map(constraint_from, rule.objects("constraints", optional=True))),
            exclusive=tuple(
                tuple(texts(item, None, f"exclusive[{row}]"))
                for row, item in enumerate(rule.items("exclusive", optional=True))
            ),
            requires=tuple(
                (pair[0], pair[1])
                for row, item in enumerate(rule.items("requires", optional=True))
                for pair in [texts(item, 2, f"requires[{row}]")]
            ),
            forced={one.text("id"): _forced(one) for one in rule.objects("forced", optional=True)},
        ),
        when_unaffordable=rule.choice("when_unaffordable", ["stop", "skip"], "stop"),
        seed=str(fields.content.get("seed") or ""),
        points=points,
    )


def _forced(fields: Fields) -> bool:
    funded = fields.need("funded")
    if not isinstance(funded, bool):
        raise InputError(f"“funded” in {fields.where} is {told(funded)}; write true or false")
    fields.text("reason")
    return funded


def _budget(fields: Fields, contributions: Sequence[Contribution]) -> int:
    held = sum(pot.amount_minor for pot in contributions)
    if not fields.has("budget_minor"):
        if not contributions:
            raise InputError("give “budget_minor” or “contributions” in the problem file")
        return held
    budget = fields.whole("budget_minor")
    if contributions and budget > held:
        raise InputError(
            f"“budget_minor” {budget} is more than the contributions hold ({held}); lower it"
        )
    return budget


def contribution_from(fields: Fields) -> Contribution:
    """Read one contribution: what it holds, and whom it may pay."""
    earmark = {
        name: [scalar(one, f"{name} in {fields.where}") for one in wanted]
        if isinstance(wanted, list)
        else scalar(wanted, f"“{name}” in {fields.where}")
        for name, wanted in fields.mapping("earmark").items()
    }
    return Contribution(fields.text("id"), fields.whole("amount_minor"), earmark)


def _candidate(fields: Fields, objective: Objective) -> Candidate:
    merit = exact(fields.need("merit"), f"“merit” of {fields.text('id')}")
    if merit < 0:
        raise InputError(f"“merit” of {fields.text('id')} is {merit}; give 0 or more")
    if objective is not Objective.RANK and merit != merit.to_integral_value():
        raise InputError(
            f"“merit” of {fields.text('id')} is {merit}; the objective {objective} needs whole "
            "points (multiply all merits by the same power of ten)"
        )
    return Candidate(
        id=fields.text("id"),
        ask_minor=fields.whole("ask_minor"),
        merit=int(merit),
        minimum_minor=fields.whole("minimum_minor") if fields.has("minimum_minor") else None,
        attributes=attributes_of(fields),
    )


def attributes_of(fields: Fields) -> dict[str, str]:
    """Return the attributes of a proposal; one that is null is not there."""
    return {
        name: scalar(value, f"“{name}” in {fields.where}")
        for name, value in fields.mapping("attributes").items()
        if value is not None
    }


def scalar(value: object, what: str) -> str:
    """Spell an attribute's value as text: 1 and "1" and true and "true" are the same."""
    if value is None or isinstance(value, list | dict):
        raise InputError(f"{what} is {told(value)}; give one text, number or true or false")
    return str(value).lower() if isinstance(value, bool) else str(value)


def constraint_from(fields: Fields) -> Constraint:
    """Read one constraint of a rule."""
    limits = ("min_share", "max_share", "min_count", "max_count")
    if not any(fields.has(name) for name in limits):
        raise InputError(f"{fields.where} limits nothing; give one of {', '.join(limits)}")
    shares: dict[str, Fraction | None] = {
        name: fields.share(name) if fields.has(name) else None for name in limits[:2]
    }
    counts: dict[str, int | None] = {
        name: fields.whole(name) if fields.has(name) else None for name in limits[2:]
    }
    equals = scalar(fields.need("equals"), f"“equals” in {fields.where}")
    return Constraint(fields.text("attribute"), equals, **shares, **counts)  # type: ignore[arg-type]


def answer(
    request: Request,
    *,
    with_margins: bool = False,
    progress: Progress = lambda _what, _done, _of: None,
) -> dict[str, object]:
    """Return the allocation as it is published."""
    programme = request.programme
    if programme.objective is Objective.RANK and not _ruled(programme):
        return _by_rank(request, with_margins=with_margins)
    ordered = _in_rank_order(request) if programme.objective is Objective.RANK else programme
    found = optimise(ordered, seed=request.seed)
    result = _outcome(request, found)
    result["optimal"] = True
    result["prices"] = prices(ordered, progress=partial(progress, "prices"))
    if with_margins:
        told = partial(progress, "margins")
        if programme.objective is Objective.RANK:
            result |= _places(request, turns_under_rules(ordered, progress=told))
        else:
            result |= _margins(margins(ordered, progress=told))
    return result


def _ruled(programme: Programme) -> bool:
    return bool(
        programme.constraints or programme.exclusive or programme.requires or programme.forced
    )


def _in_rank_order(request: Request) -> Programme:
    """Replace merits by places in the order, so that decimals keep their order exactly."""
    order = {value: place for place, value in enumerate(sorted(set(request.points)))}
    one = request.programme
    candidates = zip(one.candidates, request.points, strict=True)
    return replace(
        one,
        candidates=tuple(replace(each, merit=order[points]) for each, points in candidates),
    )


def _by_rank(request: Request, *, with_margins: bool) -> dict[str, object]:
    programme = request.programme
    rows = sorted(range(len(request.points)), key=lambda row: -request.points[row])
    entries = [
        Entry(one.id, one.ask_minor, one.minimum_minor, True, request.points[row], one.attributes)
        for row in rows
        for one in [programme.candidates[row]]
    ]
    found = allocate_by_rank(
        entries,
        programme.budget_minor,
        when_unaffordable=request.when_unaffordable,
        contributions=programme.contributions or None,
    )
    attributes = {one.id: one.attributes for one in programme.candidates}
    awards = [Award(line.id, line.amount_minor, attributes[line.id]) for line in found.awards()]
    pots = programme.contributions or (Contribution("budget", programme.budget_minor),)
    sources = split_over_contributions(awards, pots)
    points = dict(zip([one.id for one in programme.candidates], request.points, strict=True))
    value = sum((points[one.id] for one in awards), Decimal())
    result: dict[str, object] = {
        "currency": request.currency,
        "objective": "rank",
        "funded": [
            {"id": one.id, "amount_minor": one.amount_minor, "sources": sources[one.id]}
            for one in awards
        ],
        "objective_value": _plain(value),
        "optimal": True,
        "spent_minor": found.spent_minor,
        "left_minor": found.left_minor,
        "line_after": found.line_after,
        "not_funded": [
            {"id": line.id, "reason": str(line.reason)}
            for line in found.lines
            if line.decision is not Decision.AWARD
        ],
        "prices": {},
    }
    if with_margins:
        turned = turns_by_rank(
            entries,
            programme.budget_minor,
            when_unaffordable=request.when_unaffordable,
            contributions=programme.contributions or None,
        )
        result |= _places(request, turned)
    return result


def _places(request: Request, found: Sequence[Turn]) -> dict[str, object]:
    """Return at which place each decision turns, and how far in points that is."""
    ids = [one.id for one in request.programme.candidates]
    points = dict(zip(ids, request.points, strict=True))
    turned = {one.id: one for one in found}
    others = {name: turned[name].other for name in ids}
    return {
        "margins": {
            name: None if other is None else _plain(abs(points[other] - points[name]))
            for name, other in others.items()
        },
        "turns_at": {
            name: None if other is None else {"place": turned[name].turns_at, "of": other}
            for name, other in others.items()
        },
    }


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _outcome(request: Request, found: Outcome) -> dict[str, object]:
    points = {
        one.id: merit
        for one, merit in zip(request.programme.candidates, request.points, strict=True)
    }
    by_rank = request.programme.objective is Objective.RANK
    value = sum((points[one.id] for one in found.funded), Decimal())
    return {
        "currency": request.currency,
        "objective": str(request.programme.objective),
        "funded": [
            {"id": one.id, "amount_minor": one.amount_minor, "sources": one.sources}
            for one in found.funded
        ],
        "objective_value": _plain(value) if by_rank else found.value,
        "spent_minor": sum(one.amount_minor for one in found.funded),
        "left_minor": found.left_minor,
    }


def _margins(found: Sequence[Margin]) -> dict[str, object]:
    return {
        "margins": {one.id: one.points for one in found},
        "unique": all(one.points != 0 for one in found),
        "if_turned": {
            one.id: {"leaves": list(one.leaves), "enters": list(one.enters)} for one in found
        },
    }
