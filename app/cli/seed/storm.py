"""Thousands of drafts in one open call, each complete: for trials of the last minutes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import insert

from app.accounts import passwords
from app.accounts import policy as accounts
from app.accounts.actor import SYSTEM_ACTOR, Actor
from app.accounts.events import PasswordSet, PersonEntered
from app.accounts.models import Account, AccountState, Credential, Person
from app.accounts.rules import email_key
from app.accounts.service.about import record_about
from app.calls import queries as calls
from app.calls.models import Audience, Call
from app.calls.rules import Phase
from app.cli.demo.applying import change_of
from app.cli.demo.stage import Stage
from app.cli.seed import telling
from app.cli.seed.cast import Player
from app.cli.seed.invented import COUNTRIES, FIRST, LAST, TOWNS
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.ids import new_id
from app.core.lens import Lens
from app.core.work import unit_of_work
from app.ledger.service import record
from app.proposals import policy as proposals
from app.proposals.events import DraftSaved, ProposalStarted
from app.proposals.models import Draft, MemberRole, Proposal, ProposalMember, ProposalState
from app.proposals.service import Change

DRAFTS = 5_000
AT_ONCE = 500  # in one transaction
PASSWORD = "wind-rain-hail-4821"  # noqa: S105 - of everybody who waits for the storm


def tell_storm(players: Mapping[str, Player], *, seed: int, drafts: int = DRAFTS) -> None:
    """Fill an empty installation with the cast and one open call with `drafts` more in it."""
    stage = telling.stage_for(players, seed, only=Phase.OPEN)
    telling.tell_all(stage, players)
    plan, hashed = stage.world.plans[0], passwords.hashed(PASSWORD)
    for start in range(0, drafts, AT_ONCE):
        many = list(_some(stage, range(start, min(start + AT_ONCE, drafts))))
        with unit_of_work():
            _enter(many, hashed)
        with unit_of_work(Lens.APPLICANT):
            call = calls.call_with_code(plan.code)
            assert call is not None
            _write(many, call, change_of(stage, call, plan.ideas[0]))


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who has written and not yet submitted."""

    account_id: str
    proposal_id: str
    number: int
    name: str
    organisation: str
    country: str

    @property
    def email(self) -> str:
        return f"applicant{self.number:05d}@storm.example"

    @property
    def actor(self) -> Actor:
        return Actor(id=self.account_id, name=self.name)


def _some(stage: Stage, numbers: range) -> Iterator[Waiting]:
    draw = stage.chance.choice
    for number in numbers:
        yield Waiting(
            account_id=new_id(),
            proposal_id=new_id(),
            number=number + 1,
            name=f"{draw(FIRST)} {draw(LAST)}",
            organisation=f"{draw(TOWNS)} Hospital (fictional)",
            country=draw(COUNTRIES),
        )


def _enter(many: list[Waiting], password_hash: str) -> None:
    """Enter people as the command for one does, all with one password."""
    enforce(accounts.may_set_passwords(SYSTEM_ACTOR))
    now = clock.now()
    made = [{"id": one.account_id, "state": AccountState.ACTIVE, "created_at": now} for one in many]
    persons = [
        {
            "account_id": one.account_id,
            "name": one.name,
            "email": one.email,
            "email_key": email_key(one.email),
            "confirmed_at": now,
            "organisation": one.organisation,
            "country": one.country,
        }
        for one in many
    ]
    credentials = [
        {"account_id": one.account_id, "password_hash": password_hash, "changed_at": now}
        for one in many
    ]
    db.session.execute(insert(Account), made)
    db.session.execute(insert(Person), persons)
    db.session.execute(insert(Credential), credentials)
    for one in many:
        record_about(SYSTEM_ACTOR, PersonEntered(), one.account_id)
        record_about(SYSTEM_ACTOR, PasswordSet(how="command"), one.account_id)


def _write(many: list[Waiting], call: Call, change: Change) -> None:
    """Begin a proposal for each and fill its draft in, as starting and saving do."""
    for one in many:
        enforce(proposals.may_apply(one.actor, call))
    sides: dict[Audience, dict[str, str]] = {Audience.SCIENTIFIC: {}, Audience.IDENTITY: {}}
    for question in calls.questions_of(call.id):
        sides[question.audience][question.key] = change.answers.get(question.key, "")
    begun = [
        {"id": one.proposal_id, "call_id": call.id, "state": ProposalState.DRAFT} for one in many
    ]
    members = [
        {
            "id": new_id(),
            "proposal_id": one.proposal_id,
            "account_id": one.account_id,
            "role": MemberRole.LEAD,
        }
        for one in many
    ]
    drafts = [
        {
            "proposal_id": one.proposal_id,
            "title": f"{change.title} ({one.number})",
            "science": sides[Audience.SCIENTIFIC],
            "identity": {**sides[Audience.IDENTITY], "team": f"{one.name} leads."},
            "organisation": one.organisation,
            "country": one.country,
            "currency": change.currency,
            "requested": change.requested,
            "months": change.months,
            "revision": 1,
            "saved_at": clock.now(),
        }
        for one in many
    ]
    db.session.execute(insert(Proposal), begun)
    db.session.execute(insert(ProposalMember), members)
    db.session.execute(insert(Draft), drafts)
    for one in many:
        about = f"proposal:{one.proposal_id}"
        record(one.actor, ProposalStarted(call=call.code), about=about)
        record(one.actor, DraftSaved(revision=1), about=about)
