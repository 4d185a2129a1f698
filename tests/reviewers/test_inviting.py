"""Invitations: one letter filled in for many, answered once by link, without an account."""

import re

import pytest
from sqlalchemy import select

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.calls.models import Call
from app.core.db import db
from app.core.gate import Refused
from app.core.lens import Lens
from app.core.work import Mode, unit_of_work
from app.notifications.account_letters import with_link
from app.notifications.models import Letter
from app.reviewers import queries, rules, service
from app.reviewers.links import token_of
from app.reviewers.models import (
    Answer,
    Decline,
    PoolMember,
    ReviewInvitation,
    Seat,
    SeatState,
    Suggestion,
)
from tests.browser_client import Browser
from tests.factories import (
    a_call,
    a_person,
    a_reviewer,
    a_seat,
    a_submitted_proposal,
    an_officer,
    in_pool,
    planted,
)

OFFICER = Actor(id="o" * 26, name="Officer", grants=frozenset({(Role.OFFICER, "")}))


def _invited(call: Call, *people: Actor, text: str = "Dear {name}") -> list[str]:
    """Invite these people and return the tokens of their links, in this order."""
    for person in people:
        in_pool(call, person)
    with unit_of_work(Lens.STAFF):
        stored = db.session.get_one(Call, call.id)
        service.invite(
            Actor(id="o" * 26, name="Officer", grants=frozenset({(Role.OFFICER, "")})),
            stored,
            queries.pool_of(call.id),
            text,
        )
    with unit_of_work(mode=Mode.READ):
        ids = {row.account_id: row.id for row in queries.invitations_of(call.id)}
    return [ids[person.id] for person in people]


def _link(browser: Browser, invitation_id: str) -> str:
    with browser.app.test_request_context():
        return f"/reviewing-invitations/{token_of(invitation_id)}"


def _stored(invitation_id: str) -> ReviewInvitation:
    with unit_of_work(mode=Mode.READ):
        return db.session.get_one(ReviewInvitation, invitation_id)


def test_an_invited_person_accepts_without_an_account(browser: Browser) -> None:
    call, reviewer = a_call(phase="assigning"), a_reviewer()
    [invitation] = _invited(call, reviewer)
    link = _link(browser, invitation)

    page = browser.fill_in(link, address=reviewer.email.upper(), answer="yes")

    assert "Thank you" in page.text
    assert _stored(invitation).answer is Answer.ACCEPTED


def test_opening_the_link_changes_nothing_and_it_answers_once(browser: Browser) -> None:
    call, reviewer = a_call(phase="assigning"), a_reviewer()
    [invitation] = _invited(call, reviewer)
    link = _link(browser, invitation)

    for _scanner in range(3):
        assert browser.get(link).status_code == 200
        assert browser.client.head(link).status_code == 200
    assert _stored(invitation).answer is Answer.WAITING
    browser.fill_in(link, address=reviewer.email, answer="no", reason="On leave.")
    used = browser.get(link)

    assert used.status_code == 410
    assert browser.post(link).status_code in {400, 410}
    assert _stored(invitation).reason == "On leave."
    forged = browser.get(link[:-3] + "xyz")
    assert (forged.status_code, _plain(forged.text)) == (410, _plain(used.text))


@pytest.mark.parametrize("phase", ["ranking", "released"])
def test_nobody_accepts_in_a_call_whose_reviewing_is_over(browser: Browser, phase: str) -> None:
    call, reviewer = a_call(phase="assigning"), a_reviewer()
    [invitation] = _invited(call, reviewer)
    link, over = _link(browser, invitation), a_call(phase=phase).state
    with planted():
        db.session.get_one(Call, call.id).state = over

    assert "needs no more reviews" in browser.get(link).text
    with unit_of_work(Lens.PUBLIC), pytest.raises(Refused, match="Reviewing is over"):
        service.answer(invitation, accepts=True, reason="")
    assert _stored(invitation).answer is Answer.WAITING


def _plain(html: str) -> str:
    return re.sub(
        r'nonce="[^"]+"|(/|%2F)reviewing-invitations(/|%2F)[^"&]+|value="[^"]{50,}"', "", html
    )


def test_a_link_passed_on_shows_first_letters_and_asks_for_the_address(browser: Browser) -> None:
    call = a_call(phase="assigning")
    reviewer = a_person(Role.REVIEWER, name="Quilla Secretname", email="quilla@hidden.example")
    [invitation] = _invited(call, reviewer)
    link = _link(browser, invitation)

    page = browser.get(link).text
    assert "q…@h…" in page
    assert "Secretname" not in page
    assert "quilla@" not in page
    refused = browser.fill_in(link, address="other@hidden.example", answer="yes")

    assert "sent to another address" in refused.text
    assert "quilla@" not in refused.text
    assert _stored(invitation).answer is Answer.WAITING


def test_somebody_else_who_is_signed_in_cannot_answer(browser: Browser) -> None:
    call, reviewer, other = a_call(phase="assigning"), a_reviewer(), a_person(name="Oda Other")
    [invitation] = _invited(call, reviewer)
    link = _link(browser, invitation)
    browser.sign_in(other.id)

    answer = browser.get(link)

    assert answer.status_code == 403
    assert "You are signed in as Oda Other" in answer.text
    assert reviewer.name not in answer.text
    assert browser.sign_in(reviewer.id).get(link).status_code == 200


def test_declining_gives_back_the_seats_offered_and_keeps_reason_and_suggestions(
    browser: Browser,
) -> None:
    call, reviewer, officer = a_call(phase="reviewing"), a_reviewer(), an_officer()
    [invitation] = _invited(call, reviewer)
    offered = a_seat(call, a_submitted_proposal(call), reviewer)
    taken = a_seat(call, a_submitted_proposal(call), reviewer, state=SeatState.ACCEPTED)
    elsewhere = a_seat(other := a_call(phase="reviewing"), a_submitted_proposal(other), reviewer)

    browser.fill_in(
        _link(browser, invitation),
        address=reviewer.email,
        answer="no",
        reason="On leave.",
        name_1="Eva Suggested",
        email_1="eva@hill.example",
    )

    with unit_of_work(mode=Mode.READ):
        states = [db.session.get_one(Seat, s.id).state for s in (offered, taken, elsewhere)]
        assert states == [SeatState.DECLINED, SeatState.ACCEPTED, SeatState.INVITED]
        assert db.session.get_one(Decline, offered.id).reason == "On leave."
        suggestion = db.session.scalars(select(Suggestion)).one()
    desk = f"/desk/calls/{call.id}/reviewers"
    page = browser.sign_in(officer.id).get(f"{desk}/invitations").text
    for said in ("Eva Suggested", "suggested", "On leave.", "declined", "waits in the outbox"):
        assert said in page
    browser.fill_in(f"{desk}/invitations", form=f"/suggestions/{suggestion.id}", act="take")
    with unit_of_work(mode=Mode.READ):
        assert len(db.session.scalars(select(PoolMember)).all()) == 2


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"answer": "no"}, "Say in a few words why"),
        ({}, "Say yes or no."),
        ({"answer": "yes", "name_1": "Eva"}, "Give both the name and the address"),
        ({"answer": "yes", "name_1": "Eva", "email_1": "eva"}, "Write an address like"),
    ],
)
def test_an_answer_that_is_not_whole_is_refused_and_kept(
    browser: Browser, values: dict[str, str], words: str
) -> None:
    call, reviewer = a_call(phase="assigning"), a_reviewer()
    [invitation] = _invited(call, reviewer)

    page = browser.fill_in(_link(browser, invitation), address=reviewer.email, **values)

    assert words in page.text
    assert _stored(invitation).answer is Answer.WAITING


def test_values_add_no_line_no_link_and_no_place_for_one(browser: Browser) -> None:
    call = a_call(phase="assigning")
    trick = "Eve\r\nBcc: x@y.example [[link]] {call} https://evil.example/ <b>"
    reviewer = a_person(Role.REVIEWER, name=trick)
    _invited(call, reviewer, text="Dear {name},\nplease.")

    with unit_of_work(mode=Mode.READ), browser.app.test_request_context():
        letter = db.session.scalars(select(Letter)).one()
        sent = with_link(letter)
    first = letter.body.split("\n", maxsplit=1)[0]

    assert first.startswith(
        "Dear Eve Bcc: x[at]y[.]example [link] {call} https[://]evil[.]example/"
    )
    assert letter.body.count("[[link]]") == 1
    assert sent.count("/reviewing-invitations/") == 1
    assert "/reviewing-invitations/" not in letter.body, "what staff can read answers nothing"


def test_a_letter_is_previewed_before_it_is_sent_and_nobody_is_asked_twice(
    browser: Browser,
) -> None:
    call, reviewer = a_call(phase="assigning"), a_reviewer(name="Ada Holm")
    in_pool(call, reviewer)
    address = f"/desk/calls/{call.id}/reviewers/invite"
    browser.sign_in(an_officer().id)

    wrong = browser.fill_in(address, people=[reviewer.id], text="Dear {surname}")
    assert "{surname} cannot be filled in." in wrong.text
    page = browser.fill_in(address, people=[reviewer.id], text="Dear {name}!")
    assert "Dear Ada Holm!" in page.text
    with unit_of_work(mode=Mode.READ):
        assert db.session.scalars(select(Letter)).all() == []
    data = {"people": [reviewer.id], "text": "Dear {name}!", "act": "send"}
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    for _click in range(2):
        browser.post(address, data={**data, "csrf_token": token})

    with unit_of_work(mode=Mode.READ):
        assert len(db.session.scalars(select(Letter)).all()) == 1


def test_everybody_left_is_asked_with_one_box(browser: Browser) -> None:
    call, asked = a_call(phase="assigning"), a_reviewer()
    people = [asked, *(a_reviewer() for _ in range(4))]
    for one in people:
        in_pool(call, one)
    address = f"/desk/calls/{call.id}/reviewers/invite"
    browser.sign_in(an_officer().id)
    token = browser.get(address).text.split('name="csrf_token" value="')[1].split('"')[0]
    letter = {"csrf_token": token, "text": "Dear {name}!", "act": "send"}
    browser.post(address, data={**letter, "people": [asked.id]})

    assert "Choose whom to ask." in browser.fill_in(address, text="Dear {name}!").text
    page = browser.fill_in(address, everybody="y", text="Dear {name}!")
    assert "Send to 4" in page.text
    assert "And 1 more." in page.text
    below = " ".join(one.id for one in people)
    browser.post(address, data={**letter, "everybody": "y", "below": below})

    with unit_of_work(mode=Mode.READ):
        written = db.session.scalars(select(Letter.account_id)).all()
    assert sorted(written) == sorted(one.id for one in people)


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("{name} {call} {due} {most} {funder}", []),
        ("{email} {name} {email}", ["email"]),
        ("{}", [""]),
    ],
)
def test_only_the_known_names_can_be_filled_in(text: str, unknown: list[str]) -> None:
    assert rules.unknown_placeholders(text) == unknown
