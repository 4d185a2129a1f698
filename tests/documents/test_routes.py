"""The pages of reports: who gets them, and that nobody gets anything before the release."""

import pytest

from app.accounts.models import Role
from app.core.jobs import run_due_jobs
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.documents import queries
from app.documents.models import Document
from tests.browser_client import Browser
from tests.documents.printing import render_report
from tests.factories import (
    Released,
    a_judged_call,
    a_person,
    a_released_call,
    a_reported_call,
    approve_allocation,
)
from tests.worlds import BuiltOnce


def _documents(world: Released) -> list[Document]:
    with unit_of_work(mode=Mode.READ):
        return list(queries.documents_of(world.call.id))


def test_staff_download_what_the_public_sees_too(app: EquipoiseApp, browser: Browser) -> None:
    assert app
    world = a_released_call()
    code = world.call.code
    before = browser.get(f"/results/{code}")
    assert "The report is being made" in before.text
    assert browser.get(f"/results/{code}/allocation-report.pdf").status_code == 404
    report = render_report(world)

    public = browser.get(f"/results/{code}")
    open_to_all = browser.get(f"/results/{code}/allocation-report.pdf")
    browser.sign_in(world.officer.id)
    desk = browser.get(f"/desk/calls/{world.call.id}/reports")

    assert "Download the report" in public.text
    assert str(world.proposals["A"].number) in public.text
    assert f"/reports/{report.id}.pdf" in desk.text
    theirs = browser.get(f"/desk/calls/{world.call.id}/reports/{report.id}.pdf")
    assert theirs.data.startswith(b"%PDF-")
    assert theirs.data == open_to_all.data
    assert open_to_all.headers["Content-Disposition"].startswith("attachment;")


def test_before_the_release_there_is_nothing_for_anybody(
    app: EquipoiseApp, browser: Browser
) -> None:
    assert app
    world = a_judged_call()
    approve_allocation(world)
    run_due_jobs()

    code = world.call.code
    assert browser.get(f"/results/{code}").status_code == 404
    assert browser.get(f"/results/{code}/allocation-report.pdf").status_code == 404
    assert code not in browser.get("/results").text
    assert _documents(world) == []
    browser.sign_in(world.officer.id)
    assert "There is no report yet" in browser.get(f"/desk/calls/{world.call.id}/reports").text


@pytest.mark.parametrize("role", [None, Role.REVIEWER, Role.FUNDER, Role.AUDITOR])
def test_reports_of_the_desk_are_not_there_for_others(
    built_once: BuiltOnce, browser: Browser, role: Role | None
) -> None:
    world = built_once(a_reported_call)
    report = _documents(world)[0]
    browser.sign_in(a_person(*([role] if role else [])).id)

    absent = browser.get("/no-such-page")
    for path in ("reports", f"reports/{report.id}.pdf"):
        page = browser.get(f"/desk/calls/{world.call.id}/{path}")
        assert page.status_code == 404
        assert page.text.count("<h1") == absent.text.count("<h1")
