"""`assign PROBLEM.json`: who reviews what, with the proof that nothing better exists."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from scoring.assignment.document import answer, request_from
from scoring.commands import Answer
from scoring.errors import InputError
from scoring.publishing import to_json
from scoring.reading import read_json

SUMMARY = "which reviewer reads which proposal, proven the best, with a reason for each pair"
CHART = False


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("problem", type=Path, metavar="PROBLEM.json")


def run(arguments: Namespace) -> Answer:
    try:
        request = request_from(read_json(arguments.problem), arguments.problem.parent)
        size = f"{len(request.problem.proposals)} proposals × {len(request.problem.reviewers)}"
        sys.stderr.write(f"assigning {size} reviewers\n")
        result = answer(request)
    except InputError as error:
        raise error.at(source=str(arguments.problem)) from error
    unmet = result["unmet"]
    assert isinstance(unmet, list)
    for reason in dict.fromkeys(item["reason"] for item in unmet):
        sys.stderr.write(f"{reason}\n")
    return Answer(to_json(result))
