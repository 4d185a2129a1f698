"""What is possible with rankings and allocations, whoever asks. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.allocation.models import AllocationState, SignOffAct
from app.calls.rules import Phase
from app.core.verdict import ALLOWED, Verdict, refused
from app.core.words import _


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature as the rules need it."""

    account_id: str
    act: SignOffAct
    sha256: str


def can_rank(phase: Phase) -> Verdict:
    if phase in {Phase.RANKING, Phase.ALLOCATING}:
        return ALLOWED
    return refused(_("The ranking is made once reviewing is closed."))


def can_propose(phase: Phase) -> Verdict:
    if phase in {Phase.RANKING, Phase.ALLOCATING}:
        return ALLOWED
    if phase is Phase.APPROVING:
        return refused(_("An allocation already waits for approval."))
    return refused(_("Money is allocated once the ranking is made."))


def can_approve(
    state: AllocationState,
    signatures: Sequence[Signed],
    account_id: str,
    *,
    sha256: str,
    seen_sha256: str,
) -> Verdict:
    """Whether this person's approval counts: never the proposer's, never twice, never of a
    version other than the one they saw."""
    if state is not AllocationState.PROPOSED:
        return refused(_("This allocation does not wait for approval."))
    if any(s.act is SignOffAct.PROPOSE and s.account_id == account_id for s in signatures):
        return refused(_("You proposed this allocation; somebody else must approve it."))
    if any(s.act is SignOffAct.APPROVE and s.account_id == account_id for s in signatures):
        return refused(_("You have approved this allocation; the next signature is another's."))
    if seen_sha256 != sha256:
        return refused(_("The allocation changed since you opened this page. Read it again."))
    return ALLOWED


def approvals(signatures: Sequence[Signed], sha256: str) -> int:
    """Count the people other than the proposer who approved exactly this content."""
    proposers = {s.account_id for s in signatures if s.act is SignOffAct.PROPOSE}
    return len(
        {s.account_id for s in signatures if s.act is SignOffAct.APPROVE and s.sha256 == sha256}
        - proposers
    )


def can_send_back(state: AllocationState) -> Verdict:
    if state in {AllocationState.PROPOSED, AllocationState.APPROVED}:
        return ALLOWED
    return refused(_("This allocation does not wait for approval."))


def can_stand(left: Sequence[str]) -> Verdict:
    """Whether a ranking still holds when the proposals of these numbers left the call since."""
    if not left:
        return ALLOWED
    return refused(
        _(
            "%(numbers)s left the call after the ranking was made. Send the allocation back if "
            "there is one, and make the ranking again.",
            numbers=", ".join(left),
        )
    )


def can_release(state: AllocationState, approved: int, needed: int) -> Verdict:
    if state is not AllocationState.APPROVED:
        return refused(_("Only an approved allocation can be released."))
    if approved < needed:
        return refused(_("%(n)s of %(needed)s approvals are given.", n=approved, needed=needed))
    return ALLOWED
