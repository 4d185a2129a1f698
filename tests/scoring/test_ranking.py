"""The published ranking and score table."""

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.calibration.additive import calibrate
from scoring.calibration.design import design_from
from scoring.calibration.offer import scale_use_offer
from scoring.calibration.priors import Mode
from scoring.errors import InputError
from scoring.publishing import published, tie_classes, to_json
from scoring.ranking import Options, Ranking, as_json, rank_reviews, raw_places
from scoring.tables import Review, Rules
from scoring.totals import score_table
from scoring.weighting import Criterion, Scale, Threshold
from tests.scoring.panels import PANEL, SIX_POINTS, Rows, reviews_of

QUICK = Options(k=2, mode=Mode.SNSF, draws=4_000, seed=1)
TURNED = Rules(Scale(Decimal(1), Decimal(6), Decimal(1)), SIX_POINTS.criteria)


@pytest.fixture(scope="module")
def ranking() -> Ranking:
    return rank_reviews(reviews_of(PANEL), SIX_POINTS, QUICK)


def test_raw_and_calibrated_stand_side_by_side(ranking: Ranking) -> None:
    best = ranking.proposals[0]
    assert [p.id for p in ranking.proposals] == ["E", "A", "B", "D", "C"]
    assert (best.raw, best.raw_exact, best.raw_rank) == (5.3333, Fraction(16, 3), 1)
    assert 4.5 < best.calibrated < 5.3333
    assert best.reviews == 3
    assert best.piece == 1
    assert [p.rank for p in ranking.proposals] == [1, 2, 3, 4, 5]


def test_intervals_are_nested_and_hold_the_expected_rank(ranking: Ranking) -> None:
    for proposal in ranking.proposals:
        (a, d), (b, c) = proposal.rank_90, proposal.rank_50
        assert 1 <= a <= b <= c <= d <= 5
        assert a <= proposal.expected_rank <= d
    chances = [p.p_top_k for p in ranking.proposals if p.p_top_k is not None]
    assert sum(chances) == pytest.approx(2, abs=3e-4)
    assert chances == sorted(chances, reverse=True)


def test_the_severe_reviewer_has_the_positive_severity(ranking: Ranking) -> None:
    severity = {r.id: r.severity for r in ranking.reviewers}
    assert severity["r2"] > 0.2
    assert severity["r2"] > severity["r1"]
    assert all(r.sd > 0 for r in ranking.reviewers)
    assert [r.reviews for r in ranking.reviewers] == [4, 4, 4]


def test_turning_the_scale_over_changes_only_the_scores(ranking: Ranking) -> None:
    rows: Rows = [(p, r, 7 - y) for p, r, y in PANEL]
    turned = rank_reviews(reviews_of(rows), TURNED, QUICK)
    for one, other in zip(ranking.proposals, turned.proposals, strict=True):
        assert replace(other, raw=one.raw, raw_exact=one.raw_exact, calibrated=one.calibrated) == (
            one
        )
        assert other.calibrated == pytest.approx(7 - one.calibrated, abs=1.1e-4)
    assert turned.reviewers == ranking.reviewers
    assert turned.mean == pytest.approx(7 - ranking.mean)


def test_the_line_is_part_of_the_ranking_where_places_are_given(ranking: Ranking) -> None:
    shown = as_json(ranking)["line"]
    assert shown["at"] == "A"
    assert sorted(shown["fund"] + shown["draw"] + shown["reject"]) == list("ABCDE")
    assert shown["places"] == 2 - len(shown["fund"])
    assert "A" in shown["draw"]
    by_id = {p.id: p for p in ranking.proposals}
    assert by_id["A"].ahead_of_line == 0.5
    assert by_id["E"].group in {"fund", "draw"}


def test_without_places_there_is_no_line_and_no_chance_of_being_among_them() -> None:
    ranking = rank_reviews(reviews_of(PANEL), SIX_POINTS, replace(QUICK, k=None))
    shown = as_json(ranking)
    assert shown["line"] is None
    assert {p["p_top_k"] for p in shown["proposals"]} == {None}
    assert {p["group"] for p in shown["proposals"]} == {None}


def test_the_json_has_the_keys_of_the_contract_and_no_nan(ranking: Ranking) -> None:
    shown = json.loads(to_json(as_json(ranking)))
    assert {
        "id",
        "raw",
        "calibrated",
        "expected_rank",
        "rank_50",
        "rank_90",
        "p_top_k",
    } <= set(shown["proposals"][0])
    assert set(shown["reviewers"][0]) == {"id", "severity", "sd", "reviews"}
    assert set(shown["variance"]) == {"tau", "omega", "s", "kappa"}
    assert shown["variance"]["omega"] == {"mean": 0.5, "sd": 0.0}
    assert shown["method"]["draws"] == 4000
    assert shown["graph"] == {"pieces": 1, "bridges": 0}
    first = shown["proposals"][0]
    assert first["percentile"] == pytest.approx(20 * (first["expected_rank"] - 0.5), abs=1e-4)
    assert "scale_use" not in shown


def test_row_order_changes_no_byte(ranking: Ranking) -> None:
    again = rank_reviews(reviews_of(PANEL[::-1]), SIX_POINTS, QUICK)
    assert to_json(as_json(again)) == to_json(as_json(ranking))


def test_ties_share_everything_but_their_names() -> None:
    rows: Rows = [(p, r, {"A": 5, "B": 3, "C": 3, "D": 2}[p]) for p in "ABCD" for r in ("r", "s")]
    rows[0] = ("A", "r", 6)
    ranking = rank_reviews(reviews_of(rows), SIX_POINTS, QUICK)
    b, c = ranking.proposals[1:3]
    assert (b.id, c.id, b.rank, c.rank) == ("B", "C", 2, 2)
    assert (b.tied_with, c.tied_with) == (("C",), ("B",))
    assert replace(c, id="B", tied_with=("C",)) == b
    assert ranking.proposals[3].rank == 4


def test_panels_show_their_effect_in_points() -> None:
    north = reviews_of([(p, r, y) for p, r, y in PANEL if p in "ABC"], panel="north")
    south = [
        Review(f"S{p}", f"s{r}", {"grade": Decimal(int(y))}, panel="south")
        for p, r, y in PANEL
        if p in "CDE"
    ]
    ranking = rank_reviews([*north, *south], SIX_POINTS, QUICK)
    assert set(ranking.panels) == {"north", "south"}
    assert rank_reviews(north, SIX_POINTS, QUICK).panels == {}


def test_reviews_that_leave_a_criterion_open_are_flagged() -> None:
    rules = Rules(
        SIX_POINTS.scale,
        (Criterion("a", "A", Decimal("0.5")), Criterion("b", "B", Decimal("0.5"))),
    )
    reviews = [
        Review(p, r, {"a": Decimal(int(y)), "b": None if (p, r) == ("A", "r1") else Decimal(3)})
        for p, r, y in PANEL
    ]
    flagged = {f.code: f for f in rank_reviews(reviews, rules, QUICK).flags}
    assert flagged["partial_reviews"].ids == ("A by r1",)
    assert flagged["partial_reviews"].sentence.endswith("they count.")
    strict = rank_reviews(reviews, replace(rules, allow_partial=False), QUICK)
    by_id = {p.id: p for p in strict.proposals}
    assert by_id["A"].reviews == 1
    assert {f.code: f for f in strict.flags}["partial_reviews"].sentence.endswith("do not count.")


@pytest.mark.parametrize(
    ("options", "part"),
    [({"k": -1}, "places is -1"), ({"draws": 0}, "draws is 0"), ({"seed": -5}, "seed is -5")],
)
def test_impossible_options_are_refused(options: dict[str, int], part: str) -> None:
    with pytest.raises(InputError, match=part):
        replace(QUICK, **options)  # type: ignore[arg-type]


def test_confidence_reaches_raw_totals_and_model() -> None:
    reviews = [
        Review("A", "r1", {"grade": Decimal(6)}, confidence=Decimal(3)),
        Review("A", "r2", {"grade": Decimal(2)}, confidence=Decimal(1)),
        *reviews_of([("B", "r1", 4), ("B", "r2", 3)]),
    ]
    assert {p.id: p.total for p in raw_places(reviews, SIX_POINTS)}["A"] == 5
    assert list(design_from(reviews, SIX_POINTS).confidence) == [3, 1, 1, 1]
    ignoring = replace(SIX_POINTS, use_confidence=False)
    assert {p.id: p.total for p in raw_places(reviews, ignoring)}["A"] == 4


def test_scale_use_is_offered_only_where_it_helps() -> None:
    plain = rank_reviews(reviews_of(PANEL), SIX_POINTS, replace(QUICK, scale_use=True)).scale_use
    assert plain is not None
    assert plain["offered"] is False
    assert plain["held_out"]["gain"] <= plain["held_out"]["standard_error"]
    slopes = {"r0": 0.3, "r1": 1.0, "r2": 1.7, "r3": 1.0}
    rows: Rows = [
        (f"p{i:02}", r, round(50 + slope * ((i * 37) % 41 - 20) + (i * 7 + n * 5) % 3))
        for i in range(16)
        for n, (r, slope) in enumerate(slopes.items())
    ]
    wide = Rules(Scale(Decimal(100), Decimal(0), Decimal(1)), SIX_POINTS.criteria)
    calibration = calibrate(design_from(reviews_of(rows), wide), Mode.SNSF)
    offer = scale_use_offer(calibration, sign=1, seed=1)
    assert offer["offered"] is True
    found = {r["id"]: r for r in offer["reviewers"]}
    assert found["r0"]["slope"] < 0.5
    assert found["r2"]["slope"] > 1.4
    assert found["r0"]["moved"]
    assert found["r2"]["moved"]
    assert {p["rank"] for p in offer["proposals"]} <= set(range(1, 17))
    assert len(offer["proposals"]) == 16


def test_scale_use_of_a_single_review_cannot_be_tested() -> None:
    calibration = calibrate(design_from(reviews_of([("A", "r", 3)]), SIX_POINTS), Mode.SNSF)
    assert scale_use_offer(calibration, sign=1, seed=1)["offered"] is False


def test_the_score_table_is_exact() -> None:
    rules = Rules(
        Scale(Decimal(1), Decimal(5), Decimal("0.1")),
        (Criterion("a", "A", Decimal("0.3")), Criterion("b", "B", Decimal("0.7"))),
        thresholds=(Threshold(None, Decimal(2)), Threshold("b", Decimal("2.5"))),
    )
    reviews = [
        Review("P", "r", {"a": Decimal("2.1"), "b": Decimal("3.3")}),
        Review("P", "s", {"a": Decimal(1), "b": None}),
        Review("Q", "r", {"a": Decimal(1), "b": Decimal(1)}),
        Review("Q", "s", {"a": None, "b": None}),
    ]
    table = score_table(reviews, rules)
    assert table["proposals"] == [
        {
            "id": "Q",
            "total": 1.0,
            "exact": "1",
            "rank": 1,
            "tied_with": (),
            "reviews": 1,
            "spread": 0.0,
            "criteria": {"a": 1.0, "b": 1.0},
            "below_thresholds": [],
        },
        {
            "id": "P",
            "total": 1.97,
            "exact": "197/100",
            "rank": 2,
            "tied_with": (),
            "reviews": 2,
            "spread": 1.94,
            "criteria": {"a": 1.55, "b": 3.3},
            "below_thresholds": [{"key": "b", "limit": 2.5}],
        },
    ]
    assert [(r["proposal"], r["reviewer"], r["total"]) for r in table["reviews"]] == [
        ("P", "r", 2.94),
        ("P", "s", 1.0),
        ("Q", "r", 1.0),
        ("Q", "s", None),
    ]
    assert table["reviews"][1]["missing"] == ("b",)
    assert [r["counts"] for r in table["reviews"]] == [True, True, True, False]
    strict = score_table(reviews, replace(rules, thresholds=(Threshold(None, Decimal("0.5")),)))
    assert strict["proposals"][0]["below_thresholds"] == [{"key": "total", "limit": 0.5}]


def test_published_numbers_are_rounded_by_the_stated_rule() -> None:
    assert published(Fraction(1, 8), 2) == 0.12
    assert published(Decimal("0.00005")) == 0.0
    assert published(0.00015) == 0.0001  # the binary number lies just below the half
    assert str(published(-0.000001)) == "0.0"
    assert published(2.00004) == 2.0


def test_published_json_is_readable_and_holds_no_nan() -> None:
    assert to_json({"b": "é", "a": [1.5]}) == '{\n "b": "é",\n "a": [\n  1.5\n ]\n}\n'
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json(float("nan"))


def test_neighbours_within_the_tolerance_are_one_class() -> None:
    assert tie_classes([3.0, 1.0, 1.0 + 5e-7, 2.0], tolerance=1e-6) == [2, 0, 0, 1]
    assert tie_classes([], tolerance=1) == []
