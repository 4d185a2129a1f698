"""The receipt as a PDF: the applicants' own, the same bytes each time, and it can be checked."""

import pytest

from app.accounts.actor import Actor
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.ids import new_id
from app.core.lens import Lens
from app.core.web import EquipoiseApp
from app.core.work import unit_of_work
from app.proposals import service
from app.proposals.models import Proposal, Receipt
from tests.browser_client import Browser
from tests.factories import a_call, a_draft, a_person


def a_receipt(lead: Actor) -> Receipt:
    call = a_call()
    draft = a_draft(call, lead)
    with unit_of_work(Lens.APPLICANT):
        return service.submit(
            lead,
            db.session.get_one(Proposal, draft.id),
            db.session.get_one(Call, call.id),
            key=new_id(),
            received_at=clock.now(),
        )


def test_the_applicant_downloads_the_receipt_and_gets_the_same_bytes_again(
    app: EquipoiseApp, browser: Browser
) -> None:
    assert app
    lead = a_person()
    receipt = a_receipt(lead)
    browser.sign_in(lead.id)
    path = f"/proposals/{receipt.proposal_id}/receipts/{receipt.id}"

    assert f"{path}.pdf" in browser.get(path).text
    first, again = browser.get(f"{path}.pdf"), browser.get(f"{path}.pdf")

    assert first.data.startswith(b"%PDF-")
    assert first.data == again.data
    assert first.headers["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("wrong", ["another's", "no such receipt"])
def test_a_receipt_is_not_there_for_others(app: EquipoiseApp, browser: Browser, wrong: str) -> None:
    assert app
    lead = a_person()
    receipt = a_receipt(lead)
    browser.sign_in(a_person().id if wrong == "another's" else lead.id)
    key = receipt.id if wrong == "another's" else "a" * 26

    page = browser.get(f"/proposals/{receipt.proposal_id}/receipts/{key}.pdf")

    assert page.status_code == 404
    assert page.data == browser.get(f"/proposals/{'a' * 26}/receipts/{'b' * 26}.pdf").data
