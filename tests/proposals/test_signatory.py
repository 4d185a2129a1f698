"""The signatory signs off what was read, and a change asks for a new signature."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from app.core.db import db
from app.core.lens import Lens
from app.core.work import Mode, unit_of_work
from app.notifications.account_letters import with_link
from app.notifications.models import Letter
from app.proposals.models import Receipt, Signatory
from tests.browser_client import Browser, forms_of
from tests.conftest import LedgerReader
from tests.factories import a_call, a_draft, a_person


def _all(model: type[Any]) -> list[Any]:
    with unit_of_work(mode=Mode.READ):
        return list(db.session.scalars(select(model)))


def _link() -> str:
    letters = [each for each in _all(Letter) if each.kind == "proposals.signatory"]
    with unit_of_work(mode=Mode.READ):
        body = with_link(db.session.get_one(Letter, letters[-1].id))
    [link] = re.findall(r"https?://[^/]+(/signatory/\S+)", body)
    return str(link)


def test_a_call_may_ask_for_a_signature_over_what_is_submitted(
    browser: Browser, ledger: LedgerReader
) -> None:
    lead = a_person()
    proposal = a_draft(a_call(signatory_required=True), lead)
    browser.sign_in(lead.id)
    here = f"/proposals/{proposal.id}"
    assert "Ask the signatory" in browser.get(f"{here}/submit").text
    browser.fill_in(f"{here}/signatory", name="Ola Office", email="ola@office.example")
    assert "Ola Office has not signed off yet" in browser.get(f"{here}/submit").text
    link = _link()

    office = Browser(browser.app)
    page = office.get(link)
    assert "We will find out." in page.text
    assert f"{lead.name} and others" in page.text
    assert _all(Signatory)[0].signed_at is None, "opening changes nothing"
    assert "Signed off" in office.fill_in(link, name="Ola Office").text
    assert "This application is signed off" in office.get(link).text

    browser.fill_in(f"{here}/write", q_aims="Something else.")
    assert "after it was signed off" in browser.get(f"{here}/submit").text
    browser.fill_in(f"{here}/signatory")
    assert office.get(link).status_code == 410, "the new letter has a new link"
    office.fill_in(_link(), name="Ola Office")

    assert "Receipt:" in browser.fill_in(f"{here}/submit").text
    assert ledger.actions().count("proposals.signatory_signed") == 2


def test_what_changed_under_the_signatorys_eyes_is_not_signed(browser: Browser) -> None:
    lead = a_person()
    proposal = a_draft(a_call(signatory_required=True), lead)
    browser.sign_in(lead.id)
    here = f"/proposals/{proposal.id}"
    browser.fill_in(f"{here}/signatory", name="Ola Office", email="ola@office.example")
    link, office = _link(), Browser(browser.app)
    [form] = [form for form in forms_of(office.get(link).text) if "seen" in form.fields]
    browser.fill_in(f"{here}/write", q_aims="Changed meanwhile.")

    page = office.post(link, data={**form.fields, "name": "Ola"})

    assert "was changed while you read it" in page.text
    assert "Changed meanwhile." in page.text
    assert _all(Signatory)[0].signed_at is None
    assert _all(Receipt) == []


def test_nobody_but_the_applicants_reads_who_signs(browser: Browser) -> None:
    assert browser
    for lens in (Lens.REVIEWER, Lens.STAFF, Lens.AUDITOR, Lens.PUBLIC):
        with pytest.raises(Exception, match=r"prohibited|denied"), unit_of_work(lens, Mode.READ):
            db.session.scalars(select(Signatory)).all()
