"""The command line: same input, same bytes; bad input, one sentence and nothing written."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scoring import commands
from scoring.__main__ import main, write_whole
from scoring.errors import InputError
from tests.scoring.panels import PANEL, write

CRITERIA = (
    '{"scale": {"best": 6, "worst": 1, "step": 1}, "criteria": '
    '[{"key": "grade", "label": "Grade", "weight": 1}]}'
)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    rows = "".join(f"{p},{r},{y}\n" for p, r, y in PANEL)
    reviews = write(tmp_path, "reviews.csv", f"proposal_id,reviewer_id,grade\n{rows}")
    return str(reviews), str(write(tmp_path, "criteria.json", CRITERIA))


def test_commands_are_found_in_their_folder() -> None:
    assert {"rank", "score", "stability"} <= set(commands.names())
    for name in ("rank", "score", "stability"):
        assert commands.load(name).SUMMARY


def test_score_prints_exact_totals(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["score", *files]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [(p["id"], p["exact"]) for p in shown["proposals"]][:2] == [("E", "16/3"), ("A", "9/2")]


def test_rank_writes_file_and_chart(files: tuple[str, str], tmp_path: Path) -> None:
    out, chart = tmp_path / "rank.json", tmp_path / "rank.svg"
    arguments = ["rank", *files, "--k", "2", "--mode", "snsf", "--draws", "500", "--seed", "3"]
    assert main([*arguments, "--out", str(out), "--chart", str(chart)]) == 0
    shown = json.loads(out.read_text(encoding="utf-8"))
    assert shown["method"]["mode"] == "snsf"
    assert shown["method"]["seed"] == 3
    assert shown["line"]["at"] == "A"
    assert "Expected rank" in chart.read_text(encoding="utf-8")
    first = out.read_bytes()
    assert main([*arguments, "--out", str(out)]) == 0
    assert out.read_bytes() == first
    arguments += ["--chart-of", "severity", "--scale-use", "--out", str(out)]
    assert main([*arguments, "--chart", str(chart)]) == 0
    assert "How severe" in chart.read_text(encoding="utf-8")
    assert "scale_use" in json.loads(out.read_text(encoding="utf-8"))
    assert out.stat().st_mode & 0o777 == 0o644


def test_the_order_of_rows_changes_no_byte_of_a_ranking(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head, *rows = Path(files[0]).read_text(encoding="utf-8").splitlines()
    said = set()
    for order in (rows, rows[::-1], rows[1::2] + rows[::2]):
        reviews = str(write(tmp_path, "reviews.csv", "\n".join([head, *order]) + "\n"))
        assert main(["rank", reviews, files[1], "--mode", "snsf", "--draws", "50"]) == 0
        said.add(capsys.readouterr().out)
    assert len(said) == 1


def test_rank_tells_its_flags_and_its_progress_on_standard_error(
    files: tuple[str, str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    equal = "proposal_id,reviewer_id,grade\nA,r,3\nB,r,3\nA,s,3\nB,s,3\n"
    reviews = str(write(tmp_path, "equal.csv", equal))
    assert main(["rank", reviews, files[1], "--mode", "snsf", "--draws", "100"]) == 0
    shown = capsys.readouterr()
    assert "do not separate the proposals" in shown.err
    assert "Looking for" not in shown.err
    assert [p["expected_rank"] for p in json.loads(shown.out)["proposals"]] == [1.5, 1.5]
    monkeypatch.setattr("scoring.commands.rank.LONG_WORK", 4)
    assert main(["rank", reviews, files[1], "--mode", "snsf", "--draws", "100"]) == 0
    shown = capsys.readouterr()
    assert shown.err.startswith(
        "Looking for the most likely variances.\nIntegrating over 12 nodes on each of 2 axes.\n"
        "Refining to 24 nodes on each axis.\n"
    )
    assert "Drawing 100 times for the rank intervals." in shown.err


def test_stability_runs_raw_and_calibrated(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = write(tmp_path, "p.json", '{"k": 2, "weight_ranges": {"grade": [1, 1]}}')
    chart = tmp_path / "s.svg"
    arguments = ["stability", *files, str(problem), "--draws", "20", "--seed", "1"]
    assert main([*arguments, "--chart", str(chart)]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [p["id"] for p in shown["proposals"]] == ["E", "A", "B", "D", "C"]
    assert shown["method"]["draws"] == 20
    assert "<svg" in chart.read_text(encoding="utf-8")
    assert main([*arguments, "--calibrated"]) == 0
    assert json.loads(capsys.readouterr().out)["proposals"][0]["id"] == "E"
    write(tmp_path, "p.json", '{"k": 2}')
    assert main(["stability", *files, str(problem)]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["method"]["weight_ranges"] == {"grade": [0.8, 1.0]}
    assert shown["method"]["draws"] == 1000


def test_stability_of_an_optimum_takes_fewer_draws_and_says_so(
    files: tuple[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asks = ", ".join(
        f'{{"id": "{p}", "ask_minor": 10, "merit": {m}}}' for m, p in enumerate("ABCDE")
    )
    text = (
        f'{{"currency": "CHF", "budget_minor": 20, "proposals": [{asks}], '
        '"rule": {"objective": "merit"}}'
    )
    problem = write(tmp_path, "p.json", text)
    monkeypatch.setattr("scoring.commands.stability.FEW_DRAWS", 5)
    assert main(["stability", *files, str(problem)]) == 0
    shown = capsys.readouterr()
    assert "Deciding about 15 variations" in shown.err
    assert json.loads(shown.out)["method"]["draws"] == 5
    assert [p["id"] for p in json.loads(shown.out)["proposals"] if p["funded"]] == ["E", "A"]


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        ('{"k": -1}', "p.json: The number of places is -1"),
        ('{"k": 1, "weight_ranges": {"x": [0, 1]}}', "p.json: The weight range “x”"),
        ("{", "p.json, row 1: This is not JSON"),
    ],
)
def test_a_bad_problem_is_named(
    files: tuple[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    problem: str,
    words: str,
) -> None:
    file = write(tmp_path, "p.json", problem)
    assert main(["stability", *files, str(file)]) == 2
    assert words in capsys.readouterr().err


def test_bad_input_is_one_sentence_exit_2_and_nothing_written(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = write(tmp_path, "bad.csv", "proposal_id,reviewer_id,grade\nA,r,7\n")
    out = tmp_path / "out.json"
    assert main(["rank", str(bad), files[1], "--out", str(out)]) == 2
    shown = capsys.readouterr()
    assert shown.err == (
        f"{bad}, row 2, column “grade”: The grade 7 is outside the scale from 1 to 6.\n"
    )
    assert shown.out == ""
    assert not out.exists()


def test_a_place_that_cannot_be_written_is_named(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["score", *files, "--out", str(tmp_path / "none" / "out.json")]) == 2
    assert "out.json cannot be written: No such file" in capsys.readouterr().err


def test_what_is_written_may_be_read_by_all_and_changed_by_its_owner(tmp_path: Path) -> None:
    write_whole(tmp_path / "out.json", "text")
    assert (tmp_path / "out.json").stat().st_mode & 0o777 == 0o644


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    kept = tmp_path / "folder"
    kept.mkdir()
    with pytest.raises(InputError, match="cannot be written"):
        write_whole(kept, "text")
    assert kept.is_dir()
    assert list(tmp_path.iterdir()) == [kept]


@pytest.mark.parametrize("arguments", [[], ["unknown"], ["rank"], ["rank", "a", "b", "--k", "x"]])
def test_wrong_usage_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_the_program_runs_by_itself_without_the_application(files: tuple[str, str]) -> None:
    script = (
        "import sys, runpy; sys.argv[1:] = sys.argv[1:]\n"
        "try: runpy.run_module('scoring', run_name='__main__')\n"
        "except SystemExit as end: code = end.code\n"
        "assert not [name for name in sys.modules if name.split('.')[0] in ('app', 'flask')]\n"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "score", *files],
        capture_output=True,
        check=False,
        cwd=Path(__file__).parents[2],
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rounding"] == "4 decimals, halves to even"
