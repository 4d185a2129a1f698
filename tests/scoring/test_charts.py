"""Charts: well-formed, described, free of styles that a strict policy would block."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from scoring.calibration.priors import Mode
from scoring.charts import (
    Bar,
    Frame,
    Interval,
    bar_chart,
    has_labels,
    interval_chart,
    nice_steps,
    ticks,
)
from scoring.pictures import ranking_chart, severity_chart, stability_chart
from scoring.ranking import Options, Ranking, rank_reviews
from tests.scoring.panels import PANEL, SIX_POINTS, reviews_of
from tests.scoring.test_stability import report

SVG = "{http://www.w3.org/2000/svg}"
FRAME = Frame("Title <&>", "What it shows", "points", low=0, high=10, line=4, legend="Legend")
ROW = Interval("P1", (1, 9), (2, 8), 5, mark=6, kind="draw")


def drawn(text: str) -> ET.Element:
    root = ET.fromstring(text)
    assert root.tag == f"{SVG}svg"
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert not [
        part for part in root.iter() if "style" in part.attrib or part.tag.endswith("style")
    ]
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)
    return root


def having(root: ET.Element, kind: str) -> list[ET.Element]:
    return [part for part in root.iter() if kind in part.attrib.get("class", "").split()]


def test_a_chart_is_titled_described_and_escaped() -> None:
    root = drawn(interval_chart(FRAME, [ROW]))
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == "Title <&>"
    assert root[0].text == "Title <&>"
    assert root[1].text == "What it shows"
    assert having(root, "legend")[0].text == "Legend"
    assert having(root, "axis")[0].text == "points"


def test_values_stand_where_the_axis_says() -> None:
    root = drawn(interval_chart(FRAME, [ROW]))
    outer, inner, mark = (having(root, kind)[0].attrib for kind in ("outer", "inner", "mark"))
    assert (FRAME.x(0), FRAME.x(10)) == (150, 426)
    assert (float(outer["x1"]), float(outer["x2"])) == (FRAME.x(1), FRAME.x(9))
    assert (float(inner["x1"]), float(inner["x2"])) == (FRAME.x(2), FRAME.x(8))
    assert float(mark["x1"]) == float(mark["x2"]) == FRAME.x(6)
    assert float(having(root, "line")[0].attrib["x1"]) == pytest.approx(FRAME.x(4), abs=0.01)
    assert [tick.text for tick in having(root, "tick")] == ["0", "2", "4", "6", "8", "10"]
    assert [label.text for label in having(root, "label")] == ["P1"]


def test_kinds_differ_in_shape_not_in_colour_alone() -> None:
    rows = [replace(ROW, kind=kind) for kind in ("fund", "draw", "reject", "plain")]
    points = having(drawn(interval_chart(FRAME, rows)), "point")
    assert [point.tag.removeprefix(SVG) for point in points] == [
        "circle",
        "path",
        "circle",
        "circle",
    ]
    assert points[0].attrib["fill"] != "#ffffff"
    assert points[2].attrib["fill"] == "#ffffff"


def test_what_is_not_there_is_not_drawn() -> None:
    plain = replace(FRAME, line=None, legend="")
    root = drawn(interval_chart(plain, [replace(ROW, mark=None)]))
    assert having(root, "line") == []
    assert having(root, "legend") == []
    assert having(root, "mark") == []
    assert having(drawn(interval_chart(plain, [])), "row") == []


def test_very_many_rows_become_thin_and_lose_their_labels_but_not_their_names() -> None:
    rows = [replace(ROW, label=f"P{n}") for n in range(81)]
    root = drawn(interval_chart(FRAME, rows))
    assert not has_labels(81)
    assert has_labels(80)
    assert having(root, "label") == []
    assert having(root, "mark") == []
    assert len(having(root, "row")) == 81
    assert having(root, "row")[5][0].text == "P5"
    assert float(root.attrib["height"]) == 55 + 81 * 4 + 38 + 18 + 18
    assert having(drawn(bar_chart(FRAME, [Bar(f"P{n}", n / 10) for n in range(81)])), "label") == []


def test_long_labels_are_cut() -> None:
    root = drawn(interval_chart(FRAME, [replace(ROW, label="x" * 30)]))
    assert having(root, "label")[0].text == "x" * 18 + "…"


def test_words_that_are_too_long_for_a_narrow_picture_go_on_below() -> None:
    words = "What is told here is longer than a line of a picture on a phone"
    frame = replace(FRAME, title=words, axis=words, legend=f"{words}, {words}")
    root = drawn(interval_chart(frame, [ROW]))
    for kind, lines in (("heading", 2), ("axis", 2), ("legend", 3)):
        found = having(root, kind)
        assert len(found) == lines
        assert " ".join(line.text or "" for line in found).startswith(words)
        heights = [float(line.attrib["y"]) for line in found]
        assert heights == sorted(set(heights))
    assert float(having(root, "legend")[-1].attrib["y"]) < float(root.attrib["height"])
    assert frame.top == FRAME.top + 21


@pytest.mark.parametrize(
    ("high", "steps"),
    [(8, 9), (80, 9), (8_000_000, 2), (45, 5), (9_999, 5), (0.31, 7), (150, 8)],
)
def test_figures_on_the_axis_keep_apart(high: float, steps: int) -> None:
    found = ticks(replace(FRAME, high=high))
    assert len(found) == steps
    assert found[0] == 0


def test_bars_start_at_zero_and_carry_their_note() -> None:
    frame = replace(FRAME, low=-10, ticks_to=5)
    root = drawn(bar_chart(frame, [Bar("A", 5, "five"), Bar("B", -5)]))
    first, second = (having(root, "bar")[n].attrib for n in (0, 1))
    assert float(first["x"]) == frame.x(0)
    assert float(first["x"]) + float(first["width"]) == pytest.approx(frame.x(5), abs=0.01)
    assert float(second["x"]) + float(second["width"]) == pytest.approx(frame.x(0), abs=0.01)
    assert [note.text for note in having(root, "note")] == ["five"]
    assert [row[0].text for row in having(root, "row")] == ["A five", "B"]
    assert having(root, "tick")[-1].text == "4"
    above = replace(FRAME, low=2)
    start = having(drawn(bar_chart(above, [Bar("A", 5)])), "bar")[0].attrib
    assert float(start["x"]) == above.x(2)


@pytest.mark.parametrize(
    ("low", "high", "steps"),
    [
        (0, 10, [0, 2, 4, 6, 8, 10]),
        (0.5, 29.5, [5, 10, 15, 20, 25]),
        (-0.38, 0.38, [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3]),
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0, 8, [0, 1, 2, 3, 4, 5, 6, 7, 8]),
        (0, 8e-10, [n * 1e-10 for n in range(9)]),
    ],
)
def test_axes_have_round_steps(low: float, high: float, steps: list[float]) -> None:
    assert nice_steps(low, high) == [round(one, 12) for one in steps]


@pytest.fixture(scope="module")
def ranking() -> Ranking:
    options = Options(k=2, mode=Mode.SNSF, draws=1_000, seed=1)
    return rank_reviews(reviews_of(PANEL), SIX_POINTS, options)


def test_the_ranking_is_drawn_with_its_line(ranking: Ranking) -> None:
    root = drawn(ranking_chart(ranking))
    assert [label.text for label in having(root, "label")] == ["E", "A", "B", "D", "C"]
    frame = Frame("", "", "", 0.5, 5.5)
    line = float(having(root, "line")[0].attrib["x1"])
    assert line == pytest.approx(frame.x(2.5), abs=0.01)
    best = having(root, "inner")[0].attrib
    assert float(best["x1"]) == pytest.approx(frame.x(ranking.proposals[0].rank_50[0]), abs=0.01)
    words = " ".join(line.text or "" for line in having(root, "legend"))
    assert "Diamond: draw" in words
    assert "raw mean" in words


@pytest.mark.parametrize("k", [None, 5])
def test_without_a_line_the_ranking_has_no_groups(ranking: Ranking, k: int | None) -> None:
    """Nobody asked how many are funded, or all are."""
    plain = replace(
        ranking,
        line=None,
        options=replace(ranking.options, k=k),
        proposals=tuple(replace(p, group=None) for p in ranking.proposals),
    )
    root = drawn(ranking_chart(plain))
    assert having(root, "line") == []
    assert len(having(root, "plain")) == 5
    words = [line.text or "" for line in having(root, "legend")]
    assert not [line for line in words if "Diamond" in line or "Ring" in line]


def test_of_a_long_ranking_no_mark_is_told_that_is_not_drawn(ranking: Ranking) -> None:
    root = drawn(ranking_chart(replace(ranking, proposals=ranking.proposals * 17)))
    assert having(root, "mark") == []
    assert not [part for part in root.iter() if "stroke" in (part.text or "")]


def test_severity_is_drawn_most_severe_first(ranking: Ranking) -> None:
    root = drawn(severity_chart(ranking))
    labels = [label.text for label in having(root, "label")]
    assert labels[0] == "r2 (4)"
    assert len(labels) == 3
    points = [float(p.attrib["cx"]) for p in having(root, "point")]
    assert points == sorted(points, reverse=True)
    middle = float(having(root, "line")[0].attrib["x1"])
    assert middle == (150 + 426) / 2
    nobody = replace(ranking, reviewers=())
    assert having(drawn(severity_chart(nobody)), "row") == []


def test_stability_is_drawn_in_the_order_of_the_decision() -> None:
    root = drawn(stability_chart(report()))
    assert len(having(root, "bar")) == 4
    assert len(having(root, "fund")) == 2
    assert having(root, "tick")[-1].text == "100"
