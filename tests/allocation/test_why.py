"""Why an applicant got what they got: their own figures, and of others nothing of anybody's."""

import csv
import json
import re
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest

from app.allocation import queries, why
from app.allocation.computing import Data
from app.core.ids import new_id
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from tests.browser_client import Browser
from tests.factories import a_judged_call, a_released_call


def _place(number: int, mean: str) -> Data:
    return {"proposal": f"P{number}", "shown": mean, "means": {"merit": mean}}


@pytest.mark.parametrize(
    ("funded", "told"),
    [
        ([], {}),
        ([_place(n, "5.5512") for n in range(1, 3)], {}),
        ([_place(n, "5.5512") for n in range(5)], {}),  # one of the five is one's own
        ([_place(n, f"{n}.5512") for n in range(6)], {"merit": ["2.6", "3.6", "4.6"]}),
    ],
)
def test_of_few_funded_nothing_is_told_by_criterion(
    funded: list[Data], told: dict[str, list[str]]
) -> None:
    assert why.beside_funded(_place(0, "0.5512"), funded) == told


@pytest.mark.parametrize(("funded", "shown"), [(0, ""), (1, ""), (2, ""), (3, "4.0")])
def test_the_line_of_one_or_two_is_not_told(funded: int, shown: str) -> None:
    assert why.line_shown([_place(n, "4.0") for n in range(funded)]) == shown


@pytest.mark.parametrize(
    ("most", "side"), [([1, 2], "above"), ([2, 3], "across"), ([3, 4], "below")]
)
def test_an_interval_lies_on_a_side_of_the_line_or_across_it(most: list[int], side: str) -> None:
    one = {"id": "P", "rank_50": most, "rank_90": most, "expected_rank": 2.04}
    found = why.interval_of({"proposals": [one]}, 2, "P")
    assert found is not None
    assert (found["side"], found["expected"]) == (side, "2.0")
    assert why.interval_of({"proposals": [one]}, 2, "Q") is None
    assert why.interval_of(None, 2, "P") is None


def test_only_who_had_a_chance_in_a_draw_is_told_of_it() -> None:
    record = {"probabilities": {"A": "1/1", "B": "1/2", "C": "0/1"}, "selected": ["A", "B"]}
    assert why.drawn(record, "B") == {"chance": "1/2", "selected": True}
    assert [why.drawn(record, name) for name in "ACD"] == [None] * 3


def test_an_applicant_reads_their_own_reasons_and_nobody_elses_figures(
    app: EquipoiseApp,
) -> None:
    world = a_released_call()  # two are funded: A with 6.0000, and one of the tied
    with unit_of_work(mode=Mode.READ):
        told = {name: queries.outcome_of(p.id) for name, p in world.proposals.items()}
    lowest = told["D"]
    assert lowest is not None
    assert lowest.facts["last_funded_total"] == ""
    assert lowest.facts["funded"] == {}
    page = (
        Browser(app)
        .sign_in(world.leads["D"].id)
        .get(f"/proposals/{world.proposals['D'].id}/outcome")
    )
    text = re.sub(r"<[^>]+>", " ", page.text)
    assert "What the rule did, step by step" in text
    assert "rank 4 of 4" in text
    assert "What comes next" in text
    assert "1.5000" in text  # their own
    for other in ("6.0000", "4.5000"):
        assert other not in text
    for name in "ABC":
        assert (world.proposals[name].number or "") not in text

    many = a_released_call(
        {name: (grade, grade) for name, grade in zip("ABCDEFGH", "66555443", strict=True)},
        contributions=(("One", 30_000_000),),
    )
    with unit_of_work(mode=Mode.READ):
        outcome = queries.outcome_of(many.proposals["H"].id)
    assert outcome is not None
    assert outcome.facts["funded"]["Merit"] == ["4.0", "5.0", "5.0"]
    assert outcome.facts["last_funded_total"] != ""


def test_all_that_was_told_is_one_file_to_keep_and_names_nobody_else(app: EquipoiseApp) -> None:
    world = a_released_call()
    browser = Browser(app).sign_in(world.leads["D"].id)
    path = f"/proposals/{world.proposals['D'].id}/feedback.zip"
    answer = browser.get(path)
    assert answer.mimetype == "application/zip"
    assert browser.get(path).data == answer.data
    number = str(world.proposals["D"].number)
    with ZipFile(BytesIO(answer.data)) as pack:
        files = {name.removeprefix(f"{number}/"): pack.read(name) for name in pack.namelist()}
    assert set(files) >= {"README.txt", "feedback.csv", "feedback.json", "why.json"}
    rows = list(csv.DictReader(StringIO(files["feedback.csv"].decode("utf-8-sig"), newline="")))
    assert [row["grade"] for row in rows] == ["2", "2", "1", "1"]
    assert {row["criterion"] for row in rows} == {"Merit", "Plan"}
    why_told = json.loads(files["why.json"])
    assert (why_told["decision"], why_told["rank"], why_told["of"]) == ("decline", 4, 4)
    whole = b" ".join(files.values()).decode(errors="replace")
    named = [*world.reviewers, *(world.leads[name] for name in "ABC")]
    assert not [one.name for one in named if one.name in whole]
    assert not [name for name in "ABC" if str(world.proposals[name].number) in whole]

    stranger = Browser(app).sign_in(world.leads["A"].id).get(path)
    absent = Browser(app).sign_in(world.leads["A"].id).get(f"/proposals/{new_id()}/feedback.zip")
    assert (stranger.status_code, stranger.data) == (404, absent.data)


def test_before_the_release_there_is_no_pack(app: EquipoiseApp) -> None:
    world = a_judged_call()
    browser = Browser(app).sign_in(world.leads["A"].id)
    assert browser.get(f"/proposals/{world.proposals['A'].id}/feedback.zip").status_code == 404
