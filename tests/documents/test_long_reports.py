"""Reports of hundreds of pages: drawn in parts, joined to one file that is as good as one drawn
whole, and the same bytes each time."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from sqlalchemy import select

from app.calls.models import Call
from app.core.db import db
from app.core.gate import Refused
from app.core.jobs import Job, JobState, Later
from app.core.jobs.lease import LeaseLost
from app.core.lens import Lens
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.documents import packing, queries, reports, service
from app.documents.models import Document, DocumentKind, DocumentState
from tests.browser_client import Browser
from tests.conftest import LedgerReader
from tests.documents import samples
from tests.factories import Released, a_released_call, planted
from tests.verapdf import complaints

RANKED = 60


@pytest.fixture
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "RANKED_IN_PART", 5)  # more parts than processes, often


def _structure(element: Any, found: list[Any]) -> list[Any]:
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            found.append(kid)
            _structure(kid, found)
    return found


@pytest.mark.usefixtures("_small_parts")
def test_a_report_in_parts_is_one_accessible_file_with_right_pages_links_and_outline(
    tmp_path: Path,
) -> None:
    report = samples.an_allocation(RANKED)
    steps: list[tuple[int, int]] = []
    made = reports.allocation_report(report, progress=lambda *step: steps.append(step))

    assert made == reports.allocation_report(report)
    assert complaints({"long": made}, tmp_path) == []
    assert steps[-1][0] == steps[-1][1] == 14

    told = [page.extract_text() for page in pypdf.PdfReader(BytesIO(made)).pages]
    count = len(told)
    for number, words in enumerate(told[1:], 2):
        assert f"{number} / {count}" in words
    assert f"1 / {count}" not in told[0]  # the cover has no number
    for standing in report.ranking:
        assert any(standing.number in words for words in told)
    assert "continued" in " ".join(told)

    with pikepdf.open(BytesIO(made)) as pdf:
        assert pdf.check_pdf_syntax() == []
        places = {page.obj.objgen: n for n, page in enumerate(pdf.pages, 1)}
        dests = dict(_pairs(pdf.Root.Names.Dests.Names))
        with pdf.open_outline() as outline:
            chapters = [str(item.title) for item in outline.root]
            nested = [str(child.title) for item in outline.root for child in item.children]
            starts: list[Any] = [item.destination for item in outline.root]
            where = {places[start[0].objgen] for start in starts}
        assert len(chapters) == 9
        assert any("Where the money came from" in title for title in nested)
        links = [a for p in pdf.pages for a in p.get("/Annots", []) if "/Dest" in a]
        assert {str(link.Dest) for link in links} <= set(dests)
        proof = places[dests["proof"][0].objgen]
        assert "How to check this report" in told[proof - 1]
        assert proof in where
        contents = next(words for words in told if words.lstrip().startswith("Contents"))
        assert str(proof) in contents.split()

        root = pdf.Root.StructTreeRoot
        elements = _structure(root.K[0], [])
        assert {str(e.S) for e in elements} >= {"/Table", "/H2", "/H3", "/Link", "/Figure", "/TH"}
        ids = [bytes(e.ID) for e in elements if "/ID" in e]
        assert len(ids) == len(set(ids))
        headers = {bytes(h) for e in elements if "/A" in e for h in e.A.get("/Headers", [])}
        assert headers <= set(ids)
        parents = {k: v for leaf in root.ParentTree.Kids for k, v in _pairs(leaf.Nums, int)}
        assert len({int(p.StructParents) for p in pdf.pages}) == count
        for page in pdf.pages:
            assert all(e.Pg.objgen == page.obj.objgen for e in parents[int(page.StructParents)])
        for link in links:
            assert parents[int(link.StructParent)].S == "/Link"
        assert len(pdf.Root.AF) == len(pdf.attachments)
        assert len(pdf.Root.OutputIntents) == 1


def _pairs(listed: Any, key: Any = str) -> list[tuple[Any, Any]]:
    flat = list(listed)
    return [(key(name), value) for name, value in zip(flat[::2], flat[1::2], strict=True)]


@pytest.mark.usefixtures("_small_parts")
def test_a_long_report_ends_when_nobody_wants_it_any_more() -> None:
    def stopped(_done: int, _of: int) -> None:
        raise LeaseLost("x")

    with pytest.raises(LeaseLost):
        reports.allocation_report(samples.an_allocation(RANKED), progress=stopped)


def test_rows_are_shared_evenly_and_few_rows_make_one_part() -> None:
    assert reports.in_parts([1, 2, 3], 3) == [[1, 2, 3]]
    assert reports.in_parts([1, 2, 3, 4], 3) == [[1, 2], [3, 4]]
    assert reports.in_parts([], 3) == [[]]


def test_an_officer_stops_the_making_of_a_report_and_has_it_made_later(
    app: EquipoiseApp, browser: Browser, ledger: LedgerReader
) -> None:
    assert app
    world = a_released_call()
    page = f"/desk/calls/{world.call.id}/reports"
    approver = Browser(app).sign_in(world.approver.id)
    assert "/stop" not in approver.get(page).text
    browser.sign_in(world.officer.id)

    stopped = browser.fill_in(page, form="/stop")
    assert "its file can be made at any time" in stopped.text
    assert "documents.report_stopped" in ledger.actions()
    with unit_of_work(mode=Mode.READ):
        report = queries.allocation_report_of(world.call.id)
        assert report is not None
    assert report.state is DocumentState.STOPPED
    service_job = [job for job in _jobs() if job.payload.get("document_id") == report.id]
    assert [job.state for job in service_job] == [JobState.STOPPED]
    assert "finished, or stopped" in _refusal(world, report.id)
    assert "finished, or stopped" in _refusal(world, _a_letter())

    browser.fill_in(page, form="/again")
    assert [job.state for job in _jobs() if job.payload.get("document_id") == report.id] == [
        JobState.STOPPED,
        JobState.QUEUED,
    ]


def test_the_pack_waits_for_a_report_that_was_stopped(app: EquipoiseApp) -> None:
    assert app
    a_released_call()
    with planted():
        for made in db.session.scalars(select(Document)):
            made.state = DocumentState.READY
        for kind, state in (
            (DocumentKind.AUDIT_PACK, DocumentState.QUEUED),
            (DocumentKind.ALLOCATION_REPORT, DocumentState.STOPPED),
        ):
            db.session.get_one(Document, _id_of(kind)).state = state
    with planted(), pytest.raises(Later, match="stopped until later"):
        packing._pack({"document_id": _id_of(DocumentKind.AUDIT_PACK)})


def _id_of(kind: DocumentKind) -> str:
    return str(db.session.scalars(select(Document.id).where(Document.kind == kind)).first())


def _a_letter() -> str:
    """Make a letter of what was to be the report of an award."""
    with planted():
        made = db.session.get_one(Document, _id_of(DocumentKind.AWARD_REPORT))
        made.kind = DocumentKind.DECISION_LETTER
        return made.id


def _jobs() -> list[Job]:
    with unit_of_work(mode=Mode.READ):
        return list(db.session.scalars(select(Job).order_by(Job.created_at, Job.finished_at)))


def _refusal(world: Released, document_id: str) -> str:
    with pytest.raises(Refused) as refused, unit_of_work(Lens.STAFF):
        _stop(world, document_id)
    return str(refused.value)


def _stop(world: Released, document_id: str) -> None:
    call = db.session.get_one(Call, world.call.id)
    service.stop(world.officer, call, db.session.get_one(Document, document_id))
