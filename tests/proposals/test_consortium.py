"""Who applies together: partners, their confirmation, live rules, exact budgets, exceptions."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from app.calls.models import Call
from app.core.db import db
from app.core.lens import Lens
from app.core.work import Mode, unit_of_work
from app.notifications.models import Letter
from app.proposals import frozen
from app.proposals.models import (
    Confirmation,
    Exemption,
    Partner,
    Proposal,
    ProposalState,
    Receipt,
    VersionIdentity,
)
from tests.browser_client import Browser
from tests.conftest import LedgerReader
from tests.engines import both_engines
from tests.factories import a_call, a_draft, a_person, an_officer

THREE = [{"rule": "min-countries", "at_least": 3}]


def _all(model: type[Any]) -> list[Any]:
    with unit_of_work(mode=Mode.READ):
        return list(db.session.scalars(select(model)))


def _partner(browser: Browser, proposal: Proposal, **values: Any) -> Any:
    told = {
        "name": "Nairobi Institute",
        "country": "KE",
        "contact_name": "Wanjiru Kamau",
        "contact_email": "wanjiru@nairobi.example",
        "roles": ["investigation"],
        "person_months": "12",
        "currency": "USD",
        "budget": "1000.01",
        **values,
    }
    return browser.fill_in(f"/proposals/{proposal.id}/consortium/new", **told)


@both_engines
def test_rules_are_shown_live_and_checked_at_submission(
    browser: Browser, ledger: LedgerReader
) -> None:
    lead = a_person(organisation="Fjord Institute", country="NO")
    proposal = a_draft(a_call(eligibility=THREE), lead)
    browser.sign_in(lead.id)

    page = _partner(browser, proposal)
    assert "1 more country is needed" in page.text
    assert "1 more country is needed" in browser.get(f"/proposals/{proposal.id}").text
    assert "1 more country is needed" in browser.get(f"/proposals/{proposal.id}/submit").text

    page = _partner(browser, proposal, name="Instituto Sul", country="BR", budget="0")
    assert "3 countries take part" in page.text
    page = browser.fill_in(f"/proposals/{proposal.id}/submit")

    assert "Receipt:" in page.text
    [identity] = _all(VersionIdentity)
    told = identity.consortium
    assert [partner["name"] for partner in told["partners"]] == [
        "Nairobi Institute",
        "Instituto Sul",
    ]
    assert [partner["converted_minor"] for partner in told["partners"]] == [50_000, 0], (
        "1,000.01 at 0.5 is 500.005, and half a cent goes to the even cent"
    )
    assert sum(p["converted_minor"] for p in told["partners"]) + told["lead_minor"] == 10_000_000
    who = {
        name: getattr(identity, name)
        for name in (
            *("lead_name", "organisation", "country", "answers"),
            *("currency", "requested_minor", "rate", "consortium"),
        )
    }
    assert frozen.identity_sha256(who) == identity.sha256
    assert frozen.identity_sha256({**who, "consortium": {}}) != identity.sha256
    assert "proposals.partner_added" in ledger.actions()


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"ror": "https://ror.org/02mhbdp95"}, "no ROR identifier"),
        ({"contact_email": "nobody"}, "is not an e-mail address"),
        ({"person_months": "a few"}, "person-months as a number"),
        ({"budget": "-1"}, "cannot be below zero"),
        ({"budget": "1.001"}, "more decimals than USD has"),
        ({"name": ""}, "Name the organisation"),
        ({"country": ""}, "Choose the country"),
    ],
)
def test_a_partner_that_cannot_be_is_refused_with_a_sentence(
    browser: Browser, values: dict[str, str], says: str
) -> None:
    lead = a_person()
    proposal = a_draft(a_call(), lead)
    browser.sign_in(lead.id)

    page = _partner(browser, proposal, **values)

    assert says in page.text
    assert _all(Partner) == []


def test_the_same_organisation_is_not_added_twice(browser: Browser) -> None:
    lead = a_person()
    proposal = a_draft(a_call(), lead)
    browser.sign_in(lead.id)
    _partner(browser, proposal, ror="02mhbdp94")

    assert "is a partner already" in _partner(browser, proposal, name="nairobi  INSTITUTE").text
    assert "is a partner already" in _partner(browser, proposal, name="X", ror="02mhbdp94").text
    assert len(_all(Partner)) == 1


def test_partners_may_not_ask_for_more_than_the_whole(browser: Browser) -> None:
    lead = a_person()
    proposal = a_draft(a_call(), lead)
    browser.sign_in(lead.id)
    _partner(browser, proposal, currency="EUR", budget="100000.01")

    page = browser.get(f"/proposals/{proposal.id}/submit")

    assert "EUR\u00a00.01 more than the amount you ask for" in page.text
    browser.fill_in(f"/proposals/{proposal.id}/write", requested="100000.01")
    assert "more than the amount" not in browser.get(f"/proposals/{proposal.id}/submit").text


def test_a_currency_that_no_page_offers_is_refused_by_its_name(browser: Browser) -> None:
    lead = a_person()
    proposal = a_draft(a_call(rates={"USD": "0.9", "KES": "0.007"}), lead)
    browser.sign_in(lead.id)
    said = "This call publishes no rate for GBP. Ask in one of: EUR, USD, KES."

    assert said in _partner(browser, proposal, currency="GBP").text
    assert said in browser.send(f"/proposals/{proposal.id}/write", currency="GBP").text
    assert _all(Partner) == []


def test_a_partner_changed_in_two_tabs_keeps_the_first_and_shows_both(browser: Browser) -> None:
    from tests.browser_client import forms_of  # noqa: PLC0415

    lead = a_person()
    proposal = a_draft(a_call(), lead)
    browser.sign_in(lead.id)
    _partner(browser, proposal)
    [partner] = _all(Partner)
    address = f"/proposals/{proposal.id}/consortium/{partner.id}"
    [form] = [f for f in forms_of(browser.get(address).text) if "contact_name" in f.fields]
    browser.fill_in(address, contact_name="From the first tab")

    stale = browser.post(address, data={**form.fields, "contact_name": "From the second tab"})

    assert "From the first tab" in stale.text
    assert "From the second tab" in stale.text
    assert _all(Partner)[0].contact_name == "From the first tab"


def _link_in(app_browser: Browser, letter: Letter) -> str:
    from app.notifications.account_letters import with_link  # noqa: PLC0415

    assert app_browser
    with unit_of_work(mode=Mode.READ):
        body = with_link(db.session.get_one(Letter, letter.id))
    [link] = re.findall(r"https?://[^/]+(/partner/\S+)", body)
    return str(link)


@both_engines
def test_a_partner_confirms_by_the_link_of_its_letter(browser: Browser) -> None:
    lead = a_person()
    proposal = a_draft(a_call(partners_confirm=True), lead)
    browser.sign_in(lead.id)
    _partner(browser, proposal)
    [partner] = _all(Partner)
    assert "to confirm that it takes part" in browser.get(f"/proposals/{proposal.id}/submit").text
    here = f"/proposals/{proposal.id}/consortium/{partner.id}"
    browser.fill_in(f"/proposals/{proposal.id}/consortium", form="/ask")
    [letter] = _all(Letter)
    assert "[[link]]" in letter.body, "no table holds the link itself"
    assert letter.account_id != lead.id
    link = _link_in(browser, letter)

    stranger = Browser(browser.app)
    page = stranger.get(link)
    assert "Nairobi Institute" in page.text
    assert _all(Partner)[0].confirmation is Confirmation.ASKED, "opening changes nothing"
    page = stranger.fill_in(link, takes_part="yes", name="Wanjiru Kamau")

    assert "Your answer is noted" in page.text
    assert _all(Partner)[0].confirmation is Confirmation.CONFIRMED
    assert "Receipt:" in browser.fill_in(f"/proposals/{proposal.id}/submit").text

    browser.fill_in(here, budget="2000")
    assert _all(Partner)[0].confirmation is Confirmation.NONE, "it confirmed something else"
    assert stranger.get(link).status_code == 410


@pytest.mark.parametrize("token", ["x", "WyJhIiwiYiJd.aaaa.bbbb", "%00", "a" * 3000])
def test_a_link_that_was_not_ours_opens_nothing(browser: Browser, token: str) -> None:
    assert browser.get(f"/partner/{token}").status_code in {404, 410}


def test_nobody_answers_after_the_call_closed(browser: Browser) -> None:
    lead, call = a_person(), a_call()
    proposal = a_draft(call, lead)
    browser.sign_in(lead.id)
    _partner(browser, proposal)
    browser.fill_in(f"/proposals/{proposal.id}/consortium", form="/ask")
    [letter] = _all(Letter)
    link = _link_in(browser, letter)
    with unit_of_work() as work:
        stored = db.session.get_one(Call, call.id)
        stored.closes_at = stored.opens_at.replace(microsecond=1)
        work.enforced, work.recorded = 1, 1

    page = Browser(browser.app).get(link)

    assert "This call closed" in page.text
    assert 'name="takes_part"' not in page.text


@both_engines
def test_an_officer_makes_an_exception_with_a_reason(
    browser: Browser, ledger: LedgerReader
) -> None:
    lead, call, officer = a_person(), a_call(eligibility=THREE), an_officer()
    proposal = a_draft(call, lead)
    browser.sign_in(lead.id)
    browser.fill_in(
        f"/proposals/{proposal.id}/exception", rule="min-countries", reason="We are an island."
    )
    twice = browser.fill_in(
        f"/proposals/{proposal.id}/exception", rule="min-countries", reason="Again."
    )
    assert "You asked this already" in twice.text
    [asked] = _all(Exemption)

    desk = Browser(browser.app)
    desk.sign_in(officer.id)
    assert "We are an island." in desk.get(f"/desk/calls/{call.id}/proposals/exceptions").text
    address = f"/desk/calls/{call.id}/proposals/exceptions/{asked.id}"
    assert "Give the reason" in desk.fill_in(address, granted="yes", reason="").text
    desk.fill_in(address, granted="yes", reason="There is no other country near.")

    page = browser.get(f"/proposals/{proposal.id}/consortium")
    assert "There is no other country near." in page.text
    assert "Receipt:" in browser.fill_in(f"/proposals/{proposal.id}/submit").text
    assert "proposals.exemption_decided" in ledger.actions()
    assert desk.get(address).status_code == 403


def test_others_find_none_of_it(browser: Browser) -> None:
    lead, call = a_person(), a_call(eligibility=THREE)
    proposal = a_draft(call, lead)
    browser.sign_in(lead.id)
    _partner(browser, proposal)
    [partner] = _all(Partner)
    other = Browser(browser.app)
    other.sign_in(a_person().id)
    for page in (
        "/consortium",
        "/consortium/new",
        f"/consortium/{partner.id}",
        "/background",
        "/exception",
    ):
        assert other.get(f"/proposals/{proposal.id}{page}").status_code == 404
    assert other.get(f"/desk/calls/{call.id}/proposals/exceptions").status_code == 404
    mine = a_draft(a_call(), lead)
    assert browser.get(f"/proposals/{mine.id}/consortium/{partner.id}").status_code == 404


def test_one_proposal_for_each_lead_counts_those_that_were_submitted(browser: Browser) -> None:
    lead, call = a_person(), a_call(eligibility=[{"rule": "one-per-lead"}])
    first, second = a_draft(call, lead), a_draft(call, lead)
    browser.sign_in(lead.id)
    assert "Receipt:" in browser.fill_in(f"/proposals/{first.id}/submit").text
    assert "leads another proposal" in browser.get(f"/proposals/{second.id}/submit").text
    assert "leads another proposal" not in browser.get(f"/proposals/{first.id}/submit").text

    browser.fill_in(f"/proposals/{first.id}", form="/withdraw")

    assert "Receipt:" in browser.fill_in(f"/proposals/{second.id}/submit").text
    assert len(_all(Receipt)) == 2
    assert {p.state for p in _all(Proposal)} == {ProposalState.WITHDRAWN, ProposalState.SUBMITTED}


def test_the_builder_keeps_the_rules_and_the_public_page_prints_them(browser: Browser) -> None:
    officer, call = an_officer(), a_call(phase="drafting")
    browser.sign_in(officer.id)
    address = f"/desk/calls/{call.id}/conditions"
    refused = browser.fill_in(address, income_groups=["low"])
    assert "say how many partners" in refused.text

    browser.fill_in(
        address,
        countries="3",
        income_groups=["low", "lower-middle"],
        income_partners="1",
        budget="500000",
        years="8",
        one_per_lead="y",
    )

    page = browser.get(f"/calls/{call.code}")
    assert "at least 3 countries apply together" in page.text
    assert "EUR\u00a0500,000 at most" in page.text
    assert "fiscal year 2026" in page.text
    [stored] = _all(Call)
    assert [rule["rule"] for rule in stored.eligibility] == [
        "min-countries",
        "partner-income-group",
        "budget-ceiling",
        "one-per-lead",
        "years-since-phd",
    ]
    unchanged = browser.fill_in(address)
    assert unchanged.status_code == 200
    assert _all(Call)[0].eligibility == stored.eligibility, "the form shows what it keeps"


def test_the_reviewers_lens_reads_no_partner(browser: Browser) -> None:
    lead = a_person()
    proposal = a_draft(a_call(), lead)
    browser.sign_in(lead.id)
    _partner(browser, proposal)
    for lens in (Lens.REVIEWER, Lens.STAFF, Lens.PUBLIC):
        with pytest.raises(Exception, match=r"prohibited|denied"), unit_of_work(lens, Mode.READ):
            db.session.scalars(select(Partner)).all()
