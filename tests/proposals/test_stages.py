"""Two stages: outlines, invitations, and full proposals that begin with what was written."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlalchemy import select

from app.calls.models import Call, CallState
from app.core.db import db
from app.core.work import Mode, unit_of_work
from app.notifications.models import Letter
from app.proposals.models import (
    BlindedFile,
    Draft,
    Partner,
    Proposal,
    ProposalState,
    StageInvitation,
)
from tests.browser_client import Browser
from tests.engines import both_engines
from tests.factories import a_call, a_person, a_submitted_proposal, an_officer, plant, planted
from tests.pdfs import a_pdf


def _files_of(drafts: Sequence[Draft], outline: Proposal) -> Iterator[list[BlindedFile]]:
    """Yield the files that the draft of the full proposal names."""
    for draft in drafts:
        named = {draft.science.get("description")}
        found = db.session.scalars(select(BlindedFile).where(BlindedFile.id.in_(named))).all()
        if found and draft.proposal_id != outline.id:
            yield list(found)


def _second_stage(first: Call) -> Call:
    second = a_call(code="FULL1", title="Full proposals")
    with planted():
        db.session.get_one(Call, second.id).first_stage_id = first.id
    return second


@both_engines
def test_an_invited_outline_goes_on_with_what_was_written(browser: Browser) -> None:
    first, lead, other = a_call(phase="reviewing"), a_person(), a_person()
    outline = a_submitted_proposal(first, lead)
    a_submitted_proposal(first, other)
    plant(
        Partner(
            proposal_id=outline.id,
            position=1,
            name="Lakeside University",
            country="KE",
            currency="EUR",
            budget_minor=500,
        )
    )
    browser.sign_in(lead.id)
    with planted():
        db.session.get_one(Call, first.id).state = CallState.PUBLISHED
        db.session.get_one(Call, first.id).closes_at += timedelta(days=60)
        db.session.get_one(Proposal, outline.id).state = ProposalState.SUBMITTED
    upload = f"/proposals/{outline.id}/files/description"
    browser.fill_in(upload, file=("mine.pdf", a_pdf("Findings")))
    with planted():
        db.session.get_one(Call, first.id).state = CallState.REVIEWING
        db.session.get_one(Call, first.id).closes_at -= timedelta(days=60)
        db.session.get_one(Proposal, outline.id).state = ProposalState.ELIGIBLE
    second = _second_stage(first)
    browser.sign_in(an_officer().id)
    page = browser.get(f"/desk/calls/{first.id}/proposals/invitations")
    assert "Full proposals" in page.text

    browser.fill_in(f"/desk/calls/{first.id}/proposals/invitations", form=f"/{outline.id}/invite")

    with unit_of_work(mode=Mode.READ):
        [letter] = db.session.scalars(select(Letter))
        assert letter.account_id == lead.id
        assert "invited to the second stage" in letter.body
    browser.sign_in(other.id)
    refused = browser.get("/calls/FULL1/apply")
    assert refused.status_code == 403
    assert "Only those whose outline was invited" in refused.text
    browser.sign_in(lead.id)
    page = browser.fill_in("/calls/FULL1/apply")
    assert "We will find out." in page.text
    with unit_of_work(mode=Mode.READ):
        drafts = db.session.scalars(select(Draft).where(Draft.title != "")).all()
        [copies] = [[f.file_key for f in files] for files in _files_of(drafts, outline)]
        partners = db.session.scalars(select(Partner)).all()
    assert len(copies) == 1, "the outline's file, in a row of its own"
    assert [p.name for p in partners] == ["Lakeside University"] * 2
    assert [d.identity["team"] for d in drafts if d.identity.get("team", "").startswith(lead.name)]
    assert second.code in page.text or "Write" in page.text


def test_only_eligible_outlines_of_the_call_are_invited_and_once(browser: Browser) -> None:
    first = a_call(phase="reviewing")
    out = a_submitted_proposal(first, state=ProposalState.INELIGIBLE)
    good, foreign = a_submitted_proposal(first), a_submitted_proposal(a_call(phase="reviewing"))
    browser.sign_in(an_officer().id)
    browser.app.config["WTF_CSRF_ENABLED"] = False
    address = f"/desk/calls/{first.id}/proposals"

    assert browser.post(f"{address}/{good.id}/invite").status_code == 403, "no second stage yet"
    _second_stage(first)
    assert browser.post(f"{address}/{out.id}/invite").status_code == 403
    assert browser.post(f"{address}/{foreign.id}/invite").status_code == 404
    assert browser.post(f"{address}/{good.id}/invite").status_code == 303
    assert browser.post(f"{address}/{good.id}/invite").status_code == 303
    browser.app.config["WTF_CSRF_ENABLED"] = True

    with unit_of_work(mode=Mode.READ):
        [invited] = db.session.scalars(select(StageInvitation))
    assert invited.outline_id == good.id
