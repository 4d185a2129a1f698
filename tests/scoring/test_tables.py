"""Reading reviews and criteria: what is accepted, and every refusal names its place."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scoring.errors import InputError
from scoring.reading import read_json
from scoring.tables import (
    Review,
    Rules,
    check_reviews,
    read_reviews,
    read_rules,
    reviews_from,
    rules_from,
)
from scoring.weighting import OVERALL, Criterion, Scale, Threshold
from tests.scoring.panels import write

RULES = Rules(
    Scale(best=Decimal("1.0"), worst=Decimal("5.0"), step=Decimal("0.1")),
    (
        Criterion("idea", "Idea", Decimal("0.4")),
        Criterion("plan", "Plan", Decimal("0.6")),
    ),
)
HEAD = "proposal_id,reviewer_id,idea,plan"


def described(**changes: object) -> dict[str, Any]:
    return {
        "scale": {"best": Decimal("1.0"), "worst": Decimal("5.0"), "step": Decimal("0.1")},
        "criteria": [
            {"key": "idea", "label": "Idea", "weight": Decimal("0.4")},
            {"key": "plan", "label": "Plan", "weight": Decimal("0.6")},
        ],
        **changes,
    }


def lines(*rows: str) -> list[str]:
    return [f"{row}\n" for row in rows]


def test_criteria_are_read_as_exact_decimals(tmp_path: Path) -> None:
    text = (
        '{"scale": {"best": 1.0, "worst": 5.0, "step": 0.1}, "criteria": ['
        '{"key": "idea", "label": "Idea", "weight": 0.4},'
        '{"key": "plan", "label": "Plan", "weight": 0.6}]}'
    )
    assert read_rules(write(tmp_path, "c.json", text)) == RULES


def test_options_of_a_call_are_read() -> None:
    rules = rules_from(
        described(
            thresholds=[{"key": "plan", "limit": 3}, {"key": None, "limit": Decimal("2.5")}],
            allow_partial=False,
            confidence="ignore",
            shared_reviewers=True,
        )
    )
    assert rules.thresholds == (Threshold("plan", Decimal(3)), Threshold(OVERALL, Decimal("2.5")))
    assert (rules.allow_partial, rules.use_confidence, rules.shared_reviewers) == (
        False,
        False,
        True,
    )
    assert rules_from(described(confidence="weight")).use_confidence


def test_a_label_may_be_left_out() -> None:
    rules = rules_from(described(criteria=[{"key": "idea", "weight": 1}]))
    assert rules.criteria == (Criterion("idea", "idea", Decimal(1)),)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ([], "There must be an object with names and values at the criteria file."),
        ({"criteria": []}, "“scale” is missing in the criteria file; add it."),
        (described(scale=3), "There must be an object with names and values at “scale”."),
        (
            described(scale={"best": 1, "worst": 5}),
            "“step” is missing in “scale”; add it.",
        ),
        (
            described(scale={"best": "1", "worst": 5, "step": 1}),
            '“best” in “scale” must be a number, not "1".',
        ),
        (
            described(scale={"best": True, "worst": 5, "step": 1}),
            "“best” in “scale” must be a number, not true.",
        ),
        (described(criteria={}), "There must be a list at “criteria”."),
        (
            described(criteria=["idea"]),
            "There must be an object with names and values at criterion 1.",
        ),
        (described(criteria=[{"weight": 1}]), "“key” is missing in criterion 1; add it."),
        (described(criteria=[{"key": 3, "weight": 1}]), "The key of criterion 1 must be a word."),
        (described(criteria=[{"key": "", "weight": 1}]), "The key of criterion 1 must be a word."),
        (
            described(criteria=[{"key": "panel", "weight": 1}]),
            "A criterion cannot be called “panel”; that column is taken.",
        ),
        (described(criteria=[{"key": "idea"}]), "“weight” is missing in “idea”; add it."),
        (
            described(criteria=[{"key": "idea", "weight": Decimal("0.5")}]),
            "The weights add up to 0.5000, not to 1; change one of them.",
        ),
        (
            described(thresholds=[{"key": "cost", "limit": 3}]),
            'Threshold 1 names "cost", which is not a criterion.',
        ),
        (described(thresholds=[{"key": "idea"}]), "“limit” is missing in threshold 1; add it."),
        (described(allow_partial="yes"), '“allow_partial” must be true or false, not "yes".'),
        (described(confidence="yes"), '“confidence” must be “weight” or “ignore”, not "yes".'),
    ],
)
def test_bad_criteria_are_refused_in_a_sentence(content: object, sentence: str) -> None:
    with pytest.raises(InputError) as refusal:
        rules_from(content)
    assert str(refusal.value) == sentence


def test_a_broken_criteria_file_is_named_with_its_line(tmp_path: Path) -> None:
    file = write(tmp_path, "c.json", '{\n "scale": }')
    with pytest.raises(InputError) as refusal:
        read_rules(file)
    assert str(refusal.value) == f"{file}, row 2: This is not JSON: Expecting value in column 11."


def test_a_json_file_cannot_hold_nan_or_be_missing_or_another_encoding(tmp_path: Path) -> None:
    for text, row, word, column in (
        ("[NaN]", 1, "NaN", 2),
        ("\n[Infinity]", 2, "Infinity", 2),
        ('{\n "NaN \\" Infinity": 1,\n "b": [1,  -Infinity]}', 3, "-Infinity", 12),
    ):
        with pytest.raises(InputError) as refusal:
            read_json(write(tmp_path, "c.json", text))
        told = f"{word} in column {column} is not a number that can be scored; give a number."
        assert str(refusal.value) == f"{tmp_path}/c.json, row {row}: {told}"
    text = '{"a": "\\ud83d\\ude00", "b": 1.5}'  # two halves that make one character
    assert read_json(write(tmp_path, "c.json", text)) == {"a": "😀", "b": Decimal("1.5")}
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_json(tmp_path / "none.json")
    (tmp_path / "latin.json").write_bytes('{"a": "é"}'.encode("latin-1"))
    with pytest.raises(InputError, match="not UTF-8"):
        read_json(tmp_path / "latin.json")


def test_reviews_are_read_and_other_columns_ignored() -> None:
    table = lines(
        "note,proposal_id,reviewer_id,plan,idea,confidence,panel",
        "good, P1 ,R1,2.0,1.5,0.5,north",
        "",
        ",P1,R2,,1,,north",
    )
    assert reviews_from(table, RULES) == [
        Review(
            "P1",
            "R1",
            {"idea": Decimal("1.5"), "plan": Decimal("2.0")},
            Decimal("0.5"),
            "north",
            2,
        ),
        Review("P1", "R2", {"idea": Decimal(1), "plan": None}, None, "north", 4),
    ]


def test_a_byte_order_mark_and_windows_lines_do_not_matter(tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_bytes(f"\ufeff{HEAD}\r\nP1,R1,1,2\r\n".encode())
    assert [review.proposal for review in read_reviews(file, RULES)] == ["P1"]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ([], "row 1, column “proposal_id”: This column is missing; add it."),
        (
            ["proposal_id,reviewer_id,idea"],
            "row 1, column “plan”: This column is missing; add it.",
        ),
        ([f"{HEAD},idea"], "row 1, column “idea”: This column is there twice; keep one."),
        (
            [f"{HEAD},panel,panel"],
            "row 1, column “panel”: This column is there twice; keep one.",
        ),
        ([HEAD], "There is no review; add at least one row below the header."),
        ([HEAD, "P1,R1,1"], "row 2: This row has 3 cells, the header 4."),
        ([HEAD, ",R1,1,1"], "row 2, column “proposal_id”: This cell is empty; it needs an id."),
        ([HEAD, "P1,,1,1"], "row 2, column “reviewer_id”: This cell is empty; it needs an id."),
        (
            [f"{HEAD},panel", "P1,R1,1,1,"],
            "row 2, column “panel”: Name the panel in every row or in none.",
        ),
        (
            [HEAD, "P1,R1,1,1", "P1,R2,1,NaN"],
            "row 3, column “plan”: “NaN” is not a plain decimal number such as 3 or 2.5.",
        ),
        (
            [HEAD, 'P1,R1,"1,5",1'],
            "row 2, column “idea”: “1,5” is not a plain decimal number such as 3 or 2.5.",
        ),
        (
            [HEAD, "P1,R1,1_0,1"],
            "row 2, column “idea”: “1_0” is not a plain decimal number such as 3 or 2.5.",
        ),
        (
            [HEAD, "P1,R1,٣,1"],
            "row 2, column “idea”: “٣” is not a plain decimal number such as 3 or 2.5.",
        ),
        (
            [HEAD, "P1,R1,1,6"],
            "row 2, column “plan”: The grade 6 is outside the scale from 1.0 to 5.0.",
        ),
        (
            [HEAD, "P1,R1,1,2.55"],
            (
                "row 2, column “plan”: The grade 2.55 lies between two steps of the scale "
                "(1.0 to 5.0 in steps of 0.1)."
            ),
        ),
        (
            [f"{HEAD},confidence", "P1,R1,1,1,0"],
            "row 2, column “confidence”: The confidence is 0; give a number from 0.001 to 1000.",
        ),
        (
            [f"{HEAD},confidence", "P1,R1,1,1,high"],
            "row 2, column “confidence”: “high” is not a plain decimal number such as 3 or 2.5.",
        ),
        (
            [HEAD, "P1,R1,1,1", "P2,R1,1,1", "P1,R1,2,2"],
            (
                "row 4, column “reviewer_id”: “R1” has already reviewed “P1” in row 2; "
                "keep one of the two."
            ),
        ),
        (
            [f"{HEAD},panel", "P1,R1,1,1,a", "P2,R1,1,1,b"],
            (
                "row 3, column “reviewer_id”: “R1” is in panel “b” here and in panel “a” in row 2. "
                "Give every person an id of their own, or say “shared_reviewers”: true in the "
                "criteria file if it is one person."
            ),
        ),
        (
            [HEAD, "P1,R1,1,1", "P2,R1,,"],
            (
                "row 3, column “proposal_id”: The proposal “P2” has no usable review; "
                "get one, or take the proposal out."
            ),
        ),
        ([HEAD, 'P1,R1,"1,1'], "row 2: This is not CSV: unexpected end of data."),
    ],
)
def test_bad_reviews_are_refused_with_row_and_column(table: list[str], sentence: str) -> None:
    with pytest.raises(InputError) as refusal:
        reviews_from(lines(*table), RULES)
    assert str(refusal.value) == sentence


def test_a_person_may_sit_in_two_panels_when_the_call_says_so() -> None:
    table = lines(f"{HEAD},panel", "P1,R1,1,1,a", "P2,R1,1,1,b")
    assert len(reviews_from(table, replace(RULES, shared_reviewers=True))) == 2


def test_incomplete_reviews_are_no_reviews_where_the_call_demands_all_criteria() -> None:
    table = lines(HEAD, "P1,R1,1,", "P1,R2,1,2")
    strict = replace(RULES, allow_partial=False)
    assert [r.counts(strict) for r in reviews_from(table, strict)] == [False, True]
    with pytest.raises(InputError, match="no usable review"):
        reviews_from(lines(HEAD, "P1,R1,1,"), strict)


def test_reviews_that_come_from_elsewhere_are_refused_without_a_row() -> None:
    first = Review("P1", "R1", {"idea": Decimal(1), "plan": Decimal(1)})
    with pytest.raises(InputError) as refusal:
        check_reviews([first, replace(first)], RULES)
    assert str(refusal.value) == (
        "column “reviewer_id”: “R1” has already reviewed “P1”; keep one of the two."
    )


def test_a_confidence_counts_unless_the_call_ignores_it() -> None:
    review = Review("P1", "R1", {}, confidence=Decimal("0.5"))
    assert review.weight(RULES) == Decimal("0.5")
    assert review.weight(replace(RULES, use_confidence=False)) == 1
    assert replace(review, confidence=None).weight(RULES) == 1


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.csv: The file cannot be read: No such file"):
        read_reviews(tmp_path / "none.csv", RULES)
    (tmp_path / "latin.csv").write_bytes("proposal_id,é".encode("latin-1"))
    with pytest.raises(InputError, match=r"latin\.csv: The file is not UTF-8"):
        read_reviews(tmp_path / "latin.csv", RULES)
    file = write(tmp_path, "r.csv", f"{HEAD}\nP1,R1,1,9\n")
    with pytest.raises(InputError, match=r"r\.csv, row 2, column “plan”: The grade 9 is outside"):
        read_reviews(file, RULES)
