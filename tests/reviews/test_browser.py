"""Scoring in a real browser: keys, the running total, and words that are saved by themselves."""

import pytest
from playwright.sync_api import Browser, Page, expect

from app.accounts.actor import Actor
from app.calls.models import Call
from app.reviewers.models import Seat, SeatState
from tests.browser_client import Browser as PlainBrowser
from tests.factories import a_call, a_reviewer, a_seat, a_submitted_proposal
from tests.live import Site

pytestmark = pytest.mark.browser


def _scene(site: Site, **call_values: object) -> tuple[Actor, Call, Seat]:
    with site.app.app_context():
        call, reviewer = a_call(phase="reviewing", **call_values), a_reviewer()  # type: ignore[arg-type]
        seat = a_seat(call, a_submitted_proposal(call), reviewer, state=SeatState.ACCEPTED)
        return reviewer, call, seat


def page_of(chromium: Browser, site: Site, actor: Actor) -> Page:
    with site.app.app_context():
        cookie = PlainBrowser(site.app).sign_in(actor.id).client.get_cookie("session")
    assert cookie is not None
    context = chromium.new_context(base_url=site.url)
    context.set_default_timeout(15_000)
    context.add_cookies([{"name": "session", "value": cookie.value, "url": site.url}])
    return context.new_page()


def test_a_figure_chooses_the_grade_and_the_total_follows(chromium: Browser, site: Site) -> None:
    reviewer, _call, seat = _scene(site)
    page = page_of(chromium, site, reviewer)
    page.goto(f"/reviews/{seat.id}")
    expect(page.get_by_role("button", name="Keys for scoring")).to_be_visible()

    page.keyboard.press("j")
    page.keyboard.press("5")
    page.keyboard.press("j")
    page.keyboard.press("4")

    expect(page.locator("[data-live-total] output")).to_have_text("4.60")
    page.locator("input[name=g_plan][value=cannot]").check()
    expect(page.locator("[data-live-total] output")).to_have_text("5.00")
    page.context.close()


def test_typed_grades_count_in_the_running_total(chromium: Browser, site: Site) -> None:
    reviewer, _call, seat = _scene(site, scale_best="1.0", scale_worst="5.0", scale_step="0.1")
    page = page_of(chromium, site, reviewer)
    page.goto(f"/reviews/{seat.id}")

    page.locator("input[name=g_merit]").fill("2.5")
    page.locator("input[name=g_plan]").fill("5.0")
    expect(page.locator("[data-live-total] output")).to_have_text("3.50")
    page.locator("input[name=n_plan]").check()
    expect(page.locator("[data-live-total] output")).to_have_text("2.50")
    page.context.close()


def test_words_are_saved_while_they_are_written(chromium: Browser, site: Site) -> None:
    reviewer, _call, seat = _scene(site)
    page = page_of(chromium, site, reviewer)
    page.goto(f"/reviews/{seat.id}")

    page.locator("textarea[name=to_panel]").fill("A thought that must not be lost")
    expect(page.locator("[data-autosave-state]")).to_contain_text("Saved")
    page.locator("textarea[name=to_panel]").fill("A second thought")
    page.get_by_role("button", name="Save and go on later").click()
    expect(page.get_by_text("Saved. You can go on later.")).to_be_visible()

    expect(page.locator("textarea[name=to_panel]")).to_have_value("A second thought")
    page.context.close()
