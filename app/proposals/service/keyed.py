"""Submitting by a program: once for each key it names, and only what it has read.

A page shows what will be frozen before its button is pressed. A program says instead which revision
it means, and that words which tell who applies may stay.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import delete

from app.accounts.actor import Actor
from app.calls.models import Call, Moment
from app.core import clock
from app.core.db import Json, db
from app.core.gate import Refused, enforce
from app.core.holding import hold
from app.core.ids import new_id
from app.core.jobs import every_day, handles
from app.core.uploads.names import Hit
from app.core.verdict import ALLOWED
from app.proposals import policy
from app.proposals.models import Draft, Proposal, ProposalState, Receipt, SubmissionKey
from app.proposals.rules import Problem
from app.proposals.service.checking import problems_of
from app.proposals.service.files import files_telling_who, own_names_in
from app.proposals.service.submitting import submit, take_turn
from app.proposals.service.writing import Overtaken, draft_of

KEPT_FOR = timedelta(days=7)
JOB = "proposals.forget_submission_keys"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a program asks to be submitted; an empty key asks for it once more each time."""

    revision: int
    names_may_stay: bool
    key: str = ""

    @property
    def sha256(self) -> str:
        return _hash(str(self.revision), str(self.names_may_stay))


class KeyReused(Exception):  # noqa: N818 - it is an answer
    """The key was sent with another body before."""


class NotCurrent(Exception):  # noqa: N818 - it is an answer
    """What the very same request handed in counts no more; `state` is how the proposal stands."""

    def __init__(self, state: ProposalState) -> None:
        super().__init__("what this request handed in is not what counts now")
        self.state = state


class Incomplete(Exception):  # noqa: N818 - it is an answer
    """The draft lacks what is needed; `problems` says all of it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("the draft is not complete")
        self.problems = problems


class NamesFound(Exception):  # noqa: N818 - it is an answer
    """Words that tell reviewers who applies, by question, and files that do."""

    def __init__(self, words: Mapping[str, Sequence[Hit]], files: Sequence[str]) -> None:
        super().__init__("words tell who applies")
        self.words, self.files = words, files


def submit_once(
    actor: Actor, proposal: Proposal, call: Call, wanted: Wanted, *, received_at: datetime
) -> Receipt:
    """Submit a draft as it was read, or return the receipt that the very same request got before.

    Raises Overtaken, KeyReused, NotCurrent, NamesFound or Incomplete; then nothing is submitted.
    """
    enforce(policy.may_lead(actor, proposal))
    hold(proposal)
    name = _hash(actor.id, proposal.id, wanted.key) if wanted.key else new_id()
    take_turn(proposal, "")
    given = _given(name, wanted)
    if given is not None:
        return _still_current(given, proposal)
    draft = draft_of(proposal)
    db.session.refresh(draft)
    if draft.revision != wanted.revision:
        raise Overtaken(draft)
    if not wanted.names_may_stay:
        _look_for_names(actor, call, draft)
    # The receipt keeps the key with the body: forgotten or not, one request has one receipt.
    key = _hash(name, wanted.sha256)
    try:
        receipt = submit(actor, proposal, call, key=key, received_at=received_at)
    except Refused as refusal:
        if policy.can_change(proposal, call, at=received_at):
            problems = problems_of(call, proposal, draft)
            if problems:
                raise Incomplete(problems) from refusal
        raise
    _still_current(receipt, proposal)
    if wanted.key:
        db.session.flush()
        db.session.add(
            SubmissionKey(
                key_sha256=name,
                proposal_id=proposal.id,
                body_sha256=wanted.sha256,
                receipt_id=receipt.id,
                used_at=clock.now(),
            )
        )
    return receipt


def _given(name: str, wanted: Wanted) -> Receipt | None:
    known = db.session.get(SubmissionKey, name)
    if known is None:
        return None
    if known.body_sha256 != wanted.sha256:
        raise KeyReused
    return db.session.get(Receipt, known.receipt_id)


def _still_current(receipt: Receipt, proposal: Proposal) -> Receipt:
    """Return a receipt of what counts; one of what was withdrawn or given back would mislead."""
    stands = proposal.state not in {ProposalState.WITHDRAWN, ProposalState.RETURNED}
    if stands and receipt.version_id == proposal.version_id:
        return receipt
    raise NotCurrent(proposal.state)


def _look_for_names(actor: Actor, call: Call, draft: Draft) -> None:
    if call.applicants_to_reviewers is Moment.ALWAYS:
        return
    words = own_names_in(actor, call, draft)
    files = [one.question_key for one in files_telling_who(call, draft)]
    if words or files:
        raise NamesFound(words, files)


def _hash(*texts: str) -> str:
    return hashlib.sha256("\x00".join(texts).encode()).hexdigest()


every_day(JOB, time(3, 50))


@handles(JOB)
def forget_old(payload: Json) -> None:
    """Forget keys that nobody sends again. Run twice, it finds nothing more."""
    del payload
    enforce(ALLOWED)  # the operator runs the worker
    db.session.execute(delete(SubmissionKey).where(SubmissionKey.used_at < clock.now() - KEPT_FOR))
