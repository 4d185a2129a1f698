from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.work import Mode, unit_of_work
from app.notifications.models import Letter
from app.proposals.models import Draft, Proposal, ProposalState, Receipt, Version
from tests.browser_client import Browser, forms_of
from tests.conftest import LedgerReader
from tests.engines import both_engines
from tests.factories import a_call, a_draft, a_person, a_submitted_proposal, an_officer
from tests.pdfs import a_pdf


def _stored(model: type, key: str) -> object:
    with unit_of_work(mode=Mode.READ):
        return db.session.get_one(model, key)


def _all(model: type) -> list[object]:
    with unit_of_work(mode=Mode.READ):
        return list(db.session.scalars(select(model)))


@both_engines
def test_an_applicant_goes_from_call_to_receipt(browser: Browser, ledger: LedgerReader) -> None:
    call, lead = a_call(code="TRY1"), a_person(organisation="Fjord Institute")
    browser.sign_in(lead.id)

    page = browser.fill_in("/calls/TRY1/apply")
    address = page.request.path
    page = browser.fill_in(
        address,
        title="Early signs",
        months="24",
        requested="250000.50",
        currency="USD",
        country="NO",
        q_aims="We will look.",
        q_team="Two of us",
    )
    own = page.request.path
    assert "Early signs" in page.text
    page = browser.fill_in(f"{own}/submit")

    assert "Receipt:" in page.text
    [version] = _all(Version)
    [receipt] = _all(Receipt)
    assert isinstance(version, Version)
    assert isinstance(receipt, Receipt)
    assert version.requested_minor == 12_500_025, "USD 250,000.50 at 0.5"
    assert version.answers["aims"] == "We will look."
    assert receipt.id in page.text
    assert "Leaf" in receipt.proof or "checkpoint" in receipt.proof.lower()
    [letter] = _all(Letter)
    assert isinstance(letter, Letter)
    assert receipt.id in letter.body
    assert letter.account_id == lead.id
    assert ledger.actions()[-1] == "proposals.version_submitted"
    assert _stored(Proposal, version.proposal_id).number == f"{call.code}-001"  # type: ignore[attr-defined]


def test_a_double_click_gives_one_version_and_one_receipt(browser: Browser) -> None:
    lead = a_person()
    proposal = a_draft(a_call(), lead)
    browser.sign_in(lead.id)
    page = browser.get(f"/proposals/{proposal.id}/submit")
    [form] = [f for f in forms_of(page.text) if "key" in f.fields]
    answers = [
        browser.post(f"/proposals/{proposal.id}/submit", data=dict(form.fields)) for _ in range(3)
    ]

    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(_all(Receipt)) == len(_all(Version)) == 1


def test_submitting_again_makes_the_next_version_with_the_same_number(browser: Browser) -> None:
    lead = a_person()
    proposal = a_draft(a_call(), lead)
    browser.sign_in(lead.id)
    assert "Submitted already" not in browser.get(f"/proposals/{proposal.id}/submit").text
    browser.fill_in(f"/proposals/{proposal.id}/submit")
    browser.fill_in(f"/proposals/{proposal.id}/write", q_aims="We thought again.")

    again = browser.get(f"/proposals/{proposal.id}/submit").text
    assert "Submitted already" in again
    assert f"/receipts/{_all(Receipt)[0].id}" in again  # type: ignore[attr-defined]
    browser.fill_in(f"/proposals/{proposal.id}/submit")

    with unit_of_work(mode=Mode.READ):
        versions = db.session.scalars(select(Version).order_by(Version.number)).all()
        stored = db.session.get_one(Proposal, proposal.id)
    assert [version.number for version in versions] == [1, 2]
    assert stored.version_id == versions[1].id
    assert versions[0].answers["aims"] == "We will find out."


def test_a_late_submission_is_refused_and_nothing_typed_is_lost(browser: Browser) -> None:
    lead = a_person()
    proposal = a_draft(a_call(phase="closed"), lead)
    browser.sign_in(lead.id)

    page = browser.get(f"/proposals/{proposal.id}/submit")

    assert page.status_code == 403
    assert "This call closed on" in page.text
    assert _all(Receipt) == []
    assert _stored(Draft, proposal.id).science["aims"] == "We will find out."  # type: ignore[attr-defined]


def test_a_form_opened_in_time_and_sent_late_is_refused_with_the_words_kept(
    browser: Browser,
) -> None:
    import time_machine  # noqa: PLC0415

    from tests.browser_client import forms_of  # noqa: PLC0415

    lead = a_person()
    proposal = a_draft(a_call(), lead)
    browser.sign_in(lead.id)
    page = browser.get(f"/proposals/{proposal.id}/submit")
    [form] = [f for f in forms_of(page.text) if "key" in f.fields]
    with time_machine.travel(clock.now() + timedelta(days=31), tick=True):
        browser.sign_in(lead.id)  # the old sign-in has ended by then
        page = browser.get(f"/proposals/{proposal.id}/write")
        assert page.status_code == 403
        late = browser.post(f"/proposals/{proposal.id}/submit", data=dict(form.fields))

    assert late.status_code in {200, 400, 403}
    assert _all(Receipt) == []


def test_what_was_typed_into_a_question_that_is_gone_is_shown_and_the_rest_is_saved(
    browser: Browser,
) -> None:
    lead = a_person()
    proposal = a_draft(a_call(), lead)
    browser.sign_in(lead.id)
    address = f"/proposals/{proposal.id}/write"
    [form] = [f for f in forms_of(browser.get(address).text) if "q_aims" in f.fields]
    old = {**form.fields, "q_aims": ["We mean it."], "q_gone": ["An hour of work"], "save": "1"}

    shown = browser.post(address, data=old)
    assert "The form was changed while you wrote" in shown.text
    assert "An hour of work" in shown.text
    [again] = [f for f in forms_of(shown.text) if "q_aims" in f.fields]
    assert again.fields["q_aims"] == ["We mean it."]
    assert browser.post(address, data={**again.fields, "save": "1"}).status_code == 303
    assert _all(Draft)[0].science["aims"] == "We mean it."  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("requested", "ten", "is not an amount"),
        ("requested", "100000000000", "more than the largest award"),
        ("months", "year", "duration in months"),
        ("title", "", "Give the project a title"),
        ("q_aims", "word " * 51, "1 over the limit of 50"),
        ("q_team", "", "needs an answer"),
    ],
)
def test_an_incomplete_proposal_says_what_is_missing_and_is_not_submitted(
    browser: Browser, field: str, value: str, says: str
) -> None:
    lead = a_person()
    proposal = a_draft(a_call(award_ceiling_minor=50_000_000), lead)
    browser.sign_in(lead.id)
    page = browser.fill_in(f"/proposals/{proposal.id}/write", **{field: value})

    assert says in page.text
    assert says in browser.get(f"/proposals/{proposal.id}/submit").text
    assert _all(Receipt) == []


def test_a_stale_tab_is_told_and_both_texts_are_shown(browser: Browser) -> None:
    from tests.browser_client import forms_of  # noqa: PLC0415

    lead = a_person()
    proposal = a_draft(a_call(), lead)
    browser.sign_in(lead.id)
    page = browser.get(f"/proposals/{proposal.id}/write")
    [form] = [f for f in forms_of(page.text) if "q_aims" in f.fields]
    browser.fill_in(f"/proposals/{proposal.id}/write", q_aims="From the other tab")

    stale = browser.post(
        f"/proposals/{proposal.id}/write", data={**form.fields, "q_aims": "From this tab"}
    )

    assert "Somebody else saved" in stale.text
    assert "From this tab" in stale.text
    assert "From the other tab" in stale.text
    assert _stored(Draft, proposal.id).science["aims"] == "From the other tab"  # type: ignore[attr-defined]


def test_autosave_answers_with_the_new_revision_and_refuses_an_old_one(browser: Browser) -> None:
    from tests.browser_client import forms_of  # noqa: PLC0415

    lead = a_person()
    proposal = a_draft(a_call(), lead)
    browser.sign_in(lead.id)
    page = browser.get(f"/proposals/{proposal.id}/write")
    [form] = [f for f in forms_of(page.text) if "q_aims" in f.fields]
    address = f"/proposals/{proposal.id}/autosave"

    first = browser.post(address, data={**form.fields, "q_aims": "Kept"})
    second = browser.post(address, data={**form.fields, "q_aims": "Overtaken"})

    assert first.get_json()["version"] == 1
    assert second.status_code == 409
    assert _stored(Draft, proposal.id).science["aims"] == "Kept"  # type: ignore[attr-defined]


def test_an_upload_gives_reviewers_a_copy_without_its_author(browser: Browser) -> None:
    lead = a_person(name="Solveig Nordvik")
    proposal = a_draft(a_call(), lead)
    browser.sign_in(lead.id)
    address = f"/proposals/{proposal.id}/files/description"

    page = browser.fill_in(
        address, file=("Nordvik-final.pdf", a_pdf("Work of Solveig Nordvik", author="S. Nordvik"))
    )

    assert "still tells who you are" in page.text
    assert "Solveig Nordvik" in page.text
    copy = page.text.split('href="')
    [link] = {part.split('"')[0] for part in copy if ".pdf" in part.split('"')[0]}
    answer = browser.get(link)
    assert answer.data.startswith(b"%PDF-")
    assert b"S. Nordvik" not in answer.data
    assert "Nordvik" not in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("notes.pdf", b"not a pdf at all"),
        ("empty.pdf", b""),
        ("broken.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type"),
        ("page.html", b"<html><script>alert(1)</script></html>"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_in_a_sentence(
    browser: Browser, name: str, data: bytes
) -> None:
    lead = a_person()
    proposal = a_draft(a_call(), lead)
    browser.sign_in(lead.id)

    page = browser.fill_in(f"/proposals/{proposal.id}/files/description", file=(name, data))

    assert page.status_code == 200
    assert 'class="field__error"' in page.text
    assert _stored(Draft, proposal.id).science["description"] == ""  # type: ignore[attr-defined]


def test_others_get_exactly_the_page_of_something_that_does_not_exist(browser: Browser) -> None:
    proposal = a_draft(a_call(), a_person())
    browser.sign_in(a_person().id)
    absent = "a" * 26
    for page in ("", "/write", "/submit", "/as-reviewers-see-it", "/files/description"):
        theirs = browser.get(f"/proposals/{proposal.id}{page}")
        nobodys = browser.get(f"/proposals/{absent}{page}")
        assert theirs.status_code == nobodys.status_code == 404
        assert _without_nonce(theirs.text) == _without_nonce(nobodys.text)


def _without_nonce(html: str) -> str:
    import re  # noqa: PLC0415

    return re.sub(r'nonce="[^"]+"', "", re.sub(r'name="csrf_token"[^>]*', "", html))


def test_an_officer_screens_and_the_reading_is_in_the_ledger(
    browser: Browser, ledger: LedgerReader
) -> None:
    call, officer = a_call(phase="closed"), an_officer()
    proposal = a_submitted_proposal(call, state=ProposalState.SUBMITTED)
    browser.sign_in(officer.id)
    address = f"/desk/calls/{call.id}/proposals/{proposal.id}"

    refused = browser.fill_in(address, eligible="no", reason="")
    assert "Say why it is not eligible" in refused.text
    browser.fill_in(address, eligible="yes")

    assert _stored(Proposal, proposal.id).state is ProposalState.ELIGIBLE  # type: ignore[attr-defined]
    assert "proposals.identity_read" in ledger.actions()
    assert "proposals.proposal_screened" in ledger.actions()


def test_an_applicant_cannot_open_the_desk(browser: Browser) -> None:
    call = a_call(phase="closed")
    proposal = a_submitted_proposal(call)
    browser.sign_in(a_person().id)

    for page in ("", "/proposals/", f"/proposals/{proposal.id}"):
        assert browser.get(f"/desk/calls/{call.id}{page}").status_code == 404
