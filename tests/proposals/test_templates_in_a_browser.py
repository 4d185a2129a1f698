"""Each template once: opened as a call, filled in by an applicant in Chromium, and submitted.

Every problem that the page names is followed by its link to the answer it is about. Partners, hosts
and signatories confirm by the links of their letters, in browsers of their own.
"""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.calls import transfer
from app.core import clock
from app.core.db import db
from app.core.work import Mode, unit_of_work
from app.notifications.account_letters import with_link
from app.notifications.models import Letter
from tests.browser_client import Browser as PlainBrowser
from tests.factories import a_person, an_officer
from tests.live import Site
from tests.pdfs import a_pdf

pytestmark = pytest.mark.browser
WALL = "%Y-%m-%dT%H:%M"
# What an answer is where the first choice or a sentence does not fit, by the end of its name.
FITTING = {
    "q_data_kinds": "Clinical records",
    "q_length": "8",
    "q_hours": "6",
    "q_numbers": "240",
    "q_value": "Staff, mostly.",
    "-email": "somebody@partner.example",
    "-orcid": "",
    "-ror": "",
    "-amount": "9000",
    "-patients": "80",
    "-from_month": "1",
    "-to_month": "12",
    "-by_month": "12",
    "-cost": "",
    "-host_url": "https://repository.example",
    "q_approvals-0-site": "",
    "-day": "",
    "-number": "",
    "-body": "",
    "-r0": "1",
    "-r1": "",
    "-r2": "6",
    "-r3": "",
    "-r4": "",
    "-r5": "",
    "q_care": "",
    "q_income_country": "",
}
# Fills every visible control; conditions open as answers come, so it runs until nothing is new.
FILL = """(fitting) => {
  const known = (name) => {
    if (name in fitting) return fitting[name];
    const ending = Object.keys(fitting).find((key) => key[0] === "-" && name.endsWith(key));
    return ending === undefined ? null : fitting[ending];
  };
  let filled = 0;
  const tell = (control) => {
    filled += 1;
    for (const kind of ["input", "change"]) control.dispatchEvent(new Event(kind, {bubbles: true}));
  };
  const form = document.querySelector("textarea[name=q_lay_summary]").form;
  for (const control of form.elements) {
    const name = control.name;
    if (!name.startsWith("q_") || control.type === "hidden") continue;
    if (!control.getClientRects().length) continue;
    const wanted = known(name);
    if (wanted === "") continue;
    if (control.type === "radio" || control.type === "checkbox") {
      if (form.querySelector(`[name="${name}"]:checked`)) continue;
      if (wanted !== null && control.value !== wanted) continue;
      control.checked = true;
      tell(control);
    } else if (!control.value) {
      if (control.tagName === "SELECT") control.value = wanted ?? control.options[1].value;
      else if (control.type === "date") control.value = "2031-03-01";
      else control.value = wanted ?? "We measure what patients say, and why it matters.";
      tell(control);
    }
  }
  return filled;
}"""


def _open_call(officer: PlainBrowser, name: str, code: str) -> None:
    """Begin a call from a template and publish it, as an officer does."""
    now = clock.now()
    begun = officer.fill_in(
        f"/desk/templates/{name}",
        code=code,
        zone="Europe/Oslo",
        opens=(now - timedelta(days=2)).strftime(WALL),
        closes=(now + timedelta(days=20)).strftime(WALL),
    )
    desk = begun.request.path
    officer.fill_in(f"{desk}/contributions/new", funder="A fund", kind="charity", amount="5000000")
    published = officer.send(desk, form=f"{desk}/publish")
    assert published.status_code == 303, published.text


def _links(kind: str, most: int) -> list[str]:
    """Return the links of the latest letters of a kind."""
    with unit_of_work(mode=Mode.READ):
        letters = db.session.scalars(
            select(Letter.id)
            .where(Letter.kind == kind)
            .order_by(Letter.created_at.desc())
            .limit(most)
        ).all()
        bodies = [with_link(db.session.get_one(Letter, letter_id)) for letter_id in letters]
    return [re.findall(r"https?://[^/]+(/\w+/\S+)", body)[0] for body in bodies]


class _Applicant:
    """Somebody who applies in a browser; `plain` is another of theirs, without scripts."""

    def __init__(self, site: Site, page: Page, plain: PlainBrowser) -> None:
        self.site, self.page, self.plain, self.here = site, page, plain, ""

    def begin(self, code: str, country: str) -> None:
        self.page.goto(f"/calls/{code}/apply")
        self.page.get_by_role("button", name="Start a proposal").click()
        self.page.wait_for_url("**/write")
        self.here = self.page.url.removesuffix("/write")
        self.write(country)

    def write(self, country: str) -> None:
        page = self.page
        page.locator("[name=title]").fill("What patients say, and what it changes")
        page.locator("[name=organisation]").fill("Lakeside Hospital")
        page.locator("[name=country]").select_option(country)
        page.locator("[name=requested]").fill("9000")
        page.locator("[name=months]").fill("12")
        for _ in range(4):
            if not page.evaluate(FILL, FITTING):
                break
        self.save()

    def save(self) -> None:
        self.page.get_by_role("button", name="Save and go on").click()
        self.page.wait_for_url(lambda url: url.partition("#")[0] == self.here)

    def problems(self) -> set[str]:
        """Return the pages on which something is still to do; each link leads to its answer."""
        self.page.goto(f"{self.here}/submit")
        links = self.page.locator("main .notice li a").all()
        hrefs = {str(link.get_attribute("href")) for link in links}
        for href in hrefs:
            path, _, answer = href.partition("#")
            if answer:
                assert self.plain.get(path).text.count(f'id="{answer}"') == 1, href
        return {href.partition("#")[0].rpartition("/")[2] for href in hrefs}

    def add_partner(self, name: str, country: str, place: str = "") -> None:
        page = self.page
        page.goto(f"{self.here}/consortium/new")
        page.locator("[name=name]").fill(name)
        page.locator("[name=country]").select_option(country)
        if place:
            page.locator(f"[name=place][value={place}]").check()
        page.locator("[name=contact_name]").fill("Cora Contact")
        page.locator("[name=contact_email]").fill(
            f"cora@{name.split(maxsplit=1)[0].lower()}.example"
        )
        page.locator("[name=roles]").first.check()
        page.locator("[name=person_months]").fill("4")
        page.locator("[name=budget]").fill("2000")
        page.get_by_role("button", name="Save the partner").click()
        page.wait_for_url("**/consortium")
        card = page.locator("li.card", has_text=name)
        card.get_by_role("button", name="Ask to confirm").click()
        expect(page.locator("body")).to_contain_text("A letter is on its way")

    def attach(self, question: str) -> None:
        self.page.goto(f"{self.here}/files/{question}")
        file = {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": a_pdf("The plan")}
        self.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        self.page.get_by_role("button", name="Upload", exact=True).click()
        expect(self.page.locator("body")).to_contain_text("its copy for reviewers is made")

    def line_for_each(self, question: str, countries: tuple[str, ...]) -> None:
        """Give each country its line in a table of approvals."""
        self.page.goto(f"{self.here}/write")
        for place, country in enumerate(countries):
            row = f"[name='q_{question}-{place}-country']"
            if not self.page.locator(row).count():
                self.page.locator(f"#q_{question} button[name=rows]").last.click()
            self.page.locator(row).select_option(country)
            self.page.locator(f"[name='q_{question}-{place}-status']").select_option("to-apply")
        self.save()


TEMPLATES = {  # the countries of the partners beside the lead in Norway; what is missing at first
    "collaborative-project": (("KE", "ES"), {"write", "consortium"}),
    "exchange-fellowship-short": (("KE",), {"consortium", "signatory"}),
    "exchange-fellowship-long": (("KE",), {"consortium", "signatory", "background"}),
    "mentorship": (("KE",), {"consortium"}),
    "research-network": (("KE", "ES", "MW"), {"consortium"}),
    "clinical-protocol": (("KE", "ES"), {"write", "consortium", "signatory"}),
}
NAMES = {"KE": "Lakeshore Institute", "ES": "Costa Clinic", "MW": "Highland Centre"}


def test_every_template_is_opened_filled_in_confirmed_and_submitted(
    chromium: Browser, site: Site
) -> None:
    assert set(TEMPLATES) == set(transfer.library())
    with site.app.app_context():
        officer = PlainBrowser(site.app).sign_in(an_officer().id)
        lead = a_person(name="Lena Lead", organisation="Lakeside Hospital")
        plain = PlainBrowser(site.app).sign_in(lead.id)
        cookie = plain.client.get_cookie("session")
    assert cookie is not None
    context = chromium.new_context(base_url=site.url)
    context.set_default_timeout(20_000)
    context.add_cookies([{"name": "session", "value": cookie.value, "url": site.url}])
    applicant = _Applicant(site, context.new_page(), plain)
    for number, (name, (partners, missing)) in enumerate(TEMPLATES.items()):
        with site.app.app_context():
            _open_call(officer, name, f"TMP{number}")
        _submit_one(applicant, name, f"TMP{number}", partners, missing)
    context.close()


def _submit_one(
    lead: _Applicant, name: str, code: str, partners: tuple[str, ...], missing: set[str]
) -> None:
    """Apply, mending what the page says where its link leads."""
    fellowship = name.startswith("exchange")
    lead.begin(code, "NO")
    with lead.site.app.app_context():
        assert lead.problems() == missing, name
    for country in partners:
        lead.add_partner(NAMES[country], country, "host" if fellowship else "")
    if "background" in missing:
        lead.page.goto(f"{lead.here}/background")
        lead.page.locator("[name=doctorate]").fill("2025-06")
        lead.page.get_by_role("button", name="Save").click()
        lead.page.wait_for_url(lead.here)
    if name == "clinical-protocol":
        lead.attach("protocol")
    if "write" in missing:
        lead.line_for_each("approvals", ("NO", *partners))
    with lead.site.app.app_context():
        assert lead.problems() == {"consortium"} | (missing & {"signatory"}), name
        for link in _links("proposals.partner", len(partners)):
            answered = PlainBrowser(lead.site.app).fill_in(
                link, takes_part="yes", name="Cora Contact"
            )
            assert "Thank you" in answered.text
    if "signatory" in missing:
        _sign_off(lead, by_supervisor=fellowship)
    assert lead.problems() == set(), name
    lead.page.get_by_role("button", name="Submit the proposal").click()
    expect(lead.page.locator("body")).to_contain_text("Receipt")
    expect(lead.page.locator("body")).to_contain_text(f"{code}-001")


def _sign_off(lead: _Applicant, *, by_supervisor: bool) -> None:
    page = lead.page
    page.goto(f"{lead.here}/signatory")
    page.locator("[name=name]").fill("Stig Signs")
    page.locator("[name=email]").fill("stig@lakeside.example")
    page.get_by_role("button", name="Ask to sign off").click()
    expect(page.locator("body")).to_contain_text("A letter is on its way")
    assert lead.problems() == {"signatory"}
    with lead.site.app.app_context():
        [link] = _links("proposals.signatory", 1)
        signatory = PlainBrowser(lead.site.app)
        assert ("supervisor at home" in signatory.get(link).text) is by_supervisor
        assert "Signed off" in signatory.fill_in(link, name="Stig Signs").text
