"""Sentences that count: one is not told as several, and a source is told where it is one."""

import pytest

from app.allocation import draws
from app.allocation.closer import flag_words
from app.core.web import EquipoiseApp

LEFT = "leave a criterion unjudged; by the rules of the call they"


@pytest.mark.parametrize(
    ("code", "published", "ids", "shown"),
    [
        (
            "partial_reviews",
            f"1 reviews {LEFT} count.",
            ["A by R1"],
            "1 review leaves a criterion unjudged; by the rules of the call it counts.",
        ),
        (
            "partial_reviews",
            f"1 reviews {LEFT} do not count.",
            ["A by R1"],
            "1 review leaves a criterion unjudged; by the rules of the call it does not count.",
        ),
        (
            "partial_reviews",
            f"2 reviews {LEFT} do not count.",
            ["A by R1", "B by R1"],
            f"2 reviews {LEFT} do not count.",
        ),
        ("all_equal", "All reviews give the same total.", [], "All reviews give the same total."),
    ],
)
def test_a_warning_of_a_calibration_counts_as_people_do(
    app: EquipoiseApp, code: str, published: str, ids: list[str], shown: str
) -> None:
    with app.test_request_context():
        assert flag_words({"code": code, "sentence": published, "ids": ids}) == shown


def test_the_source_of_a_draw_may_begin_and_end_like_a_sentence(app: EquipoiseApp) -> None:
    chances = {"A": "1/2", "B": "1/2"}
    record = {"seed": "ab", "drawn": ["A"], "order": ["A", "B"]}
    source = "The six numbers of the lottery."
    with app.test_request_context():
        before = draws.steps_of(draws.Showing(chances, 1, source, {"words": "Fixed."}, {}))
        after = draws.steps_of(draws.Showing(chances, 1, source, {"words": "Fixed."}, record))
    assert before[-1]["words"] == "Its source: The six numbers of the lottery."
    assert after[3]["words"] == (
        "Its source: The six numbers of the lottery. From that comes the seed:"
    )
    assert [step["words"] for step in after[:2]] == [
        "2 proposals cannot be told apart from the funding line.",
        "1 place is left for them.",
    ]
