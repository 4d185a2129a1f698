"""`rank REVIEWS.csv CRITERIA.json`: raw and calibrated scores, ranks with their uncertainty."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from scoring.calibration.additive import silent
from scoring.calibration.priors import Mode
from scoring.commands import Answer, say
from scoring.pictures import ranking_chart, severity_chart
from scoring.publishing import to_json
from scoring.ranking import DRAWS, SEED, Options, as_json, rank_reviews
from scoring.tables import read_reviews, read_rules

SUMMARY = "raw and calibrated scores, expected ranks with intervals, reviewer severity"
CHART = True
LONG_WORK = 1_000
"""From so many reviews on, progress is told on standard error."""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("reviews", type=Path, metavar="REVIEWS.csv")
    parser.add_argument("criteria", type=Path, metavar="CRITERIA.json")
    parser.add_argument("--k", type=int, metavar="N", help="places to fund: adds the line")
    parser.add_argument("--mode", choices=[str(mode) for mode in Mode], default=str(Mode.DEFAULT))
    parser.add_argument("--draws", type=int, default=DRAWS, help="draws for the rank intervals")
    parser.add_argument("--seed", type=int, default=SEED, help="seed of those draws")
    parser.add_argument("--chart-of", choices=["ranks", "severity"], default="ranks")
    parser.add_argument(
        "--scale-use",
        action="store_true",
        help="test whether reviewers use the scale differently, and allow for it if that helps",
    )


def run(arguments: Namespace) -> Answer:
    rules = read_rules(arguments.criteria)
    reviews = read_reviews(arguments.reviews, rules)
    options = Options(
        arguments.k, Mode(arguments.mode), arguments.draws, arguments.seed, arguments.scale_use
    )
    progress = say if len(reviews) >= LONG_WORK else silent
    ranking = rank_reviews(reviews, rules, options, progress)
    draw = severity_chart if arguments.chart_of == "severity" else ranking_chart
    notes = tuple(flag.sentence for flag in ranking.flags)
    return Answer(to_json(as_json(ranking)), chart=draw(ranking), notes=notes)
