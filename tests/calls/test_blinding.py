"""Who may learn whom: the settings of a call, what contradicts itself, and the seal."""

import pytest
from sqlalchemy import text

from app.accounts.models import Role
from app.calls import sealing, service
from app.calls.blinding import CHOICES, PRESETS, Identities, identities_of, mode_of, problem
from app.calls.models import Blinding, Call, CallState, Moment
from app.core.db import db
from app.core.gate import Refused
from app.core.lens import Lens
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.ledger import queries as ledger
from app.reviewers import service as reviewers
from app.reviewers.models import ShownIdentity
from tests.browser_client import Browser
from tests.engines import both_engines
from tests.factories import (
    Released,
    a_call,
    a_judged_call,
    a_person,
    a_reviewer,
    a_submitted_proposal,
    an_officer,
    approve_allocation,
    in_pool,
    planted,
    release_results,
)


@pytest.mark.parametrize("mode", list(Blinding))
def test_every_preset_is_possible_and_bears_its_name(mode: Blinding) -> None:
    assert problem(PRESETS[mode]) == ""
    assert mode_of(PRESETS[mode]) is mode


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (
            Identities(Moment.ALWAYS, Moment.NEVER, Moment.NEVER, Moment.NEVER, Moment.UNSEALED),
            "cannot be hidden from the staff",
        ),
        (
            Identities(Moment.NEVER, Moment.NEVER, Moment.SCORED, Moment.NEVER, Moment.ALWAYS),
            "only where they read each other",
        ),
        (
            Identities(Moment.RELEASED, Moment.NEVER, Moment.NEVER, Moment.NEVER, Moment.ALWAYS),
            "no setting of applicants_to_reviewers",
        ),
    ],
)
def test_settings_that_contradict_each_other_are_named(settings: Identities, says: str) -> None:
    assert says in problem(settings)


def test_the_builder_takes_each_identity_by_itself_and_freezes_it(browser: Browser) -> None:
    officer = an_officer()
    call = a_call(phase="drafting")
    browser.sign_in(officer.id)
    own = {
        "blinding": "as-set",
        "applicants_to_reviewers": "ranking",
        "reviews_to_reviewers": "scored",
        "reviewers_to_reviewers": "scored",
    }
    page = browser.fill_in(f"/desk/calls/{call.id}/edit", **own)
    assert "once reviewing is over" in page.text
    assert "by name, once their own review is in" in page.text
    with unit_of_work(mode=Mode.READ):
        stored = db.session.get_one(Call, call.id)
        assert stored.blinding is Blinding.UNTIL_SCORED
        assert stored.reviewers_to_applicants is Moment.NEVER
        before = service.rules_sha256(stored)
        assert service.rules_of(stored)["call"]["identities"] == {
            "applicants_to_reviewers": Moment.RANKING,
            "reviews_to_reviewers": Moment.SCORED,
            "reviewers_to_reviewers": Moment.SCORED,
        }
    shown = browser.get(f"/desk/calls/{call.id}/edit").text
    assert 'value="as-set" checked' in shown or 'checked id="blinding-5"' in shown

    page = browser.fill_in(f"/desk/calls/{call.id}/edit", reviews_to_reviewers="never")
    assert "only where they read each other" in page.text

    browser.fill_in(f"/desk/calls/{call.id}/edit", blinding="double")
    with unit_of_work(mode=Mode.READ):
        stored = db.session.get_one(Call, call.id)
        assert identities_of(stored) == PRESETS[Blinding.DOUBLE]
        assert service.rules_sha256(stored) != before
        assert "identities" not in service.rules_of(stored)["call"], "the mode says it all"

    with planted():
        db.session.get_one(Call, call.id).state = CallState.PUBLISHED
    page = browser.get(f"/desk/calls/{call.id}/edit")
    refused = browser.fill_in(f"/desk/calls/{call.id}/edit", blinding="open")
    assert "frozen" in page.text + refused.text
    with unit_of_work(mode=Mode.READ):
        assert identities_of(db.session.get_one(Call, call.id)) == PRESETS[Blinding.DOUBLE]


def test_the_public_page_says_it_in_the_standards_terms(browser: Browser) -> None:
    call = a_call(blinding=Blinding.TRIPLE)
    page = browser.get(f"/calls/{call.code}").text
    assert "Identity transparency" in page
    assert "Triple anonymised" in page
    assert "once an approver opens the seal" in page


def _sealed() -> Released:
    return a_judged_call(blinding=Blinding.TRIPLE)


def _pages(browser: Browser, world: Released) -> str:
    call = world.call.id
    proposal = world.proposals["A"].id
    pages = [
        browser.get(address).text
        for address in (
            f"/desk/calls/{call}/proposals/",
            f"/desk/calls/{call}/proposals/{proposal}",
            f"/desk/calls/{call}",
            f"/desk/calls/{call}/conflicts",
            f"/desk/calls/{call}/allocation",
            "/desk/",
        )
    ]
    return "".join(pages)


@both_engines
def test_a_sealed_call_names_nobody_to_its_staff_until_an_approver_opens_it(
    browser: Browser,
) -> None:
    world = _sealed()
    browser.sign_in(world.officer.id)
    assert "A thing worth finding out" in _pages(browser, world)
    assert "Quellwort" not in _pages(browser, world)
    approve_allocation(world)
    assert "Quellwort" not in _pages(browser, world)

    with pytest.raises(Refused, match="Only an approver"), unit_of_work(Lens.STAFF):
        sealing.unseal(world.officer, db.session.get_one(Call, world.call.id), "I want to know.")
    with pytest.raises(Refused, match="sealed"):
        release_results(world)

    address = f"/desk/calls/{world.call.id}/unseal"
    browser.sign_in(world.approver.id)
    assert "Say why" in browser.fill_in(address, reason=" ").text
    opened = browser.fill_in(address, reason="The agreements need names.")
    assert "The seal is open" in opened.text
    assert browser.get(address).status_code == 404, "once and for all"
    browser.sign_in(world.officer.id)
    assert "Quellwort" in _pages(browser, world)
    with unit_of_work(mode=Mode.READ):
        acts = [entry.record["action"] for entry in ledger.entries_about(f"call:{world.call.id}")]
        assert len([act for act in acts if "unsealed" in act]) == 1
    release_results(world)


@pytest.mark.parametrize("state", [CallState.PUBLISHED, CallState.REVIEWING, CallState.RANKING])
def test_the_seal_is_not_opened_before_money_is_decided(
    app: EquipoiseApp, state: CallState
) -> None:
    assert app
    world = _sealed()
    with planted():
        db.session.get_one(Call, world.call.id).state = state
    with pytest.raises(Refused, match="not before"), unit_of_work(Lens.STAFF):
        sealing.unseal(world.approver, db.session.get_one(Call, world.call.id), "Now.")


def test_who_has_an_interest_or_no_office_cannot_open_the_seal(app: EquipoiseApp) -> None:
    assert app
    world = _sealed()
    approve_allocation(world)
    applicant = a_person(Role.APPROVER)
    a_submitted_proposal(world.call, applicant)
    for actor in (applicant, a_person(), world.reviewers[0], a_person(Role.ADMINISTRATOR)):
        with pytest.raises(Refused), unit_of_work(Lens.STAFF):
            sealing.unseal(actor, db.session.get_one(Call, world.call.id), "I am curious.")


@both_engines
def test_conflicts_and_interests_are_found_under_the_seal_and_tell_nothing(
    browser: Browser,
) -> None:
    call = a_call(phase="assigning", blinding=Blinding.TRIPLE)
    lead = a_person(organisation="Institute Quellwort")
    a_submitted_proposal(call, lead)
    colleague = a_reviewer(organisation="Institute Quellwort")
    in_pool(call, colleague)
    officer = an_officer()
    with unit_of_work(Lens.STAFF):
        assert reviewers.detect_conflicts(officer, db.session.get_one(Call, call.id)) == 1
    browser.sign_in(officer.id)
    page = browser.get(f"/desk/calls/{call.id}/conflicts").text
    assert "sealed" in page
    assert colleague.name in page
    assert "Quellwort" not in page

    applying = a_person(Role.OFFICER)
    a_submitted_proposal(call, applying)
    assert browser.sign_in(applying.id).get(f"/desk/calls/{call.id}").status_code == 403


@both_engines
def test_an_identity_is_there_for_one_seat_from_the_moment_the_call_names(
    app: EquipoiseApp,
) -> None:
    """The reviewers' lens itself has no row before: no page could show one."""
    assert app
    for mode, expected in (
        (PRESETS[Blinding.SINGLE], (True, True, True)),
        (PRESETS[Blinding.UNTIL_SCORED], (False, True, True)),
        (
            Identities(Moment.RANKING, Moment.NEVER, Moment.NEVER, Moment.NEVER, Moment.ALWAYS),
            (False, False, True),
        ),
    ):
        call = a_call(phase="reviewing", blinding=mode_of(mode), **_columns(mode))  # type: ignore[arg-type]
        proposal = a_submitted_proposal(call)
        mine, other, officer = a_reviewer(), a_reviewer(), an_officer()
        in_pool(call, mine)
        in_pool(call, other)
        with unit_of_work(Lens.STAFF):
            stored = db.session.get_one(Call, call.id)
            seats = [reviewers.assign(officer, stored, proposal, one.id) for one in (mine, other)]
        seen = [_shown(seats[0].id)]
        _state("seat", seats[0].id, "submitted")
        seen.append(_shown(seats[0].id))
        assert not _shown(seats[1].id) or expected[0], "another's review opens nothing of mine"
        _state('"call"', call.id, "ranking")
        seen.append(_shown(seats[0].id))
        assert tuple(seen) == expected, mode


def _columns(one: Identities) -> dict[str, Moment]:
    return {name: getattr(one, name) for name in CHOICES}


def _shown(seat_id: str) -> bool:
    with unit_of_work(Lens.REVIEWER, Mode.READ):
        return db.session.get(ShownIdentity, seat_id) is not None


def _state(table: str, row_id: str, state: str) -> None:
    with planted():
        db.session.execute(
            text(f"UPDATE {table} SET state = :state WHERE id = :id"),
            {"state": state, "id": row_id},
        )
