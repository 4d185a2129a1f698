"""Every way a call can be described wrongly: one sentence, exit code 2, and nothing is written."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scoring.__main__ import main
from scoring.reading import told
from tests.scoring.test_commands_of_selection import ALLOCATE, ASSIGN, DRAW, SEED, run, whole

JsonObject = dict[str, Any]
SCALE = {"best": 1.0, "worst": 5.0, "step": 0.1}
HEAD = "proposal_id,reviewer_id,a,b\n"
GOOD = f"{HEAD}P1,R1,1,2\nP2,R1,2,3\n"


def criteria(*weights: object) -> JsonObject:
    named = zip("ab", weights, strict=False)
    return {
        "scale": SCALE,
        "criteria": [
            {"key": key} if weight is None else {"key": key, "weight": weight}
            for key, weight in named
        ],
    }


def ranked(folder: Path, table: str, rules: JsonObject, *options: str) -> tuple[int, bool]:
    files = folder / "reviews.csv", folder / "criteria.json"
    files[0].write_text(table)
    files[1].write_text(json.dumps(rules))
    out, chart = folder / "out.json", folder / "out.svg"
    arguments = ["rank", *map(str, files), "--out", str(out), "--chart", str(chart)]
    code = main([*arguments, "--draws", "50", *options])
    return code, out.exists() or chart.exists()


@pytest.mark.parametrize(
    ("table", "rules", "sentence"),
    [
        (GOOD, criteria(0.5, None), "criteria.json: “weight” is missing in “b”; add it."),
        (GOOD, criteria(-0.5, 1.5), "The weight of “a” is -0.5; a weight cannot be negative."),
        (GOOD, criteria(0.5, 0.4), "add up to 0.9000, not to 1; change one of them."),
        (GOOD, criteria(0, 0), "add up to 0.0000, not to 1; change one of them."),
        (GOOD, criteria("0.5", 0.5), '“weight” in “a” must be a number, not "0.5".'),
        (GOOD, criteria(), "There is no criterion; name at least one, with its weight."),
        (
            f"{HEAD}P1,R1,1.05,2\n",
            criteria(0.5, 0.5),
            "reviews.csv, row 2, column “a”: The grade 1.05 lies between two steps",
        ),
        (f"{HEAD}P1,R1,nan,2\n", criteria(0.5, 0.5), "row 2, column “a”: “nan” is not a plain"),
        (
            f"{HEAD}P1,R1,1,2\nP1,R1,1,2\n",
            criteria(0.5, 0.5),
            "row 3, column “reviewer_id”: “R1” has already reviewed “P1” in row 2",
        ),
        (
            "proposal_id,reviewer_id,a,b,panel\nP1,R1,1,2,x\nP2,R1,1,2,y\n",
            criteria(0.5, 0.5),
            "row 3, column “reviewer_id”: “R1” is in panel “y” here and in panel “x” in row 2.",
        ),
        (
            f"{HEAD}P1,R1,1,2\nP2,R1,,\n",
            criteria(0.5, 0.5),
            "row 3, column “proposal_id”: The proposal “P2” has no usable review",
        ),
    ],
)
def test_a_bad_panel_is_named_by_row_and_column(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    table: str,
    rules: JsonObject,
    sentence: str,
) -> None:
    assert ranked(tmp_path, table, rules) == (2, False)
    shown = capsys.readouterr()
    assert sentence in shown.err
    assert shown.err.count("\n") == 1
    assert shown.out == ""


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (
            f"{HEAD}P1,R1,1,2\nP2,R1,1,2\nP3,R2,1,2\n",
            "All reviews give the same total: these reviews do not separate the proposals.",
        ),
        (f"{HEAD}P1,R1,1,2\n", "There is one proposal only, so there is nothing to rank."),
    ],
)
def test_a_panel_that_says_nothing_is_ranked_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], table: str, sentence: str
) -> None:
    assert ranked(tmp_path, table, criteria(0.5, 0.5), "--k", "1") == (0, True)
    said = capsys.readouterr().err
    assert sentence in said
    assert "as large as the model allows" not in said
    found = json.loads((tmp_path / "out.json").read_text())
    middle = (len(found["proposals"]) + 1) / 2
    assert {one["expected_rank"] for one in found["proposals"]} == {middle}


@pytest.mark.parametrize(
    ("command", "content", "sentence"),
    [
        (
            "assign",
            {**ASSIGN, "reviewers": [{"id": "R1", "max_load": 0}, {"id": "R2", "max_load": 0}]},
            "no capacity: the proposals need 2 reviews (demand), the reviewers take 0 at most",
        ),
        (
            "assign",
            {**ASSIGN, "fixed": [["P1", "R1"]], "conflicts": [["P1", "R1"]]},
            "the fixed seat of R1 on P1 is a conflict; remove the seat or the conflict",
        ),
        (
            "allocate",
            whole(
                ALLOCATE,
                "merit",
                constraints=[{"attribute": "country", "equals": "KE", "min_share": 0.9}],
            ),
            "asks for at least 108 minor units, but the 1 proposals with country=KE ask for 60",
        ),
        (
            "allocate",
            {
                **ALLOCATE,
                "contributions": [{"id": "k", "amount_minor": 60, "currency": "USD"}],
            },
            "contributions[0] is in USD, the problem in EUR; convert every amount",
        ),
        (
            "draw",
            {**DRAW, "seed": SEED, "past": [{"label": "another call", "seed": SEED}]},
            "this seed was used for the draw “another call”; a seed is used once",
        ),
        ("draw", {**DRAW, "seed": "ab"}, "the seed has 1 bytes; give at least 16 (32 hex digits)"),
        ("draw", {**DRAW, "intervals": [["a", 0, 1]] * 2}, "entrant a stands twice (entry 2)"),
        ("draw", {**DRAW, "mode": "fair"}, '“mode” in the entrants file is "fair"; write one of'),
    ],
)
def test_a_problem_that_cannot_be_solved_is_refused_whole(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    command: str,
    content: JsonObject,
    sentence: str,
) -> None:
    assert run(tmp_path, command, content) == (2, {})
    assert sentence in capsys.readouterr().err


def test_a_budget_of_nothing_funds_nobody(tmp_path: Path) -> None:
    for objective in ("rank", "merit"):
        problem = whole(ALLOCATE, objective)
        code, found = run(tmp_path, "allocate", {**problem, "contributions": [], "budget_minor": 0})
        assert (code, found["funded"], found["left_minor"]) == (0, [], 0)


def test_money_that_an_earmark_can_never_spend_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pots = [
        {"id": "kenya", "amount_minor": 600, "earmark": {"country": "KE"}},
        {"id": "open", "amount_minor": 900, "earmark": {}},
    ]
    code, _ = run(tmp_path, "allocate", {**ALLOCATE, "contributions": pots})
    assert code == 0
    assert capsys.readouterr().err == (
        "contribution kenya holds 600 minor units, but the proposals its earmark fits ask for 60 "
        "together; 540 stay unspent\n"
    )


def test_a_draw_is_noted_only_with_its_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, register, out = (tmp_path / name for name in ("in.json", "register", "out.json"))
    chart = tmp_path / "chart.svg"
    source.write_text(json.dumps(DRAW))
    draw = ["draw", str(source), "--seed", SEED, "--chart", str(chart)]
    noted = [*draw, "--register", str(register)]
    assert main([*noted, "--out", str(tmp_path / "none" / "out.json")]) == 2
    assert not register.exists()
    assert not chart.exists()
    assert main([*draw, "--register", str(tmp_path), "--out", str(out)]) == 2
    assert "The register of past draws cannot be read." in capsys.readouterr().err
    assert main([*draw, "--register", str(tmp_path / "none" / "r"), "--out", str(out)]) == 2
    assert sorted(file.name for file in tmp_path.iterdir()) == ["in.json"]
    assert main([*noted, "--out", str(out)]) == 0
    assert json.loads(register.read_text()) == {"label": "call/line", "seed": SEED}
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "chart.svg",
        "in.json",
        "out.json",
        "register",
    ]


def test_what_is_long_is_told_by_its_first_eighty_letters() -> None:
    assert told("x" * 78) == '"' + "x" * 78 + '"'
    assert told("x" * 100) == '"' + "x" * 79
    assert told(Decimal("1.5")) == "1.5"
