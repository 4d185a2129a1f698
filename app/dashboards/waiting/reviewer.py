"""What waits for a reviewer: the seats of calls that are still in review."""

from typing import Any

from app.reviews import queries, views

Values = dict[str, Any]


def waiting(account_id: str) -> Values:
    """Return the open calls with the seats that are not done, and how many are."""
    open_calls = [
        call for call in views.own_calls(account_id, queries.own_seats(account_id)) if call["open"]
    ]
    return {
        "calls": [
            {**call, "tasks": [task for task in call["tasks"] if task["state"] != "done"]}
            for call in open_calls
        ],
        "left": sum(task["state"] != "done" for call in open_calls for task in call["tasks"]),
    }
