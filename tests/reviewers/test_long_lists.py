"""The staff's pages around reviewing with more people and proposals than one page holds."""

import re

import pytest
from sqlalchemy import insert, select

from app.accounts.models import Person
from app.calls.models import Call, CallState
from app.core.db import db
from app.core.ids import new_id
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.notifications.models import Letter
from app.proposals.models import Proposal
from app.reviewers.models import Conflict, PoolMember, Seat, SeatHolder, SeatState
from bench.assignment_plan import plant as plant_large
from tests.browser_client import Browser, forms_of
from tests.counting import statements
from tests.factories import an_officer, planted

MANY = 230  # people, and proposals
HEAVIEST = 100_000  # bytes


@pytest.fixture
def call_id(app: EquipoiseApp) -> str:
    """A call in review whose every proposal has one seat, of another person each."""
    assert app
    plant_large(MANY, MANY)
    with planted():
        call = db.session.scalars(select(Call)).one()
        call.state = CallState.REVIEWING
        proposals = db.session.scalars(select(Proposal.id).order_by(Proposal.number)).all()
        people = db.session.scalars(select(PoolMember.account_id)).all()
        pairs = [(new_id(), one, who) for one, who in zip(proposals, people, strict=True)]
        db.session.execute(
            insert(Seat),
            [
                {
                    "id": seat, "call_id": call.id, "proposal_id": one, "letter": "A",
                    "state": SeatState.SUBMITTED if place < 5 else SeatState.ACCEPTED,
                    "due_at": call.opens_at,
                }
                for place, (seat, one, _who) in enumerate(pairs)
            ],
        )  # fmt: skip
        db.session.execute(
            insert(SeatHolder),
            [{"seat_id": s, "proposal_id": one, "account_id": who} for s, one, who in pairs],
        )
        return call.id


def test_every_page_is_light_and_its_lists_are_turned_and_narrowed(
    app: EquipoiseApp, call_id: str
) -> None:
    browser = Browser(app).sign_in(an_officer().id)
    desk = f"/desk/calls/{call_id}"
    with unit_of_work(mode=Mode.READ):
        proposal = db.session.scalars(select(Proposal.id).order_by(Proposal.number)).first()
        assert (db.session.scalar(select(Conflict.id)) or "") != ""
    for path in (
        f"{desk}/reviewers",
        f"{desk}/reviewers/history",
        f"{desk}/reviewers/invite",
        f"{desk}/conflicts",
        f"{desk}/bidding",
        f"{desk}/reminders",
        f"{desk}/progress",
        f"{desk}/assignment/{proposal}",
    ):
        page = browser.get(path).text
        assert len(page.encode()) < HEAVIEST, path
        turned = re.search(r'(?:href|formaction)="(\?[^"]*)"[^>]*>Next<', page)
        assert turned, path
        assert browser.get(f"{path}{turned.group(1)}").text != page
        narrowed = browser.get(f"{path}?words=Person+22").text
        assert "Person 22" in narrowed, path
        assert "Person 3<" not in narrowed, path


def test_lists_to_choose_from_hold_a_hundred_and_keep_what_is_chosen(
    app: EquipoiseApp, call_id: str
) -> None:
    browser = Browser(app).sign_in(an_officer().id)
    path = f"/desk/calls/{call_id}/conflicts/new"
    page = browser.get(path).text
    assert 200 <= page.count("<option") <= 220
    with unit_of_work(mode=Mode.READ):
        proposal = db.session.scalars(select(Proposal).where(Proposal.number == "BENCH-0228")).one()
        member = db.session.scalars(select(PoolMember.account_id)).all()[-1]
    assert proposal.id not in page
    narrowed = browser.get(f"{path}?proposal=BENCH-0228").text
    assert proposal.id in narrowed

    # What somebody chose in another tab is taken, whatever this address narrows the list to.
    done = browser.fill_in(
        path, account_id=member, proposal_id=proposal.id, kind="other", reason="They said so."
    )
    assert "The conflict is entered." in done.text


def test_the_progress_counts_the_whole_call_and_shows_what_lacks_reviews(
    app: EquipoiseApp, call_id: str
) -> None:
    browser = Browser(app).sign_in(an_officer().id)
    path = f"/desk/calls/{call_id}/progress"
    for address in (path, f"{path}?page=3&people=2", f"{path}?short=1&words=BENCH-02"):
        page = browser.get(address).text
        assert f"{MANY} proposals have fewer than 3 submitted reviews." in page
        assert re.search(rf">{MANY - 5}<", page), address
        kept = '<input type="hidden" name="short" value="1">' in page
        assert kept is ("short=1" in address), "words typed leave out what has its reviews"
    with statements() as seen:
        browser.get(f"{path}?page=2")
    assert len(seen) < 12


def test_a_narrowed_list_of_who_is_late_says_to_whom_the_letter_goes(
    app: EquipoiseApp, call_id: str
) -> None:
    browser = Browser(app).sign_in(an_officer().id)
    page = browser.get(f"/desk/calls/{call_id}/reminders?words=Person+22").text
    assert f"The letter is for all {MANY - 5} people who owe a review in this call." in page
    assert "It goes to more people than the list above shows now." in page


def test_turning_and_narrowing_the_pool_loses_neither_ticks_nor_letter(
    app: EquipoiseApp, call_id: str
) -> None:
    browser = Browser(app).sign_in(an_officer().id)
    address = f"/desk/calls/{call_id}/reviewers/invite"

    def sent(page: str) -> dict[str, list[str]]:
        (form,) = (form for form in forms_of(page) if "text" in form.fields)
        return form.fields

    def look(page: str, query: str = "", **typed: object) -> str:
        return browser.post(f"{address}{query}", data={**sent(page), "act": "look", **typed}).text

    page = browser.get(address).text
    [turn] = re.findall(r'name="act" value="look" formaction="([^"]*)">Next<', page)
    page = look(page, turn, everybody="y", text="Dear {name}, mine.")
    assert "Dear {name}, mine." in page
    assert "100 more are ticked who are not on this page" in page
    assert len(page.encode()) < HEAVIEST
    with unit_of_work(mode=Mode.READ):
        last = db.session.scalars(select(Person).where(Person.name == "Person 229")).one()
    page = look(page, words="person 229")
    assert f'value="{last.account_id}"' in page
    ticked = [*sent(page)["people"], last.account_id]
    page = look(page, people=ticked, words="nobody at all")
    assert "Nobody who is left to ask fits the words." in page
    page = browser.post(address, data=sent(page)).text
    assert "Send to 101" in page
    browser.post(address, data={**sent(page), "act": "send"})

    with unit_of_work(mode=Mode.READ):
        letters = db.session.scalars(select(Letter)).all()
    assert len(letters) == 101
    assert last.account_id in {one.account_id for one in letters}
    assert all("mine." in one.body for one in letters)
