"""`stability REVIEWS.csv CRITERIA.json PROBLEM.json`: how often each award survives."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from scoring.calibration.additive import calibrate
from scoring.calibration.design import design_from
from scoring.calibration.likelihood import Variances
from scoring.commands import Answer, say
from scoring.errors import InputError
from scoring.pictures import stability_chart
from scoring.publishing import to_json
from scoring.reading import read_json
from scoring.stability.ballot import ballot_from
from scoring.stability.problem import problem_from
from scoring.stability.report import DRAWS, SEED, as_json, stability
from scoring.stability.weights import default_ranges, ranges_from
from scoring.tables import read_reviews, read_rules

SUMMARY = "how often each award survives other reviews, reviewers or weights"
CHART = True
FEW_DRAWS = 200


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("reviews", type=Path, metavar="REVIEWS.csv")
    parser.add_argument("criteria", type=Path, metavar="CRITERIA.json")
    parser.add_argument("problem", type=Path, metavar="PROBLEM.json")
    parser.add_argument(
        "--draws",
        type=int,
        help=f"variations of each kind ({DRAWS}; {FEW_DRAWS} where each takes a solver)",
    )
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument(
        "--calibrated", action="store_true", help="order by calibrated instead of raw scores"
    )


def run(arguments: Namespace) -> Answer:
    rules = read_rules(arguments.criteria)
    reviews = read_reviews(arguments.reviews, rules)
    variances = None
    if arguments.calibrated:
        estimates = calibrate(design_from(reviews, rules)).variance_estimates()
        variances = Variances(**{name: mean for name, (mean, _) in estimates.items()})
    ballot = ballot_from(reviews, rules, variances)
    keys = [criterion.key for criterion in rules.criteria]
    weights = [float(criterion.weight) for criterion in rules.criteria]
    try:
        problem = problem_from(read_json(arguments.problem), ballot.ids)
        given = problem.weight_ranges
        ranges = default_ranges(weights) if given is None else ranges_from(given, keys, weights)
    except InputError as error:
        raise error.at(source=str(arguments.problem)) from error
    draws = arguments.draws
    if draws is None:
        draws = DRAWS if problem.quick else FEW_DRAWS
    if not problem.quick:
        say(f"Deciding about {3 * draws} variations anew, each to a proven optimum.")
    report = stability(ballot, problem.decide, ranges, keys, draws=draws, seed=arguments.seed)
    return Answer(to_json(as_json(report)), chart=stability_chart(report))
