"""What the cast does in every call: one of each kind of proposal, seat and review."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from app.accounts.actor import SYSTEM_ACTOR
from app.accounts.models import Role
from app.accounts.service import grant_role
from app.calls import queries as calls
from app.calls.rules import Phase
from app.cli.demo import applying, reviewing
from app.cli.demo.stage import Stage, Story
from app.cli.demo.world import Idea, Plan
from app.cli.seed.cast import Player
from app.cli.seed.events import CoApplicantEntered
from app.cli.seed.plans import DRAFTER, EARLIER, LEADS, OF_ONE_CALL
from app.core.db import db
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.verdict import ALLOWED
from app.core.work import Mode, unit_of_work
from app.funds import queries as funds
from app.ledger.service import record
from app.proposals import queries as proposals
from app.proposals import service as proposing
from app.proposals.models import MemberRole, ProposalMember
from app.reviewers import service as seating
from app.reviewers.models import ConflictKind
from app.reviewers.queries import get_seat
from app.reviews import queries as seats
from app.reviews import service as reviews
from app.reviews.queries import Opened
from app.reviews.rules import Written

OWNER, OTHER, THIRD, BOTH = LEADS[:4]
WITHDRAWN = LEADS[5]
CONFLICTED, DECLINED, REMOVED = "reviewer-conflicted", "reviewer-declined", "reviewer-removed"
FIRST, SECOND, LAST = "reviewer-assigned", "reviewer-second", "reviewer-third"
POOL = (FIRST, SECOND, LAST, "reviewer-unassigned", CONFLICTED, DECLINED, REMOVED, BOTH)
LATE = "reviewer-of-earlier-call"
PANEL = ("reviewer-unassigned", LAST, SECOND, CONFLICTED)  # the last has to leave for one proposal
SEATS: Mapping[str, Sequence[str]] = {
    OWNER: (FIRST, SECOND, CONFLICTED, DECLINED, REMOVED, BOTH),
    OTHER: (FIRST, LAST, BOTH),
    THIRD: (FIRST, SECOND, LAST),
    BOTH: (FIRST, SECOND, LAST),
}
# While a call is being reviewed: submitted, begun, accepted. All other seats wait for an answer.
SUBMITTED = {(FIRST, OWNER), (BOTH, OWNER), (SECOND, THIRD)}
BEGUN = {(FIRST, OTHER), (SECOND, OWNER)}
ACCEPTED = {(FIRST, THIRD), (LAST, OTHER)}


class SeedActs:
    """The acts of the seeded world; remembers what was made by who made it."""

    def __init__(self, players: Mapping[str, Player]) -> None:
        self._players = players
        self._proposals: dict[tuple[str, str], str] = {}  # call and lead
        self._seats: dict[tuple[str, str, str], str] = {}  # call, reviewer and lead

    def created(self, stage: Stage, plan: Plan, call_id: str) -> None:
        """Give out the roles that are held for one call, or for one funder."""
        alone = len(stage.world.plans) == 1
        if plan.code == OF_ONE_CALL or alone:
            self._grant(stage, "officer-of-one-call", Role.OFFICER, call_id)
        if plan.code == EARLIER or alone:
            organisation = self._players["funder"].figure.organisation
            with unit_of_work(mode=Mode.READ):
                call = calls.get_call(call_id)
                assert call is not None
                given = funds.contributions_of(call.fund_id)
            funder_id = next(one.funder_id for one in given if one.funder == organisation)
            self._grant(stage, "funder", Role.FUNDER, funder_id)

    def _grant(self, stage: Stage, key: str, role: Role, scope: str) -> None:
        account_id = stage.actor(key).id
        with unit_of_work():
            grant_role(SYSTEM_ACTOR, account_id, role, scope)

    def applied(self, stage: Stage, plan: Plan, call_id: str, idea: Idea) -> None:
        proposal_id = applying.apply(stage, call_id, idea)
        self._proposals[plan.code, idea.lead] = proposal_id
        if idea.lead == OWNER:
            self._join(stage, proposal_id)
        if idea.lead == WITHDRAWN:
            with stage.act(WITHDRAWN, Lens.APPLICANT) as actor:
                proposal = proposals.get_proposal(proposal_id)
                assert proposal is not None
                proposing.withdraw(actor, proposal)

    def _join(self, stage: Stage, proposal_id: str) -> None:
        account_id = stage.actor(DRAFTER).id
        member = ProposalMember(
            proposal_id=proposal_id, account_id=account_id, role=MemberRole.CO_APPLICANT
        )
        with unit_of_work():
            enforce(ALLOWED)  # the product has no use case for it
            db.session.add(member)
            record(SYSTEM_ACTOR, CoApplicantEntered(), about=f"proposal:{proposal_id}")

    def assigned(self, stage: Stage, plan: Plan, call_id: str) -> None:
        """Fill the pool and give the seats; while still assigning, those of two proposals."""
        pool = (*POOL, LATE) if plan.code == EARLIER else POOL
        reviewing.fill_pool(stage, call_id, [self._players[key].figure for key in pool])
        ids = {key: stage.actor(key).id for key in pool}
        leads = (OWNER, OTHER) if plan.until is Phase.ASSIGNING else tuple(SEATS)
        with stage.act("officer", Lens.STAFF) as officer:
            call = calls.get_call(call_id)
            assert call is not None
            for lead in leads:
                proposal = proposals.get_proposal(self._proposals[plan.code, lead])
                assert proposal is not None
                late = (LATE,) if LATE in pool and lead == OTHER else ()
                for key in (*SEATS[lead], *late):
                    seat = seating.assign(officer, call, proposal, ids[key])
                    self._seats[plan.code, key, lead] = seat.id

    def reviewed(self, stage: Stage, plan: Plan, call_id: str, begins: datetime) -> Story:
        """Three give their seats up, each in another way; the others review, or some of them."""
        yield begins
        self._give_up(stage, plan, call_id)
        ideas = {idea.title: idea for idea in plan.ideas}
        ended = {(key, OWNER) for key in (CONFLICTED, DECLINED, REMOVED)}
        held = [(key, lead) for code, key, lead in self._seats if code == plan.code]
        for place, one in enumerate(held):
            if one in ended:
                continue
            yield begins + timedelta(days=2 + place % 9, hours=place)
            if plan.until is not Phase.REVIEWING:
                self._judge(stage, plan, ideas, one, finish=True)
            elif one in SUBMITTED | BEGUN:
                self._judge(stage, plan, ideas, one, finish=one in SUBMITTED)
            elif one in ACCEPTED:
                self._accept(stage, plan, one)

    def closed(self, stage: Stage, call_id: str) -> None:
        reviewing.rate(stage, call_id)

    def panel(self, stage: Stage) -> Sequence[str]:
        del stage
        return PANEL

    def _judge(
        self,
        stage: Stage,
        plan: Plan,
        ideas: Mapping[str, Idea],
        one: tuple[str, str],
        *,
        finish: bool,
    ) -> None:
        def write(opened: Opened) -> Written:
            idea = ideas[opened.version.title]
            keys = [criterion.key for criterion in seats.measure_of(opened.call).criteria]
            drawn = {key: round(idea.quality + stage.chance.uniform(-0.9, 0.9)) for key in keys}
            grades: dict[str, str | None] = {key: str(grade) for key, grade in drawn.items()}
            return reviewing.written_about(stage, idea, grades)

        key, lead = one
        seat_id = self._seats[plan.code, key, lead]
        reviewing.judge(stage.actor(key), seat_id, write, finish=finish)

    def _accept(self, stage: Stage, plan: Plan, one: tuple[str, str]) -> None:
        key, lead = one
        with stage.act(key, Lens.REVIEWER) as actor:
            reviews.accept(actor, reviewing.opened_by(actor, self._seats[plan.code, key, lead]))

    def _give_up(self, stage: Stage, plan: Plan, call_id: str) -> None:
        with stage.act(CONFLICTED, Lens.REVIEWER) as actor:
            opened = reviewing.opened_by(actor, self._seats[plan.code, CONFLICTED, OWNER])
            note = self._players[CONFLICTED].note
            reviews.declare_conflict(actor, opened, ConflictKind.COLLABORATOR, note)
        with stage.act(DECLINED, Lens.REVIEWER) as actor:
            opened = reviewing.opened_by(actor, self._seats[plan.code, DECLINED, OWNER])
            reviews.decline(actor, opened, self._players[DECLINED].note)
        self._accept(stage, plan, (REMOVED, OWNER))
        with stage.act("officer", Lens.STAFF) as officer:
            call, seat_id = calls.get_call(call_id), self._seats[plan.code, REMOVED, OWNER]
            seat = get_seat(call_id, seat_id)
            assert call is not None
            assert seat is not None
            seating.remove_seat(officer, call, seat)
