"""What the kept runs are run on: small calls that use every part of every file."""

import json
from dataclasses import dataclass
from typing import Any

from scoring.replay import complete
from tests.scoring.test_commands_of_selection import ALLOCATE, DRAW, SEED, stated

JsonObject = dict[str, Any]
Files = dict[str, str | JsonObject]


@dataclass(frozen=True)
class Case:
    """One run: the command, its files in their order, and its options."""

    command: str
    files: Files
    options: tuple[str, ...] = ()


CRITERIA: JsonObject = {
    "scale": {"best": 1, "worst": 5, "step": 0.5},
    "criteria": [
        {"key": "idea", "label": "Idea", "weight": 0.3},
        {"key": "plan", "label": "Plan & <means>", "weight": 0.5},
        {"key": "team", "label": "Team", "weight": 0.2},
    ],
    "thresholds": [{"key": "plan", "limit": 3.5}, {"key": None, "limit": 4}],
}
REVIEWS = """proposal_id,reviewer_id,confidence,idea,plan,team
A,r1,1,1,1.5,1
A,r2,2,2,2,2.5
B,r1,1,2,2,2
B,r3,0.5,1.5,,2
B,r2,1,3,2.5,3
C,r3,1,4,4,4
C,r1,1,3,4.5,3.5
D,r2,1,2,2,2
D,r3,1,2,2,2
E,r4,1,2.5,2,3
F,r5,1,5,4.5,5
F,r6,1,4,4,4.5
"""
ONE: JsonObject = {
    "scale": {"best": 6, "worst": 1, "step": 1},
    "criteria": [{"key": "g", "label": "Grade", "weight": 1}],
}
GRADES = "proposal_id,reviewer_id,panel,g\n" + "".join(
    f"p{i:02},{panel}{j},{panel},{1 + (7 * i + 3 * j + i * j) % 6}\n"
    for i in range(12)
    for panel in ["west" if i % 2 else "east"]
    for j in range(4)
)
PANELLED: Files = {"r.csv": GRADES, "c.json": ONE}
FEW = ("--draws", "400", "--seed", "5")
_SLOPES = (0.5, 0.7, 0.8, 1.2, 1.5, 1.8)
SLOPED = "proposal_id,reviewer_id,g\n" + "".join(
    f"p{i:02},r{j},{3.5 + slope * (i % 9 - 4) * 0.3:.1f}\n"
    for i in range(16)
    for j, slope in enumerate(_SLOPES)
    if (i + j) % 3
)
TENTHS: JsonObject = {**ONE, "scale": {"best": 6, "worst": 1, "step": 0.1}}
SEATS: JsonObject = {
    "proposals": [{"id": f"P{i}", "demand": 2 + i % 2, "tags": []} for i in range(5)],
    "reviewers": [
        {
            "id": f"R{j}",
            "min_load": j % 2,
            "max_load": 2 + j % 3,
            "tags": [*(["patient"] if j in {1, 4} else []), *(["house"] if j > 3 else [])],
        }
        for j in range(6)
    ],
    "affinity": [
        [f"P{i}", f"R{j}", ((3 * i + 5 * j + i * j) % 11) / 10]
        for i in range(5)
        for j in range(6)
        if (i, j) != (4, 5)
    ],
    "conflicts": [["P0", "R5"], ["P3", "R2"]],
    "objective": "total",
    "seed": 7,
}
RULES: JsonObject = {
    "require": [{"tag": "patient", "at_least": 1}, {"tag": "house", "at_most": 1}],
    "fixed": [["P1", "R4"]],
}
KEPT_SEATS = [["P0", "R0"], ["P0", "R1"], ["P1", "R2"], ["P2", "R3"], ["P4", "R5"]]
MONEY: JsonObject = {
    "currency": "EUR",
    "contributions": [
        {"id": "kenya", "amount_minor": 900, "earmark": {"country": ["KE", "UG"]}},
        {"id": "open", "amount_minor": 1700, "earmark": {}},
        {"id": "new", "amount_minor": 400, "earmark": {"new": True}},
    ],
    "proposals": [
        {
            "id": f"q{i}",
            "ask_minor": 200 + (i * 137) % 410,
            "merit": 60 - (i * 17) % 41,
            **({"minimum_minor": 150} if i % 4 == 1 else {}),
            "attributes": {"country": ["KE", "UG", "TZ"][i % 3], "new": i % 2 == 0},
        }
        for i in range(11)
    ],
    "seed": "2026",
}
LIMITS: JsonObject = {
    "constraints": [
        {"attribute": "country", "equals": "TZ", "min_count": 2, "max_count": 3},
        {"attribute": "new", "equals": True, "min_share": 0.4, "max_share": 0.75},
    ],
    "exclusive": [["q1", "q3", "q6"]],
    "requires": [["q4", "q2"]],
    "forced": [{"id": "q9", "funded": True, "reason": "sealed"}],
}


def money(objective: str, **rule: object) -> JsonObject:
    return {**MONEY, "rule": {"objective": objective, **rule}}


ENTRANTS: JsonObject = {
    **DRAW,
    "k": 3,
    "intervals": [
        ["a", 7, 9],
        ["b", 4.5, 6, 5],
        ["c", 4, 5.5],
        ["d", 4, 5.5],
        ["e", 3, 5],
        ["f", 0, 1],
        ["g", 2, 4.5],
    ],
}
PUBLIC: JsonObject = {
    "public": {"randomness": SEED},
    "past": [{"label": "earlier", "seed": "ab" * 16}],
}
SCORES: Files = {"reviews.csv": REVIEWS, "criteria.json": CRITERIA}
AMOUNTS: JsonObject = {
    "rule": {"objective": "rank", "when_unaffordable": "skip"},
    "budget_minor": 100,
    "proposals": [{"id": name, "ask_minor": 30 + 3 * n} for n, name in enumerate("ABCDEF")],
    "weight_ranges": {"idea": [0.1, 0.5], "plan": [0.3, 0.6], "team": [0.1, 0.4]},
}


def _altered() -> JsonObject:
    bundle: JsonObject = json.loads(json.dumps(complete(stated())))
    bundle["allocation"]["lines"][0]["amount_minor"] += 1
    bundle["scores"]["proposals"][1]["total"] = "9.0000"
    bundle["reviews"][0]["grades"]["idea"] = 1.0
    del bundle["order"]
    return bundle


CASES: dict[str, Case] = {
    "score": Case("score", SCORES),
    "score-plain": Case(
        "score",
        {**SCORES, "criteria.json": {**CRITERIA, "confidence": "ignore", "allow_partial": False}},
        ("--out", "out.json"),
    ),
    "rank": Case("rank", SCORES, (*FEW, "--k", "3", "--mode", "snsf", "--chart", "chart.svg")),
    "rank-severity": Case(
        "rank",
        PANELLED,
        (*FEW, "--mode", "snsf", "--chart-of", "severity", "--chart", "chart.svg"),
    ),
    "rank-scale-use": Case(
        "rank",
        {"r.csv": SLOPED, "c.json": TENTHS},
        (*FEW, "--mode", "snsf", "--scale-use"),
    ),
    "rank-same-use": Case("rank", PANELLED, (*FEW, "--mode", "snsf", "--scale-use")),
    "assign": Case("assign", {"p.json": SEATS}),
    "assign-rules": Case("assign", {"p.json": {**SEATS, **RULES}}),
    "assign-maxmin": Case("assign", {"p.json": {**SEATS, **RULES, "objective": "maxmin"}}),
    "assign-kept": Case("assign", {"p.json": {**SEATS, "previous": KEPT_SEATS}}),
    "assign-chance": Case("assign", {"p.json": {**SEATS, "cap": 0.6}}),
    "assign-short": Case(
        "assign",
        {
            "p.json": {
                **SEATS,
                "conflicts": [[f"P{i}", f"R{j}"] for i in (0, 1) for j in range(1, 6)],
                "objective": "maxmin",
            }
        },
    ),
    "allocate-stop": Case(
        "allocate", {"p.json": money("rank")}, ("--margins", "--chart", "chart.svg")
    ),
    "allocate-skip": Case("allocate", {"p.json": money("rank", when_unaffordable="skip")}),
    "allocate-order": Case("allocate", {"p.json": money("rank", **LIMITS)}, ("--margins",)),
    "allocate-merit": Case("allocate", {"p.json": money("merit", **LIMITS)}, ("--margins",)),
    "allocate-money": Case("allocate", {"p.json": money("merit_money")}, ("--margins",)),
    "allocate-unspent": Case(
        "allocate",
        {
            "p.json": {
                **ALLOCATE,
                "contributions": [{**ALLOCATE["contributions"][0], "amount_minor": 500}],
            }
        },
    ),
    "allocate-impossible": Case(
        "allocate",
        {
            "p.json": money(
                "merit",
                constraints=[
                    {"attribute": "country", "equals": "KE", "min_count": 4},
                    {"attribute": "new", "equals": True, "min_share": 0.3},
                ],
                exclusive=[["q0", "q3"], ["q1", "q2"]],
            )
        },
    ),
    "draw": Case(
        "draw", {"e.json": {**ENTRANTS, **PUBLIC}}, ("--chart", "c.svg", "--register", "held.txt")
    ),
    "draw-uniform": Case("draw", {"e.json": {**ENTRANTS, "mode": "uniform"}}, ("--seed", SEED)),
    "draw-chances": Case("draw", {"e.json": ENTRANTS}, ("--chart", "c.svg")),
    "stability": Case(
        "stability",
        {
            **SCORES,
            "p.json": {"k": 3, "weight_ranges": {"idea": [0, 1], "plan": [0, 1], "team": [0, 1]}},
        },
        ("--draws", "60", "--seed", "9", "--chart", "chart.svg"),
    ),
    "stability-money": Case("stability", {**SCORES, "p.json": AMOUNTS}, ("--draws", "40")),
    "stability-solver": Case(
        "stability",
        {
            **SCORES,
            "p.json": {
                **AMOUNTS,
                "rule": {"objective": "rank", "exclusive": [["A", "B"]]},
            },
        },
        ("--draws", "12"),
    ),
    "replay": Case("replay", {"b.json": complete(stated())}),
    "replay-altered": Case("replay", {"b.json": _altered()}),
}
