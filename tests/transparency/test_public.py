"""The pages for everybody: open calls, and what was funded once it is released."""

from app.core.web import EquipoiseApp
from tests.browser_client import Browser
from tests.counting import statements
from tests.documents.printing import render_report
from tests.engines import both_engines
from tests.factories import a_call, a_judged_call, a_released_call, approve_allocation


def test_the_first_page_shows_what_is_open_and_nothing_else(
    app: EquipoiseApp, browser: Browser
) -> None:
    assert app
    a_call(code="OPENED", title="An open call")
    a_call(code="DRAFTED", phase="drafting", title="A secret call")
    a_call(code="OVER", phase="closed", title="A call that closed")

    page = browser.get("/")

    assert page.status_code == 200
    assert "An open call" in page.text
    assert "/calls/OPENED" in page.text
    assert "A secret call" not in page.text
    assert "A call that closed" not in page.text
    assert "/verify" in page.text


@both_engines
def test_results_name_who_was_funded_and_nobody_else(app: EquipoiseApp, browser: Browser) -> None:
    assert app
    world = a_released_call(fictional=True)
    render_report(world)

    listed = browser.get("/results").text
    page = browser.get(f"/results/{world.call.code}").text

    assert f"/results/{world.call.code}" in listed
    assert "fictional demonstration" in page
    assert world.leads["A"].name in page
    assert world.leads["D"].name not in page
    assert world.leads["D"].organisation not in page
    assert str(world.proposals["D"].number) not in page
    for reviewer in world.reviewers:
        assert reviewer.name not in page
    assert "EUR\N{NO-BREAK SPACE}30,000" in page
    assert "c" * 64 in page  # the hash of the rules


def test_before_the_release_results_are_not_there(app: EquipoiseApp, browser: Browser) -> None:
    assert app
    world = a_judged_call()
    approve_allocation(world)

    page = browser.get(f"/results/{world.call.code}")

    assert page.status_code == 404
    assert page.data == browser.get("/results/NOSUCH").data
    assert world.call.code not in browser.get("/results").text


def test_pages_ask_as_often_for_many_awards_as_for_one(app: EquipoiseApp, browser: Browser) -> None:
    assert app
    small = a_released_call({"A": ("6",)})
    big = a_released_call(dict.fromkeys("ABCDEFGH", ("5",)), contributions=(("X", 99_000_000),))
    counts = []
    for world in (small, big):
        with statements() as seen:
            browser.get(f"/results/{world.call.code}")
        counts.append(len(seen))

    assert counts[0] == counts[1]
