"""Nobody learns through any answer who the hidden party is: the twin worlds of each mode."""

from collections.abc import Iterator

import pytest

from app.accounts.models import Person
from app.calls.models import Blinding, Call, CallState
from app.core.db import db
from app.proposals.models import Proposal, VersionIdentity
from app.reviewers.models import Seat, SeatState
from tests.browser_client import Browser
from tests.factories import (
    Released,
    a_judged_call,
    a_review,
    a_reviewer,
    approve_allocation,
    planted,
    release_results,
)
from tests.trust.figures import FULL, both_in_full, say
from tests.trust.twins import (
    Answers,
    Request,
    World,
    ask,
    become_somebody_else,
    differences,
    judged_by_somebody_else,
    world_of,
)

ASKED = ("q", "search", "name", "email", "organisation", "country", "reviewer", "sort", "order",
         "filter", "page", "size")  # fmt: skip
VALUES = ("Leila", "-Leila", "*", "%", "Hospital of the Holy Cross", "NZ", "1", "")


def widened(requests: tuple[Request, ...]) -> tuple[Request, ...]:
    """In full: ask every page in every way that might search, sort or leaf through it."""
    return (*requests, *_ways(requests)) if FULL else requests


def _ways(requests: tuple[Request, ...]) -> Iterator[Request]:
    for method, address, data in requests:
        if method == "GET" and "?" not in address:
            for name in ASKED:
                for value in VALUES:
                    yield method, f"{address}?{name}={value}", data


def compare(before: Answers, after: Answers, what: str) -> None:
    different = differences(before, after)
    say(f"twin worlds, {what}: {len(before)} pairs of answers, {len(different)} differ")
    assert different == []


@both_in_full
@pytest.mark.parametrize(
    "mode", [Blinding.DOUBLE, Blinding.UNTIL_SCORED, Blinding.TRIPLE, Blinding.SIGNED]
)
def test_a_reviewer_cannot_tell_who_applies(browser: Browser, mode: Blinding) -> None:
    world = world_of(mode)
    requests = widened(world.requests)
    browser.sign_in(world.reviewer.id)
    ask(browser, world.requests)  # what only the first visit does is done
    before = ask(browser, requests)
    become_somebody_else(world)
    after = ask(browser, requests)
    assert world.secrets_in(before) == set()
    assert before[f"GET /reviews/{_seat(world)}"][0] == 200, "the pages are there"
    compare(before, after, f"{mode}: reviewer")


def _seat(world: World) -> str:
    return next(one for _m, one, _d in world.requests if one.endswith("/others")).split("/")[2]


@both_in_full
@pytest.mark.parametrize("mode", [Blinding.SINGLE, Blinding.OPEN])
def test_the_comparison_does_see_a_call_that_shows_who_applies(
    browser: Browser, mode: Blinding
) -> None:
    world = world_of(mode)
    browser.sign_in(world.reviewer.id)
    before = ask(browser, world.requests)
    become_somebody_else(world)
    assert f"GET /reviews/{_seat(world)}" in differences(before, ask(browser, world.requests))
    assert "name" in world.secrets_in(before)


@both_in_full
def test_what_another_reviewer_does_shows_nowhere(browser: Browser) -> None:
    """The same after a hidden event: a review is submitted, a reviewer is replaced."""
    world = world_of(Blinding.DOUBLE)
    browser.sign_in(world.reviewer.id)
    ask(browser, world.requests)
    before = ask(browser, world.requests)
    a_review(world.proposal, world.call, a_reviewer(), to_applicant="Newly said", merit="1")
    gone = a_review(world.proposal, world.call, a_reviewer(), merit="1")
    with planted():
        db.session.get_one(Seat, gone.id).state = SeatState.CONFLICTED
    compare(before, ask(browser, world.requests), "hidden event: reviewer")


@both_in_full
@pytest.mark.parametrize("released", [False, True])
@pytest.mark.parametrize("mode", [Blinding.SINGLE, Blinding.DOUBLE, Blinding.UNTIL_SCORED])
def test_an_applicant_cannot_tell_who_reviewed(
    browser: Browser, mode: Blinding, *, released: bool
) -> None:
    world = a_judged_call(blinding=mode)
    if released:
        approve_allocation(world)
        release_results(world)
    else:
        with planted():
            db.session.get_one(Call, world.call.id).state = CallState.REVIEWING
    requests = widened(_of_applicants(world))
    browser.sign_in(world.leads["A"].id)
    before = ask(browser, requests)
    judged_by_somebody_else(world.call, list(world.reviewers))
    after = ask(browser, requests)
    names = [judge.name for judge in world.reviewers]
    assert [name for name in names if name in repr(before)] == []
    compare(before, after, f"{mode}{' released' if released else ''}: applicant")


def _of_applicants(world: Released) -> tuple[Request, ...]:
    own = f"/proposals/{world.proposals['A'].id}"
    other = f"/proposals/{world.proposals['B'].id}"
    pages = [
        "/",
        "/proposals/",
        *(f"{own}{tail}" for tail in ("", "/outcome", "/as-reviewers-see-it", "/write", "/submit")),
        other,
        f"{other}/outcome",
        f"/calls/{world.call.code}",
        f"/calls/{world.call.code}/results",
        f"/desk/calls/{world.call.id}/progress",
        f"/desk/calls/{world.call.id}/reviews.csv",
        "/reviews/",
        "/calls",
        "/funder",
    ]
    changes: list[Request] = [
        ("POST", f"{own}/submit", {}),
        ("POST", f"{own}/autosave", {"version": "0"}),
        ("POST", f"{other}/withdraw", {}),
    ]
    return (
        *(("GET", page, {}) for page in pages),
        *changes,
        *(("HEAD", page, {}) for page in pages),
    )


@both_in_full
def test_the_comparison_does_see_reviewers_whom_the_call_names_at_release(
    browser: Browser,
) -> None:
    world = a_judged_call(blinding=Blinding.SIGNED)
    approve_allocation(world)
    release_results(world)
    page = browser.sign_in(world.leads["A"].id).get(f"/proposals/{world.proposals['A'].id}/outcome")
    assert world.reviewers[0].name in page.text


@both_in_full
def test_the_staff_of_a_sealed_call_cannot_tell_who_applies(browser: Browser) -> None:
    world = a_judged_call(blinding=Blinding.TRIPLE)
    approve_allocation(world)
    desk = f"/desk/calls/{world.call.id}"
    pages = [
        "/",
        "/desk/",
        desk,
        f"{desk}/proposals/",
        f"{desk}/proposals/{world.proposals['A'].id}",
        *(
            f"{desk}/{tail}"
            for tail in (
                "reviewers",
                "conflicts",
                "assignment",
                "progress",
                "reviews.csv",
                "ranking",
                "allocation",
                "reports",
            )
        ),
    ]
    requests = widened(tuple(("GET", page, {}) for page in pages))
    browser.sign_in(world.officer.id)
    ask(browser, requests)
    before = ask(browser, requests)
    assert before[f"GET {desk}/proposals/"][0] == 200
    with planted():
        _others_apply(world)
    compare(before, ask(browser, requests), "triple: officer")


def _others_apply(world: Released) -> None:
    for lead in world.leads.values():
        person = db.session.get_one(Person, lead.id)
        person.name, person.organisation, person.country = "Another Name", "Elsewhere", "NZ"
    for proposal in world.proposals.values():
        stored = db.session.get_one(Proposal, proposal.id)
        identity = db.session.get_one(VersionIdentity, str(stored.version_id))
        identity.lead_name, identity.organisation = "Another Name", "A far longer organisation"
        identity.country, identity.answers = "NZ", {"team": "Nobody, and eleven others"}
