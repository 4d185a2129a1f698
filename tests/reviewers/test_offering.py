"""Offering oneself: only where the call allows it, marked as that, and making nobody a reviewer."""

import pytest
from sqlalchemy import select

from app.accounts.models import Role, RoleGrant
from app.core.db import db
from app.core.work import Mode, unit_of_work
from app.reviewers.models import (
    Conflict,
    ConflictKind,
    Nomination,
    PoolMember,
    ReviewingTerms,
)
from tests.browser_client import Browser
from tests.factories import (
    a_call,
    a_person,
    a_reviewer,
    a_submitted_proposal,
    an_officer,
    in_pool,
    plant,
)


def test_somebody_offers_themselves_and_staff_see_it_marked(browser: Browser) -> None:
    call, person, officer = a_call(), a_person(name="Ada Holm"), an_officer()
    plant(ReviewingTerms(call_id=call.id, self_nomination=True))

    assert "Offer to review" in browser.get(f"/calls/{call.code}").text
    browser.sign_in(person.id)
    page = browser.fill_in(
        f"/calls/{call.code}/offer-to-review",
        keywords="screening",
        codes=["4.1"],
        statement="I can.",
    )
    assert "will look at your offer" in page.text
    with unit_of_work(mode=Mode.READ):
        assert db.session.scalars(select(PoolMember)).all() == []
        assert (
            db.session.scalars(select(RoleGrant).where(RoleGrant.account_id == person.id)).all()
            == []
        )
        offer = db.session.scalars(select(Nomination)).one()
    desk = f"/desk/calls/{call.id}/reviewers"
    browser.sign_in(officer.id)
    offers = browser.get(f"{desk}/offers").text
    for said in ("Ada Holm", "self-nominated", "screening", "4.1", "I can."):
        assert said in offers
    browser.fill_in(f"{desk}/offers", form=f"/offers/{offer.id}", act="take")
    pool = browser.get(desk).text
    assert "self-nominated" in pool
    assert "4.1" in pool


@pytest.mark.parametrize(("allowed", "phase"), [(False, "open"), (True, "closed")])
def test_a_call_that_asks_for_no_offers_says_nothing_of_them(
    browser: Browser,
    allowed: bool,  # noqa: FBT001
    phase: str,
) -> None:
    call = a_call(phase=phase)
    plant(ReviewingTerms(call_id=call.id, self_nomination=allowed))
    assert "Offer to review" not in browser.get(f"/calls/{call.code}").text
    browser.sign_in(a_person().id)

    assert browser.get(f"/calls/{call.code}/offer-to-review").status_code == 404


def test_staff_of_the_call_cannot_offer_themselves(browser: Browser) -> None:
    call = a_call()
    plant(ReviewingTerms(call_id=call.id, self_nomination=True))
    browser.sign_in(a_person(Role.APPROVER).id)

    assert browser.get(f"/calls/{call.code}/offer-to-review").status_code == 403


def test_the_terms_of_a_call_make_a_shared_country_a_conflict(browser: Browser) -> None:
    call, reviewer = a_call(phase="assigning"), a_reviewer()
    in_pool(call, reviewer)
    a_submitted_proposal(call)
    browser.sign_in(an_officer().id)

    browser.fill_in(f"/desk/calls/{call.id}/reviewers/terms", same_country="y")

    with unit_of_work(mode=Mode.READ):
        found = db.session.scalars(select(Conflict)).all()
    assert [(c.account_id, c.kind) for c in found] == [(reviewer.id, ConflictKind.COUNTRY)]


def test_offering_twice_says_so_and_keeps_the_first(browser: Browser) -> None:
    call, person = a_call(), a_person()
    plant(ReviewingTerms(call_id=call.id, self_nomination=True))
    browser.sign_in(person.id)
    for words in ("first", "second"):
        answer = browser.fill_in(f"/calls/{call.code}/offer-to-review", keywords=words)
        assert answer.status_code == 200
    assert "You offered to review in this call already." in answer.text

    with unit_of_work(mode=Mode.READ):
        assert db.session.scalars(select(Nomination.keywords)).all() == ["first"]
