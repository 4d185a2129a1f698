"""`score REVIEWS.csv CRITERIA.json`: weighted totals, exact."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from scoring.commands import Answer
from scoring.publishing import to_json
from scoring.tables import read_reviews, read_rules
from scoring.totals import score_table

SUMMARY = "weighted totals per review and per proposal, in exact arithmetic"
CHART = False


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("reviews", type=Path, metavar="REVIEWS.csv")
    parser.add_argument("criteria", type=Path, metavar="CRITERIA.json")


def run(arguments: Namespace) -> Answer:
    rules = read_rules(arguments.criteria)
    return Answer(to_json(score_table(read_reviews(arguments.reviews, rules), rules)))
