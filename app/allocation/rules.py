"""What is possible with rankings and allocations, whoever asks. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.allocation.models import AllocationState, SignOffAct
from app.calls.rules import ORDER, Phase
from app.core.verdict import ALLOWED, Verdict, refused
from app.core.words import _

NOTICE = timedelta(hours=1)
HEX_OF_SHA256 = 64


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature as the rules need it."""

    account_id: str
    act: SignOffAct
    sha256: str


def may_be_ranked(phase: Phase) -> bool:
    """Whether a ranking may have been made by now; before, there is none to look for."""
    return ORDER.index(phase) >= ORDER.index(Phase.RANKING)


def can_rank(phase: Phase) -> Verdict:
    if phase in {Phase.RANKING, Phase.ALLOCATING}:
        return ALLOWED
    return refused(_("The ranking is made once reviewing is closed."))


def can_draw(wanted: bool, ranked: bool, calibrated: bool) -> Verdict:  # noqa: FBT001
    """Whether the list of a draw can be made."""
    if not wanted:
        return refused(_("The rule of this call has no draw."))
    if not ranked:
        return refused(_("Make the ranking first."))
    if not calibrated:
        return refused(_("Who cannot be told apart is still being computed. Come back shortly."))
    return ALLOWED


def can_be_drawn(undecided: int) -> Verdict:
    if undecided:
        return ALLOWED
    return refused(_("Nobody is to be drawn: every proposal can be told apart from the line."))


def can_come_later(not_before: datetime | None, now: datetime, *, public: bool) -> Verdict:
    """Whether a public value comes late enough after its list is fixed that nobody knows it."""
    if not public:
        return ALLOWED
    if not_before is None or not_before < now + NOTICE:
        return refused(
            _("Name a public value that comes at least an hour after now: nobody may know it yet.")
        )
    return ALLOWED


def can_enter(held_at: datetime | None, not_before: datetime | None, now: datetime) -> Verdict:
    if held_at is not None:
        return refused(_("This draw was held. A draw is held once."))
    if not_before is not None and now < not_before:
        return refused(_("The public value does not exist yet. Come back when it is published."))
    return ALLOWED


def can_promise(digest: str, revealed: Sequence[str]) -> Verdict:
    """Whether a promise still counts: well-formed, and before any secret is told."""
    if any(revealed):
        return refused(_("A secret is told already; nobody can promise any more."))
    text = digest.strip().lower()
    if len(text) != HEX_OF_SHA256 or any(sign not in "0123456789abcdef" for sign in text):
        return refused(_("Give the SHA-256 of your secret: 64 digits from 0 to 9 and a to f."))
    return ALLOWED


def can_go_without_draw(*, needed: bool) -> Verdict:
    if needed:
        return refused(
            _("By the rule of the call those who cannot be told apart are drawn: hold the draw.")
        )
    return ALLOWED


def can_rank_again(*, stands: bool, drawn: bool) -> Verdict:
    """Whether a ranking may be made anew: not to draw again what was drawn."""
    if drawn and stands:
        return refused(
            _("A draw was begun on this ranking, which still stands. It is not made again.")
        )
    return ALLOWED


def can_propose(phase: Phase) -> Verdict:
    if phase in {Phase.RANKING, Phase.ALLOCATING}:
        return ALLOWED
    if phase is Phase.APPROVING:
        return refused(_("An allocation already waits for approval."))
    return refused(_("Money is allocated once the ranking is made."))


def can_look_closer(phase: Phase) -> Verdict:
    """Whether intervals and prices can be asked for: they change nothing of what is decided, but
    what was told at a release stands."""
    if phase in {Phase.RANKING, Phase.ALLOCATING, Phase.APPROVING}:
        return ALLOWED
    return refused(_("These are computed between the ranking and the release."))


def can_follow_page(*, seen: str, now: str) -> Verdict:
    """Whether what a page showed is what would be proposed."""
    if seen == now:
        return ALLOWED
    return refused(
        _(
            "The rule, the money or the proposals changed since you opened this page. Read what "
            "the rule gives now, then propose it."
        )
    )


def can_propose_computed(*, computed: bool) -> Verdict:
    """Whether what the rule gives is there; what takes a solver is computed by a job."""
    if computed:
        return ALLOWED
    return refused(
        _(
            "What the rule gives is not computed yet for the money and the proposals of now. "
            "Wait until this page shows it, then propose it."
        )
    )


def can_read_computed(*, computed: bool) -> Verdict:
    """Whether there is something to write into a file of what the rule gives."""
    if computed:
        return ALLOWED
    return refused(
        _(
            "What the rule gives is not computed yet for the money and the proposals of now. The "
            "page of the allocation says how far it is; ask for the file when it is there."
        )
    )


def can_prepare(state: AllocationState) -> Verdict:
    """Whether a release could follow."""
    if state is AllocationState.APPROVED:
        return ALLOWED
    return refused(_("Only an approved allocation can be released."))


def can_stop(*, going: bool) -> Verdict:
    """Whether there is still something to stop."""
    if going:
        return ALLOWED
    return refused(_("It was finished, or stopped, before you asked. Look at the page again."))


def can_go_without_minutes(*, owing: bool) -> Verdict:
    if owing:
        return refused(
            _(
                "The panel of this call has not approved its minutes. Wait for them, or do without "
                "a panel that has not met."
            )
        )
    return ALLOWED


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


def can_approve_departure(
    state: AllocationState,
    signatures: Sequence[Signed],
    account_id: str,
    *,
    approved_by: str,
    sha256: str,
    seen_sha256: str,
) -> Verdict:
    """Whether this person may agree to a departure: not their own, not twice, not a stale one."""
    if state is not AllocationState.PROPOSED:
        return refused(_("This allocation does not wait for approval."))
    if any(s.act is SignOffAct.PROPOSE and s.account_id == account_id for s in signatures):
        return refused(_("You proposed this departure; somebody else must agree to it."))
    if approved_by:
        return refused(_("%(name)s has agreed to this departure.", name=approved_by))
    if seen_sha256 != sha256:
        return refused(_("The allocation changed since you opened this page. Read it again."))
    return ALLOWED


def can_sign_with(waiting: Sequence[str]) -> Verdict:
    """Whether the whole may be signed when these departures are not agreed to yet."""
    if not waiting:
        return ALLOWED
    return refused(
        _(
            "Departures are agreed to one by one before the whole is signed. Still open: "
            "%(numbers)s.",
            numbers=", ".join(waiting),
        )
    )


def release_proposers(signatures: Sequence[Signed], sha256: str) -> set[str]:
    """Return who asked for the release of exactly this content."""
    act = SignOffAct.PROPOSE_RELEASE
    return {s.account_id for s in signatures if s.act is act and s.sha256 == sha256}


def can_propose_release(signatures: Sequence[Signed], sha256: str) -> Verdict:
    if release_proposers(signatures, sha256):
        return refused(_("The release is proposed; another person now confirms it."))
    return ALLOWED


def can_confirm(signatures: Sequence[Signed], account_id: str, sha256: str) -> Verdict:
    """Whether this person is the second of the two who release."""
    proposers = release_proposers(signatures, sha256)
    if not proposers:
        return refused(_("Two people release: propose the release, then another confirms it."))
    if proposers == {account_id}:
        return refused(_("You proposed the release; somebody else confirms it."))
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
        return refused(_("Approvals given: %(n)s of %(needed)s.", n=approved, needed=needed))
    return ALLOWED
