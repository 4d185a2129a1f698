"""Six reviewers and a conflicted officer, from the invitation to the last submitted review.

One reviewer scores eight proposals by keyboard alone; keys, letters and page loads are counted.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.work import Mode, unit_of_work
from app.reviewers.models import Certified, Seat, SeatState
from tests.factories import a_call, a_person, a_submitted_proposal, in_pool
from tests.journeys.test_whole_way import _letters_to as letters_to
from tests.live import Site
from tests.reviews.test_browser import page_of
from tests.trust.figures import say

PROPOSALS, LOADS = 8, (8, 2, 2, 2, 1, 1)  # two reviews for each
WHY = "Sound work, clearly told, and feasible."
MOST_KEYS, MOST_LOADS = 208, 27  # eight reviews: what it takes now


@dataclass
class Keyboard:
    """Presses keys and types words, and counts both and the pages that load meanwhile."""

    page: Page
    keys: int = 0
    letters: int = 0
    loads: int = 0
    _seen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("load", lambda _page: self._count())

    def _count(self) -> None:
        self.loads += 1

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def type(self, words: str) -> None:
        self.page.keyboard.insert_text(words)
        self.letters += len(words)

    def skip(self) -> None:
        """Take the first link of every page, past its head, unless the page begins behind it."""
        self.press("Tab")
        if self.page.evaluate("document.activeElement?.getAttribute('href') === '#main'"):
            self.press("Enter")

    def tab_to(self, selector: str) -> None:
        """Press Tab until the element has the focus."""
        for _step in range(40):
            if self.page.evaluate("s => !!document.activeElement?.matches(s)", selector):
                return
            self.press("Tab")
        raise AssertionError(f"Tab never comes to {selector}")


def _world(site: Site) -> tuple[Call, list[Actor], Actor, Actor]:
    with site.app.app_context():
        call = a_call(
            phase="assigning",
            code="SIX26",
            title="Six reviewers",
            reviewers_each=2,
            reviews_due_at=clock.now() + timedelta(days=20),
        )
        for place in range(PROPOSALS):
            a_submitted_proposal(call, a_person(organisation=f"Home {place}"))
        people = [
            a_person(
                Role.REVIEWER,
                name=f"Reviewer Nr {place}",
                email=f"reviewer{place}@reviews.example",
                organisation=f"Elsewhere {place}",
            )
            for place in range(len(LOADS))
        ]
        for person, most in zip(people, LOADS, strict=True):
            in_pool(call, person, most)
        officer = a_person(Role.OFFICER, name="Odile Marchetti")
        conflicted = a_person(Role.OFFICER, name="Conrad Ekholm")
        return call, people, officer, conflicted


@pytest.mark.browser
def test_six_reviewers_and_a_conflicted_officer(chromium: Browser, site: Site) -> None:
    call, people, officer, conflicted = _world(site)
    desk = page_of(chromium, site, officer)
    _invite(desk, site, call, people)
    for person in people:
        _accept_by_link(chromium, site, person)
    _declare_and_be_shut_out(page_of(chromium, site, conflicted), call)
    _assign_by_plan(desk, site, call)

    first = page_of(chromium, site, people[0])
    keyboard = _score_by_keyboard(first)
    for person in people[1:]:
        page = page_of(chromium, site, person)
        _score_with_the_mouse(page)
        page.context.close()

    desk.goto(f"/desk/calls/{call.id}/progress")
    expect(desk.get_by_text("Every proposal has its reviews.")).to_be_visible()
    expect(desk.get_by_text("certified").first).to_be_visible()
    with site.app.app_context(), unit_of_work(mode=Mode.READ):
        states = db.session.scalars(select(Seat.state)).all()
        assert states == [SeatState.SUBMITTED] * 2 * PROPOSALS
        assert len(db.session.scalars(select(Certified)).all()) == len(people)
    told = (
        f"scoring {PROPOSALS} proposals by keyboard: {keyboard.keys} keys beside "
        f"{keyboard.letters} letters of text, {keyboard.loads} page loads"
    )
    print(told)  # noqa: T201 - `pytest -s` shows it
    say(told)
    assert keyboard.keys <= MOST_KEYS, told
    assert keyboard.loads <= MOST_LOADS, told


def _invite(desk: Page, site: Site, call: Call, people: list[Actor]) -> None:
    desk.goto(f"/desk/calls/{call.id}/reviewers/invite")
    for box in desk.locator("input[name=people]").all():
        box.check()
    desk.get_by_role("button", name="Show me the letters").click()
    desk.get_by_role("button", name=f"Send to {len(people)}").click()
    expect(desk.get_by_text(f"{len(people)} people are asked.")).to_be_visible()
    site.work_off()


def _accept_by_link(chromium: Browser, site: Site, person: Actor) -> None:
    """Answer without an account, by the link of the letter."""
    link = next(
        found.group(1)
        for letter in letters_to(site, person.email)
        if (found := re.search(r"https?://[^/\s]+(/reviewing-invitations/\S+)", letter))
    )
    context = chromium.new_context(base_url=site.url)
    page = context.new_page()
    page.goto(link)
    page.get_by_label("The address this was sent to").fill(person.email)
    page.get_by_label("Yes, I will review").check()
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("Thank you").first).to_be_visible()
    context.close()


def _declare_and_be_shut_out(page: Page, call: Call) -> None:
    page.goto("/desk/")
    expect(page.get_by_text("SIX26").first).to_be_visible()
    page.goto("/interests/")
    page.get_by_role("link", name="Declare one SIX26").click()
    page.locator("select[name=proposal_id]").select_option(index=1)
    page.locator("select[name=kind]").select_option("family")
    page.get_by_role("button", name="Declare the conflict").click()
    for address in ("", "/assignment", "/progress", "/plans", "/reviewers", "/reviews.csv"):
        answer = page.goto(f"/desk/calls/{call.id}{address}")
        assert answer is not None
        assert answer.status in {403, 404}, address
    page.context.close()


def _assign_by_plan(desk: Page, site: Site, call: Call) -> None:
    desk.goto(f"/desk/calls/{call.id}/plans")
    desk.get_by_role("button", name="Compute a plan").click()
    site.work_off()
    desk.goto(desk.url)
    desk.get_by_role("button", name="Accept the plan and invite").click()
    site.work_off()
    desk.goto(desk.url)
    expect(desk.get_by_text("16 seats are given.")).to_be_visible()
    desk.goto(f"/desk/calls/{call.id}")
    desk.locator("form[action$='/move/reviewing'] button").click()
    site.work_off()


def _accept_all(page: Page) -> list[str]:
    """Say of every proposal that there is no conflict; return the addresses of the seats."""
    page.goto("/reviews/")
    seats = [
        str(link.get_attribute("href")) for link in page.locator(".tasks a, .task-list a").all()
    ] or [
        str(href)
        for href in page.evaluate(
            "[...document.querySelectorAll('main a')].map(a => a.getAttribute('href'))"
            ".filter(h => /^\\/reviews\\/[a-z2-7]{26}$/.test(h))"
        )
    ]
    for seat in seats:
        page.goto(seat)
        page.get_by_role("button", name="I have no conflict of interest: accept").click()
    return seats


def _score_by_keyboard(page: Page) -> Keyboard:
    seats = _accept_all(page)
    assert len(seats) == PROPOSALS
    page.goto(seats[0])
    keyboard = Keyboard(page)
    for place in range(PROPOSALS):
        expect(page.get_by_role("button", name="Keys for scoring")).to_be_visible()
        keyboard.press("j", "5", "Tab")
        _to_words(keyboard, "r_merit")
        keyboard.press("Tab", "4")
        keyboard.press("Tab")
        _to_words(keyboard, "r_plan")
        keyboard.press("Tab", "Space")
        keyboard.tab_to("textarea[name=to_applicant]")
        keyboard.type("Please go on with it.")
        keyboard.tab_to("button[value=check]")
        keyboard.press("Enter")
        page.wait_for_url(re.compile("/submit(#main)?$"))
        keyboard.skip()
        keyboard.tab_to("input[name=no_conflict]")
        keyboard.press("Space")
        keyboard.tab_to("main button")
        keyboard.press("Enter")
        page.wait_for_url(re.compile("/after(#main)?$"))
        keyboard.skip()
        keyboard.tab_to("input[name=answer]")
        keyboard.press("Space")
        keyboard.tab_to("main button")
        keyboard.press("Enter")
        last = place == PROPOSALS - 1
        page.wait_for_url(
            re.compile(r"/reviews/(#main)?$" if last else r"/reviews/[a-z2-7]{26}(#main)?$")
        )
    _certify(page)
    return keyboard


def _to_words(keyboard: Keyboard, name: str) -> None:
    keyboard.tab_to(f"textarea[name={name}]")
    keyboard.type(WHY)


def _score_with_the_mouse(page: Page) -> None:
    for seat in _accept_all(page):
        page.goto(seat)
        for name in ("merit", "plan"):
            page.locator(f"input[name=g_{name}][value='4']").check()
            page.locator(f"textarea[name=r_{name}]").fill(WHY)
        page.locator("input[name=confidence][value='2']").check()
        page.locator("textarea[name=to_applicant]").fill("Go on with it.")
        page.get_by_role("button", name="Check and submit").click()
        page.locator("input[name=no_conflict]").check()
        page.get_by_role("button", name="Submit the review").click()
        page.wait_for_url("**/after")
    _certify(page)


def _certify(page: Page) -> None:
    page.goto("/reviews/")
    page.get_by_role("link", name="Once more: no conflict of interest?").click()
    page.locator("input[name=none]").check()
    page.get_by_role("button", name="Certify").click()
    expect(page.get_by_text("That is all we ask of you in this call.")).to_be_visible()
