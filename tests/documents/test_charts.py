"""Marks stand where the figures say."""

from dataclasses import replace
from decimal import Decimal

import pytest

from app.core.money import Money
from app.documents import charts
from app.documents.facts import Decision, Scale, Standing
from tests.documents import samples

DOWN = Scale(Decimal(1), Decimal(5), Decimal("0.1"))
UP = Scale(Decimal(7), Decimal(1), Decimal(1))


def a_standing(number: str, total: str, low: str, high: str) -> Standing:
    return Standing(
        number, 1, False, Decimal(total), Decimal(low), Decimal(high), 3,
        Money(1, "EUR"), Decision.DECLINED,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("scale", "totals"), [(DOWN, ["1.2", "2.0", "4.4"]), (UP, ["6.9", "5.0", "1.5"])]
)
def test_better_totals_stand_higher_whichever_end_is_best(scale: Scale, totals: list[str]) -> None:
    ranked = [a_standing(str(i), total, total, total) for i, total in enumerate(totals)]

    chart = charts.ranking_chart(ranked, scale, "1")

    heights = [mark.y for mark in chart.marks]
    assert heights == sorted(heights)
    assert all(chart.top < mark.y < chart.bottom for mark in chart.marks)
    assert all(mark.top == mark.y == mark.bottom for mark in chart.marks)
    assert chart.marks[1].x < (chart.line or 0) < chart.marks[2].x


def test_totals_stand_in_proportion_between_the_ticks() -> None:
    ranked = [a_standing("a", "2.0", "1.5", "2.5"), a_standing("b", "3.0", "3.0", "3.5")]

    chart = charts.ranking_chart(ranked, DOWN, None)
    at = {tick.value: tick.at for tick in chart.ticks}

    assert chart.line is None
    assert chart.marks[0].y == at[Decimal("2.0")]
    assert chart.marks[1].y == at[Decimal("3.0")]
    assert (chart.marks[0].top, chart.marks[0].bottom) == (at[Decimal("1.5")], at[Decimal("2.5")])
    steps = [b - a for a, b in zip(list(at.values()), list(at.values())[1:], strict=False)]
    assert max(steps) - min(steps) < 0.02


@pytest.mark.parametrize("count", [0, 1, 2, 29, 200, 5_000])
def test_any_number_of_proposals_fits_between_the_edges(count: int) -> None:
    ranked = [a_standing(str(i), "2.5000", "2.0000", "3.0000") for i in range(count)]

    chart = charts.ranking_chart(ranked, DOWN, None)

    assert chart.every == (5 if count == 5_000 else 1), "of very many, every nth is drawn"
    assert len(chart.marks) * chart.every == count
    assert all(chart.left <= mark.x <= chart.right for mark in chart.marks)
    assert len(chart.places) <= 16
    assert 2 <= len(chart.ticks) <= 8


def test_proposals_without_a_total_are_not_drawn() -> None:
    ranked = [replace(a_standing("a", "2", "2", "2"), total=None, lowest=None, highest=None)]

    assert charts.ranking_chart(ranked, DOWN, None).marks == ()


def test_money_by_country_adds_up_and_the_most_comes_first() -> None:
    report = samples.an_allocation(200)
    flows = charts.by_country(report)

    assert sum(flow.paid for flow in flows) == report.spent.minor
    assert sum(flow.awards for flow in flows) == len(report.awards)
    assert [flow.paid for flow in flows] == sorted((flow.paid for flow in flows), reverse=True)


def test_many_countries_are_shown_as_the_first_and_the_rest() -> None:
    flows = [charts.Flow(str(i), 1, 100 - i, 100 - i) for i in range(25)]

    shown = charts.most(flows, 10)

    assert [flow.key for flow in shown] == [str(i) for i in range(9)] + [""]
    assert sum(flow.paid for flow in shown) == sum(flow.paid for flow in flows)
    assert charts.most(flows[:10], 10) == tuple(flows[:10])


def test_bars_are_as_long_as_their_share_of_the_longest() -> None:
    flows = [charts.Flow("a", 1, 50, 200), charts.Flow("b", 1, 100, 100), charts.Flow("c", 0, 0, 0)]

    bars = charts.bars(flows, {"a": "A", "b": "B", "c": "C"}, "EUR")

    assert [(bar.length, bar.filled) for bar in bars] == [(100, 25), (50, 100), (0, 0)]
    assert [bar.paid.minor for bar in bars] == [50, 100, 0]


def test_a_grade_lies_between_the_ends_of_its_scale() -> None:
    assert charts.share_of(Decimal(1), DOWN) == 1
    assert charts.share_of(Decimal(5), DOWN) == 0
    assert charts.share_of(Decimal(4), UP) == 0.5
