"""The first page of each role: what waits, and nothing of other roles."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.accounts.models import Role
from app.core import clock
from app.core.web import EquipoiseApp
from app.proposals.models import ProposalState
from app.reviews.models import ReviewState
from tests.browser_client import Browser
from tests.counting import statements
from tests.engines import both_engines
from tests.factories import (
    Released,
    a_call,
    a_draft,
    a_judged_call,
    a_person,
    a_released_call,
    a_review,
    a_submitted_proposal,
    an_approver,
    an_officer,
    approve_allocation,
)

HOME = "/home"


def test_somebody_with_one_role_comes_to_its_page_at_once(
    app: EquipoiseApp, browser: Browser
) -> None:
    assert app
    browser.sign_in(a_person().id)

    assert browser.get("/home").headers["Location"] == f"{HOME}/applicant"


def test_somebody_with_many_roles_chooses(app: EquipoiseApp, browser: Browser) -> None:
    assert app
    browser.sign_in(a_person(*Role).id)

    page = browser.get("/home").text

    for path in ("officer", "approver", "reviewer", "applicant"):
        assert f'href="{HOME}/{path}"' in page
    for path in ("/funder", "/audit", "/people"):
        assert f'href="{path}"' in page


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("officer", Role.OFFICER),
        ("approver", Role.APPROVER),
        ("reviewer", Role.REVIEWER),
    ],
)
def test_a_page_is_there_for_its_role_alone(
    app: EquipoiseApp, browser: Browser, path: str, role: Role
) -> None:
    assert app
    holder = a_person(role)
    stranger = a_person(*(set(Role) - {role}))

    assert browser.sign_in(holder.id).get(f"{HOME}/{path}").status_code == 200
    assert browser.sign_in(stranger.id).get(f"{HOME}/{path}").status_code == 404


def test_a_stranger_is_asked_to_sign_in(app: EquipoiseApp, browser: Browser) -> None:
    assert app
    assert browser.get("/home").headers["Location"].startswith("/sign-in?next=/home")


@both_engines
def test_an_applicant_sees_drafts_that_close_soon_first(
    app: EquipoiseApp, browser: Browser
) -> None:
    assert app
    lead = a_person()
    late, soon = a_call(), a_call()
    _close_in(soon.id, timedelta(days=2))
    a_draft(late, lead, title="There is time")
    a_draft(soon, lead, title="It is urgent")
    a_draft(late, a_person(), title="Of somebody else")
    a_call(title="Another open call")
    browser.sign_in(lead.id)

    page = browser.get(f"{HOME}/applicant").text

    assert page.index("It is urgent") < page.index("There is time")
    assert page.count("closes soon") == 1
    assert "Of somebody else" not in page
    assert "Another open call" in page


def _close_in(call_id: str, left: timedelta) -> None:
    from app.calls.models import Call  # noqa: PLC0415
    from app.core.db import db  # noqa: PLC0415
    from tests.factories import planted  # noqa: PLC0415

    with planted():
        db.session.get_one(Call, call_id).closes_at = clock.now() + left


def test_a_reviewer_sees_what_is_left_to_review(app: EquipoiseApp, browser: Browser) -> None:
    assert app
    reviewer = a_person(Role.REVIEWER)
    call = a_call(phase="reviewing")
    left, done = a_submitted_proposal(call), a_submitted_proposal(call)
    others = a_submitted_proposal(call)
    a_review(left, call, reviewer, state=ReviewState.DRAFT, merit="5")
    a_review(done, call, reviewer, merit="5", plan="5")
    a_review(others, call, state=ReviewState.DRAFT, merit="5")
    browser.sign_in(reviewer.id)

    page = browser.get(f"{HOME}/reviewer").text

    assert "1 review waits for you" in page
    assert str(left.number) in page
    assert str(done.number) not in page
    assert str(others.number) not in page


def _screening() -> None:
    call = a_call(phase="closed")
    a_submitted_proposal(call, state=ProposalState.SUBMITTED)


def _assigning() -> None:
    call = a_call(phase="assigning", reviewers_each=1)
    a_submitted_proposal(call)


def _late() -> None:
    call = a_call(phase="reviewing", reviewers_each=1)
    seat = a_review(a_submitted_proposal(call), call, state=ReviewState.DRAFT, merit="5")
    from app.core.db import db  # noqa: PLC0415
    from app.reviewers.models import Seat  # noqa: PLC0415
    from tests.factories import planted  # noqa: PLC0415

    with planted():
        db.session.get_one(Seat, seat.id).due_at = clock.now() - timedelta(days=1)


def _all_in() -> None:
    call = a_call(phase="reviewing", reviewers_each=1)
    a_review(a_submitted_proposal(call), call, merit="5", plan="5")


def _approved() -> None:
    approve_allocation(a_judged_call())


WAITING: dict[str, Callable[[], object]] = {
    "1 to screen": _screening,
    "1 proposal lacks reviewers": _assigning,
    "1 review is late": _late,
    "All reviews are in": _all_in,
    "Make the ranking": a_judged_call,
    "Release the results": _approved,
    "the reports are here": a_released_call,
    "Finish the call and publish it": lambda: a_call(phase="drafting"),
    "Screening is done": lambda: a_call(phase="closed"),
    "Propose the allocation": lambda: a_call(phase="allocating"),
    "Nothing to do until it closes": a_call,
}


@pytest.mark.parametrize("words", WAITING)
def test_an_officer_sees_what_a_call_waits_for(
    app: EquipoiseApp, browser: Browser, words: str
) -> None:
    assert app
    WAITING[words]()
    browser.sign_in(an_officer().id)

    assert words in browser.get(f"{HOME}/officer").text


def test_an_officer_of_one_call_sees_that_call(app: EquipoiseApp, browser: Browser) -> None:
    assert app
    mine, other = a_call(code="MINE"), a_call(code="NOTMINE")
    browser.sign_in(a_person(Role.OFFICER, scope=mine.id).id)

    page = browser.get(f"{HOME}/officer").text

    assert mine.code in page
    assert other.code not in page


def _proposed() -> Released:
    from app.allocation import service  # noqa: PLC0415
    from app.calls.models import Call  # noqa: PLC0415
    from app.core.db import db  # noqa: PLC0415
    from app.core.lens import Lens  # noqa: PLC0415
    from app.core.work import unit_of_work  # noqa: PLC0415

    world = a_judged_call()
    for act in (service.make_ranking, service.propose):
        with unit_of_work(Lens.STAFF):
            act(world.officer, db.session.get_one(Call, world.call.id))
    return world


def test_an_approver_sees_what_somebody_else_proposed(app: EquipoiseApp, browser: Browser) -> None:
    assert app
    world = _proposed()

    browser.sign_in(world.approver.id)
    assert "Read it and decide" in browser.get(f"{HOME}/approver").text
    browser.sign_in(a_person(Role.APPROVER, scope=a_call().id).id)
    assert world.call.title not in browser.get(f"{HOME}/approver").text


def test_nothing_waits_for_an_approver_when_nothing_is_proposed(
    app: EquipoiseApp, browser: Browser
) -> None:
    assert app
    a_judged_call()
    browser.sign_in(an_approver().id)

    assert "Nothing waits for your signature" in browser.get(f"{HOME}/approver").text


@pytest.mark.parametrize("page", ["officer", "approver", "applicant", "reviewer"])
def test_pages_ask_as_often_for_many_calls_as_for_one(
    app: EquipoiseApp, browser: Browser, page: str
) -> None:
    assert app
    person = a_person(*Role)
    browser.sign_in(person.id)

    def world() -> None:
        released = _proposed()
        call = a_call(phase="reviewing")
        for _ in range(2):
            a_review(a_submitted_proposal(call, person), call, person, merit="4", plan="4")
        assert released

    world()
    browser.get(f"{HOME}/{page}")
    with statements() as one:
        browser.get(f"{HOME}/{page}")
    world()
    world()
    with statements() as many:
        browser.get(f"{HOME}/{page}")

    assert len(one) == len(many)
