"""Writing in a real browser: two people at once, no connection, a crash, and a shared device."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import select

from app.accounts.actor import Actor
from app.core.db import db
from app.core.work import Mode, unit_of_work
from app.proposals.models import Draft, MayDo, MemberRole, Proposal, ProposalMember
from tests.browser_client import Browser as PlainBrowser
from tests.factories import a_call, a_draft, a_person, plant
from tests.live import Site

pytestmark = pytest.mark.browser
AIMS = "textarea[name=q_aims]"
STATE = "[data-autosave-state]"


def _scene(site: Site) -> tuple[Proposal, Actor, Actor]:
    """A draft of two people who both may write."""
    with site.app.app_context():
        lead, friend = a_person(name="Lena Lead"), a_person(name="Ede Edit")
        proposal = a_draft(a_call(), lead)
        plant(
            ProposalMember(
                proposal_id=proposal.id,
                account_id=friend.id,
                role=MemberRole.CO_APPLICANT,
                may=MayDo.EDIT,
                name=friend.name,
            )
        )
        return proposal, lead, friend


def _context(chromium: Browser, site: Site, actor: Actor) -> BrowserContext:
    context = chromium.new_context(base_url=site.url)
    context.set_default_timeout(20_000)
    _sign_in(context, site, actor)
    return context


def _sign_in(context: BrowserContext, site: Site, actor: Actor) -> None:
    with site.app.app_context():
        cookie = PlainBrowser(site.app).sign_in(actor.id).client.get_cookie("session")
    assert cookie is not None
    context.add_cookies([{"name": "session", "value": cookie.value, "url": site.url}])


def _writing(context: BrowserContext, proposal: Proposal) -> Page:
    page = context.new_page()
    page.goto(f"/proposals/{proposal.id}/write")
    return page


def _aims(site: Site) -> str:
    with site.app.app_context(), unit_of_work(mode=Mode.READ):
        return str(db.session.scalars(select(Draft)).one().science["aims"])


def _kept(page: Page) -> list[str]:
    found = page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:'))")
    return [str(key) for key in found]


def _lose_posts(route: Route) -> None:
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


def test_two_co_authors_never_overwrite_each_other_silently(chromium: Browser, site: Site) -> None:
    proposal, lead, friend = _scene(site)
    hers, his = _context(chromium, site, lead), _context(chromium, site, friend)
    first, second = _writing(hers, proposal), _writing(his, proposal)

    first.locator(AIMS).fill("What Lena wrote")
    expect(first.locator(STATE)).to_contain_text("Saved")
    second.locator(AIMS).fill("What Ede wrote")
    expect(second.locator(STATE)).to_contain_text("changed in another window")
    assert _aims(site) == "What Lena wrote"

    second.get_by_role("button", name="Save and go on").click()
    expect(second.locator("body")).to_contain_text("Somebody else saved this proposal")
    expect(second.locator("body")).to_contain_text("What Lena wrote")
    expect(second.locator(AIMS)).to_have_value("What Ede wrote")
    assert _aims(site) == "What Lena wrote"
    second.get_by_role("button", name="Save and go on").click()
    expect(second.get_by_role("heading", level=1)).to_contain_text("A thing worth")
    assert _aims(site) == "What Ede wrote"

    second.goto(f"/proposals/{proposal.id}/history")
    for name in ("Lena Lead", "Ede Edit"):
        expect(second.locator("table")).to_contain_text(name)
    hers.close()
    his.close()


def test_a_minute_without_connection_costs_no_word(chromium: Browser, site: Site) -> None:
    proposal, lead, _friend = _scene(site)
    context = _context(chromium, site, lead)
    page = context.new_page()
    page.clock.install()
    page.goto(f"/proposals/{proposal.id}/write")
    context.set_offline(True)
    page.locator(AIMS).fill("Written on the train")
    page.clock.run_for(61_000)
    expect(page.locator(STATE)).to_contain_text("kept on this device")
    assert _aims(site) == "We will find out."

    context.set_offline(False)
    page.clock.run_for(10_000)

    expect(page.locator(STATE)).to_contain_text("Saved")
    assert _aims(site) == "Written on the train"
    assert _kept(page) == [], "what is saved is not kept on the device"
    context.close()


def test_words_of_a_browser_that_died_offline_come_back(chromium: Browser, site: Site) -> None:
    proposal, lead, _friend = _scene(site)
    context = _context(chromium, site, lead)
    page = _writing(context, proposal)
    context.set_offline(True)
    page.locator(AIMS).fill("Nearly lost")
    expect(page.locator(STATE)).to_contain_text("kept on this device")
    page.close()
    context.set_offline(False)

    again = _writing(context, proposal)

    expect(again.locator(AIMS)).to_have_value("Nearly lost")
    expect(again.locator(STATE)).to_contain_text("Saved")
    assert _aims(site) == "Nearly lost"
    context.close()


def test_words_sent_to_a_server_that_is_gone_come_back(chromium: Browser, site: Site) -> None:
    proposal, lead, _friend = _scene(site)
    context = _context(chromium, site, lead)
    page = _writing(context, proposal)
    page.route("**/write", _lose_posts)
    page.route("**/autosave", lambda route: route.abort())
    page.locator(AIMS).fill("Sent into the void")
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url("chrome-error://**")
    page.close()

    again = _writing(context, proposal)

    expect(again.locator(AIMS)).to_have_value("Sent into the void")
    expect(again.locator(STATE)).to_contain_text("Saved")
    assert _aims(site) == "Sent into the void"
    again.get_by_role("button", name="Save and go on").click()
    expect(again.get_by_role("heading", level=1)).to_contain_text("A thing worth")
    assert _kept(_writing(context, proposal)) == [], "what is saved is not kept on the device"
    context.close()


def test_the_next_person_on_the_same_device_is_shown_nothing(chromium: Browser, site: Site) -> None:
    proposal, lead, friend = _scene(site)
    context = _context(chromium, site, lead)
    page = _writing(context, proposal)
    context.set_offline(True)
    page.locator(AIMS).fill("Only for Lena")
    expect(page.locator(STATE)).to_contain_text("kept on this device")
    page.close()
    context.set_offline(False)

    context.clear_cookies()
    _sign_in(context, site, friend)
    other = _writing(context, proposal)
    expect(other.locator(AIMS)).to_have_value("We will find out.")
    expect(other.locator("body")).not_to_contain_text("Only for Lena")
    assert len(_kept(other)) == 1
    other.locator("form[data-signs-out]").evaluate("(form) => form.requestSubmit()")
    other.wait_for_url("**/")
    assert _kept(other) == [], "signing out leaves nothing behind"
    context.close()


def test_a_sign_in_that_ended_while_writing_costs_no_word(chromium: Browser, site: Site) -> None:
    proposal, lead, _friend = _scene(site)
    context = _context(chromium, site, lead)
    page = _writing(context, proposal)
    context.clear_cookies()
    page.locator(AIMS).fill("Written after the end")
    expect(page.locator(STATE)).to_contain_text("Not saved")
    _sign_in(context, site, lead)

    page.reload()

    expect(page.locator(AIMS)).to_have_value("Written after the end")
    expect(page.locator(STATE)).to_contain_text("Saved")
    assert _aims(site) == "Written after the end"
    context.close()
