"""Every page for everybody: axe finds nothing, nothing overflows, nothing comes from elsewhere."""

import re
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request

from app.accounts import session
from app.accounts.models import Role
from app.allocation import service
from app.calls.models import Call
from app.core.api.problems import is_for_programs
from app.core.db import db
from app.core.lens import Lens
from app.core.work import Mode, unit_of_work
from app.proposals.models import ProposalState
from app.reviews.models import ReviewState
from tests.allocation.test_panels_beside import a_drawing_panel, decide, of
from tests.browser.further_pages import further
from tests.factories import a_call, a_draft, a_person, a_review, a_submitted_proposal, in_pool
from tests.live import Site
from tests.panels.world import a_panel, item_about, open_with

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (tags) => {
  const found = await axe.run(document, {
    runOnly: {type: "tag", values: tags}, resultTypes: ["violations"],
  });
  return found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(" | ")}`);
}"""

Visit = tuple[str, str]  # who, address
FILE = re.compile(r"\.[a-z]+$")  # a download, or a feed
NOT_LOOKED_AT = {
    "static": "files",
    "health.healthz": "a line for machines",
    "health.readyz": "a line for machines",
    "health.show_metrics": "lines for machines",
    "home.show": "leads to the page of one's role",
    "preferences.choose": "leads back",
    "allocation.preparation": "JSON for the script of the page",
    "documents.progress": "JSON for the script of the page",
    "scenarios.progress": "JSON for the script of the page",
    "plans.progress": "JSON for the script of the page",
    "panel_outlook.progress": "JSON for the script of the page",
    "offline.progress": "JSON for the script of the page",
    "proposals.organisations": "JSON for the script of the page",
    "accounts.enter_code": "one field, as in signing in; needs half a sign-in",
    "desk.unseal": "one reason, as when a deadline is moved; needs a sealed call being decided",
    "draw.live": "what a room sees of /draw while a draw is held",
    "panel_desk.read_minutes": "the minutes of /panels/…/minutes, for the desk",
    "reviews.after": "one question; needs a blinded call that shares who applied",
    "reviews.others": "reviews as on the page of one's own; needs a call that shares them",
}


def _world(site: Site) -> tuple[list[Visit], dict[str, str]]:
    """A little of everything, and every page to look at with who looks."""
    with site.app.app_context():
        officer = a_person(Role.OFFICER, name="Odile Marchetti")
        approver = a_person(Role.APPROVER, name="Abel Sørland")
        admin = a_person(Role.ADMINISTRATOR, name="Ada Ferreira")
        lead = a_person(name="Solveig Nordvik", organisation="Fjord Institute")
        reviewer = a_person(Role.REVIEWER, name="Ines Prado", organisation="Delta Hospital")
        drafting, opened = a_call(phase="drafting"), a_call(phase="open", code="OPEN1")
        draft = a_draft(opened, lead)
        assigning = a_call(phase="assigning")
        to_assign = a_submitted_proposal(assigning, lead)
        to_screen = a_call(phase="closed")
        screened = a_submitted_proposal(to_screen, lead, state=ProposalState.SUBMITTED)
        in_pool(assigning, reviewer)
        reviewing = a_call(phase="reviewing")
        judged = a_submitted_proposal(reviewing, lead)
        seat = a_review(judged, reviewing, reviewer, state=ReviewState.DRAFT, merit="5", plan=None)
        done = a_call(phase="reviewing")
        read = a_submitted_proposal(done, lead)
        scored = a_review(read, done, reviewer, merit="5", plan="4")
        ranking = a_call(phase="ranking")
        for grade in ("6", "4", "4", "2"):
            proposal = a_submitted_proposal(ranking, lead)
            a_review(proposal, ranking, merit=grade, plan=grade)
        with unit_of_work(Lens.STAFF):
            service.make_ranking(officer, db.session.get_one(Call, ranking.id))
        met = a_panel()
        open_with(met)
        with unit_of_work(mode=Mode.READ):
            item = item_about(met.panel_id, met.world.proposals["B"].id).item
        filled = a_drawing_panel()
        decide(filled, of(filled, "F", "The only centre of its region."))
        people = {
            "chair": met.chair,
            "seated": filled.member,
            "drawing": filled.world.officer,
            "officer": officer,
            "approver": approver,
            "admin": admin,
            "lead": lead,
            "reviewer": reviewer,
        }
        more, others = further()
        people |= others
        cookies = {who: _cookie(site, person.id) for who, person in people.items()}
    desk = f"/desk/calls/{assigning.id}"
    own = f"/proposals/{draft.id}"
    visits = [
        ("", "/"), ("", "/calls"), ("", "/calls/OPEN1"), ("", "/sign-in"), ("", "/register"),
        ("", "/patterns"), ("", "/results"), ("", "/verify"), ("", "/nowhere"),
        ("", "/reset-password"),
        ("lead", "/proposals"), ("lead", "/calls/OPEN1/apply"), ("lead", own),
        ("lead", f"{own}/write"), ("lead", f"{own}/files/description"),
        ("lead", f"{own}/consortium"), ("lead", f"{own}/consortium/new"),
        ("lead", f"{own}/background"), ("lead", f"{own}/exception"), ("lead", f"{own}/people"),
        ("lead", f"{own}/history"), ("lead", f"{own}/compare"), ("lead", f"{own}/signatory"),
        ("lead", f"{own}/comments/q_aims"),
        ("lead", f"{own}/as-reviewers-see-it"), ("lead", f"{own}/submit"), ("lead", "/profile"),
        ("reviewer", "/reviews/"), ("reviewer", f"/reviews/{seat.id}"),
        ("officer", "/desk/"), ("officer", "/desk/calls/new"),
        ("officer", f"/desk/calls/{drafting.id}"), ("officer", f"/desk/calls/{drafting.id}/edit"),
        ("", "/calls/OPEN1/form"),
        ("officer", f"/desk/calls/{drafting.id}/form"),
        ("officer", f"/desk/calls/{drafting.id}/form/questions/new"),
        ("officer", f"/desk/calls/{drafting.id}/form/criteria/new"),
        ("officer", f"/desk/calls/{drafting.id}/form/sections/new"),
        ("officer", f"/desk/calls/{drafting.id}/form/try"),
        ("officer", f"/desk/calls/{drafting.id}/clone"),
        ("officer", "/desk/calls/from-file"),
        ("officer", "/desk/templates"),
        ("officer", "/desk/templates/clinical-protocol"),
        ("officer", f"/desk/calls/{to_screen.id}/proposals/invitations"),
        ("officer", f"/desk/calls/{drafting.id}/contributions/new"),
        ("officer", f"/desk/calls/{drafting.id}/conditions"),
        ("officer", f"/desk/calls/{drafting.id}/grace"),
        ("officer", f"/desk/calls/{to_screen.id}/proposals/exceptions"),
        ("officer", f"/desk/calls/{to_screen.id}/proposals/exceptions/new"),
        ("officer", f"/desk/calls/{to_screen.id}/proposals/{screened.id}/return"),
        ("officer", f"/desk/calls/{to_screen.id}/proposals/"),
        ("officer", f"/desk/calls/{to_screen.id}/proposals/{screened.id}"),
        ("officer", f"{desk}/reviewers"), ("officer", f"{desk}/reviewers/new"),
        ("officer", f"{desk}/conflicts"), ("officer", f"{desk}/assignment"),
        ("officer", f"{desk}/assignment/{to_assign.id}"), ("officer", f"{desk}/plans"),
        ("officer", f"{desk}/bidding"), ("reviewer", "/bids/"), ("reviewer", "/reminders"),
        ("officer", f"{desk}/reviewers/history"), ("officer", f"{desk}/reviewers/invitations"),
        ("officer", f"{desk}/reviewers/invite"), ("officer", f"{desk}/reviewers/import"),
        ("officer", f"{desk}/reviewers/offers"), ("officer", f"{desk}/reviewers/terms"),
        ("officer", f"/desk/calls/{done.id}/proposals/{read.id}/reviews"),
        ("officer", "/interests/"), ("reviewer", "/mix"),
        ("reviewer", f"/reviews/calls/{reviewing.id}"),
        ("reviewer", f"/reviews/calls/{reviewing.id}/offline"),
        ("reviewer", f"/reviews/calls/{done.id}/certify"),
        ("reviewer", f"/reviews/{scored.id}/conflict"),
        ("officer", f"/desk/calls/{reviewing.id}/reminders"),
        ("officer", f"/desk/calls/{reviewing.id}/progress"),
        ("officer", f"/desk/calls/{ranking.id}/ranking"),
        ("officer", f"/desk/calls/{ranking.id}/allocation"),
        ("officer", f"/desk/calls/{ranking.id}/reports"),
        ("approver", f"/desk/calls/{ranking.id}/allocation"), ("admin", "/people"),
        ("officer", f"/desk/calls/{drafting.id}/award-rule"),
        ("officer", f"/desk/calls/{ranking.id}/fund"),
        ("officer", f"/desk/calls/{ranking.id}/scenarios"),
        ("officer", f"/desk/calls/{ranking.id}/scenarios/new"),
        ("officer", f"/desk/calls/{ranking.id}/draw"),
        ("officer", f"/desk/calls/{ranking.id}/panel"),
        ("officer", f"/desk/calls/{met.world.call.id}/panel"),
        ("chair", "/panels/"), ("chair", f"/panels/{met.panel_id}"),
        ("chair", f"/panels/{met.panel_id}/items/{item.id}"),
        ("chair", f"/panels/{met.panel_id}/minutes"), ("chair", f"/panels/{met.panel_id}/desk"),
        ("seated", f"/panels/{filled.panel_id}/desk"),
        ("seated", f"/panels/{filled.panel_id}/desk/draw"),
        ("drawing", f"/desk/calls/{filled.world.call.id}/allocation"),
        ("drawing", f"/desk/calls/{filled.world.call.id}/draw"),
    ]  # fmt: skip
    return [*visits, *more], cookies


def _forgotten(site: Site, visits: list[Visit]) -> set[str]:
    """Return the pages, by endpoint, that no visit looks at and no exception names."""
    addresses = site.app.url_map.bind("127.0.0.1")
    seen = {addresses.match(address)[0] for _, address in visits if address != "/nowhere"}
    pages = {
        rule.endpoint
        for rule in site.app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not FILE.search(rule.rule)
        and not is_for_programs(rule.rule)
    }
    assert not seen & NOT_LOOKED_AT.keys(), "an exception that is none any more"
    return pages - seen - NOT_LOOKED_AT.keys()


def _cookie(site: Site, account_id: str) -> str:
    from flask import session as cookie  # noqa: PLC0415

    with site.app.test_request_context():
        with unit_of_work():
            session.begin(account_id)
        signer = site.app.session_interface.get_signing_serializer(site.app)  # type: ignore[attr-defined]
        return str(signer.dumps(dict(cookie)))


def _heard(page: Page) -> list[str]:
    """Return a list that fills with the addresses the page asks."""
    asked: list[str] = []

    def hear(request: Request) -> None:
        asked.append(request.url)

    page.on("request", hear)
    return asked


def _context(chromium: Browser, site: Site, cookie: str) -> BrowserContext:
    context = chromium.new_context(base_url=site.url, reduced_motion="reduce")
    context.add_init_script(path=AXE)
    if cookie:
        context.add_cookies([{"name": "session", "value": cookie, "url": site.url}])
    return context


def _faults(page: Page) -> list[str]:
    """Look at an open page on a wide screen in the light and on a telephone in the dark."""
    found = []
    for width, scheme in ((360, "dark"), (1280, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found += [f"{issue} ({width}, {scheme})" for issue in page.evaluate(RUN, TAGS)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"wider than {width} px")
    return found


@pytest.mark.browser
@pytest.mark.parametrize("half", [0, 1])  # so that two processes share the work
def test_axe_finds_nothing_and_nothing_overflows(chromium: Browser, site: Site, half: int) -> None:
    everything, cookies = _world(site)
    found = [f"{page} is not looked at" for page in sorted(_forgotten(site, everything))]
    visits = everything[half::2]
    for who in dict.fromkeys(who for who, _ in visits):
        context = _context(chromium, site, cookies.get(who, ""))
        page = context.new_page()
        asked = _heard(page)
        for _, address in (visit for visit in visits if visit[0] == who):
            answer = page.goto(address)
            expected = 404 if address == "/nowhere" else 200
            if answer is None or answer.status != expected:
                found.append(f"{address}: {answer and answer.status}")
                continue
            found += [f"{address} ({who}): {fault}" for fault in _faults(page)]
        found += [
            f"{who}: asked {address}"
            for address in asked
            if not address.startswith((site.url, "data:"))
        ]
        context.close()
    assert found == []


@pytest.mark.browser
def test_axe_would_find_something(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("<html><body><img src='data:,'><input></body></html>")
    page.add_script_tag(path=AXE)

    assert len(page.evaluate(RUN, TAGS)) >= 3
    page.close()


@pytest.mark.browser
def test_the_scripts_obey_the_content_security_policy(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(base_url=site.url)
    page = context.new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    for address in ("/", "/calls", "/sign-in", "/patterns"):
        page.goto(address)
    context.close()

    assert [line for line in heard if "Content Security Policy" in line] == []
