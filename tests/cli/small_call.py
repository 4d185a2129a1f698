"""A small, made-up call as files, sound until a test breaks it."""

import csv
import json
from pathlib import Path
from typing import Any

Rows = list[dict[str, str]]


def a_call_file() -> dict[str, Any]:
    return {
        "call_id": "TINY1",
        "title": "A small call",
        "currency": "EUR",
        "budget": 250000,
        "rates": {"USD": 0.9, "KES": 0.007},
        "opens": "2026-01-12",
        "deadline": "2026-03-31T23:59:00Z",
        "reviews_due": "2026-05-29",
        "score_scale": {"best": 6, "worst": 1, "step": 0.5},
        "criteria": [
            {"key": "merit", "label": "Merit", "weight": 0.6},
            {"key": "plan", "label": "Plan", "weight": 0.4},
        ],
        "proposals": 3,
        "reviewers": 2,
    }


def proposals() -> Rows:
    row = {
        "title": "Finding out",
        "abstract": "We will find out.",
        "organisation": "Institute of Tests",
        "country": "KE",
        "amount": "100000",
        "currency": "EUR",
        "duration_months": "24",
        "applicant_name": "Person",
    }
    return [
        {"proposal_no": f"P{n}", **row, "applicant_email": f"applicant{n}@example.org"}
        for n in (1, 2, 3)
    ]


def reviewers() -> Rows:
    return [
        {
            "reviewer_id": f"R{n}",
            "name": f"Reviewer {n}",
            "email": f"reviewer{n}@example.org",
            "affiliation": f"Hospital number {n}",
            "country": "PL",
            "expertise": "",
        }
        for n in (1, 2)
    ]


def reviews() -> Rows:
    return [
        {"proposal_no": f"P{p}", "reviewer_id": f"R{r}", "merit": "4.5", "plan": "5"}
        for p in (1, 2, 3)
        for r in (1, 2)
    ]


def write(folder: Path, call: dict[str, Any], tables: dict[str, Rows]) -> Path:
    """Write the files; call.json has each key on a line of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "call.json").write_text(json.dumps(call, indent=1), encoding="utf-8")
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder
