"""Funders see what became of their own money, and of nobody else's."""

import pytest

from app.accounts.models import Role
from app.awards import queries as awards
from app.awards.models import Award
from app.core.jobs import run_due_jobs
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.documents import queries
from app.documents.models import Document
from app.funds import queries as funds
from tests.browser_client import Browser
from tests.factories import (
    Released,
    a_call,
    a_judged_call,
    a_person,
    a_released_call,
    a_reported_call,
    approve_allocation,
)
from tests.worlds import BuiltOnce


def _pots(world: Released) -> list[funds.ContributionRow]:
    with unit_of_work(mode=Mode.READ):
        return funds.contributions_of(world.call.fund_id)


def _made(world: Released) -> tuple[list[Award], dict[str, Document]]:
    with unit_of_work(mode=Mode.READ):
        made = list(awards.awards_of(world.call.id))
        return made, {d.about_id: d for d in queries.documents_of(world.call.id)}


def test_a_funder_sees_the_calls_of_its_own_funder_alone(
    built_once: BuiltOnce, browser: Browser
) -> None:
    world = built_once(a_reported_call)
    other = a_call(phase="open", code="OTHERS")
    own = _pots(world)[0]
    browser.sign_in(a_person(Role.FUNDER, scope=own.funder_id).id)

    page = browser.get("/funder")

    assert world.call.code in page.text
    assert other.code not in page.text
    assert own.funder in page.text
    assert _pots(world)[1].funder not in page.text


def test_a_funder_downloads_the_reports_its_money_is_in_and_no_other(
    built_once: BuiltOnce, browser: Browser
) -> None:
    contributions = (("One", 3_000_000), ("Two", 3_000_000))
    world = built_once(
        a_reported_call, {"A": ("6",), "B": ("5",), "C": ("1",)}, contributions=contributions
    )
    made, documents = _made(world)
    own = _pots(world)[0]
    browser.sign_in(a_person(Role.FUNDER, scope=own.funder_id).id)

    seen = {
        award.number: browser.get(f"/funder/reports/{documents[award.id].id}.pdf").status_code
        for award in made
    }
    paying = {a.number: {s["funder_id"] for s in a.sources} for a in made}
    assert seen == {n: 200 if own.funder_id in ids else 404 for n, ids in paying.items()}
    report = browser.get(f"/funder/reports/{documents[world.call.id].id}.pdf")
    assert report.data.startswith(b"%PDF-")
    page = browser.get("/funder").text
    for number, status in seen.items():
        assert (number in page) == (status == 200)


def _two_reported_calls() -> tuple[Released, Released]:
    worlds = a_released_call(), a_released_call({"X": ("6",)})
    run_due_jobs()
    return worlds


@pytest.mark.parametrize("who", ["another funder's", "a reviewer", "an applicant"])
def test_others_cannot_learn_that_the_reports_exist(
    built_once: BuiltOnce, browser: Browser, who: str
) -> None:
    world, stranger = built_once(_two_reported_calls)
    _made_awards, documents = _made(world)
    person = {
        "another funder's": lambda: a_person(Role.FUNDER, scope=_pots(stranger)[0].funder_id),
        "a reviewer": lambda: world.reviewers[0],
        "an applicant": lambda: world.leads["A"],
    }[who]()
    browser.sign_in(person.id)

    absent = browser.get(f"/funder/reports/{'a' * 26}.pdf")
    for document in documents.values():
        page = browser.get(f"/funder/reports/{document.id}.pdf")
        assert page.status_code == absent.status_code == 404
        assert page.data == absent.data


def test_before_the_release_a_funder_sees_no_award(app: EquipoiseApp, browser: Browser) -> None:
    assert app
    world = a_judged_call()
    approve_allocation(world)
    browser.sign_in(a_person(Role.FUNDER, scope=_pots(world)[0].funder_id).id)

    page = browser.get("/funder").text

    assert world.call.code in page
    assert "before the results are released" in page
    assert str(world.proposals["A"].number) not in page


def test_the_page_asks_as_often_for_many_calls_as_for_one(
    app: EquipoiseApp, browser: Browser
) -> None:
    from tests.counting import statements  # noqa: PLC0415

    assert app
    a_released_call({"A": ("6",)})
    browser.sign_in(a_person(Role.FUNDER).id)
    browser.get("/funder")
    with statements() as one:
        browser.get("/funder")
    for _ in range(3):
        a_released_call({"A": ("6",), "B": ("5",)})
    with statements() as many:
        browser.get("/funder")

    assert len(one) == len(many)
