"""A plan as a file that the scoring package computes again: `python -m scoring assign FILE`."""

import json
from collections import Counter
from typing import Any

from app.reviewers.assigning.inputs import Pair, Wishes
from app.reviewers.assigning.models import AssignmentPlan
from app.reviewers.assigning.sheets import ALL_OPTIONS, MICRO, Sheet

FORMAT = "equipoise-assignment-plan-1"


def document(plan: AssignmentPlan, sheet: Sheet) -> str:
    """Return the problem as the scoring package takes it, and beside it what came of it.

    People have numbers here instead of names and ids, in the order of the plan. Where the plan
    keeps only the best people of each proposal, `complete` is false: then the prices prove the
    bound over all pairs, and computing it again proves it over those listed.
    """
    people = [f"R{place:04}" for place in range(1, len(sheet.people) + 1)]
    listed = {
        (i, j): merit for i in range(len(sheet.proposals)) for j, merit in sheet.options(i)
    } | dict(sheet.merits_of_seats)
    told = {
        "format": FORMAT,
        "complete": _complete(sheet),
        "plan": plan.number,
        "wishes": plan.wishes,
        "inputs_sha256": plan.inputs_sha256,
        "sheet_sha256": plan.sheet_sha256,
        "problem": _problem(plan, sheet, people, listed),
        "seats": [[sheet.numbers[i], people[j]] for i, j in sheet.seats],
        "changes_by_hand": [
            [sheet.numbers[i], _named(people, out), _named(people, into)]
            for i, out, into in plan.edits
        ],
        "certificate": {
            "proposal_prices": dict(zip(sheet.numbers, sheet.proposal_prices, strict=False)),
            "reviewer_prices": dict(zip(people, sheet.people_prices, strict=False)),
            "unit": "millionths",
        },
        "figures": dict(sheet.figures),
        "unmet": list(sheet.why_unmet),
    }
    return json.dumps(told, indent=1) + "\n"


def _complete(sheet: Sheet) -> bool:
    return len(sheet.proposals) * len(sheet.people) <= ALL_OPTIONS


def _problem(
    plan: AssignmentPlan, sheet: Sheet, people: list[str], listed: dict[Pair, int]
) -> dict[str, Any]:
    wishes = Wishes(**plan.wishes)
    there = Counter(i for i, _ in sheet.fixed)
    missing = {one.place: one.missing for one in sheet.unmet}
    return {
        "proposals": [
            {"id": number, "demand": max(there[i], wishes.each) - missing.get(i, 0)}
            for i, number in enumerate(sheet.numbers)
        ],
        "reviewers": [
            {
                "id": people[j],
                "max_load": sheet.most[j] - sheet.elsewhere[j],
                "tags": ["patient"] if sheet.patients[j] else [],
            }
            for j in range(len(people))
        ],
        "affinity": [
            [sheet.numbers[i], people[j], merit / MICRO] for (i, j), merit in sorted(listed.items())
        ],
        "conflicts": [
            [number, person]
            for i, number in enumerate(sheet.numbers)
            for j, person in enumerate(people)
            if (i, j) not in listed
        ]
        if _complete(sheet)
        else [],
        "fixed": [[sheet.numbers[i], people[j]] for i, j in sheet.fixed],
        **({"require": [{"tag": "patient", "at_least": 1}]} if wishes.patient else {}),
        "objective": "maxmin",
        "seed": plan.seed,
    }


def _named(people: list[str], place: int) -> str | None:
    return None if place < 0 else people[place]
