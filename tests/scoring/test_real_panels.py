"""Real panels: published averages, published expected ranks, and where calibration helps.

The two files of SNSF grades and ranks hold two of the four sections of that call.
"""

import csv
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from scipy import stats

from scoring.calibration.additive import calibrate
from scoring.calibration.design import Design, design_from, make_design
from scoring.calibration.held_out import by_mean, by_z_score, held_out
from scoring.calibration.line import Group, draw_line
from scoring.calibration.priors import Mode
from scoring.ranking import raw_places
from scoring.tables import Review, Rules, check_reviews
from scoring.weighting import Criterion, Scale, show
from tests.realdata import real_data

AIBS = Rules(
    Scale(Decimal("1.0"), Decimal("5.0"), Decimal("0.1")),
    (Criterion("overall", "Overall", Decimal(1)),),
)
MINT = Rules(Scale(Decimal(6), Decimal(1), Decimal(1)), (Criterion("g", "Grade", Decimal(1)),))


def table(*parts: str) -> list[dict[str, str]]:
    with real_data(*parts).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def aibs() -> list[Review]:
    return [
        Review(r["proposal_id"], r["reviewer_id"], {"overall": Decimal(r["overall"])})
        for r in table("scores_aibs", "reviews.csv")
    ]


def mint() -> list[Review]:
    return [
        Review(
            r["proposal_id"], r["assessor_id"], {"g": Decimal(r["grade_num"])}, panel=r["section"]
        )
        for r in table("scores_snsf_mint", "grades.csv")
    ]


@cache
def nih() -> Design:
    rows = table("scores_nih_r01", "reviews.csv")
    return make_design(
        [r["application_id"] for r in rows],
        [r["reviewer_id"] for r in rows],
        [-float(r["overall_impact"]) for r in rows],
        width=8,
        grid=1,
    )


def test_the_published_aibs_averages_are_reproduced() -> None:
    reviews = aibs()
    check_reviews(reviews, AIBS)
    places = {place.id: place for place in raw_places(reviews, AIBS)}
    published = table("scores_aibs", "published_averages.csv")
    assert len(published) == len(places) == 50
    for row in published:
        shown = Decimal(show(places[row["proposal_id"]].total))
        assert abs(shown - Decimal(row["published_average"])) <= Decimal("0.0001"), row
    by_average = sorted(published, key=lambda row: Fraction(row["published_average"]))
    ranks = [places[row["proposal_id"]].rank for row in by_average]
    assert ranks == sorted(ranks)


def test_no_lasting_severity_shows_among_the_aibs_reviewers() -> None:
    calibration = calibrate(design_from(aibs(), AIBS))
    spread = calibration.variance_estimates()
    assert spread["omega"][0] < 0.4 * spread["tau"][0]
    assert np.abs(calibration.leniency.mean).max() < 0.25


def test_mint_expected_ranks_follow_the_published_run() -> None:
    reviews = mint()
    check_reviews(reviews, MINT)
    calibration = calibrate(design_from(reviews, MINT), Mode.SNSF)
    published = {
        row["proposal_id"]: float(row["expected_rank"])
        for row in table("scores_snsf_mint", "expected_ranks.csv")
    }
    theirs = [published[proposal] for proposal in calibration.design.proposals]
    assert len(published) == 179
    assert stats.spearmanr(calibration.expected_rank, theirs).statistic > 0.999
    # half of the call: a straight line through both must leave next to nothing
    slope, start, *_ = stats.linregress(calibration.expected_rank, theirs)
    away = np.abs(slope * calibration.expected_rank + start - theirs)
    assert 1.8 < slope < 2.2
    assert away.mean() < 5
    assert calibration.grid_change < 0.01


def test_mint_grades_that_are_the_same_share_their_rank() -> None:
    calibration = calibrate(design_from(mint(), MINT), Mode.SNSF)
    grades: dict[tuple[object, ...], list[float]] = defaultdict(list)
    for i, proposal in enumerate(calibration.design.proposals):
        key = tuple(sorted((r.reviewer, r.grades["g"]) for r in mint() if r.proposal == proposal))
        grades[key].append(float(calibration.expected_rank[i]))
    same = [ranks for ranks in grades.values() if len(ranks) > 1]
    assert same
    assert max(max(ranks) - min(ranks) for ranks in same) < 1e-7


def test_the_line_through_mint_leaves_a_group_that_cannot_be_told_apart() -> None:
    calibration = calibrate(design_from(mint(), MINT), Mode.SNSF)
    line = draw_line(calibration.better, list(calibration.expected_rank), 54)
    assert line is not None
    counts = [line.groups.count(group) for group in (Group.FUND, Group.DRAW, Group.REJECT)]
    assert sum(counts) == 179
    assert 8 <= counts[1] <= 30
    assert line.places == 54 - counts[0] > 0


@pytest.mark.parametrize(
    ("name", "mean", "additive"), [("aibs", 0.7854, 0.7176), ("mint", 0.4858, 0.4830)]
)
def test_calibration_helps_as_much_as_it_did_on_the_whole_data(
    name: str, mean: float, additive: float
) -> None:
    design = design_from(aibs(), AIBS) if name == "aibs" else design_from(mint(), MINT)
    errors = held_out(design, folds=8, seed=1).errors
    assert errors["mean"] == pytest.approx(mean, abs=0.03)
    assert errors["additive"] == pytest.approx(additive, abs=0.03)
    assert errors["additive"] < errors["mean"]
    assert errors["bilinear"] < errors["mean"]
    assert errors["z_score"] > errors["additive"]


def test_on_nih_scores_shrinking_helps_and_z_scores_do_not() -> None:
    design = nih()
    errors = held_out(design, folds=5, methods={"mean": by_mean, "z_score": by_z_score}).errors
    assert errors["mean"] == pytest.approx(1.7507, abs=0.06)
    assert errors["z_score"] > errors["mean"] * 0.99
    assert np.median(design.reviews_per_reviewer) == 1
