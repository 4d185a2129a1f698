"""Writing together: who may do what, invitations, revoking, the lead, comments, history."""

import re
from typing import Any

import pytest
from sqlalchemy import select, update

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.calls.models import Audience, Call, Moment, Question
from app.core.db import db
from app.core.work import Mode, unit_of_work
from app.notifications.account_letters import with_link
from app.notifications.models import Letter
from app.proposals.models import (
    Draft,
    DraftSave,
    Invitation,
    InvitationState,
    MayDo,
    MemberRole,
    Proposal,
    ProposalMember,
)
from tests.browser_client import Browser, forms_of
from tests.conftest import LedgerReader
from tests.engines import both_engines
from tests.factories import a_call, a_draft, a_person, a_submitted_proposal, plant, planted
from tests.pdfs import a_pdf


def _all(model: type[Any]) -> list[Any]:
    with unit_of_work(mode=Mode.READ):
        return list(db.session.scalars(select(model)))


def _joined(proposal: Proposal, may: MayDo, name: str = "") -> tuple[Actor, ProposalMember]:
    actor = a_person(name=name)
    member = ProposalMember(
        proposal_id=proposal.id,
        account_id=actor.id,
        role=MemberRole.CO_APPLICANT,
        may=may,
        name=actor.name,
    )
    plant(member)
    return actor, member


def _link() -> str:
    """Return the link of the last invitation, as its letter will have it."""
    letters = [each for each in _all(Letter) if each.kind == "proposals.invitation"]
    with unit_of_work(mode=Mode.READ):
        body = with_link(db.session.get_one(Letter, letters[-1].id))
    [link] = re.findall(r"https?://[^/]+(/invitation/\S+)", body)
    assert link not in letters[-1].body
    return str(link)


@both_engines
def test_somebody_invited_joins_with_the_address_of_the_letter(
    browser: Browser, ledger: LedgerReader
) -> None:
    lead, guest = a_person(), a_person(name="Grace Guest", email="Grace@guests.example")
    proposal = a_draft(a_call(), lead)
    browser.sign_in(lead.id)
    page = browser.fill_in(
        f"/proposals/{proposal.id}/people", email="grace@GUESTS.example", may="edit"
    )
    assert "grace@GUESTS.example" in page.text
    link = _link()

    other = Browser(browser.app).sign_in(a_person().id)
    assert "another address" in other.get(link).text
    assert other.get(f"/proposals/{proposal.id}").status_code == 404
    anybody = Browser(browser.app).get(link)
    assert anybody.status_code == 303, "first one signs in"
    friend = Browser(browser.app).sign_in(guest.id)
    assert friend.get(link).status_code == 200
    assert _all(Invitation)[0].state is InvitationState.OPEN, "opening changes nothing"
    friend.fill_in(link, answer="yes")

    page = friend.fill_in(f"/proposals/{proposal.id}/write", q_aims="Grace wrote this.")
    assert "Saved" in page.text or page.status_code == 200
    assert _all(Draft)[0].science["aims"] == "Grace wrote this."
    assert "Grace Guest" in browser.get(f"/proposals/{proposal.id}/people").text
    assert "Grace Guest" in browser.get(f"/proposals/{proposal.id}/history").text
    assert "answered or taken back" in friend.get(link).text
    assert "proposals.invitation_answered" in ledger.actions()


def test_an_invitation_taken_back_opens_nothing(browser: Browser) -> None:
    lead, guest = a_person(), a_person(email="late@guests.example")
    proposal = a_draft(a_call(), lead)
    browser.sign_in(lead.id)
    browser.fill_in(f"/proposals/{proposal.id}/people", email=guest.email)
    link = _link()
    browser.fill_in(f"/proposals/{proposal.id}/people", form="/take-back")

    page = Browser(browser.app).sign_in(guest.id).get(link)

    assert "taken back" in page.text
    assert 'name="answer"' not in page.text


def test_staff_of_the_call_cannot_be_invited_in(browser: Browser) -> None:
    lead, officer = a_person(), a_person(Role.OFFICER, email="officer@office.example")
    proposal = a_draft(a_call(), lead)
    browser.sign_in(lead.id)
    browser.fill_in(f"/proposals/{proposal.id}/people", email=officer.email)

    page = Browser(browser.app).sign_in(officer.id).get(_link())

    assert "You work on this call" in page.text


@pytest.mark.parametrize(
    ("may", "page", "status"),
    [
        (MayDo.VIEW, "", 200),
        (MayDo.VIEW, "/write", 403),
        (MayDo.VIEW, "/submit", 403),
        (MayDo.VIEW, "/history", 200),
        (MayDo.VIEW, "/consortium/new", 403),
        (MayDo.VIEW, "/files/description", 403),
        (MayDo.COMMENT, "/write", 403),
        (MayDo.COMMENT, "/comments/q_aims", 200),
        (MayDo.EDIT, "/write", 200),
        (MayDo.EDIT, "/consortium/new", 200),
        (MayDo.EDIT, "/submit", 403),
    ],
)
def test_a_co_applicant_opens_what_they_were_given(
    browser: Browser, may: MayDo, page: str, status: int
) -> None:
    proposal = a_draft(a_call(), a_person())
    actor, _member = _joined(proposal, may)
    browser.sign_in(actor.id)
    assert browser.get(f"/proposals/{proposal.id}{page}").status_code == status


def test_only_the_lead_submits_withdraws_invites_and_changes_rights(browser: Browser) -> None:
    lead = a_person()
    proposal = a_draft(a_call(), lead)
    actor, member = _joined(proposal, MayDo.EDIT)
    _other, second = _joined(proposal, MayDo.EDIT)
    browser.sign_in(actor.id)
    browser.app.config["WTF_CSRF_ENABLED"] = False
    try:
        here = f"/proposals/{proposal.id}"
        for address, data in (
            ("/submit", {"key": "k"}),
            ("/withdraw", {}),
            (f"/people/{second.id}", {"may": "view"}),
            (f"/people/{second.id}/revoke", {}),
            (f"/people/{member.id}/lead", {}),
        ):
            assert browser.post(here + address, data=data).status_code in {200, 403}, address
        browser.post(f"{here}/people", data={"email": "x@y.example", "may": "edit"})
    finally:
        browser.app.config["WTF_CSRF_ENABLED"] = True
    assert _all(Invitation) == []
    assert {m.id: (m.role, m.may) for m in _all(ProposalMember) if m.id != member.id}[
        second.id
    ] == (MemberRole.CO_APPLICANT, MayDo.EDIT)
    assert [p.state.value for p in _all(Proposal)] == ["draft"]


def test_revoking_counts_from_the_next_request(browser: Browser) -> None:
    lead = a_person()
    proposal = a_draft(a_call(), lead)
    actor, _member = _joined(proposal, MayDo.EDIT)
    friend = Browser(browser.app).sign_in(actor.id)
    page = friend.get(f"/proposals/{proposal.id}/write")
    [form] = [f for f in forms_of(page.text) if "q_aims" in f.fields]
    browser.sign_in(lead.id)
    browser.fill_in(f"/proposals/{proposal.id}/people", form="/revoke")

    saved = friend.post(
        f"/proposals/{proposal.id}/autosave", data={**form.fields, "q_aims": "Too late"}
    )

    assert saved.status_code == 404
    assert friend.get(f"/proposals/{proposal.id}").status_code == 404
    assert _all(Draft)[0].science["aims"] == "We will find out."


@both_engines
def test_the_lead_is_handed_over_and_there_is_always_one(browser: Browser) -> None:
    lead = a_person()
    proposal = a_draft(a_call(), lead)
    actor, member = _joined(proposal, MayDo.VIEW, name="Nora Next")
    browser.sign_in(lead.id)

    browser.fill_in(f"/proposals/{proposal.id}/people/{member.id}", form="/lead")

    roles = {each.account_id: each.role for each in _all(ProposalMember)}
    assert roles == {lead.id: MemberRole.CO_APPLICANT, actor.id: MemberRole.LEAD}
    assert browser.get(f"/proposals/{proposal.id}/submit").status_code == 403
    assert browser.get(f"/proposals/{proposal.id}/write").status_code == 200
    friend = Browser(browser.app).sign_in(actor.id)
    assert "Receipt:" in friend.fill_in(f"/proposals/{proposal.id}/submit").text


def test_somebody_who_joined_a_draft_can_begin_their_own(browser: Browser) -> None:
    call = a_call()
    proposal = a_draft(call, a_person())
    actor, _member = _joined(proposal, MayDo.EDIT)
    browser.sign_in(actor.id)

    browser.fill_in(f"/calls/{call.code}/apply")

    assert len(_all(Proposal)) == 2


def test_members_comment_on_a_question_and_settle_it(browser: Browser) -> None:
    lead = a_person()
    proposal = a_draft(a_call(), lead)
    actor, _member = _joined(proposal, MayDo.COMMENT, name="Carl Comment")
    friend = Browser(browser.app).sign_in(actor.id)
    address = f"/proposals/{proposal.id}/comments/q_aims"
    friend.fill_in(address, text="Say <b>how many</b> patients.")

    browser.sign_in(lead.id)
    page = browser.get(f"/proposals/{proposal.id}")
    assert "Carl Comment" in page.text
    assert "<b>how many" not in page.text
    assert "1 open comment" in browser.get(f"/proposals/{proposal.id}/write").text
    browser.fill_in(address, form="/done")
    assert "Carl Comment" not in browser.get(f"/proposals/{proposal.id}").text
    assert browser.get(f"/proposals/{proposal.id}/comments/q_nothing").status_code == 404


@both_engines
def test_saves_of_two_people_are_told_apart_and_compared(browser: Browser) -> None:
    lead = a_person(name="Lena Lead")
    proposal = a_draft(a_call(), lead)
    actor, _member = _joined(proposal, MayDo.EDIT, name="Ede Edit")
    browser.sign_in(lead.id)
    friend = Browser(browser.app).sign_in(actor.id)
    browser.fill_in(f"/proposals/{proposal.id}/write", q_aims="We will find the old thing.")
    browser.fill_in(f"/proposals/{proposal.id}/write", q_aims="We will find the older thing.")
    friend.fill_in(f"/proposals/{proposal.id}/write", q_aims="We will find the new thing.")

    saves = {save.author: save for save in _all(DraftSave)}
    assert set(saves) == {"Lena Lead", "Ede Edit"}, "one person's saves in a row are one"
    page = browser.get(
        f"/proposals/{proposal.id}/compare?a={saves['Lena Lead'].id}&b={saves['Ede Edit'].id}"
    )
    assert "<del>older</del>" in page.text
    assert "<ins>new</ins>" in page.text
    assert "Title of the project" not in page.text, "what is the same is left out"


def test_the_names_of_everybody_who_applies_are_found_in_what_reviewers_read(
    browser: Browser,
) -> None:
    lead = a_person(name="Lena Lead")
    proposal = a_draft(a_call(), lead, science={"aims": "Zebedee Quill will lead it."})
    browser.sign_in(lead.id)
    assert "Some words tell who you are" not in browser.get(f"/proposals/{proposal.id}/submit").text

    _joined(proposal, MayDo.VIEW, name="Zebedee Quill")

    address = f"/proposals/{proposal.id}/submit"
    assert "Some words tell who you are" in browser.get(address).text
    refused = browser.send(address)
    assert "Change them, or say here that they may stay" in refused.text
    assert browser.send(address, names_may_stay="y").status_code == 303


def test_names_in_a_file_are_shown_with_their_page_before_submitting(browser: Browser) -> None:
    lead = a_person(name="Solveig Nordvik")
    proposal = a_draft(a_call(), lead)
    browser.sign_in(lead.id)
    upload = f"/proposals/{proposal.id}/files/description"
    browser.fill_in(upload, file=("ours.pdf", a_pdf("Work of Solveig Nordvik")))
    address = f"/proposals/{proposal.id}/submit"
    page = browser.get(address).text
    assert "Page 1: “Solveig Nordvik”" in page
    assert f'href="{upload}"' in page
    assert browser.send(address).status_code == 200
    with planted():
        db.session.execute(update(Call).values(applicants_to_reviewers=Moment.ALWAYS))
    assert "Solveig Nordvik”" not in browser.get(address).text, "nothing is hidden there"
    assert browser.send(address).status_code == 303


def test_names_in_a_file_that_no_reviewer_gets_are_nobodys_trouble(browser: Browser) -> None:
    lead = a_person(name="Solveig Nordvik")
    proposal = a_draft(a_call(), lead)
    browser.sign_in(lead.id)
    upload = f"/proposals/{proposal.id}/files/description"
    browser.fill_in(upload, file=("ours.pdf", a_pdf("Work of Solveig Nordvik")))
    with planted():
        file = Question.key == "description"
        db.session.execute(update(Question).where(file).values(audience=Audience.IDENTITY))

    address = f"/proposals/{proposal.id}/submit"
    assert "Some words tell who you are" not in browser.get(address).text
    assert browser.send(address).status_code == 303


def test_two_submitted_versions_are_compared(browser: Browser) -> None:
    lead = a_person()
    proposal = a_draft(a_call(), lead)
    browser.sign_in(lead.id)
    browser.fill_in(f"/proposals/{proposal.id}/submit")
    browser.fill_in(f"/proposals/{proposal.id}/write", q_aims="We will see.", requested="100000.50")
    browser.fill_in(f"/proposals/{proposal.id}/submit")
    history = browser.get(f"/proposals/{proposal.id}/history").text
    [pair] = re.findall(r'href="(/proposals/[^"]+compare\?a=v[a-z2-7]{26}&amp;b=v[^"]+)"', history)

    page = browser.get(pair.replace("&amp;", "&"))

    assert "<del>find out.</del>" in page.text
    assert "<ins>100000.50</ins>" in page.text
    mine = f"/proposals/{proposal.id}/compare"
    theirs = a_submitted_proposal(a_call(phase="closed"))
    assert browser.get(f"{mine}?a=v{theirs.version_id}&b=now").status_code == 404
    assert browser.get(f"{mine}?a=rubbish&b=now").status_code == 404
