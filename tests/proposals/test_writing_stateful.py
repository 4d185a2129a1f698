"""Autosave, submission and history against a small model: nothing lost, nothing overwritten."""

import os
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.gate import Refused
from app.core.ids import new_id
from app.core.lens import Lens
from app.core.work import Mode, abandon_changes, unit_of_work
from app.proposals import service
from app.proposals.models import (
    Draft,
    DraftSave,
    MayDo,
    MemberRole,
    Proposal,
    ProposalMember,
    ProposalState,
    Receipt,
    Version,
)
from app.proposals.service import Change, Overtaken
from tests.factories import a_call, a_draft, a_person, plant

TEXT = st.text(alphabet="abc \né", min_size=1, max_size=30).map(str.strip).filter(bool)
WHO = st.sampled_from(["lead", "friend"])


@dataclass
class Tab:
    """What one person's open page would send: the revision it was drawn from."""

    revision: int


@dataclass
class Model:
    """What must be true, told without the database."""

    aims: str = "We will find out."
    revision: int = 0
    versions: list[str] = field(default_factory=list)
    receipts: dict[str, str] = field(default_factory=dict)  # key of the form -> receipt
    withdrawn: bool = False
    revoked: bool = False


class Writing(RuleBasedStateMachine):
    """Two people with a tab each: saving, submitting with old and new keys, leaving."""

    app: Flask

    def __init__(self) -> None:
        super().__init__()
        self.context = self.app.app_context()
        self.context.push()
        call, lead, friend = a_call(), a_person(), a_person()
        proposal = a_draft(call, lead)
        member = ProposalMember(
            proposal_id=proposal.id,
            account_id=friend.id,
            role=MemberRole.CO_APPLICANT,
            may=MayDo.EDIT,
            name=friend.name,
        )
        plant(member)
        self.people = {"lead": lead, "friend": friend}
        self.tabs = {"lead": Tab(0), "friend": Tab(0)}
        self.call_id, self.proposal_id, self.member_id = call.id, proposal.id, member.id
        self.model, self.key = Model(), new_id()

    def teardown(self) -> None:
        self.context.pop()

    def _rows(self) -> tuple[Proposal, Call]:
        proposal = db.session.get_one(Proposal, self.proposal_id)
        return proposal, db.session.get_one(Call, self.call_id)

    def _save(self, who: str, text: str) -> str:
        tab = self.tabs[who]
        try:
            with unit_of_work(Lens.APPLICANT):
                proposal, call = self._rows()
                draft = db.session.get_one(Draft, proposal.id)
                fixed = ("title", "organisation", "country", "currency", "requested", "months")
                told: dict[str, Any] = {name: getattr(draft, name) for name in fixed}
                change = Change(revision=tab.revision, answers={"aims": text}, **told)
                try:
                    saved = service.save(self.people[who], proposal, call, change)
                except Overtaken as overtaken:
                    abandon_changes()
                    return f"overtaken by {overtaken.draft.science['aims']}"
                tab.revision = saved.revision
        except Refused:
            return "refused"
        return "saved"

    @rule(who=WHO, text=TEXT)
    def write(self, who: str, text: str) -> None:
        shut = self.model.withdrawn or (who == "friend" and self.model.revoked)
        fresh = self.tabs[who].revision == self.model.revision
        same = text == self.model.aims
        answer = self._save(who, text)
        if shut:
            assert answer == "refused"
        elif same:
            assert answer == "saved"
        elif fresh:
            assert answer == "saved"
            self.model.aims, self.model.revision = text, self.model.revision + 1
        else:
            assert answer == f"overtaken by {self.model.aims}", "the loser sees the other text"

    @rule(who=WHO)
    def open_again(self, who: str) -> None:
        self.tabs[who].revision = self.model.revision

    @rule(again=st.booleans())
    def submit(self, *, again: bool) -> None:
        key = self.key if again else new_id()
        known = self.model.receipts.get(key)
        try:
            with unit_of_work(Lens.APPLICANT):
                proposal, call = self._rows()
                receipt = service.submit(
                    self.people["lead"], proposal, call, key=key, received_at=clock.now()
                ).id
        except Refused:
            assert self.model.withdrawn
            assert known is None
            return
        if known is not None:
            assert receipt == known
            return
        assert not self.model.withdrawn
        self.model.receipts[key] = receipt
        self.model.versions.append(self.model.aims)

    @rule()
    def a_friend_cannot_submit(self) -> None:
        try:
            with unit_of_work(Lens.APPLICANT):
                proposal, call = self._rows()
                service.submit(
                    self.people["friend"], proposal, call, key=new_id(), received_at=clock.now()
                )
        except Refused:
            return
        raise AssertionError("a co-applicant submitted")

    @precondition(lambda self: not self.model.revoked)
    @rule()
    def revoke(self) -> None:
        with unit_of_work(Lens.APPLICANT):
            proposal, _call = self._rows()
            member = db.session.get_one(ProposalMember, self.member_id)
            service.revoke(self.people["lead"], proposal, member)
        self.model.revoked = True

    @precondition(lambda self: not self.model.withdrawn and len(self.model.versions) > 1)
    @rule()
    def withdraw(self) -> None:
        with unit_of_work(Lens.APPLICANT):
            service.withdraw(self.people["lead"], self._rows()[0])
        self.model.withdrawn = True

    @invariant()
    def the_database_says_what_the_model_says(self) -> None:
        with unit_of_work(mode=Mode.READ):
            own = self.proposal_id
            draft = db.session.get_one(Draft, own)
            versions = db.session.scalars(
                select(Version).where(Version.proposal_id == own).order_by(Version.number)
            ).all()
            receipts = db.session.scalars(select(Receipt.id).where(Receipt.proposal_id == own))
            saves = db.session.scalars(
                select(DraftSave)
                .where(DraftSave.proposal_id == own)
                .order_by(DraftSave.revision.desc())
            ).all()
            proposal = db.session.get_one(Proposal, own)
        assert (draft.science["aims"], draft.revision) == (self.model.aims, self.model.revision)
        assert [version.answers["aims"] for version in versions] == self.model.versions
        assert [version.number for version in versions] == list(range(1, len(versions) + 1))
        assert set(receipts) == set(self.model.receipts.values()), "no receipt ever disappears"
        assert not saves or saves[0].content["q_aims"] == self.model.aims, "history has the last"
        assert (proposal.state is ProposalState.WITHDRAWN) is self.model.withdrawn


def test_nothing_is_lost_whatever_two_people_do(app: Flask) -> None:
    class Here(Writing):
        pass

    Here.app = app
    run_state_machine(Here)


def run_state_machine(machine: type[Writing]) -> None:
    from hypothesis.stateful import run_state_machine_as_test  # noqa: PLC0415

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(os.environ.get("EQUIPOISE_TEST_EXAMPLES", "6")),
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate],  # shrinking on a real database takes minutes
        ),
    )
