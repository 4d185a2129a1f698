"""A decision as files: the bundle that the report carries, and tables that start nothing."""

from __future__ import annotations

import csv
import json
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import openpyxl
import pikepdf

from app.core.work import Mode, unit_of_work
from app.documents import queries
from scoring.__main__ import main
from tests.cli.commands import run, succeed
from tests.engines import both_engines
from tests.factories import (
    a_judged_call,
    a_person,
    a_released_call,
    a_reported_call,
    approve_allocation,
)

if TYPE_CHECKING:
    import pytest

    from app.core.web import EquipoiseApp
    from tests.conftest import LedgerReader
    from tests.worlds import BuiltOnce

SCHEMA = Path(__file__).resolve().parents[2] / "scoring" / "schema" / "bundle.schema.json"
EVIL = '=HYPERLINK("http://nowhere.example";"x")'
MONEY = ((EVIL, 4_000_000), ("+1 Two", 3_000_000))


@both_engines
def test_a_released_decision_is_exported_as_its_report_carries_it_and_replays(
    app: EquipoiseApp,
    built_once: BuiltOnce,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    world = built_once(a_reported_call)
    succeed(app, "decision", "export", world.call.code, str(tmp_path))

    content = (tmp_path / "bundle.json").read_bytes()
    with unit_of_work(mode=Mode.READ):
        report = queries.allocation_report_of(world.call.id)
        assert report is not None
        pdf = app.extensions["files"].get(report.file_key)
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert opened.attachments["bundle.json"].get_file().read_bytes() == content
    jsonschema.validate(json.loads(content), json.loads(SCHEMA.read_text()))

    (tmp_path / "report.pdf").write_bytes(pdf)
    for name in ("bundle.json", "report.pdf"):
        assert main(["replay", str(tmp_path / name)]) == 0
        assert capsys.readouterr() == ("everything agrees\n", "")
    assert main(["score", str(tmp_path / "reviews.csv"), str(tmp_path / "criteria.json")]) == 0
    scored = {one["id"]: one["exact"] for one in json.loads(capsys.readouterr().out)["proposals"]}
    with (tmp_path / "proposals.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["proposal"]: row["exact"] for row in rows} == scored
    assert [row["decision"] for row in rows] == ["award", "award", "decline", "decline"]
    assert [int(row["amount_minor"]) for row in rows] == [3_000_000, 3_000_000, 0, 0]

    changed = content.replace(b'"grades"', b'"grades" ', 1).replace(
        b'"merit": "6"', b'"merit": "5"'
    )
    (tmp_path / "bundle.json").write_bytes(changed)
    assert main(["replay", str(tmp_path / "bundle.json")]) == 1


def test_no_cell_becomes_a_formula(app: EquipoiseApp, tmp_path: Path) -> None:
    world = a_released_call(contributions=MONEY)
    succeed(app, "decision", "export", world.call.code, str(tmp_path))

    names = {f"{name} {world.call.code}" for name, _ in MONEY}
    with (tmp_path / "sources.csv").open(encoding="utf-8", newline="") as file:
        kept = {row["funder"] for row in csv.DictReader(file)}
    assert kept == {f"'{name}" for name in names}
    book = openpyxl.load_workbook(tmp_path / "decision.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert names <= {cell.value for cell in cells}
    assert all(cell.hyperlink is None for cell in cells)
    assert book.sheetnames == ["proposals", "reviews", "sources"]
    book.close()


def test_before_the_release_the_staff_of_the_call_alone_get_it_and_the_ledger_notes_it(
    app: EquipoiseApp, tmp_path: Path, ledger: LedgerReader
) -> None:
    world, stranger = a_judged_call(), a_person()
    words = ("decision", "export", world.call.code, str(tmp_path / "out"))
    early = run(app, *words, "--as", world.officer.email)
    assert (early.exit_code, "Nothing is proposed" in early.output) == (2, True)
    approve_allocation(world)

    for refused in (run(app, *words), run(app, *words, "--as", stranger.email)):
        assert refused.exit_code == 2
        assert not (tmp_path / "out").exists()
    assert "documents.decision_exported" not in ledger.actions()

    said = succeed(app, *words, "--as", world.officer.email)
    assert "It is not released" in said
    assert ledger.actions()[-1] == "documents.decision_exported"
    assert main(["replay", str(tmp_path / "out" / "bundle.json")]) == 0
    unknown = run(app, "decision", "export", "NONE", str(tmp_path))
    assert (unknown.exit_code, "no call with the code NONE" in unknown.output) == (2, True)
