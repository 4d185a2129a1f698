"""Twin worlds beyond the reviewer's own pages: whoever bids, holds the link of an invitation, takes
a pack along or sits in the panel learns no more; and each comparison does see a planted leak."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.actor import Actor
from app.calls import views as call_views
from app.calls.models import Blinding, Call
from app.core.db import db, door
from app.core.jobs import run_due_jobs
from app.core.lens import Door, Lens
from app.core.work import Mode, unit_of_work
from app.panels import views as panel_views
from app.panels.models import PanelItem, Recommendation
from app.proposals.models import Proposal, ProposalMember, VersionIdentity
from app.reviewers import queries as pool
from app.reviewers import service as reviewers
from app.reviewers.bidding import views as bidding_views
from app.reviewers.links import token_of
from app.reviews import queries as seats
from app.reviews.offline import service as offline
from app.reviews.offline import views as offline_views
from tests.browser_client import Browser
from tests.factories import (
    a_call,
    a_review,
    a_reviewer,
    a_submitted_proposal,
    an_officer,
    in_pool,
    planted,
)
from tests.panels.world import Met, a_panel, item_about, open_with, write_down
from tests.reviewers.test_bids import World as Bidders
from tests.trust.canary import Search, unpacked
from tests.trust.figures import both_in_full
from tests.trust.test_twin_worlds import compare, widened
from tests.trust.twins import (
    Answers,
    Request,
    World,
    ask,
    become_somebody_else,
    differences,
    others_apply,
    renamed,
    world_of,
)
from tests.worlds import BuiltOnce

Values = dict[str, Any]


@dataclass(frozen=True)
class Meeting:
    """Who must learn nothing, what they may ask for, and how the hidden party changes."""

    who: Actor | None
    requests: tuple[Request, ...]
    there: str  # an address that this person does see
    change: Callable[[], None]


def _get(*pages: str) -> tuple[Request, ...]:
    return tuple((method, page, {}) for method in ("GET", "HEAD") for page in pages)


def _bidder(browser: Browser) -> Meeting:
    assert browser
    world = Bidders(proposals=3, people=2)
    world.ask()
    sheet_of = f"/bids/{world.call.id}"
    changes: tuple[Request, ...] = (
        ("POST", f"{sheet_of}/autosave", {"seen": "99"}),
        ("POST", sheet_of, {"seen": "99"}),
    )
    applicant = _leads(world.proposals[0])
    return Meeting(
        world.people[0],
        (*_get("/bids/", sheet_of), *changes),
        sheet_of,
        lambda: others_apply(applicant, world.proposals[0]),
    )


def _leads(proposal: Proposal) -> Actor:
    with unit_of_work(mode=Mode.READ):
        account_id = db.session.scalars(
            select(ProposalMember.account_id).where(ProposalMember.proposal_id == proposal.id)
        ).first()
    return Actor(id=str(account_id), name="", grants=frozenset())


def _invited(browser: Browser) -> Meeting:
    call, invited = a_call(phase="assigning"), a_reviewer()
    proposal = a_submitted_proposal(call)
    link = _link_of(browser, call, invited)
    refused: Request = ("POST", link, {"address": "somebody@else.example", "answer": "yes"})
    return Meeting(
        None,
        (*_get(link, "/reviewing-invitations/none", f"/calls/{call.code}"), refused),
        link,
        lambda: others_apply(_leads(proposal), proposal),
    )


def _link_of(browser: Browser, call: Call, invited: Actor) -> str:
    officer = an_officer()
    in_pool(call, invited)
    with unit_of_work(Lens.STAFF):
        stored = db.session.get_one(Call, call.id)
        reviewers.invite(officer, stored, pool.pool_of(call.id), "Dear {name}")
    with unit_of_work(mode=Mode.READ):
        (row,) = pool.invitations_of(call.id)
    with browser.app.test_request_context():
        return f"/reviewing-invitations/{token_of(row.id)}"


def _member(browser: Browser) -> Meeting:
    assert browser
    met = a_panel()
    open_with(met)

    def change() -> None:
        others_apply(met.world.leads["A"], met.world.proposals["A"])
        with planted():
            for place, judge in enumerate(met.world.reviewers):
                renamed(judge, f"Leila Grönlund-van der Meer the {place}th", "NZ")

    return _of_panel(met, met.member, "A", change)


def _shut_out(browser: Browser) -> Meeting:
    """A member with a conflict: all that is said of the closed item is said in another room."""
    assert browser
    met = a_panel()
    open_with(met)

    def change() -> None:
        others_apply(met.world.leads["A"], met.world.proposals["A"])
        write_down(
            met,
            "A",
            note="A long discussion.",
            recommendation=Recommendation.AWARD,
            amount_minor=1_000_000,
            reason="Nobody else does it.",
        )
        a_review(met.world.proposals["A"], met.world.call, merit="1", plan="1")

    return _of_panel(met, met.torn, "A", change)


def _of_panel(met: Met, who: Actor, name: str, change: Callable[[], None]) -> Meeting:
    with unit_of_work(mode=Mode.READ):
        items = [
            item_about(met.panel_id, met.world.proposals[one].id).item.id for one in (name, "B")
        ]
    own = f"/panels/{met.panel_id}"
    said: tuple[Request, ...] = tuple(
        ("POST", f"{own}/items/{item}", {"revision": "99", "note": "Said."}) for item in items
    )
    pages = _get(
        "/",
        "/panels/",
        own,
        *(f"{own}/items/{item}" for item in items),
        f"{own}/minutes",
    )
    return Meeting(who, (*pages, *said), f"{own}/items/{items[1]}", change)


MEETINGS: dict[str, Callable[[Browser], Meeting]] = {
    "bids": _bidder,
    "the link of an invitation": _invited,
    "a panel": _member,
    "a panel, shut out of an item": _shut_out,
}


def _asked(browser: Browser, meeting: Meeting) -> tuple[Answers, Answers]:
    """Ask before and after the hidden party changed."""
    requests = widened(meeting.requests)
    if meeting.who is not None:
        browser.sign_in(meeting.who.id)
    ask(browser, meeting.requests)
    before = ask(browser, requests)
    assert before[f"GET {meeting.there}"][0] == 200, "the page is there"
    meeting.change()
    return before, ask(browser, requests)


@both_in_full
@pytest.mark.parametrize("place", list(MEETINGS))
def test_whoever_comes_another_way_cannot_tell_who_applies(browser: Browser, place: str) -> None:
    meeting = MEETINGS[place](browser)
    compare(*_asked(browser, meeting), f"{place}: double")


def _hidden() -> str:
    """What a mistaken page could get at: the people who apply, through the one door to them."""
    with door(Door.INTERESTS):
        return ", ".join(db.session.scalars(select(VersionIdentity.lead_name)))


def _done() -> list[str]:
    """What somebody shut out of an item must not see either: that it was discussed."""
    done = db.session.scalars(select(PanelItem.id).where(PanelItem.decided_at.is_not(None)))
    return [f"{len(done.all())} done"]


def _with_title(values: Values) -> Values:
    return {**values, "title": f"{values['title']} ({_hidden()})"}


TELLING: dict[str, tuple[Any, str, Callable[[Any], Any]]] = {
    "bids": (bidding_views, "questions", lambda rows: [_with_title(row) for row in rows]),
    "the link of an invitation": (call_views, "call_row", _with_title),
    "a panel": (
        panel_views,
        "item_values",
        lambda values: {**values, "science": _with_title(values["science"])},
    ),
    "a panel, shut out of an item": (
        panel_views,
        "item_values",
        lambda values: {**values, "leaving": values["leaving"] + _done()},
    ),
}


@pytest.mark.parametrize("place", list(MEETINGS))
def test_the_comparison_sees_a_page_that_tells(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Row 24 of the catalogue, for the link; the same for the other ways in."""
    meeting = MEETINGS[place](browser)
    module, name, telling = TELLING[place]
    real = getattr(module, name)
    monkeypatch.setattr(module, name, lambda *args: telling(real(*args)))
    assert f"GET {meeting.there}" in differences(*_asked(browser, meeting))


def _pack_of(browser: Browser, world: World) -> list[bytes]:
    """Take the reviewer's work along; return everything that is in the pack."""
    with unit_of_work(Lens.REVIEWER):
        own = [one for one in seats.own_in_call(world.reviewer.id, world.call.id) if one.review]
        pack = offline.ask(world.reviewer, own[0].call, own)
        address = f"/reviews/packs/{pack.id}.zip"
    run_due_jobs()
    answer = browser.get(address)
    assert answer.status_code == 200
    return list(unpacked(answer.data, answer.mimetype or ""))[1:]


@both_in_full
def test_a_pack_to_take_along_tells_nobody_who_applies(
    built_once: BuiltOnce, browser: Browser
) -> None:
    world = built_once(world_of, Blinding.DOUBLE)
    browser.sign_in(world.reviewer.id)
    before = _pack_of(browser, world)
    become_somebody_else(world)
    assert len(before) > 10, "the pack is unpacked to its parts"
    assert _pack_of(browser, world) == before
    assert Search(world.tokens).find(b"\n".join(before)) == set()


def test_the_comparison_sees_a_pack_that_tells(
    built_once: BuiltOnce, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 18 of the catalogue: an export that says more than the page."""
    world = built_once(world_of, Blinding.DOUBLE)
    browser.sign_in(world.reviewer.id)
    real = offline_views.form_rows

    def telling(*args: Any) -> Iterator[list[str]]:
        yield from ([*row[:-1], f"{row[-1]} {_applies(world)}"] for row in real(*args))

    monkeypatch.setattr(offline_views, "form_rows", telling)
    before = _pack_of(browser, world)
    assert Search(world.tokens).find(b"\n".join(before)), "the canary finds it"
    become_somebody_else(world)
    assert _pack_of(browser, world) != before, "and so do the twins"


def _applies(world: World) -> str:
    """The job that makes packs may read everything."""
    return db.session.get_one(VersionIdentity, str(world.proposal.version_id)).lead_name
