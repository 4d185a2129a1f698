"""People and things for tests, each made by a function that says what it is."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from itertools import count, groupby

from flask import current_app

from app.accounts.actor import Actor
from app.accounts.models import Account, Person, Role, RoleGrant
from app.calls.models import Audience, Call, CallState, Criterion, Question, QuestionKind
from app.core import clock
from app.core.db import Model, db
from app.core.lens import Lens
from app.core.work import unit_of_work
from app.funds.models import Contribution, Fund, Funder, FunderKind
from app.ledger.latest import forget_all
from app.proposals.models import (
    Draft,
    MemberRole,
    Proposal,
    ProposalMember,
    ProposalState,
    Version,
    VersionIdentity,
)
from app.reviewers.models import PoolMember, Seat, SeatHolder, SeatState
from app.reviews.models import Review, ReviewState

_number = count(1)
_planting: ContextVar[bool] = ContextVar("_planting", default=False)


def number_from(first: int) -> None:
    """Give what is made from now on numbers that a copied world does not have yet."""
    global _number  # noqa: PLW0603
    _number = count(max(first, next(_number)))


@contextmanager
def planted() -> Iterator[None]:
    """A unit of work for setting the scene: allowed and recorded by decree.

    The ledger is told nothing of it, so what is kept until the next event is forgotten.
    """
    if _planting.get():  # part of a larger scene
        yield
        return
    with unit_of_work() as work:
        token = _planting.set(True)
        try:
            yield
        finally:
            _planting.reset(token)
        work.enforced += 1
        work.recorded += 1
    current_app.extensions["kept_pages"].clear()
    forget_all()


def plant(*things: Model) -> None:
    """Store `things` in this order, those of a kind that follow each other at once."""
    with planted():
        for _, alike in groupby(things, type):
            db.session.add_all(alike)
            db.session.flush()


def a_person(
    *roles: Role,
    name: str = "",
    email: str = "",
    organisation: str = "",
    country: str = "NO",
    scope: str = "",
) -> Actor:
    """An account with its person and roles. Staff work where nobody applies from."""
    number = next(_number)
    works_on_calls = {Role.OFFICER, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR} & set(roles)
    organisation = organisation or (
        "Foundation of Tests" if works_on_calls else "Institute of Tests"
    )
    name = name or f"Person {number}"
    email = email or f"person{number}@example.org"
    account = Account(created_at=clock.now())
    person = Person(
        account_id=account.id,
        name=name,
        email=email,
        email_key=email.casefold(),
        confirmed_at=clock.now(),
        organisation=organisation,
        country=country,
    )
    grants = [RoleGrant(account_id=account.id, role=role, scope=scope) for role in roles]
    plant(account, person, *grants)
    return Actor(
        id=account.id,
        name=name,
        email=email,
        organisation=organisation,
        country=country,
        grants=frozenset((role, scope) for role in roles),
    )


def an_officer() -> Actor:
    return a_person(Role.OFFICER)


def an_approver() -> Actor:
    return a_person(Role.APPROVER)


def a_call(
    *,
    code: str = "",
    phase: str = "open",
    currency: str = "EUR",
    contributions: tuple[tuple[str, int], ...] = (("Fund of Tests", 100_000_000),),
    **values: object,
) -> Call:
    """A call with one scientific and one identity question, two criteria and a fund.

    `phase` is "drafting", "announced", "open" or "closed" by its calendar, or a later state.
    """
    now = clock.now()
    opens, closes = {
        "announced": (now + timedelta(days=1), now + timedelta(days=30)),
        "open": (now - timedelta(days=1), now + timedelta(days=30)),
    }.get(phase, (now - timedelta(days=30), now - timedelta(seconds=1)))
    if phase == "drafting":
        opens, closes = now + timedelta(days=1), now + timedelta(days=30)
    state = CallState.PUBLISHED if phase in {"announced", "open", "closed"} else CallState(phase)
    fund = Fund(name="Fund of the call", currency=currency)
    settled: dict[str, object] = {
        "title": "A call about something",
        "summary": "It funds what is tested.",
        "zone": "UTC",
        "opens_wall": f"{opens:%Y-%m-%dT%H:%M:%S}",
        "closes_wall": f"{closes:%Y-%m-%dT%H:%M:%S}",
        "scale_best": "6",
        "scale_worst": "1",
        "scale_step": "1",
        "anchors": {"1": "Poor", "6": "Outstanding"},
        "tie_rules": ["spread", "hash"],
        "currency": currency,
        "rates": {"USD": "0.5"},
        **values,
    }
    call = Call(
        code=code or f"TST{next(_number)}",
        state=state,
        opens_at=opens,
        closes_at=closes,
        fund_id=fund.id,
        **settled,
    )
    questions = [
        Question(
            call_id=call.id,
            key="aims",
            label="Aims",
            kind=QuestionKind.LONG_TEXT,
            audience=Audience.SCIENTIFIC,
            word_limit=50,
            position=0,
        ),
        Question(
            call_id=call.id,
            key="team",
            label="Team",
            kind=QuestionKind.LONG_TEXT,
            audience=Audience.IDENTITY,
            position=1,
        ),
        Question(
            call_id=call.id,
            key="description",
            label="Description",
            kind=QuestionKind.FILE,
            audience=Audience.SCIENTIFIC,
            required=False,
            position=2,
        ),
    ]
    criteria = [
        Criterion(call_id=call.id, key="merit", label="Merit", weight="0.6", position=0),
        Criterion(call_id=call.id, key="plan", label="Plan", weight="0.4", position=1),
    ]
    funders = [
        Funder(name=f"{name} {call.code}", kind=FunderKind.CHARITY) for name, _ in contributions
    ]
    money = [
        Contribution(fund_id=fund.id, funder_id=funder.id, amount_minor=amount)
        for funder, (_, amount) in zip(funders, contributions, strict=True)
    ]
    plant(fund, call, *questions, *criteria, *funders, *money)
    return call


def a_draft(call: Call, lead: Actor, **values: object) -> Proposal:
    """A complete draft of `lead`, ready to submit while the call is open."""
    proposal = Proposal(call_id=call.id)
    draft: dict[str, object] = {
        "title": "A thing worth finding out",
        "science": {"aims": "We will find out.", "description": ""},
        "identity": {"team": f"{lead.name} and others"},
        "organisation": lead.organisation,
        "country": lead.country,
        "currency": call.currency,
        "requested": "100000",
        "months": "24",
        "saved_at": clock.now(),
        **values,
    }
    plant(
        proposal,
        ProposalMember(proposal_id=proposal.id, account_id=lead.id, role=MemberRole.LEAD),
        Draft(proposal_id=proposal.id, **draft),
    )
    return proposal


def a_submitted_proposal(
    call: Call,
    lead: Actor | None = None,
    *,
    state: ProposalState = ProposalState.ELIGIBLE,
    requested_minor: int = 10_000_000,
    **values: object,
) -> Proposal:
    """A proposal with one frozen version, by default eligible and so in review."""
    with planted():
        lead = lead or a_person()
        proposal = a_draft(call, lead, **values)
        number = f"{call.code}-{next(_number):03d}"
        version = Version(
            proposal_id=proposal.id,
            number=1,
            title="A thing worth finding out",
            answers={"aims": "We will find out.", "description": ""},
            requested_minor=requested_minor,
            months=24,
            sha256="0" * 64,
        )
        identity = VersionIdentity(
            version_id=version.id,
            lead_name=lead.name,
            organisation=lead.organisation,
            country=lead.country,
            answers={"team": f"{lead.name} and others"},
            currency=call.currency,
            requested_minor=requested_minor,
            rate="1",
            sha256="1" * 64,
        )
        plant(version, identity)
        proposal.number, proposal.version_id, proposal.state = number, version.id, state
    return proposal


def a_review(
    proposal: Proposal,
    call: Call,
    reviewer: Actor | None = None,
    *,
    letter: str = "",
    state: ReviewState = ReviewState.SUBMITTED,
    to_applicant: str = "Sound and needed.",
    **grades: str | None,
) -> Seat:
    """A seat held by `reviewer` with its review: `a_review(proposal, call, merit="5")`."""
    reviewer = reviewer or a_person(Role.REVIEWER)
    seat = Seat(
        call_id=call.id,
        proposal_id=proposal.id,
        letter=letter or f"L{next(_number)}",
        state=SeatState.SUBMITTED if state is ReviewState.SUBMITTED else SeatState.ACCEPTED,
        due_at=clock.now() + timedelta(days=7),
    )
    given = {key: grade for key, grade in grades.items() if grade is not None}
    weights = {"merit": Fraction("0.6"), "plan": Fraction("0.4")}
    counted = sum((weights[key] for key in given), Fraction(0))
    total = sum((weights[k] * Fraction(g) for k, g in given.items()), Fraction(0)) / (counted or 1)
    plant(
        seat,
        SeatHolder(seat_id=seat.id, proposal_id=proposal.id, account_id=reviewer.id),
        Review(
            seat_id=seat.id,
            call_id=call.id,
            proposal_id=proposal.id,
            state=state,
            grades=dict(grades),
            reasons=dict.fromkeys(grades, "Because the plan says so."),
            to_applicant=to_applicant,
            total=f"{total.numerator}/{total.denominator}" if given else None,
            saved_at=clock.now(),
        ),
    )
    return seat


def a_reviewer(name: str = "", organisation: str = "Elsewhere") -> Actor:
    """A reviewer of another organisation than those who apply."""
    return a_person(Role.REVIEWER, name=name, organisation=organisation)


def in_pool(call: Call, reviewer: Actor, most: int = 8) -> PoolMember:
    """Put a reviewer into the pool of a call."""
    member = PoolMember(call_id=call.id, account_id=reviewer.id, most=most)
    plant(member)
    return member


def a_seat(
    call: Call,
    proposal: Proposal,
    reviewer: Actor,
    *,
    letter: str = "",
    state: SeatState = SeatState.INVITED,
) -> Seat:
    """A seat at a proposal; one that was accepted has its empty review."""
    seat = Seat(
        call_id=call.id,
        proposal_id=proposal.id,
        letter=letter or f"S{next(_number)}",
        state=state,
        due_at=clock.now() + timedelta(days=20),
    )
    holder = SeatHolder(seat_id=seat.id, proposal_id=proposal.id, account_id=reviewer.id)
    plant(seat, holder)
    if state in {SeatState.ACCEPTED, SeatState.SUBMITTED}:
        plant(
            Review(
                seat_id=seat.id,
                call_id=call.id,
                proposal_id=proposal.id,
                saved_at=clock.now(),
            )
        )
    return seat


@dataclass(frozen=True)
class Released:
    """A call that was released, with everybody who had a hand in it."""

    call: Call
    officer: Actor
    approver: Actor
    reviewers: tuple[Actor, ...]
    leads: dict[str, Actor]  # by name of the proposal
    proposals: dict[str, Proposal]


def a_judged_call(
    grades: Mapping[str, tuple[str, ...]] | None = None, **values: object
) -> Released:
    """A call in ranking: four proposals of 30,000 in a fund of 70,000; B and C tie exactly.

    A and one of the tied are funded; whoever applies and reviews has a name of their own.
    """
    grades = grades or {"A": ("6", "6"), "B": ("5", "4"), "C": ("5", "4"), "D": ("2", "1")}
    settled: dict[str, object] = {
        "contributions": (("One", 4_000_000), ("Two", 3_000_000)),
        "rules_sha256": "c" * 64,
        **values,
    }
    with planted():
        return _judged(grades, settled)


def _judged(grades: Mapping[str, tuple[str, ...]], settled: Mapping[str, object]) -> Released:
    call = a_call(phase="ranking", **settled)  # type: ignore[arg-type]
    most = max(len(given) for given in grades.values())
    reviewers = tuple(
        a_person(Role.REVIEWER, name=f"Reviewa Judgeson{next(_number)}") for _ in range(most)
    )
    leads, made = {}, {}
    for name, given in grades.items():
        leads[name] = a_person(
            name=f"Leada{next(_number)} Applicant", organisation=f"Institute Quellwort {name}"
        )
        made[name] = a_submitted_proposal(call, leads[name], requested_minor=3_000_000)
        for reviewer, grade in zip(reviewers, given, strict=False):
            a_review(made[name], call, reviewer, merit=grade, plan=grade)
    return Released(call, an_officer(), an_approver(), reviewers, leads, made)


def approve_allocation(world: Released) -> None:
    """Rank, propose by the rule and approve, so that only the release is missing."""
    from app.allocation import queries, service  # noqa: PLC0415

    for actor, act in (
        (world.officer, service.make_ranking),
        (world.officer, service.propose),
    ):
        with unit_of_work(Lens.STAFF):
            act(actor, db.session.get_one(Call, world.call.id))
    with unit_of_work(Lens.STAFF):
        made = queries.latest_allocation(world.call.id)
        assert made is not None
        call = db.session.get_one(Call, world.call.id)
        for one in queries.departures_of(made.id):
            service.approve_departure(
                world.approver, call, made, one.number, seen_sha256=made.sha256
            )
        service.approve(world.approver, call, made, seen_sha256=made.sha256)


def release_results(world: Released) -> None:
    """Let the approver propose the release and the officer confirm it, as the page does."""
    from app.allocation import queries, service  # noqa: PLC0415

    with unit_of_work(Lens.STAFF):
        made = queries.latest_allocation(world.call.id)
        assert made is not None
        call = db.session.get_one(Call, world.call.id)
        service.propose_release(world.approver, call, made)
        service.release(world.officer, call, made, may_compute=True)


def a_released_call(
    grades: Mapping[str, tuple[str, ...]] | None = None, **values: object
) -> Released:
    """A call decided and released; its reports wait to be rendered (`run_due_jobs`)."""
    world = a_judged_call(grades, **values)
    approve_allocation(world)
    release_results(world)
    return world


def a_reported_call(
    grades: Mapping[str, tuple[str, ...]] | None = None, **values: object
) -> Released:
    """A released call whose letters and reports are rendered: ask `built_once` for it."""
    from app.core.jobs import run_due_jobs  # noqa: PLC0415

    world = a_released_call(grades, **values)
    assert run_due_jobs() > 0
    return world
