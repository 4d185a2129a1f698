"""Rank order under rules: each proposal in turn is funded if the rules can still hold."""

from dataclasses import replace

from scoring.allocation.programme import Objective, Programme
from scoring.allocation.solver import Model


def sequence(programme: Programme) -> list[tuple[int, int]] | None:
    """Return (row, amount) of the awards; None: the rules cannot hold together.

    The order is that of merit, equals in the order given. Going down it a proposal is funded with
    its ask, else with its minimum, whenever budget, earmarks and every rule can be kept by some
    choice among the rest. So rules (a least number of awards for a group) are kept at the least
    departure from the order.
    """
    if not programme.rules():
        return _greedy(programme)
    model = Model(replace(programme, objective=Objective.MERIT))
    standing = model.solve()
    if standing is None:
        return None
    decided: dict[int, bool] = {}
    for index in sorted(
        range(len(model.choices)),
        key=lambda one: -programme.candidates[model.choices[one].row].merit,
    ):
        if index in standing.chosen:
            decided[index] = True
            continue
        found = model.solve_choices({**decided, index: True})
        decided[index] = found is not None
        standing = found or standing
    return [
        (model.choices[index].row, model.choices[index].amount)
        for index, taken in decided.items()
        if taken
    ]


def _greedy(programme: Programme) -> list[tuple[int, int]]:
    left, found = programme.budget_minor, []
    rows = range(len(programme.candidates))
    for row in sorted(rows, key=lambda one: -programme.candidates[one].merit):
        amount = next(
            (level for level in programme.candidates[row].levels() if level <= left), None
        )
        if amount is not None:
            found.append((row, amount))
            left -= amount
    return found
