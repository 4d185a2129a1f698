"""Who has an interest in a call stays off its desk, whatever office they hold."""

from collections.abc import Iterator

import pytest

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.accounts.routes.signing_in import HOME
from app.allocation import queries
from app.allocation import service as allocation
from app.calls.models import Call
from app.core import clock
from app.core.api.document import routes_of
from app.core.db import db
from app.core.gate import Refused
from app.core.lens import Lens
from app.core.table_file import KINDS
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.ledger.service import position as ledger_size
from app.proposals.models import ProposalState
from app.reviewers.models import Conflict, ConflictKind, SeatState
from tests.browser_client import Browser
from tests.factories import (
    a_call,
    a_judged_call,
    a_person,
    a_review,
    a_seat,
    a_submitted_proposal,
    an_officer,
    plant,
)
from tests.programs import a_program

DESK = (
    "",
    "/edit",
    "/proposals/",
    "/reviewers",
    "/reviewers.csv",
    "/reviewers/invitations",
    "/reviewers/offers",
    "/conflicts",
    "/assignment",
    "/progress",
    "/reviews.csv",
    "/ranking",
    "/allocation",
    "/reports",
)


_FORMS = ("/amend", "/criteria/new", "/discard", "/questions/new", "/sections/new", "/try")
_DRAWS = ("/commit", "/live", "/promise", "/record.json", "/reveal", "/value")


def _rooms(app: EquipoiseApp) -> Iterator[str]:
    """Every address of the desk of a call that needs nothing but the call."""
    for rule in app.url_map.iter_rules():
        named = rule.arguments - set(rule.defaults or ())  # an ending is part of the address
        if rule.rule.startswith("/desk/calls/<id:call_id>") and named == {"call_id"}:
            yield rule.rule.removeprefix("/desk/calls/<id:call_id>")


def test_the_desk_has_no_room_that_is_not_tried(app: EquipoiseApp) -> None:
    posted = {"/publish", "/conflicts/search", "/allocation/approve", "/allocation/send-back"}
    forms = {"/extend", "/contributions/new"}
    more = {"/reviewers/new", "/conflicts/new", "/allocation/release"}
    lists = {"/reviewers/import", "/reviewers/terms", "/reviewers/invite", "/conflicts/import"}
    money = {"/award-rule", "/conditions", "/fund", "/letters", "/reports/letters/again"}
    money |= {f"/allocation/{act}" for act in ("preparation", "propose-release")}
    choosing = {"/scenarios", "/scenarios/look-closer", "/scenarios/new", "/unseal"}
    drawing = {f"/draw{end}" for end in ("", *_DRAWS)}
    applying = {
        "/grace",
        "/proposals/exceptions",
        "/proposals/exceptions/new",
        "/proposals/invitations",
    }
    building = {"/call.json", "/clone", "/form", *(f"/form{end}" for end in _FORMS)}
    known = {*DESK, *posted, *forms, *more, *lists, *money, *choosing, *drawing, *applying}
    known |= building | {"/bidding", "/plans", "/reminders", "/reviewers/history"}
    known |= {f"/panel{end}" for end in ("", "/agenda", "/dissolve", "/minutes", "/people")}
    known |= {f"/{table}.{end}" for table in ("ranking", "allocation") for end in KINDS}
    assert set(_rooms(app)) == known


@pytest.mark.parametrize("role", [Role.OFFICER, Role.APPROVER])
@pytest.mark.parametrize("state", [ProposalState.DRAFT, ProposalState.ELIGIBLE])
def test_the_desk_is_closed_to_staff_who_apply(
    app: EquipoiseApp,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
    role: Role,
    state: ProposalState,
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    both, call = a_person(role), a_call(phase="ranking")
    other = a_call(phase="ranking")
    a_submitted_proposal(call, both, state=state)
    browser.sign_in(both.id)

    for room in _rooms(app):
        address = f"/desk/calls/{call.id}{room}"
        for answer in (browser.get(address), browser.post(address)):
            assert answer.status_code in {403, 404, 405}, address
    answer = browser.get(f"/desk/calls/{call.id}")
    assert "You apply in this call" in answer.text
    assert browser.get(f"/desk/calls/{other.id}").status_code == 200


@pytest.mark.parametrize(
    ("role", "phase", "declared"),
    [
        (Role.OFFICER, "assigning", True),
        (Role.OFFICER, "ranking", False),
        (Role.APPROVER, "released", True),
        (Role.APPROVER, "allocating", False),
    ],
)
def test_the_desk_is_closed_to_staff_with_a_conflict_from_the_next_request(  # noqa: PLR0917
    app: EquipoiseApp,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
    role: Role,
    phase: str,
    declared: bool,  # noqa: FBT001
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    actor, call, other = a_person(role), a_call(phase=phase), a_call(phase=phase)
    proposal = a_submitted_proposal(call)
    a_submitted_proposal(other)
    browser.sign_in(actor.id)
    assert browser.get(f"/desk/calls/{call.id}").status_code == 200

    _conflicted(call, proposal.id, actor, declared=declared)

    with unit_of_work(mode=Mode.READ):
        before = ledger_size()
    for room in _rooms(app):
        address = f"/desk/calls/{call.id}{room}"
        for answer in (browser.get(address), browser.post(address)):
            assert answer.status_code in {403, 404, 405}, address
            assert str(proposal.number) not in answer.text, address
    for address in (f"proposals/{proposal.id}", f"assignment/{proposal.id}"):
        assert browser.get(f"/desk/calls/{call.id}/{address}").status_code in {403, 404}
    with unit_of_work(mode=Mode.READ):
        assert ledger_size() == before
    assert "conflict of interest" in browser.get(f"/desk/calls/{call.id}").text
    assert browser.get(f"/interests/{call.id}").status_code == 403
    assert browser.get(f"/desk/calls/{other.id}").status_code == 200
    first = browser.get(f"{HOME}/{role}").text
    assert f'href="/desk/calls/{call.id}' not in first
    if role is Role.OFFICER:
        assert f'href="/desk/calls/{other.id}' in first


def test_a_conflict_with_a_withdrawn_proposal_closes_nothing(browser: Browser) -> None:
    officer, call = an_officer(), a_call(phase="reviewing")
    gone = a_submitted_proposal(call, state=ProposalState.WITHDRAWN)
    _conflicted(call, gone.id, officer)

    assert browser.sign_in(officer.id).get(f"/desk/calls/{call.id}").status_code == 200


def test_an_auditor_with_a_conflict_reads_nothing_of_that_call(browser: Browser) -> None:
    auditor, call, other = a_person(Role.AUDITOR), a_call(phase="reviewing"), a_call()
    proposal = a_submitted_proposal(call)
    _conflicted(call, proposal.id, auditor)
    browser.sign_in(auditor.id)

    assert browser.get(f"/audit/calls/{call.id}").status_code == 403
    assert browser.get(f"/audit/calls/{other.id}").status_code == 200


@pytest.mark.parametrize("role", [Role.OFFICER, Role.APPROVER, Role.AUDITOR])
def test_staff_declare_their_own_conflict_and_are_out_at_once(browser: Browser, role: Role) -> None:
    actor, call = a_person(role), a_call(phase="reviewing")
    lead = a_person(name="Ada Quellwort", organisation="Fjord Institute")
    proposal = a_submitted_proposal(call, lead)
    browser.sign_in(actor.id)

    page = browser.get(f"/interests/{call.id}").text
    assert "Ada Quellwort" in page
    assert "Fjord Institute" in page
    assert "We will find out." not in page, "who and what, not the content"
    answer = browser.fill_in(
        f"/interests/{call.id}", proposal_id=proposal.id, kind="family", detail="My sister."
    )

    assert "is closed to you" in answer.text
    assert browser.get(f"/interests/{call.id}").status_code == 403
    assert browser.get(f"/desk/calls/{call.id}").status_code in {403, 404}


@pytest.mark.parametrize("role", [None, Role.REVIEWER, Role.FUNDER])
def test_nobody_else_reads_who_applies_to_declare(browser: Browser, role: Role | None) -> None:
    call = a_call(phase="reviewing")
    a_submitted_proposal(call)
    browser.sign_in(a_person(*([role] if role else [])).id)

    absent = browser.get("/interests/0123456789abcdefghjkmnpqrs")
    assert browser.get(f"/interests/{call.id}").text == absent.text
    assert browser.get("/interests/").status_code == 404


def test_officers_of_one_call_cannot_read_who_applies_in_another(browser: Browser) -> None:
    own, other = a_call(phase="reviewing"), a_call(phase="reviewing")
    a_submitted_proposal(other)
    browser.sign_in(a_person(Role.OFFICER, scope=own.id).id)

    assert browser.get(f"/interests/{own.id}").status_code == 200
    assert browser.get(f"/interests/{other.id}").status_code == 404
    assert other.code not in browser.get("/interests/").text


def _first_page(browser: Browser, role: str) -> str:
    answer = browser.get(f"{HOME}/{role}")
    assert answer.status_code == 200
    return answer.text


def test_a_closed_desk_tells_no_counts_on_the_first_pages(browser: Browser) -> None:
    both = a_person(Role.OFFICER, Role.APPROVER)
    call = a_call(phase="reviewing", title="A call one applies in oneself")
    proposal = a_submitted_proposal(call, both)
    a_review(proposal, call, merit="5", plan="5")
    browser.sign_in(both.id)

    assert call.title not in _first_page(browser, "officer")
    assert call.title not in _first_page(browser, "approver")


def test_staff_of_a_call_cannot_apply_in_it(browser: Browser) -> None:
    call, other = a_call(code="OWNCALL"), a_call(code="OTHERCALL")
    officer = a_person(Role.OFFICER, scope=call.id)
    browser.sign_in(officer.id)

    refused = browser.get("/calls/OWNCALL/apply")
    assert refused.status_code == 403
    assert "You work on this call" in refused.text
    assert browser.get(f"/calls/{other.code}/apply").status_code == 200


def _conflicted(call: Call, proposal_id: str, actor: Actor, *, declared: bool = True) -> None:
    plant(
        Conflict(
            call_id=call.id,
            proposal_id=proposal_id,
            account_id=actor.id,
            kind=ConflictKind.FAMILY,
            declared=declared,
            found_at=clock.now(),
        )
    )


@pytest.mark.parametrize("who", ["officer", "approver"])
def test_who_has_a_conflict_takes_no_part_in_the_decision(app: EquipoiseApp, who: str) -> None:
    assert app
    world = a_judged_call()
    actor = {"officer": world.officer, "approver": world.approver}[who]
    with unit_of_work(Lens.STAFF):
        allocation.make_ranking(world.officer, db.session.get_one(Call, world.call.id))
    with unit_of_work(Lens.STAFF):
        made = allocation.propose(world.officer, db.session.get_one(Call, world.call.id))
    _conflicted(world.call, world.proposals["A"].id, actor)

    def act() -> None:
        with unit_of_work(Lens.STAFF):
            call = db.session.get_one(Call, world.call.id)
            stored = queries.latest_allocation(call.id)
            assert stored is not None
            if who == "approver":
                allocation.approve(actor, call, stored, seen_sha256=made.sha256)
            else:
                allocation.release(actor, call, stored)

    with pytest.raises(Refused, match="conflict of interest"):
        act()


def test_staff_who_review_see_no_scores_before_their_own_are_in(browser: Browser) -> None:
    both, call = an_officer(), a_call(phase="reviewing")
    proposal = a_submitted_proposal(call)
    a_review(proposal, call, merit="5", plan="2")
    seat = a_seat(call, proposal, both, state=SeatState.ACCEPTED)
    browser.sign_in(both.id)

    for room in ("reviews.csv", "ranking", "allocation"):
        assert browser.get(f"/desk/calls/{call.id}/{room}").status_code == 403
    assert browser.get(f"/desk/calls/{call.id}/progress").status_code == 200

    with unit_of_work() as work:
        db.session.get_one(type(seat), seat.id).state = SeatState.SUBMITTED
        work.enforced, work.recorded = 1, 1
    with browser.get(f"/desk/calls/{call.id}/reviews.csv") as answer:
        assert answer.status_code == 200


def test_an_auditor_who_applies_reads_nothing_of_that_call(browser: Browser) -> None:
    both, call, other = a_person(Role.AUDITOR), a_call(phase="reviewing"), a_call()
    a_submitted_proposal(call, both)
    browser.sign_in(both.id)

    assert browser.get(f"/audit/calls/{call.id}").status_code == 403
    assert browser.get(f"/audit/calls/{other.id}").status_code == 200


@pytest.mark.parametrize("applies", [True, False])
def test_programs_of_who_has_an_interest_stay_off_the_desk_too(
    app: EquipoiseApp,
    applies: bool,  # noqa: FBT001
) -> None:
    both, call, other = a_person(Role.OFFICER), a_call(phase="ranking"), a_call(phase="ranking")
    for place in (call, other):
        a_review(a_submitted_proposal(place), place, merit="5", plan="4")
    if applies:
        a_submitted_proposal(call, both, state=ProposalState.DRAFT)
    else:
        _conflicted(call, a_submitted_proposal(call).id, both)
    program, rooms = a_program(app, both), []
    for rule, method, _told in routes_of(app):
        if "/desk/calls/<id:call_id>" in rule.rule:
            rooms.append(rule.rule.removeprefix("/api/v1").replace("<id:call_id>", "{}"))
            assert method == "GET"
    assert len(rooms) >= 4
    for room in rooms:
        refused = program.get(room.format(call.id))
        assert refused.status_code == 403, room
        assert set(refused.get_json()) == {"type", "title", "status", "detail"}, room
    open_still = [program.get(room.format(other.id)).status_code for room in rooms]
    assert set(open_still) <= {200, 403}, "403: nothing is decided there"
    assert open_still.count(200) >= 3
