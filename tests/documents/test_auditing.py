"""Auditors read everything and change nothing; auditors of one call read that one."""

import pytest

from app.accounts.models import Role
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.documents import queries
from tests.browser_client import Browser
from tests.conftest import LedgerReader
from tests.engines import both_engines
from tests.factories import a_person, a_released_call, a_reported_call
from tests.worlds import BuiltOnce


@both_engines
def test_an_auditor_reads_ledger_call_and_reports(
    built_once: BuiltOnce, browser: Browser, ledger: LedgerReader
) -> None:
    world = built_once(a_reported_call)
    browser.sign_in(a_person(Role.AUDITOR).id)
    before = ledger.actions()

    page = browser.get("/audit")
    call = browser.get(f"/audit/calls/{world.call.id}")
    about = browser.get(f"/audit?about=call:{world.call.id}")

    assert "documents.report_rendered" in page.text
    assert "equipoise.local/ledger" in page.text  # a checkpoint
    assert str(world.proposals["A"].number) in call.text
    assert world.officer.name in call.text
    assert "allocation.results_released" in about.text
    assert "documents.report_rendered" not in about.text
    with unit_of_work(mode=Mode.READ):
        report = queries.allocation_report_of(world.call.id)
    assert report is not None
    assert browser.get(f"/audit/reports/{report.id}.pdf").data.startswith(b"%PDF-")
    assert ledger.actions() == before


def test_the_ledger_is_read_page_by_page(built_once: BuiltOnce, browser: Browser) -> None:
    built_once(a_reported_call)
    browser.sign_in(a_person(Role.AUDITOR).id)

    assert "Nothing here" in browser.get("/audit?page=999").text
    assert browser.get("/audit?page=nonsense").status_code == 200
    assert "Nothing here" in browser.get("/audit?about=call:nothing").text


def test_an_auditor_of_one_call_reads_that_call_and_not_the_whole_ledger(
    app: EquipoiseApp, browser: Browser
) -> None:
    assert app
    mine, other = a_released_call({"A": ("6",)}), a_released_call({"B": ("6",)})
    browser.sign_in(a_person(Role.AUDITOR, scope=mine.call.id).id)

    page = browser.get("/audit")

    assert mine.call.code in page.text
    assert other.call.code not in page.text
    assert "allocation.results_released" not in page.text
    assert browser.get(f"/audit/calls/{mine.call.id}").status_code == 200
    assert browser.get(f"/audit/calls/{other.call.id}").status_code == 404


@pytest.mark.parametrize("role", [None, Role.OFFICER, Role.FUNDER, Role.ADMINISTRATOR])
def test_the_auditors_pages_are_not_there_for_others(
    app: EquipoiseApp, browser: Browser, role: Role | None
) -> None:
    assert app
    world = a_released_call({"A": ("6",)})
    browser.sign_in(a_person(*([role] if role else [])).id)

    for path in ("/audit", f"/audit/calls/{world.call.id}"):
        assert browser.get(path).status_code == 404
        assert browser.post(path).status_code in {400, 404, 405}
