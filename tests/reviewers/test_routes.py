import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.core.db import Model, db
from app.core.work import Mode, unit_of_work
from app.reviewers.models import Conflict, PoolMember, Seat, SeatState
from app.reviewers.routes import seats as seats_pages
from tests.browser_client import Browser
from tests.conftest import LedgerReader
from tests.counting import statements
from tests.factories import (
    a_call,
    a_person,
    a_reviewer,
    a_seat,
    a_submitted_proposal,
    an_approver,
    an_officer,
    in_pool,
)


def _all(model: type[Model]) -> list[Model]:
    with unit_of_work(mode=Mode.READ):
        return list(db.session.scalars(select(model)))


def test_an_officer_fills_the_pool_and_sees_the_conflict_found(browser: Browser) -> None:
    call = a_call(phase="assigning")
    proposal = a_submitted_proposal(call, a_person(organisation="Quist Laboratory"))
    desk = f"/desk/calls/{call.id}"
    browser.sign_in(an_officer().id)

    assert "Nobody in the pool yet" in browser.get(f"{desk}/reviewers").text
    page = browser.fill_in(
        f"{desk}/reviewers/new",
        name="Ada Holm",
        email="ada@example.org",
        organisation="QUIST laboratory",
        country="SE",
        kind="patient",
        expertise="screening",
        most="3",
    )

    assert "Ada Holm is in the pool." in page.text
    assert "0 of 3" in page.text
    assert "Patient or public" in page.text
    conflicts = browser.get(f"{desk}/conflicts").text
    assert str(proposal.number) in conflicts
    assert "found in the records" in conflicts


def test_reading_the_conflicts_is_noted_for_they_tell_who_applies(
    browser: Browser, ledger: LedgerReader
) -> None:
    call = a_call(phase="assigning")
    browser.sign_in(an_officer().id).get(f"/desk/calls/{call.id}/conflicts")

    assert ledger.actions() == ["proposals.identity_read"]


def test_a_wrong_entry_keeps_what_was_typed(browser: Browser) -> None:
    call = a_call(phase="assigning")
    browser.sign_in(an_officer().id)

    page = browser.fill_in(
        f"/desk/calls/{call.id}/reviewers/new", name="Ada Holm", email="ada at home", most="900"
    )

    assert "Write an address like name@example.org." in page.text
    assert "Give a whole number from 1 to 100." in page.text
    assert 'value="ada at home"' in page.text
    assert _all(PoolMember) == []


def test_limits_of_a_reviewer_can_be_changed(browser: Browser) -> None:
    call, reviewer = a_call(phase="assigning"), a_reviewer()
    in_pool(call, reviewer)
    browser.sign_in(an_officer().id)

    browser.fill_in(f"/desk/calls/{call.id}/reviewers/{reviewer.id}", most="11", kind="expert")

    [member] = _all(PoolMember)
    assert isinstance(member, PoolMember)
    assert member.most == 11


def test_the_page_of_a_proposal_offers_only_whom_it_may_and_says_why_not(browser: Browser) -> None:
    call = a_call(phase="assigning")
    proposal = a_submitted_proposal(call, a_person(organisation="Quist Laboratory"))
    near = a_person(Role.REVIEWER, name="Near One", organisation="Quist Laboratory")
    free = a_reviewer("Free One")
    full = a_reviewer("Full One")
    for person, most in ((near, 8), (free, 8), (full, 1)):
        in_pool(call, person, most=most)
    a_seat(call, a_submitted_proposal(call), full)
    browser.sign_in(an_officer().id)
    address = f"/desk/calls/{call.id}/assignment/{proposal.id}"

    page = browser.get(address).text

    offered = page[page.index("<select") : page.index("</select>")]
    assert "Free One" in offered
    assert "Near One" not in offered
    assert "Full One" not in offered
    assert "Conflict of interest: Same organisation" in page
    assert "Has as many as they may get" in page

    refused = browser.fill_in(address, account_id=near.id)
    assert f"Near One has a conflict of interest with {proposal.number}." in refused.text
    assert len(_all(Seat)) == 1

    done = browser.fill_in(address, account_id=free.id)
    assert "Free One is asked." in done.text
    assert "2 reviewers missing" in done.text


def test_a_seat_can_be_emptied_from_the_page(browser: Browser) -> None:
    call, reviewer = a_call(phase="reviewing"), a_reviewer()
    proposal = a_submitted_proposal(call)
    seat = a_seat(call, proposal, reviewer)
    browser.sign_in(an_officer().id)

    page = browser.fill_in(f"/desk/calls/{call.id}/assignment/{proposal.id}", form="/remove")

    assert "The seat is empty again." in page.text
    [stored] = _all(Seat)
    assert isinstance(stored, Seat)
    assert (stored.id, stored.state) == (seat.id, SeatState.REMOVED)


def test_the_overview_says_how_many_proposals_lack_reviewers(browser: Browser) -> None:
    call = a_call(phase="reviewing", reviewers_each=2)
    full, empty = a_submitted_proposal(call), a_submitted_proposal(call)
    for _each in range(2):
        a_seat(call, full, a_person())
    a_seat(call, empty, a_person(), state=SeatState.DECLINED)
    browser.sign_in(an_officer().id)

    page = browser.get(f"/desk/calls/{call.id}/assignment").text

    assert "1 proposal has fewer than 2 reviewers." in page


def test_a_long_assignment_has_pages_and_leads_to_what_lacks_reviewers_on_any(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats_pages, "SHOWN", 2)
    call = a_call(phase="reviewing", reviewers_each=1)
    made = [a_submitted_proposal(call) for _ in range(3)]
    for person, proposal in zip("abc", made, strict=True):
        reviewer = a_reviewer(name=f"Reviewer {person}")
        in_pool(call, reviewer)
        if proposal is not made[2]:
            a_seat(call, proposal, reviewer)
    browser.sign_in(an_officer().id)
    address = f"/desk/calls/{call.id}/assignment"

    first, last, beyond = (browser.get(f"{address}{q}").text for q in ("", "?page=2", "?page=99"))

    assert [(one.number or "") in first for one in made] == [True, True, False]
    assert [(one.number or "") in last for one in made] == [False, False, True]
    assert (made[2].number or "") in beyond
    assert f"{address}/{made[2].id}" in first  # go to the first that lacks reviewers
    assert "Those with most to do; 1 more stands in the pool." in first
    assert browser.get(f"{address}?page=none").status_code == 200


def test_staff_enter_a_conflict_by_hand(browser: Browser) -> None:
    call, reviewer = a_call(phase="reviewing"), a_reviewer()
    in_pool(call, reviewer)
    proposal = a_submitted_proposal(call)
    browser.sign_in(an_officer().id)
    address = f"/desk/calls/{call.id}/conflicts/new"

    page = browser.fill_in(address, account_id=reviewer.id, proposal_id=proposal.id, kind="family")
    assert "Say what the conflict is." in page.text
    assert _all(Conflict) == []
    page = browser.fill_in(
        address, account_id=reviewer.id, proposal_id=proposal.id, kind="family", reason="Siblings"
    )
    assert "entered by staff" in page.text
    assert "Siblings" in page.text


PAGES = ("reviewers", "conflicts", "assignment", "progress", "reviewers/new", "conflicts/new")


@pytest.mark.parametrize("page", PAGES)
def test_the_desk_of_reviewers_does_not_exist_for_others(browser: Browser, page: str) -> None:
    call, reviewer = a_call(phase="reviewing"), a_reviewer()
    a_seat(call, a_submitted_proposal(call), reviewer)
    browser.sign_in(reviewer.id)

    assert browser.get(f"/desk/calls/{call.id}/{page}").status_code == 404


def test_an_approver_reads_and_is_told_who_may_assign(browser: Browser) -> None:
    call = a_call(phase="assigning")
    proposal = a_submitted_proposal(call)
    browser.sign_in(an_approver().id)
    desk = f"/desk/calls/{call.id}"

    assert "Only an officer of this call may do that." in browser.get(f"{desk}/assignment").text
    page = browser.get(f"{desk}/assignment/{proposal.id}")
    assert page.status_code == 200
    assert "<select" not in page.text
    assert browser.get(f"{desk}/reviewers/new").status_code == 403


def test_a_proposal_of_another_call_is_not_there(browser: Browser) -> None:
    call, other = a_call(phase="assigning"), a_call(phase="assigning")
    proposal = a_submitted_proposal(other)
    browser.sign_in(an_officer().id)

    assert browser.get(f"/desk/calls/{call.id}/assignment/{proposal.id}").status_code == 404


@pytest.mark.parametrize("page", ["reviewers", "conflicts", "assignment", "progress", "one"])
def test_desk_pages_ask_as_often_for_many_rows_as_for_few(browser: Browser, page: str) -> None:
    call, officer = a_call(phase="reviewing"), an_officer()
    browser.sign_in(officer.id)
    first = a_submitted_proposal(call)
    address = f"assignment/{first.id}" if page == "one" else page

    def grow(rows: int) -> int:
        for _each in range(rows):
            reviewer = a_reviewer()
            in_pool(call, reviewer)
            a_seat(call, a_submitted_proposal(call), reviewer)
        with statements() as seen:
            assert browser.get(f"/desk/calls/{call.id}/{address}").status_code == 200
        return sum("ledger_" not in statement for statement in seen)  # its tree grows by itself

    assert grow(2) == grow(12)
