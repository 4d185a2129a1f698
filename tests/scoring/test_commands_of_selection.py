"""assign, allocate, draw and replay as programs: files in, bytes out, sentences on bad input."""

import json
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import ndtr

from scoring.__main__ import main
from scoring.errors import InputError
from scoring.replay import FORMAT, complete, differences
from scoring.replay.attached import bundle_in_pdf
from scoring.ties import tie_hash

SCHEMAS = Path(__file__).parents[2] / "scoring" / "schema"
SEED = "cf325f37da9bba879a57050964074f69586d72722a0b7d8265933f502fd37986"
JsonObject = dict[str, Any]

ASSIGN: JsonObject = {
    "proposals": [{"id": "P1", "demand": 1, "tags": []}, {"id": "P2", "demand": 1, "tags": []}],
    "reviewers": [
        {"id": "R1", "min_load": 0, "max_load": 1, "tags": ["patient"]},
        {"id": "R2", "min_load": 0, "max_load": 2, "tags": ["patient", "house"]},
    ],
    "affinity": [["P1", "R1", 0.9], ["P1", "R2", 0.8], ["P2", "R1", 0.7], ["P2", "R2", 0.1]],
    "conflicts": [],
    "require": [],
    "fixed": [],
    "cap": None,
    "objective": "total",
    "seed": 7,
}
ALLOCATE: JsonObject = {
    "currency": "EUR",
    "contributions": [
        {"id": "kenya", "amount_minor": 60, "earmark": {"country": ["KE", "UG"]}},
        {"id": "open", "amount_minor": 60, "earmark": {}},
    ],
    "proposals": [
        {"id": "a", "ask_minor": 60, "merit": 9.5, "attributes": {"country": "KE"}},
        {"id": "b", "ask_minor": 50, "minimum_minor": 40, "merit": 8, "attributes": {"new": True}},
        {"id": "c", "ask_minor": 30, "merit": 7, "attributes": {"new": True}},
    ],
    "rule": {"objective": "rank"},
}
DRAW: JsonObject = {
    "intervals": [["a", 5, 6], ["b", 2, 4], ["c", 2, 4], ["d", 0, 1]],
    "k": 2,
    "label": "call/line",
    "mode": "merit",
}


def whole(problem: JsonObject, objective: str, **rule: object) -> JsonObject:
    merits = [{**one, "merit": int(one["merit"])} for one in problem["proposals"]]
    return {**problem, "proposals": merits, "rule": {"objective": objective, **rule}}


def run(folder: Path, command: str, content: JsonObject, *options: str) -> tuple[int, JsonObject]:
    source, out = folder / "in.json", folder / "out.json"
    source.write_text(json.dumps(content))
    code = main([command, str(source), "--out", str(out), *options])
    return code, json.loads(out.read_text()) if out.exists() else {}


@pytest.mark.parametrize(
    ("name", "content"),
    [("assign", ASSIGN), ("allocate", ALLOCATE), ("draw", {**DRAW, "seed": SEED})],
)
def test_inputs_follow_their_schema_and_the_same_input_gives_the_same_bytes(
    tmp_path: Path, name: str, content: JsonObject
) -> None:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text())
    jsonschema.validate(content, schema)
    first, second = tmp_path / "1", tmp_path / "2"
    for folder in (first, second):
        folder.mkdir()
        assert run(folder, name, content)[0] == 0
    assert (first / "out.json").read_bytes() == (second / "out.json").read_bytes()


def test_assign_publishes_seats_proof_and_reasons(tmp_path: Path) -> None:
    _, found = run(tmp_path, "assign", ASSIGN)
    assert found["assignments"] == [["P1", "R2"], ["P2", "R1"]]
    assert (found["total"], found["bound_total"], found["worst"]) == (1.5, 1.5, 0.7)
    assert found["why"][0]["choice"] == 2
    assert found["unmet"] == []
    (tmp_path / "m.csv").write_text("0.9,0.8\n0.7,0.1\n")
    by_matrix = run(tmp_path, "assign", {**ASSIGN, "affinity": "m.csv"})[1]
    assert by_matrix["assignments"] == found["assignments"]
    ruled = {
        **ASSIGN,
        "require": [{"tag": "patient", "at_least": 1}, {"tag": "house", "at_most": 0}],
    }
    assert run(tmp_path, "assign", {**ruled, "reviewers": [
        {**ASSIGN["reviewers"][0], "max_load": 2}, ASSIGN["reviewers"][1]]})[1][
        "assignments"] == [["P1", "R1"], ["P2", "R1"]]  # fmt: skip
    assert "rule “house”" in json.loads((tmp_path / "out.json").read_text())["prices"]
    fair = run(tmp_path, "assign", {**ASSIGN, "objective": "maxmin", "previous": [["P1", "R1"]]})[1]
    assert fair["worst"] == fair["bound_worst"]


def test_assign_by_chance_publishes_probabilities(tmp_path: Path) -> None:
    problem = {**ASSIGN, "cap": 0.5, "reviewers": [
        {**one, "max_load": 2} for one in ASSIGN["reviewers"]]}  # fmt: skip
    _, found = run(tmp_path, "assign", problem)
    assert {row[2] for row in found["probabilities"]} == {"1/2"}
    assert found["expected_total"] == found["bound_total"] == 1.25
    code, _ = run(tmp_path, "assign", {**problem, "cap": 0.4})
    assert code == 2


def test_what_cannot_be_met_is_listed_with_the_deficient_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = {**ASSIGN, "conflicts": [["P1", "R1"], ["P1", "R2"]]}
    code, found = run(tmp_path, "assign", blocked)
    assert code == 0
    assert found["assignments"] == [["P2", "R1"]]
    assert [(one["proposal"], one["missing"]) for one in found["unmet"]] == [("P1", 1)]
    assert "proposal P1 has only 0 permitted reviewer places" in capsys.readouterr().err
    idle = {**ASSIGN, "conflicts": [["P1", "R2"], ["P2", "R2"]]}
    idle["reviewers"] = [
        {"id": "R1", "max_load": 2},
        {"id": "R2", "min_load": 1, "max_load": 2},
    ]
    found = run(tmp_path, "assign", idle)[1]
    assert [(one["reviewer"], one["missing"]) for one in found["unmet"]] == [("R2", 1)]


def test_allocate_by_rank_pays_from_earmarks_first(tmp_path: Path) -> None:
    code, found = run(
        tmp_path, "allocate", ALLOCATE, "--margins", "--chart", str(tmp_path / "c.svg")
    )
    assert code == 0
    assert found["funded"] == [
        {"id": "a", "amount_minor": 60, "sources": {"kenya": 60}},
        {"id": "b", "amount_minor": 50, "sources": {"open": 50}},
    ]
    assert (found["line_after"], found["left_minor"], found["objective_value"]) == ("b", 10, 17.5)
    assert found["margins"] == {"a": 2.5, "b": 1, "c": 1}  # below c, which ends the money, is none
    assert found["turns_at"] == {
        "a": {"place": 3, "of": "c"},
        "b": {"place": 3, "of": "c"},
        "c": {"place": 2, "of": "b"},
    }
    assert (tmp_path / "c.svg").read_text().startswith("<svg")
    nothing = run(
        tmp_path, "allocate", {**ALLOCATE, "contributions": None, "budget_minor": 0}, "--margins"
    )[1]
    assert (nothing["funded"], nothing["margins"]["a"]) == ([], None)


def test_allocate_by_merit_publishes_margins_and_prices(tmp_path: Path) -> None:
    rule = {"constraints": [{"attribute": "new", "equals": True, "min_share": 0.25}]}
    code, found = run(tmp_path, "allocate", whole(ALLOCATE, "merit", **rule), "--margins")
    assert code == 0
    assert found["optimal"] is True
    assert set(found["margins"]) == {"a", "b", "c"}
    assert set(found["prices"]) == {"new=true min_share 0.25", "earmark of kenya"}
    ranked = whole(
        ALLOCATE, "rank", exclusive=[["a", "b"]], requires=[["c", "b"]],
        forced=[{"id": "c", "funded": False, "reason": "withdrawn"}],
    )  # fmt: skip
    found = run(tmp_path, "allocate", ranked, "--margins")[1]
    assert [one["id"] for one in found["funded"]] == ["a"]
    assert found["objective_value"] == 9
    assert found["margins"] == {"a": 1, "b": 1, "c": None}  # c is forced
    assert found["turns_at"]["b"] == {"place": 1, "of": "a"}


def test_draw_notes_its_seed_and_refuses_it_a_second_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    register = tmp_path / "register"
    options = ("--seed", SEED, "--register", str(register), "--chart", str(tmp_path / "c.svg"))
    code, found = run(tmp_path, "draw", DRAW, *options)
    assert code == 0
    assert found["surely"] == ["a"]
    assert found["probabilities"]["b"] == "1/2"
    assert len(found["selected"]) == 2
    assert main(["draw", str(tmp_path / "in.json"), *options[:4]]) == 2
    assert "took place already" in capsys.readouterr().err
    register.write_text("no json\n")
    assert main(["draw", str(tmp_path / "in.json"), *options[:4]]) == 2


@pytest.mark.parametrize(
    ("command", "content", "words"),
    [
        ("assign", {**ASSIGN, "affinity": [["P1", "R9", 1]]}, "affinity[0]: R9 is not a reviewer"),
        ("assign", {**ASSIGN, "affinity": [["P9", "R1", 1]]}, "P9 is not a proposal"),
        ("assign", {**ASSIGN, "affinity": [["P1", "R1"]]}, "write [proposal, reviewer, value]"),
        ("assign", {**ASSIGN, "affinity": [["P1", "R1", 1]] * 2}, "stand twice"),
        ("assign", {**ASSIGN, "affinity": [["P1", "R1", "x"]]}, "give a number"),
        ("assign", {**ASSIGN, "affinity": "none.csv"}, "cannot be read"),
        ("assign", {**ASSIGN, "affinity": "bad.csv"}, "row 2, column “1”: 'x' is not a number"),
        ("assign", {**ASSIGN, "affinity": "short.csv"}, "must have 2 rows of 2 numbers"),
        ("assign", {**ASSIGN, "fixed": [["P1", "R1"]], "cap": 0.5}, "cannot be combined"),
        (
            "assign",
            {**ASSIGN, "proposals": ASSIGN["proposals"][:1] * 2},
            "proposal P1 stands twice",
        ),
        ("assign", {**ASSIGN, "proposals": {}}, "“proposals” in the problem file must be a list"),
        ("assign", {**ASSIGN, "objective": "best"}, "write one of total, maxmin"),
        ("assign", {**ASSIGN, "conflicts": [["P1"]]}, "give a list of 2 ids"),
        (
            "assign",
            {**ASSIGN, "reviewers": [{"id": "R1"}]},
            "“max_load” is missing in reviewers[0]",
        ),
        ("allocate", {**ALLOCATE, "contributions": None}, "give “budget_minor” or “contributions”"),
        ("allocate", {**ALLOCATE, "budget_minor": 999}, "more than the contributions hold (120)"),
        ("allocate", {**ALLOCATE, "rule": {"objective": "merit"}}, "needs whole points"),
        (
            "allocate",
            {**ALLOCATE, "proposals": [{"id": "a", "ask_minor": 1, "merit": 1, "currency": "USD"}]},
            "proposals[0] is in USD, the problem in EUR",
        ),
        (
            "allocate",
            {**ALLOCATE, "proposals": [{"id": "a", "ask_minor": 1, "merit": -1}]},
            "is -1",
        ),
        (
            "allocate",
            {**ALLOCATE, "proposals": [{"id": "a", "ask_minor": 1.5, "merit": 1}]},
            "is 1.5",
        ),
        (
            "allocate",
            whole(ALLOCATE, "merit", constraints=[{"attribute": "new", "equals": "1"}]),
            "constraints[0] limits nothing",
        ),
        (
            "allocate",
            whole(ALLOCATE, "merit", constraints=[{"attribute": "n", "equals": 1, "max_share": 2}]),
            "give a share from 0 to 1",
        ),
        (
            "allocate",
            whole(ALLOCATE, "merit", forced=[{"id": "a", "funded": "no", "reason": "r"}]),
            "write true or false",
        ),
        ("draw", {**DRAW, "intervals": [["a", 1, 0]], "seed": SEED}, "below its start"),
        ("draw", {**DRAW, "k": 9}, "there are 4 entrants"),
    ],
)
def test_bad_input_is_a_sentence_exit_code_2_and_nothing_is_written(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    command: str,
    content: JsonObject,
    words: str,
) -> None:
    (tmp_path / "bad.csv").write_text("1,2\nx,2\n")
    (tmp_path / "short.csv").write_text("1,2\n")
    code, found = run(tmp_path, command, content)
    said = capsys.readouterr().err
    assert (code, found) == (2, {})
    assert words in said
    assert "Traceback" not in said


def test_a_file_that_is_not_an_object_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text("[1]")
    for command in ("assign", "allocate", "draw", "replay"):
        assert main([command, str(tmp_path / "in.json")]) == 2
    assert main(["replay", str(tmp_path / "missing.json")]) == 2


def stated(**more: object) -> JsonObject:
    grades = {"a": (1.5, 2.0), "b": (2.0, 2.5), "c": (2.0, 2.5), "d": (4.0, 4.5)}
    return {
        "format": FORMAT,
        "call": {"id": "C1", "currency": "EUR"},
        "rules": {
            "order_by": "raw",
            "ranking": {"k": 2, "draws": 500, "seed": 3, "mode": "snsf"},
            "allocation": {"when_unaffordable": "stop", "reserve": 1, "threshold": 4.0},
        },
        "criteria": {
            "scale": {"best": 1.0, "worst": 5.0, "step": 0.5},
            "criteria": [
                {"key": "idea", "label": "Idea", "weight": 0.4},
                {"key": "plan", "label": "Plan", "weight": 0.6},
            ],
        },
        "proposals": [
            {"id": "a", "ask_minor": 50, "attributes": {"c": "KE"}},
            {"id": "b", "ask_minor": 40, "minimum_minor": 20, "eligible": True},
            {"id": "c", "ask_minor": 40},
            {"id": "d", "ask_minor": 1},
        ],
        "reviews": [
            {"proposal": name, "seat": seat, "grades": {"idea": one, "plan": two}}
            for name, (one, two) in grades.items()
            for seat in ("s1", "s2")
        ],
        "conflicts": [],
        "contributions": [
            {"id": "kenya", "amount_minor": 50, "earmark": {"c": ["KE"]}},
            {"id": "open", "amount_minor": 45, "earmark": {}},
        ],
        "draw_entrants": {
            "intervals": [
                ["a", 3, 3],
                ["b", 1, 2],
                ["c", 1, 2],
                ["d", 0, 0],
            ],  # [4 - q75, 4 - q25] of each
            "k": 2,
            "label": "C1/line",
            "seed": SEED,
        },
        "departures": [],
        "approvals": [],
        "ledger": None,
        "versions": {"scoring": "1"},
        **more,
    }


@cache
def _completed() -> str:
    return json.dumps(complete(stated()))


def completed() -> JsonObject:
    """Return the whole bundle of what is stated, computed once: change it as you like."""
    bundle: JsonObject = json.loads(_completed())
    return bundle


def write(folder: Path, bundle: JsonObject) -> Path:
    file = folder / "bundle.json"
    file.write_text(json.dumps(bundle, indent=1, ensure_ascii=False) + "\n")
    return file


def another_last_digit(ahead: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute the normal distribution as another version of a library might."""
    chance: NDArray[np.float64] = np.nextafter(ndtr(ahead), 2.0)
    return chance


def test_a_bundle_replays_byte_for_byte_and_follows_its_schema(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = completed()
    jsonschema.validate(bundle, json.loads((SCHEMAS / "bundle.schema.json").read_text()))
    file = write(tmp_path, bundle)
    assert main(["replay", str(file)]) == 0
    assert capsys.readouterr() == ("everything agrees\n", "")
    monkeypatch.setattr("scoring.calibration.comparison.ndtr", another_last_digit)
    assert main(["replay", str(file), "--rebuilt", "--out", str(tmp_path / "again.json")]) == 0
    assert (tmp_path / "again.json").read_bytes() == file.read_bytes()
    file.write_text(json.dumps(bundle))
    assert main(["replay", str(file)]) == 0
    assert "spelled differently" in capsys.readouterr().err
    winner = bundle["draw"]["drawn"][0]
    lines = {line["id"]: line for line in bundle["allocation"]["lines"]}
    assert lines[winner]["decision"] == "award"
    assert lines["d"] == {
        "id": "d", "decision": "decline", "amount_minor": 0, "reason": "below the threshold",
    }  # fmt: skip


def test_every_forgery_is_named_by_its_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = completed()
    bundle["allocation"]["lines"][0]["amount_minor"] += 1
    bundle["reviews"][0]["grades"]["idea"] = 1.0
    bundle["extra"] = 1
    assert main(["replay", str(write(tmp_path, bundle))]) == 1
    said = capsys.readouterr().out
    assert "allocation.lines[0].amount_minor: published 51, recomputed 50" in said
    assert "scores.proposals[0].total" in said
    assert "hashes.reviews" in said
    assert "extra: published 1, recomputed nothing" in said


def test_a_bundle_attached_to_a_pdf_is_found(tmp_path: Path) -> None:
    text = json.dumps(completed(), indent=1, ensure_ascii=False) + "\n"
    packed = zlib.compress(text.encode())
    pdf = b"%PDF-1.7\n1 0 obj\n<<>>\nstream\n" + packed + b"\nendstream\nendobj\n"
    (tmp_path / "report.pdf").write_bytes(pdf)
    assert main(["replay", str(tmp_path / "report.pdf")]) == 0
    assert (
        bundle_in_pdf(pdf.replace(packed, text.encode().strip()), FORMAT) == text.encode().strip()
    )
    for rest in (b"", b"/Encrypt 3 0 R\n", b"stream\nplain\nendstream"):
        (tmp_path / "report.pdf").write_bytes(b"%PDF-1.7\n" + rest)
        assert main(["replay", str(tmp_path / "report.pdf")]) == 2


def test_departures_orders_and_missing_parts() -> None:
    depart = {
        "proposal": "d",
        "decision": "award",
        "amount_minor": 1,
        "reason": "gap",
        "approver": "B",
    }
    bundle = complete(stated(departures=[depart], draw_entrants=None, ledger={"size": 3}))
    line = {one["id"]: one for one in bundle["allocation"]["lines"]}["d"]
    assert (line["decision"], line["reason"]) == ("award", "departure: gap")
    assert bundle["draw"] is None
    rules = {"order_by": "stated", "order": ["d", "a"], "allocation": {"when_unaffordable": "skip"}}
    bundle = complete(stated(rules=rules, draw_entrants=None, departures=None))
    assert [one["id"] for one in bundle["allocation"]["lines"]] == ["d", "a"]
    assert bundle["ranking"] is None
    by_rank = {**stated()["rules"], "order_by": "expected_rank"}
    assert complete(stated(rules=by_rank))["order"][0] == "a"
    graded = stated()["reviews"]
    for one in graded:
        one["panel"] = "one"
    assert complete(stated(reviews=graded))["order"] == completed()["order"]


def test_a_bundle_may_hold_quotas_and_a_call_in_which_nobody_was_judged() -> None:
    quota = {"attribute": "c", "equals": "KE", "min_share": "0.25"}
    rules = {**stated()["rules"], "allocation": {"constraints": [quota], "threshold": 4.0}}
    assert complete(stated(rules=rules))["allocation"]["spent_minor"] > 0
    quota["min_share"] = "1.5"
    with pytest.raises(InputError, match=r"“min_share” in constraints\[0\] is 1.5; give a share"):
        complete(stated(rules=rules))
    nobody = complete(stated(reviews=[], rules={"order_by": "raw"}, draw_entrants=None))
    assert nobody["allocation"]["lines"] == []


def test_who_takes_part_in_a_draw_follows_from_the_ranking() -> None:
    entrants = stated()["draw_entrants"]

    def drawn(**more: object) -> JsonObject:
        found: JsonObject = complete(stated(draw_entrants={**entrants, **more}))["draw"]
        return found

    # b and c cannot be told apart from the line: in the uniform mode they share one interval
    levels = {"a": 2, "b": 1, "c": 1, "d": 0}
    same = [[name, level, level] for name, level in levels.items()]
    assert drawn(mode="uniform", intervals=same)["surely"] == ["a"]
    wrong: JsonObject
    for wrong in ({"intervals": [["a", 3, 4], *entrants["intervals"][1:]]}, {"mode": "uniform"}):
        with pytest.raises(InputError, match="the draw has a in another place than the ranking"):
            drawn(**wrong)
    for wrong in ({"intervals": [*entrants["intervals"], ["e", 0, 0]]}, {"k": 1}):
        with pytest.raises(InputError, match="not for the proposals and places of the ranking"):
            drawn(**wrong)


def test_equals_are_put_in_order_by_the_rules_of_the_call() -> None:
    given = {"a": ("5", "4"), "b": ("4", "5"), "c": ("4.5", "4.5"), "d": ("4", "5")}
    tied: JsonObject = {
        "criteria": {
            "scale": {"best": "1", "worst": "5", "step": "0.50"},
            "criteria": [
                {"key": "idea", "label": "Idea", "weight": "0.50"},
                {"key": "plan", "label": "Plan", "weight": "0.50"},
            ],
        },
        "reviews": [
            {"proposal": name, "seat": f"{name}/A", "grades": {"idea": one, "plan": two}}
            for name, (one, two) in given.items()
        ],
        "draw_entrants": None,
    }

    def order(*rules: str) -> list[str]:
        asked = {"tie_rules": list(rules), "allocation": {"threshold": "4.500"}}
        bundle = json.loads(json.dumps(complete(stated(**tied, rules=asked))))
        jsonschema.validate(bundle, json.loads((SCHEMAS / "bundle.schema.json").read_text()))
        assert all(
            line["reason"] != "below the threshold" for line in bundle["allocation"]["lines"]
        )
        return list(bundle["order"])

    by_hash = sorted(given, key=lambda name: tie_hash("C1", name))
    assert order("hash") == by_hash
    assert order("criterion:idea", "hash") == [
        *(name for name in by_hash if name in "bd"),
        "c",
        "a",
    ]
    assert order("criterion:plan")[:2] == ["a", "c"]
    with pytest.raises(InputError, match="is no rule for ties"):
        order("criterion:beauty")


def test_no_total_reaches_a_threshold_by_being_rounded() -> None:
    third: JsonObject = {
        "criteria": {
            "scale": {"best": "6", "worst": "1", "step": "1"},
            "criteria": [
                {"key": "idea", "weight": "0.9999999"},
                {"key": "plan", "weight": "0.0000001"},
            ],
        },
        "reviews": [{"proposal": "a", "seat": "A", "grades": {"idea": "4", "plan": "3"}}],
        "rules": {"allocation": {"threshold": "4"}},
        "draw_entrants": None,
    }
    bundle = complete(stated(**third))
    assert bundle["scores"]["proposals"][0]["total"] == 4.0
    assert [line["reason"] for line in bundle["allocation"]["lines"]] == ["below the threshold"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": "other/1"}, "the format is “other/1”"),
        ({"secret": 1}, "the bundle states secret"),
        ({"rules": {"order_by": "expected_rank"}}, "rules.ranking is missing"),
        ({"departures": [{"proposal": "z", "reason": "r", "approver": "B"}]}, "was not ranked"),
    ],
)
def test_bundles_that_cannot_be_computed_are_refused(change: JsonObject, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        complete(stated(**change))


@pytest.mark.parametrize("text", ["{", '{"a": 1, "a": 2}', '{"a": NaN}', "[]", "\xff"])
def test_files_that_are_no_bundle_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "b.json").write_bytes(text.encode("latin-1"))
    assert main(["replay", str(tmp_path / "b.json")]) == 2


def test_differences_know_true_from_one_and_name_lists_and_objects() -> None:
    found = list(differences({"a": [1, True], "b": 1}, {"a": [1, 1, 2], "b": 1.0}))
    assert [one.path for one in found] == ["a[1]", "a[2]"]
    assert str(found[1]) == "a[2]: published nothing, recomputed 2"
