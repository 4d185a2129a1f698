"""`allocate PROBLEM.json`: who gets how much from which contribution, and what it would take."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from scoring.allocation.document import answer, request_from
from scoring.allocation.unspendable import unspendable
from scoring.charts import Bar, Frame, bar_chart
from scoring.commands import Answer
from scoring.errors import InputError
from scoring.publishing import to_json
from scoring.reading import read_json

SUMMARY = "awards under a budget, earmarks and rules: by rank, or proven the best"
CHART = True
_LINES = 20  # at most, of each thing that is counted


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("problem", type=Path, metavar="PROBLEM.json")
    parser.add_argument("--margins", action="store_true", help="how far each decision is away")


def run(arguments: Namespace) -> Answer:
    try:
        request = request_from(read_json(arguments.problem))
        result = answer(request, with_margins=arguments.margins, progress=_progress)
    except InputError as error:
        raise error.at(source=str(arguments.problem)) from error
    return Answer(
        to_json(result),
        chart=allocation_chart(result),
        notes=tuple(unspendable(request.programme)),
    )


def _progress(what: str, done: int, of: int) -> None:
    if done * _LINES // of > (done - 1) * _LINES // of:
        sys.stderr.write(f"{what} {done} of {of}\n")


def allocation_chart(result: dict[str, object]) -> str:
    """Return one bar per award, as long as its amount."""
    funded = result["funded"]
    assert isinstance(funded, list)
    rows = [
        Bar(one["id"], one["amount_minor"], f"{one['amount_minor']:,}", "fund") for one in funded
    ]
    amounts = [one["amount_minor"] for one in funded]
    most = max(amounts, default=None) or 1
    currency = result["currency"]
    frame = Frame(
        "Awards",
        f"{len(rows)} awards of {sum(amounts):,} minor units of {currency} together.",
        f"minor units of {currency}",
        0.0,
        most * 1.5,
        ticks_to=most,
    )
    return bar_chart(frame, rows)
