"""Whatever a person hands in by mistake: one sentence with the place, exit code 2, nothing left."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scoring.__main__ import main
from scoring.draw import verify
from tests.scoring.golden import KEPT
from tests.scoring.test_commands_of_selection import ALLOCATE, ASSIGN, DRAW, SEED, stated, whole

PROGRESS = ("assigning ", "prices ")

CRITERIA = {
    "scale": {"best": 5, "worst": 1, "step": 1},
    "criteria": [{"key": "a", "weight": 1}],
    "thresholds": [{"key": "a", "limit": 2}],
}
REVIEWS = "proposal_id,reviewer_id,a\nP1,R1,3\nP2,R1,4\n"
INPUTS: dict[str, list[tuple[str, str]]] = {
    "score": [("reviews.csv", REVIEWS), ("criteria.json", json.dumps(CRITERIA))],
    "rank": [("reviews.csv", REVIEWS), ("criteria.json", json.dumps(CRITERIA))],
    "stability": [
        ("reviews.csv", REVIEWS),
        ("criteria.json", json.dumps(CRITERIA)),
        ("problem.json", '{"k": 1}'),
    ],
    "assign": [("problem.json", json.dumps(ASSIGN))],
    "allocate": [("problem.json", json.dumps(ALLOCATE))],
    "draw": [("entrants.json", json.dumps({**DRAW, "seed": SEED}))],
    "replay": [("bundle.json", "{}")],
}
BROKEN = {
    b"": "This is not JSON: Expecting value in column 1.",
    b"\xff\xfe": "is not UTF-8 text",
    b"proposal,merit\n": "This is not JSON",
    b"[1, 2]": "object",
    b'{"k": 1, "k": 2}': "“k” stands twice in one object",
    b'{"k": NaN}': "NaN in column 7 is not a number that can be scored; give a number.",
    b'{"k": NaNx}': "NaN in column 7 is not a number that can be scored; give a number.",
    b"[-Infinity2]": "-Infinity in column 2 is not a number that can be scored; give a number.",
    b'{"k": "\\ud800"}': "half a character",
    b"[" * 100_000: "lists stand too deep",
    b'{"k": ' + b"9" * 5_000 + b"}": "A number is too long",
}


def refused(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command that must fail and return its one sentence; nothing may be left behind."""
    before = sorted(folder.iterdir())
    assert main([*arguments, "--out", str(folder / "out.json")]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    lines = [line for line in shown.err.splitlines() if not line.startswith(PROGRESS)]
    assert len(lines) == 1, shown.err
    assert sorted(folder.iterdir()) == before
    return lines[0]


def files(folder: Path, command: str) -> list[Path]:
    for name, text in INPUTS[command]:
        (folder / name).write_text(text)
    return [folder / name for name, _ in INPUTS[command]]


@pytest.mark.parametrize("command", INPUTS)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    given = [str(file) for file in files(tmp_path, command)]
    for place, name in enumerate(given):
        for wrong, why in ((f"{name}.none", "No such file"), (str(tmp_path), "Is a directory")):
            swapped = [*given[:place], wrong, *given[place + 1 :]]
            said = refused(tmp_path, capsys, command, *swapped)
            assert said.startswith(f"{wrong}: The file cannot be read: {why}")
        file = Path(name)
        right = file.read_bytes()
        for content, why in BROKEN.items():
            file.write_bytes(content)
            said = refused(tmp_path, capsys, command, *given)
            assert said.startswith(name)
            if file.suffix == ".json":
                assert why in said
        file.write_bytes(right)


RULED = whole(
    ALLOCATE,
    "merit",
    constraints=[{"attribute": "new", "equals": True, "max_count": 2}],
    exclusive=[["a", "b"]],
    forced=[{"id": "a", "funded": False, "reason": "withdrawn"}],
)


@pytest.mark.parametrize(
    ("command", "content", "path", "value", "sentence"),
    [
        ("assign", ASSIGN, ("proposals", 0, "demand"), -1, "“demand” in proposals[0] is -1; give"),
        ("assign", ASSIGN, ("proposals", 1, "id"), "P1", "proposal P1 stands twice (entry 2)"),
        ("assign", ASSIGN, ("affinity", 2, 2), None, "affinity[2] is null; give a number"),
        ("assign", ASSIGN, ("affinity", 0, 2), 1e300, "affinity[0] is too large; give at most"),
        ("assign", ASSIGN, ("affinity",), "m\0.csv", "The affinity matrix is not CSV in UTF-8"),
        ("assign", ASSIGN, ("affinity",), "none.csv", "cannot be read: No such file or directory."),
        ("assign", ASSIGN, ("objective",), "best", 'is "best"; write one of total, maxmin'),
        ("allocate", ALLOCATE, ("rule",), [], "“rule” in the problem file must be a JSON object"),
        ("allocate", ALLOCATE, ("contributions", 0, "amount_minor"), 1.5, "is 1.5; give a whole"),
        ("allocate", ALLOCATE, ("contributions", 0, "amount_minor"), 1e18, "is too large"),
        ("allocate", ALLOCATE, ("contributions", 0, "earmark"), 0, "must be a JSON object"),
        (
            "allocate",
            ALLOCATE,
            ("contributions", 0, "earmark", "country"),
            [None],
            "country in contributions[0] is null; give one text, number or true or false",
        ),
        ("allocate", ALLOCATE, ("proposals", 1, "attributes", "new"), ["yes"], 'is ["yes"]; give'),
        ("allocate", ALLOCATE, ("proposals", 0, "ask_minor"), True, "is true; give a whole number"),
        ("allocate", RULED, ("rule", "constraints", 0, "equals"), {}, "“equals” in constraints[0]"),
        ("allocate", RULED, ("rule", "constraints", 0, "max_count"), 10**400, "is too large"),
        ("allocate", RULED, ("rule", "forced", 0, "funded"), 1, "is 1; write true or false"),
        ("allocate", RULED, ("proposals", 0, "merit"), 0.5, "needs whole points"),
        ("draw", DRAW, ("intervals", 0, 0), "", 'intervals[0] is ["", 5, 6]; write [id, low, high'),
        ("draw", DRAW, ("intervals", 0, 1), 7, "the interval of a ends (6) below its start (7)"),
        (
            "draw",
            {**DRAW, "mode": "uniform"},
            ("k",),
            5,
            "k is 5, but there are 4 entrants; give a whole number up to 4",
        ),
        ("draw", DRAW, ("k",), 5, "k is 5, but there are 4 entrants; give a whole number up to 4"),
        (
            "stability",
            {"k": 1, "weight_ranges": {"a": [0, 1]}},
            ("weight_ranges", "a", 0),
            None,
            "an end of the weight range “a” is null; give a number",
        ),
        ("stability", {"k": 1}, ("k",), "1", '“k” is "1"; give a whole number of places.'),
        ("score", CRITERIA, ("criteria", 0, "weight"), None, "must be a number, not null."),
        ("score", CRITERIA, ("scale", "best"), 1e300, "“best” in “scale” is too large; give at"),
        ("score", CRITERIA, ("thresholds", 0, "key"), [], "Threshold 1 names [], which is not a"),
    ],
)
def test_a_wrong_value_is_named_as_the_file_spells_it(  # noqa: PLR0917
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    command: str,
    content: dict[str, Any],
    path: tuple[str | int, ...],
    value: object,
    sentence: str,
) -> None:
    given = files(tmp_path, command)
    given[-1].write_text(json.dumps(replaced(content, path, value)))
    said = refused(tmp_path, capsys, command, *map(str, given))
    matrix = isinstance(value, str) and value.endswith(".csv")
    assert said.startswith(str(tmp_path / str(value) if matrix else given[-1]))
    assert sentence in said


def test_a_cell_of_a_matrix_is_named_in_its_own_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = tmp_path / "problem.json"
    problem.write_text(json.dumps({**ASSIGN, "affinity": "m.csv"}))
    matrix = tmp_path / "m.csv"
    for text, place in (
        ("0.9,0.8\n0.7,nan\n", ", row 2, column “2”: 'nan' is not a number."),
        ("0.9,0.8\n", ": The matrix must have 2 rows of 2 numbers, one row per proposal."),
        ("\xff", ": The affinity matrix is not CSV in UTF-8"),
        (200_000 * "9", ": The affinity matrix is not CSV in UTF-8"),
    ):
        matrix.write_bytes(text.encode("latin-1"))
        said = refused(tmp_path, capsys, "assign", str(problem))
        assert said.startswith(f"{matrix}{place}")


def replaced(content: Any, path: tuple[str | int, ...], value: object) -> Any:
    copy = json.loads(json.dumps(content))
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return copy


def places(content: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the place of every value, of lists only in their first two items."""
    yield path
    listed = list(content.items()) if isinstance(content, dict) else []
    if isinstance(content, list):
        listed = list(enumerate(content[:2]))
    for step, inner in listed:
        yield from places(inner, (*path, step))


RUBBISH: tuple[Any, ...] = (None, -1, "x", [], {})


def test_rubbish_at_any_place_is_told_in_the_sentence_that_was_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sentences are kept in golden/rubbish.txt, one line for each place and value."""
    lines = []
    for command, content in (
        ("assign", {**ASSIGN, "fixed": [["P1", "R1"]], "require": [{"tag": "patient"}]}),
        ("allocate", RULED),
        ("draw", {**DRAW, "public": {"randomness": SEED}, "past": [{"label": "x", "seed": SEED}]}),
        ("score", CRITERIA),
    ):
        given = [str(file) for file in files(tmp_path, command)]
        for path in places(content):
            for value in RUBBISH:
                changed = replaced(content, path, value) if path else value
                Path(given[-1]).write_text(json.dumps(changed))
                code = main([command, *given])
                assert code in {0, 2}, (command, path, value)
                said = capsys.readouterr().err.replace(f"{tmp_path}/", "").splitlines()
                place = "/".join(map(str, path))
                told = " | ".join(one for one in said if not one.startswith(PROGRESS))
                lines.append(f"{command} {place} = {json.dumps(value)[:40]} [{code}] {told}")
    assert lines == (KEPT / "rubbish.txt").read_text(encoding="utf-8").splitlines()


def test_an_unusable_bundle_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bundle.json"
    for path, text, sentence in (
        (("format",), '"other/1"', "the format is “other/1”; this program reads"),
        (("reviews", 0, "grades", "idea"), "1e400", "holds 1e400, which is too large"),
    ):
        bundle = replaced(stated(), path, "HERE")
        file.write_text(json.dumps(bundle).replace('"HERE"', text))
        assert sentence in refused(tmp_path, capsys, "replay", str(file))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "No such file"), ("{}", "'seed'"), ("[", "Expecting value"), ("[]", "list indices")],
)
def test_the_verifier_of_draws_needs_the_record_of_a_draw(
    tmp_path: Path, content: str | None, sentence: str
) -> None:
    file = tmp_path / "draw.json"
    if content is not None:
        file.write_text(content)
    script = verify.__file__
    done = subprocess.run(
        [sys.executable, "-I", script, str(file)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (2, "")
    assert done.stdout.startswith("No draw that was held can be read (python verify.py DRAW.json)")
    assert sentence in done.stdout
