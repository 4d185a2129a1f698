"""The search for conflicts runs by itself whenever a fact changes, and what it finds holds."""

import pytest
from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.actor import SYSTEM_ACTOR
from app.accounts.models import Role
from app.accounts.service import ProfileDraft
from app.core.db import db
from app.core.gate import Refused
from app.core.jobs import run_due_jobs
from app.core.lens import Lens
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.proposals.models import MemberRole, ProposalMember, VersionIdentity
from app.reviewers import queries, service
from app.reviewers.models import (
    Conflict,
    ConflictKind,
    ReviewerProfile,
    Seat,
    SeatState,
    Tie,
    TieSource,
)
from app.reviewers.rules import name_key
from tests.browser_client import Browser
from tests.factories import (
    a_call,
    a_draft,
    a_person,
    a_reviewer,
    a_seat,
    a_submitted_proposal,
    an_officer,
    in_pool,
    plant,
    planted,
)


def _known(call_id: str) -> set[tuple[str, ConflictKind]]:
    with unit_of_work(mode=Mode.READ):
        return {(account, kind) for _p, account, kind in queries.known_conflicts(call_id)}


def test_submitting_searches_the_proposal(browser: Browser) -> None:
    call, lead = a_call(phase="open"), a_person(organisation="Fjord Institute")
    reviewer = a_reviewer(organisation="Fjord Institute")
    in_pool(call, reviewer)
    draft = a_draft(call, lead)
    browser.sign_in(lead.id)

    browser.fill_in(f"/proposals/{draft.id}/submit")
    assert _known(call.id) == set()
    run_due_jobs()

    assert _known(call.id) == {(reviewer.id, ConflictKind.ORGANISATION)}


@pytest.mark.usefixtures("app")
def test_changing_ones_organisation_closes_the_seat_that_is_held() -> None:
    call, reviewer = a_call(phase="reviewing"), a_reviewer(organisation="Elsewhere")
    in_pool(call, reviewer)
    proposal = a_submitted_proposal(call, a_person(organisation="Fjord Institute"))
    seat = a_seat(call, proposal, reviewer, state=SeatState.ACCEPTED)

    with unit_of_work(Lens.APPLICANT):
        accounts.change_profile(
            reviewer, ProfileDraft(reviewer.name, "Fjord Institute", "NO", "", "UTC")
        )
    run_due_jobs()

    with unit_of_work(mode=Mode.READ):
        assert db.session.get_one(Seat, seat.id).state is SeatState.CONFLICTED


def test_getting_an_office_searches_for_the_person(browser: Browser) -> None:
    call, newcomer = a_call(phase="ranking"), a_person(organisation="Fjord Institute")
    a_submitted_proposal(call, a_person(organisation="Fjord Institute"))

    with unit_of_work(Lens.ADMIN):
        accounts.grant_role(SYSTEM_ACTOR, newcomer.id, Role.OFFICER, call.id)
    run_due_jobs()

    assert _known(call.id) == {(newcomer.id, ConflictKind.ORGANISATION)}
    assert browser.sign_in(newcomer.id).get(f"/desk/calls/{call.id}").status_code == 403


def test_who_applied_together_in_another_call_is_found(app: EquipoiseApp) -> None:
    assert app
    earlier, call = a_call(phase="archived"), a_call(phase="assigning")
    lead, reviewer, officer = a_person(), a_reviewer(), an_officer()
    before = a_submitted_proposal(earlier, lead)
    plant(
        ProposalMember(proposal_id=before.id, account_id=reviewer.id, role=MemberRole.CO_APPLICANT)
    )
    a_submitted_proposal(call, lead)
    in_pool(call, reviewer)

    with unit_of_work(Lens.STAFF):
        assert service.detect_conflicts(officer, call) == 1

    assert _known(call.id) == {(reviewer.id, ConflictKind.COLLABORATOR)}


def test_what_is_set_aside_counts_no_more_and_is_not_found_again(browser: Browser) -> None:
    call, officer = a_call(phase="reviewing"), an_officer()
    reviewer = a_reviewer(organisation="Fjord Institute")
    in_pool(call, reviewer)
    proposal = a_submitted_proposal(call, a_person(organisation="Fjord Institute"))
    with unit_of_work(Lens.STAFF):
        service.detect_conflicts(officer, call)
    with unit_of_work(mode=Mode.READ):
        conflict = db.session.scalars(select(Conflict)).one()
    browser.sign_in(officer.id)

    page = browser.fill_in(
        f"/desk/calls/{call.id}/conflicts/{conflict.id}/set-aside", reason="Another Fjord."
    )

    assert "Set aside: Another Fjord." in page.text
    assert _known(call.id) == set()
    with unit_of_work(Lens.STAFF):
        assert service.detect_conflicts(officer, call) == 0
    with unit_of_work(Lens.STAFF):
        service.assign(officer, call, proposal, reviewer.id)


def test_nobody_sets_aside_a_conflict_of_their_own_or_a_declared_one(app: EquipoiseApp) -> None:
    assert app
    call, officer, other = a_call(phase="reviewing"), an_officer(), an_officer()
    proposal = a_submitted_proposal(call)
    with unit_of_work(Lens.STAFF):
        service.declare_own(officer, call, proposal, kind=ConflictKind.FAMILY, detail="")

    for actor, words in ((officer, "Somebody else"), (other, "it stands")):
        with unit_of_work(Lens.STAFF):
            conflict = db.session.scalars(select(Conflict)).one()
            with pytest.raises(Refused, match=words):
                service.set_aside(actor, call, conflict, "No.")


def test_a_parent_organisation_in_the_profile_is_found(app: EquipoiseApp) -> None:
    assert app
    call, officer = a_call(phase="assigning"), an_officer()
    reviewer = a_reviewer(organisation="Hill Unit")
    in_pool(call, reviewer)
    plant(ReviewerProfile(account_id=reviewer.id, parents=["Fjord Institute"]))
    a_submitted_proposal(call, a_person(organisation="Fjord Institute"))

    with unit_of_work(Lens.STAFF):
        service.detect_conflicts(officer, call)

    assert _known(call.id) == {(reviewer.id, ConflictKind.ORGANISATION)}


@pytest.mark.usefixtures("app")
def test_the_partners_of_a_consortium_are_looked_at_too() -> None:
    call, officer = a_call(phase="assigning"), an_officer()
    same, known = a_reviewer(organisation="Hill Unit"), a_reviewer()
    for reviewer in (same, known):
        in_pool(call, reviewer)
    plant(
        ReviewerProfile(account_id=same.id, ror="03yrm5c26"),
        Tie(
            account_id=known.id,
            source=TieSource.PUBLICATION,
            name="Bo Lind",
            name_key=name_key("Bo Lind"),
        ),
    )
    proposal = a_submitted_proposal(call)
    partner = {"name": "Fjord Institute", "ror": "03yrm5c26", "contact_name": "Bo Lind"}
    with planted():
        identity = db.session.get_one(VersionIdentity, proposal.version_id)
        identity.consortium = {"partners": [partner]}

    with unit_of_work(Lens.STAFF):
        service.detect_conflicts(officer, call)

    assert _known(call.id) == {
        (same.id, ConflictKind.ORGANISATION),
        (known.id, ConflictKind.COLLABORATOR),
    }
