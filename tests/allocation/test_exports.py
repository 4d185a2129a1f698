"""The ranking and the allocation as files: three kinds, the same values, and no formula."""

import csv
import io
import json
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.table_file import GUARDED, Cell, Table, as_file
from app.core.web import EquipoiseApp
from app.proposals.models import Version
from tests.browser_client import Browser
from tests.factories import a_judged_call, a_person, approve_allocation, planted

Rows = list[list[Cell]]
TEXTS = st.text(
    st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc", "Co", "Cn"]), max_size=20
) | st.sampled_from(["=1+1", "'=1", "''", "@x", "-2", "+3", "\tx", "a\nb", '"', ",;"])


def read_back(content: bytes, kind: str, numbers: set[int]) -> tuple[list[str], Rows]:
    """Read a file as its reader would; `numbers` are the columns of whole numbers."""
    if kind == "json":
        told = json.loads(content)
        return list(told[0]) if told else [], [list(row.values()) for row in told]
    if kind == "csv":
        head, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        cells = [[text.removeprefix("'") for text in line] for line in lines]
        return [h.removeprefix("'") for h in head], [
            [_number(t) if at in numbers else t for at, t in enumerate(line)] for line in cells
        ]
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet: Any = book.active
    head, *rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    book.close()
    return head, [
        [
            (int(v) if v is not None else None) if at in numbers else v or ""
            for at, v in enumerate(r)
        ]
        for r in rows
    ]


def _number(text: str) -> int | None:
    return int(text) if text else None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TEXTS, st.integers(-(2**52), 2**52) | st.none()), min_size=1, max_size=5))
def test_every_kind_of_file_reads_back_to_the_same_values(
    rows: list[tuple[str, int | None]],
) -> None:
    table = Table("t", ("=name", "minor"), [list(row) for row in rows])
    for kind in ("csv", "xlsx", "json"):
        content = as_file(table, kind)
        assert read_back(content, kind, {1}) == (["=name", "minor"], [list(row) for row in rows])
        assert as_file(table, kind) == content
    for line in csv.reader(io.StringIO(as_file(table, "csv").decode("utf-8-sig"), newline="")):
        assert not line[0].startswith(tuple(sign for sign in GUARDED if sign != "'"))


@pytest.mark.parametrize("what", ["ranking", "allocation"])
def test_staff_get_the_table_in_three_kinds_that_agree_and_nobody_else_does(
    app: EquipoiseApp, what: str
) -> None:
    world = a_judged_call()
    with planted():
        from app.core.db import db  # noqa: PLC0415

        version = db.session.get_one(Version, world.proposals["A"].version_id)
        version.title = "=HYPERLINK(1)"
    approve_allocation(world)
    officer = Browser(app).sign_in(world.officer.id)
    base = f"/desk/calls/{world.call.id}/{what}"
    page = officer.get(base).text
    found = []
    for kind in ("csv", "xlsx", "json"):
        assert f"{base}.{kind}" in page
        answer = officer.get(f"{base}.{kind}")
        assert answer.status_code == 200
        assert (
            f'filename="{world.call.code}-{what}.{kind}"' in answer.headers["Content-Disposition"]
        )
        told = json.loads(officer.get(f"{base}.json").data)
        numbers = {
            at for at, v in enumerate(told[0].values()) if isinstance(v, int) and v is not None
        }
        found.append(read_back(answer.data, kind, numbers))
    assert found[0] == found[1] == found[2]
    head, rows = found[0]
    assert len(rows) == 4
    assert rows[0][head.index("title")] == "=HYPERLINK(1)"
    assert rows[0][head.index("proposal")] == world.proposals["A"].number
    names = {person.name for person in (*world.leads.values(), *world.reviewers)}
    assert not any(name in str(rows) for name in names)
    for stranger in (a_person(), world.reviewers[0], world.leads["A"]):
        client = Browser(app).sign_in(stranger.id).client
        for kind in ("csv", "xlsx", "json"):
            assert client.get(f"{base}.{kind}").status_code == 404
