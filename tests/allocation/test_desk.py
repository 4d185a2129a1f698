"""The desk with long rankings, and with rules that take a solver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app.allocation import service, views
from app.calls.award_rule import AtMost, AwardRule
from app.calls.models import Call
from app.core.db import db
from app.core.jobs import run_due_jobs
from app.core.lens import Lens
from app.core.work import unit_of_work
from app.funds.models import Contribution
from tests.allocation.test_award_rule import a_ruled_call
from tests.factories import an_officer, planted

if TYPE_CHECKING:
    from app.core.web import EquipoiseApp
    from tests.browser_client import Browser


def _lines(awards: str) -> list[dict[str, Any]]:
    return [{"awarded": sign == "x"} for sign in awards]


@pytest.mark.parametrize(
    ("awards", "asked", "page", "first", "line"),
    [
        ("x" * 3 + "." * 2, "", 1, 5, 3),
        ("x" * 150 + "." * 850, "", 2, 100, 50),  # where the money ends
        ("x" * 150 + "." * 850, "1", 1, 100, 0),
        ("x" * 150 + "." * 850, "99", 10, 100, 0),  # the last there is
        ("x" * 150 + "." * 850, "-1", 2, 100, 50),
        ("x" * 100 + "." * 5, "", 1, 100, 100),
        ("x.x" + "." * 5, "", 1, 8, 0),  # no one line: some above it are not funded
        ("." * 5, "", 1, 5, 0),
        ("", "", 1, 0, 0),
    ],
)
def test_a_long_table_opens_where_the_money_ends(
    awards: str, asked: str, page: int, first: int, line: int
) -> None:
    found = views.page_of(_lines(awards), asked)
    assert (found["page"], len(found["lines"]), found["line_after"]) == (page, first, line)
    assert found["all"] == len(awards)


def test_a_rule_that_takes_a_solver_is_computed_by_a_job_and_anew_when_money_changes(
    app: EquipoiseApp, browser: Browser
) -> None:
    assert app
    officer = an_officer()
    call, numbers = a_ruled_call(AwardRule(at_most=(AtMost("institution", 2),)))
    with unit_of_work(Lens.STAFF):
        service.make_ranking(officer, db.session.get_one(Call, call.id))
    browser.sign_in(officer.id)
    desk = f"/desk/calls/{call.id}/allocation"

    assert "is not computed for the money" in browser.get(desk).text
    browser.fill_in(desk, form="/look-closer")
    assert "It is being computed: 0 % is done" in browser.get(desk).text
    run_due_jobs()
    page = browser.get(desk).text
    assert "It is being computed" not in page
    assert all(number in page for number in numbers)
    assert "90,000" in page  # the money it was computed with

    with planted():
        db.session.query(Contribution).filter_by(amount_minor=3_000_000).one().amount_minor = 100
    assert "is not computed for the money" in browser.get(desk).text
    browser.fill_in(desk, form="/look-closer")
    run_due_jobs()
    assert "60,001" in browser.get(desk).text
