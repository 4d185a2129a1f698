"""Pages that need a further state or person than the world of the accessibility test has."""

from datetime import timedelta

from sqlalchemy import select

from app.accounts import links as account_links
from app.accounts.actor import Actor
from app.accounts.links import Purpose
from app.accounts.models import Role
from app.allocation.models import Ranking, Scenario, ScenarioState
from app.calls.models import Audience, Call, Question, QuestionKind
from app.core import clock
from app.core.db import db
from app.core.jobs import run_due_jobs
from app.core.lens import Lens
from app.core.work import Mode, unit_of_work
from app.funds.models import Commitment, Contribution
from app.proposals import links, service
from app.proposals.models import (
    Exemption,
    ExemptionKind,
    MayDo,
    MemberRole,
    Partner,
    Proposal,
    ProposalMember,
)
from app.reviewers import links as review_links
from app.reviewers import queries as reviewers
from app.reviewers import service as inviting
from app.reviewers.assigning import service as planning
from app.reviewers.assigning.inputs import Wishes
from app.reviewers.bidding import service as bidding
from app.reviewers.models import Conflict, ConflictKind, ReviewingTerms
from app.reviews.models import ReviewState
from tests.factories import (
    a_call,
    a_draft,
    a_person,
    a_released_call,
    a_review,
    a_seat,
    a_submitted_proposal,
    in_pool,
    plant,
)
from tests.programs import a_token

Visit = tuple[str, str]  # who, address
HOME = "/home"
ROLES = {"tove": "applicant", "rita": "reviewer", "otto": "officer", "abel": "approver"}


def further() -> tuple[list[Visit], dict[str, Actor]]:
    """Return the pages with who looks at them, and these people by name."""
    cast = {
        "tove": a_person(name="Tove Nord", organisation="Coast Clinic"),
        "ola": a_person(name="Ola Nord"),
        "rita": a_person(Role.REVIEWER, name="Rita Prado", organisation="Delta Hospital"),
        "otto": a_person(Role.OFFICER, name="Otto Lind"),
        "aud": a_person(Role.AUDITOR, name="Aud Berg"),
        "adam": a_person(Role.ADMINISTRATOR, name="Adam Vik"),
    }
    visits = [*_of_everybody(cast), *_of_applying(cast), *_of_reviewing(cast)]
    more, funder, approver, lead = _of_deciding()
    return [*visits, *more], {**cast, "funder": funder, "abel": approver, "lea": lead}


def _of_everybody(cast: dict[str, Actor]) -> list[Visit]:
    tove = cast["tove"]
    a_token(tove)
    with unit_of_work(mode=Mode.READ):
        letters = [_path(account_links.address_of(tove.id, purpose)) for purpose in Purpose]
    return [
        *(("", letter) for letter in letters),
        *(
            ("tove", f"/profile/{page}")
            for page in ("password", "second-factor", "tokens", "tokens/new")
        ),
        ("tove", "/profile/second-factor/remove"),
        ("tove", "/welcome"),
        *((who, f"{HOME}/{role}") for who, role in ROLES.items()),
        ("adam", "/people/new"),
        ("adam", f"/people/{tove.id}"),
        ("aud", "/audit"),
        ("aud", "/audit/equality"),
    ]


def _of_applying(cast: dict[str, Actor]) -> list[Visit]:
    tove, ola = cast["tove"], cast["ola"]
    call = a_call(
        phase="open",
        code="OPEN2",
        eligibility=[{"rule": "min-countries", "at_least": 2}],
        partners_confirm=True,
        signatory_required=True,
    )
    asked = Question(
        call_id=call.id,
        key="eq_gender",
        label="Gender",
        kind=QuestionKind.CHOICE,
        audience=Audience.EQUALITY,
        required=False,
        choices=["Woman", "Man"],
        position=9,
    )
    draft, handed_in = a_draft(call, tove), a_draft(a_call(phase="open"), tove)
    member = ProposalMember(
        proposal_id=draft.id,
        account_id=ola.id,
        role=MemberRole.CO_APPLICANT,
        may=MayDo.EDIT,
        name=ola.name,
    )
    partner = Partner(
        proposal_id=draft.id,
        name="Lake Institute",
        country="KE",
        contact_name="Cora Lake",
        contact_email="cora@lake.example",
        currency="EUR",
        asked_at=clock.now(),
        position=0,
    )
    closed = a_call(phase="closed")
    late = a_submitted_proposal(closed, tove)
    exemption = Exemption(
        proposal_id=late.id,
        call_id=closed.id,
        kind=ExemptionKind.DEADLINE,
        rule="deadline",
        asked="The line was down.",
        asked_at=clock.now(),
    )
    plant(asked, member, partner, exemption)
    with unit_of_work(Lens.APPLICANT):
        own, here = db.session.get_one(Proposal, draft.id), db.session.get_one(Call, call.id)
        service.ask_signatory(tove, own, here, name="Stig Signs", email="stig@coast.example")
        invited = service.invite(tove, own, here, email=ola.email, may=MayDo.EDIT)
    with unit_of_work(Lens.APPLICANT):
        own = db.session.get_one(Proposal, handed_in.id)
        here = db.session.get_one(Call, own.call_id)
        receipt = service.submit(tove, own, here, key="k", received_at=clock.now()).id
    with unit_of_work(mode=Mode.READ):
        letters = (
            links.address_for_partner(partner.id),
            links.address_for_signatory(draft.id),
        )
        invitation = _path(links.address_of_invitation(invited.id))
    return [
        *(("", _path(letter)) for letter in letters),
        ("ola", invitation),
        ("", "/calls/OPEN2/eligibility"),
        ("tove", f"/proposals/{draft.id}/about-you"),
        ("tove", f"/proposals/{draft.id}/people/{member.id}"),
        ("tove", f"/proposals/{handed_in.id}/receipts/{receipt}"),
        ("otto", f"/desk/calls/{call.id}/form/amend"),
        ("otto", f"/desk/calls/{call.id}/extend"),
        ("otto", f"/desk/calls/{closed.id}/proposals/exceptions/{exemption.id}"),
        ("aud", f"/audit/calls/{call.id}/equality"),
    ]


def _of_reviewing(cast: dict[str, Actor]) -> list[Visit]:
    tove, rita, otto = cast["tove"], cast["rita"], cast["otto"]
    call, offering = a_call(phase="assigning", reviewers_each=1), a_call(phase="open", code="OFFER")
    plant(ReviewingTerms(call_id=offering.id, self_nomination=True))
    proposal = a_submitted_proposal(call, tove)
    in_pool(call, rita)
    conflict = Conflict(
        call_id=call.id,
        proposal_id=proposal.id,
        account_id=rita.id,
        kind=ConflictKind.ORGANISATION,
        declared=False,
        found_at=clock.now(),
    )
    plant(conflict)
    with unit_of_work(Lens.STAFF):
        here = db.session.get_one(Call, call.id)
        bidding.ask_for_bids(otto, here, clock.now() + timedelta(days=5))
        plan = planning.ask(otto, here, Wishes(1)).id
        inviting.invite(otto, here, reviewers.pool_of(call.id), "Dear {name}")
    run_due_jobs()
    with unit_of_work(mode=Mode.READ):
        asked = review_links.token_of(reviewers.invitations_of(call.id)[0].id)
    reviewing = a_call(phase="reviewing")
    invited = a_seat(reviewing, a_submitted_proposal(reviewing, tove), rita)
    begun = a_review(
        a_submitted_proposal(reviewing, tove),
        reviewing,
        rita,
        state=ReviewState.DRAFT,
        merit="5",
        plan="4",
    )
    desk = f"/desk/calls/{call.id}"
    return [
        ("", f"/reviewing-invitations/{asked}"),
        ("rita", f"/bids/{call.id}"),
        ("rita", "/certificates/"),
        ("tove", "/calls/OFFER/offer-to-review"),
        ("rita", f"/reviews/{invited.id}/decline"),
        ("rita", f"/reviews/{begun.id}/submit"),
        ("otto", f"/interests/{call.id}"),
        ("otto", f"{desk}/plans/{plan}"),
        ("otto", f"{desk}/plans/{plan}/proposals/{proposal.id}"),
        ("otto", f"{desk}/conflicts/new"),
        ("otto", f"{desk}/conflicts/import"),
        ("otto", f"{desk}/conflicts/{conflict.id}/set-aside"),
        ("otto", f"{desk}/reviewers/{rita.id}"),
    ]


def _of_deciding() -> tuple[list[Visit], Actor, Actor, Actor]:
    world = a_released_call()
    with unit_of_work(mode=Mode.READ):
        pot = db.session.scalars(
            select(Contribution).where(Contribution.fund_id == world.call.fund_id)
        ).first()
        assert pot is not None
        paid = db.session.scalars(
            select(Commitment.id).where(Commitment.contribution_id == pot.id)
        ).first()
        ranking = db.session.scalars(select(Ranking).where(Ranking.call_id == world.call.id)).one()
    tried = Scenario(
        call_id=world.call.id,
        ranking_id=ranking.id,
        number=1,
        name="A smaller fund",
        state=ScenarioState.FAILED,
        trouble="The solver was stopped.",
        made_by=world.officer.id,
        made_at=clock.now(),
    )
    plant(tried)
    funder = a_person(Role.FUNDER, name="Fia Holm", scope=pot.funder_id)
    desk, fund = f"/desk/calls/{world.call.id}", f"/desk/calls/{world.call.id}/fund/{pot.id}"
    visits = [
        ("", f"/results/{world.call.code}"),
        ("aud", f"/audit/calls/{world.call.id}"),
        ("otto", fund),
        ("otto", f"{fund}/state"),
        ("otto", f"{fund}/{paid}/pay"),
        ("otto", f"{desk}/letters"),
        ("otto", f"{desk}/scenarios/{tried.id}"),
        ("funder", "/funder"),
        ("funder", f"/funder/contributions/{pot.id}"),
        ("lea", f"/proposals/{world.proposals['A'].id}/outcome"),
    ]
    return visits, funder, world.approver, world.leads["A"]


def _path(address: str) -> str:
    return "/" + address.split("/", 3)[3]
