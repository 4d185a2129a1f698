"""A call from its first page to its reports, in Chromium, as each person in turn."""

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pikepdf
import pytest
import time_machine
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.accounts import passwords
from app.accounts.models import Credential, Role, RoleGrant
from app.core import clock
from app.core.db import db
from app.core.work import Mode, unit_of_work
from app.funds.models import Funder
from tests.factories import a_person, plant
from tests.live import People, Site
from tests.pdfs import a_pdf

PASSWORD = "a long phrase for this journey"
APPLICANTS = {
    "Solveig Nordvik": (
        "Fjord Institute",
        "Norway",
        "Breath tests for early lung cancer",
        "600000",
    ),
    "Amara Okoye": (
        "Lagoon University",
        "Nigeria",
        "A vaccine registry that finds the missed",
        "300000",
    ),
    "Tomás Ibarra": ("Sierra Clinic", "Chile", "Cold plasma for shallow tumours", "500000"),
}
REVIEWERS = {
    "Ines Prado": "Delta Hospital",
    "Kofi Mensah": "Savanna College",
    "Lena Holm": "Fjord Institute",  # a conflict with the first applicant, by organisation
}
GRADES = {  # reviewer -> title -> grade of both criteria
    "Ines Prado": {"Breath": "5", "vaccine": "6", "plasma": "2"},
    "Kofi Mensah": {"Breath": "4", "vaccine": "6", "plasma": "3"},
}


def _with_password(*roles: Role, name: str, email: str) -> str:
    person = a_person(*roles, name=name, email=email)
    plant(
        Credential(
            account_id=person.id,
            password_hash=passwords.hashed(PASSWORD),
            totp_secret=None,
            changed_at=clock.now(),
        )
    )
    return person.id


def _sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"^(?!.*sign-in).*$"))


def _address(name: str) -> str:
    return name.lower().replace(" ", ".").replace("á", "a") + "@example.org"


def _letters_to(site: Site, address: str) -> list[str]:
    site.work_off()
    found = []
    for path in sorted((site.folder / "mail").rglob("*")):
        if path.is_file():
            letter = message_from_bytes(path.read_bytes(), policy=policy.default)
            if address in str(letter["To"]):
                body = letter.get_body(("plain",))
                found.append(body.get_content() if body else "")
    return found


def _path_in(letter: str) -> str:
    found = re.search(r"https?://[^/\s]+(/set-password/\S+)", letter)
    assert found, letter
    return found.group(1)


@pytest.mark.browser
def test_a_call_runs_end_to_end(site: Site, people: People, tmp_path: Path) -> None:
    with site.app.app_context():
        _with_password(Role.OFFICER, name="Odile Marchetti", email="officer@example.org")
        _with_password(Role.APPROVER, name="Abel Sørland", email="approver@example.org")
        funder_account = _with_password(name="Farida Haddad", email="funder@example.org")
    officer = people["officer"]
    _sign_in(officer, "officer@example.org")

    _create_call(officer)
    _give_funder(site, funder_account)
    receipts = [_apply(people[name], site, name) for name in APPLICANTS]
    assert len(set(receipts)) == 3

    late = people["Solveig Nordvik"]
    late.goto("/proposals")
    late.get_by_role("link", name="Breath tests").click()
    with time_machine.travel(datetime.now(UTC) + timedelta(days=8), tick=True):
        late.reload()
        expect(late.get_by_text("This call closed on")).to_be_visible()
        _screen(officer)
        _enter_reviewers(officer)
        _assign(officer)
        for name in GRADES:
            _review(people[name], site, name)
        _rank_and_propose(officer)
        _approve(people["approver"], officer)
        _release(officer)
        site.work_off()
        _outcome(late, "Breath tests", funded=False)
        _outcome(people["Amara Okoye"], "A vaccine registry", funded=True)
        _funder_reads(people["funder"], tmp_path)
        _public_reads(people["visitor"])


def _create_call(page: Page) -> None:
    page.goto("/desk/")
    page.get_by_role("link", name="New call").click()
    now = datetime.now(UTC)
    page.get_by_label("Code").fill("JRN27")
    page.get_by_label("Title").fill("Cancer research where it is needed most")
    page.get_by_label("What the call funds").fill("Early detection and prevention, by any team.")
    page.get_by_label("Time zone").fill("Europe/Oslo")
    page.get_by_label("Opens", exact=True).fill(f"{now - timedelta(days=2):%Y-%m-%dT%H:%M}")
    page.get_by_label("Closes", exact=True).fill(f"{now + timedelta(days=7):%Y-%m-%dT%H:%M}")
    page.get_by_label("Reviews due").fill(f"{now + timedelta(days=30):%Y-%m-%dT%H:%M}")
    page.get_by_label("Reviewers for each proposal").fill("2")
    page.get_by_label("Exchange rates").fill("NOK 0.085")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The weights")).to_have_count(0)
    expect(page.get_by_text("Add at least one contribution")).to_be_visible()

    for weight, wrong in (("0.2", 1), ("0.25", 0)):
        page.get_by_role("link", name="Form and criteria").click()
        page.get_by_role("link", name="Edit Feasibility").click()
        page.get_by_label("Weight").fill(weight)
        page.get_by_role("button", name="Save").click()
        page.get_by_role("link", name="JRN27", exact=True).click()
        expect(page.get_by_text("The weights add up to 0.95, not 1")).to_have_count(wrong)

    for funder, kind, amount in (
        ("Ministry of Health of Testland", "government", "600000"),
        ("Society against Cancer", "charity", "200000"),
    ):
        page.get_by_role("link", name="Add a contribution").click()
        page.get_by_label("Funder").fill(funder)
        page.get_by_label("Kind").select_option(kind)
        page.get_by_label("Amount").fill(amount)
        page.get_by_role("button", name="Add").click()
    page.get_by_role("button", name="Publish the call").click()
    expect(page.get_by_text("Its rules are frozen", exact=False).first).to_be_visible()


def _give_funder(site: Site, account_id: str) -> None:
    with site.app.app_context():
        with unit_of_work(mode=Mode.READ):
            funder = db.session.scalar(
                select(Funder.id).where(Funder.name == "Society against Cancer")
            )
        assert funder is not None
        plant(RoleGrant(account_id=account_id, role=Role.FUNDER, scope=funder))


def _apply(page: Page, site: Site, name: str) -> str:
    organisation, country, title, amount = APPLICANTS[name]
    page.goto("/calls")
    page.get_by_role("link", name="Cancer research where it is needed most").click()
    page.get_by_role("link", name="Apply").click()
    page.get_by_role("link", name="Make one").click()
    page.get_by_label("Full name").fill(name)
    page.get_by_label("E-mail address").fill(_address(name))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make an account").click()
    page.goto("/calls/JRN27/apply")
    page.get_by_role("button", name="Start a proposal").click()

    page.get_by_label("Title of the project").fill(title)
    page.get_by_label("Duration in months").fill("24")
    page.get_by_label("Amount you ask for").fill(amount)
    page.get_by_label("Lead organisation", exact=True).fill(organisation)
    page.get_by_label("Country of the lead organisation").select_option(label=country)
    page.get_by_label("Position of the lead applicant").fill("Professor")
    page.get_by_label("The team").fill(f"{name} leads; two more take part.")
    for label in (
        "Summary in plain words",
        "Aims and background",
        "Approach and feasibility",
        "Data-sharing plan",
        "Ethics and patients",
    ):
        page.get_by_label(label).fill(f"What we say about {label.lower()}.")
    expect(page.get_by_text(re.compile(r"^Saved \d"))).to_be_visible()  # autosave
    page.get_by_role("button", name="Save and go on").click()

    page.get_by_role("link", name="The project", exact=True).click()
    page.get_by_role("link", name="Upload a PDF").click()
    page.get_by_label("PDF file").set_input_files(
        {
            "name": f"{name} final.pdf",
            "mimeType": "application/pdf",
            "buffer": a_pdf("Figures", author=name),
        }
    )
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("The file is attached")).to_be_visible()
    page.goto(page.url.split("/files/")[0])

    page.get_by_role("link", name="Look at what reviewers will see").click()
    shown = page.locator("main").inner_text()
    assert title in shown
    assert name not in shown
    assert organisation not in shown
    page.go_back()
    page.get_by_role("link", name="Check and submit").click()
    page.get_by_role("button", name="Submit the proposal").click()
    expect(page.get_by_role("heading", name="Proposal submitted")).to_be_visible()
    receipt = page.get_by_text(re.compile(r"^Receipt: ")).inner_text().removeprefix("Receipt: ")
    assert any(receipt in letter for letter in _letters_to(site, _address(name)))
    return receipt


def _desk(page: Page, link: str) -> None:
    page.goto("/desk/")
    page.get_by_role("link", name="Cancer research where it is needed most").click()
    page.get_by_role("link", name=link).click()


def _step(page: Page, button: str) -> None:
    page.goto("/desk/")
    page.get_by_role("link", name="Cancer research where it is needed most").click()
    page.get_by_role("button", name=button).click()


def _screen(page: Page) -> None:
    for number in ("JRN27-001", "JRN27-002", "JRN27-003"):
        _desk(page, "Proposals and eligibility")
        page.get_by_role("link", name=number).click()
        page.get_by_label("Eligible: it goes to review").check()
        page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("eligible, in review")).to_have_count(3)
    _step(page, "Screening is done: begin assigning")


def _enter_reviewers(page: Page) -> None:
    for name, organisation in REVIEWERS.items():
        _desk(page, "Reviewers")
        page.get_by_role("link", name="Enter a reviewer").click()
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("E-mail address").fill(_address(name))
        page.get_by_label("Organisation", exact=True).fill(organisation)
        page.get_by_role("button", name="Enter").click()
        expect(page.get_by_text(f"{name} is in the pool.")).to_be_visible()


def _assign(page: Page) -> None:
    for number in ("JRN27-001", "JRN27-002", "JRN27-003"):
        for name in GRADES:
            _desk(page, "Assignment")
            page.get_by_role("link", name=number).first.click()
            expect(page.get_by_role("heading", name=f"Reviewers of {number}")).to_be_visible()
            options = page.locator("select option").all_inner_texts()
            offered = [text for text in options if "Lena Holm" in text]
            assert bool(offered) is (number != "JRN27-001"), "the conflict is not offered"
            label = next(text for text in options if name in text)
            page.locator("select").first.select_option(label=label)
            page.get_by_role("button", name="Assign").click()
            expect(page.get_by_role("cell", name=name).first).to_be_visible()
    _step(page, "Assignment is done: begin reviewing")


def _review(page: Page, site: Site, name: str) -> None:
    letters = _letters_to(site, _address(name))
    page.goto(_path_in(next(letter for letter in letters if "/set-password/" in letter)))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    _sign_in(page, _address(name)) if "sign-in" in page.url else None
    for part, grade in GRADES[name].items():
        page.goto("/reviews/")
        page.get_by_role("link", name=re.compile(part)).click()
        page.get_by_role("button", name="I have no conflict of interest: accept").click()
        shown = page.locator("main").inner_text()
        for applicant, (organisation, *_rest) in APPLICANTS.items():
            assert applicant not in shown
            assert organisation not in shown
        for key in ("importance", "approach", "feasibility"):
            page.locator(f"input[name='g_{key}'][value='{grade}']").check()
            page.locator(f"textarea[name='r_{key}']").fill(
                "The plan answers the question with methods that fit, and the risks are named."
            )
        page.get_by_label("Medium: I know the field").check()
        page.get_by_label("Comment to the applicants").fill("Clear, needed, and possible to do.")
        page.get_by_role("button", name="Check and submit").click()
        page.get_by_label("Having read it all, I still know of no conflict").check()
        page.get_by_role("button", name="Submit the review").click()
        expect(page.get_by_text("Submitted").first).to_be_visible()


def _rank_and_propose(page: Page) -> None:
    _step(page, "Reviews are in: close reviewing and rank")
    _desk(page, "Ranking")
    page.get_by_role("button", name="Make the ranking").click()
    expect(page.get_by_text("6.0000").first).to_be_visible()
    page.get_by_role("button", name="Propose this allocation").click()
    expect(page.get_by_text("Somebody else now has to approve it")).to_be_visible()


def _approve(page: Page, officer: Page) -> None:
    expect(officer.get_by_role("button", name="Approve this allocation")).to_have_count(0)
    _sign_in(page, "approver@example.org")
    _desk(page, "Allocation")
    page.get_by_role("button", name="Approve this allocation").click()
    expect(page.get_by_text("Signed.")).to_be_visible()
    page.get_by_role("button", name="Propose the release").click()
    expect(page.get_by_text("The release is proposed")).to_be_visible()


def _release(page: Page) -> None:
    _desk(page, "Allocation")
    page.get_by_role("button", name="Release the results").click()
    expect(page.get_by_text("Released. Applicants are told")).to_be_visible()


def _outcome(page: Page, title: str, *, funded: bool) -> None:
    page.goto("/proposals")
    page.get_by_role("link", name=title).click()
    page.get_by_role("link", name="Outcome and feedback").click()
    shown = page.locator("main").inner_text()
    _heading, mark, *_rest = [line for line in shown.splitlines() if line]
    assert mark.startswith("award") is funded
    assert "Clear, needed, and possible to do." in shown
    for reviewer in REVIEWERS:
        assert reviewer not in shown


def _funder_reads(page: Page, folder: Path) -> None:
    _sign_in(page, "funder@example.org")
    page.goto("/funder")
    for name, forbidden in (
        ("llocation report", ("Ines Prado", "Kofi Mensah", "Nordvik", "Ibarra")),
        ("Download JRN27", ("Ines Prado", "Kofi Mensah", "Nordvik")),
    ):
        with page.expect_download() as download:
            page.get_by_role("link", name=re.compile(name)).first.click()
        path = folder / f"{name}.pdf"
        download.value.save_as(path)
        with pikepdf.open(path) as pdf:
            assert len(pdf.pages) >= 2
            assert len(pdf.attachments) >= 1
        for word in forbidden:
            assert word.encode() not in path.read_bytes()


def _public_reads(page: Page) -> None:
    page.goto("/results/JRN27")
    shown = page.locator("main").inner_text()
    assert "A vaccine registry that finds the missed" in shown
    assert "Lagoon University" in shown
    assert "Cold plasma" not in shown
    assert "Sierra Clinic" not in shown
