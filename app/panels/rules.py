"""What is possible in a panel, whoever asks. Pure."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.calls.rules import Phase
from app.core.verdict import ALLOWED, Verdict, refused
from app.core.words import _
from app.ledger.canonical import canonical
from app.panels.models import Office, PanelState, Recommendation

FEWEST = 2
MOST_LETTERS = 10_000


@dataclass(frozen=True, slots=True)
class Sits:
    """Somebody of the panel as the rules need them."""

    member_id: str
    account_id: str
    name: str
    office: Office
    here: bool
    barred: frozenset[str]  # proposals they have a conflict of interest with


def can_prepare(phase: Phase) -> Verdict:
    if phase in {Phase.RANKING, Phase.ALLOCATING}:
        return ALLOWED
    return refused(_("A panel meets after reviewing is closed and before money is proposed."))


def can_change(state: PanelState) -> Verdict:
    if state is PanelState.PREPARING:
        return ALLOWED
    return refused(_("The meeting has begun; the panel and its agenda stay as they are."))


def can_open(state: PanelState, members: Sequence[Sits], items: int, quorum: int) -> Verdict:
    """Whether the meeting can begin: somebody leads it, writes it down, and enough came."""
    if state is not PanelState.PREPARING:
        return refused(_("The meeting is open already, or over."))
    if not items:
        return refused(_("The agenda is empty. The call’s officer sets it."))
    if not any(one.office is Office.CHAIR for one in members):
        return refused(_("The panel has no chair. The call’s officer appoints one."))
    here = sum(one.here for one in members)
    if here < quorum:
        return refused(
            _(
                "Here: %(here)s; needed: %(quorum)s. Say who came, or wait.",
                here=here,
                quorum=quorum,
            )
        )
    return ALLOWED


def in_the_room(members: Iterable[Sits], proposal_id: str) -> list[Sits]:
    """Return who is there for an item: who came, without those who have a conflict."""
    return [one for one in members if one.here and proposal_id not in one.barred]


def recorders(members: Sequence[Sits], proposal_id: str) -> list[Sits]:
    """Return who may write down an item: chair and secretary in the room, else anybody in it."""
    there = in_the_room(members, proposal_id)
    return [one for one in there if one.office is not Office.MEMBER] or there


def presides(members: Sequence[Sits], proposal_id: str, recorder: Sits) -> Sits:
    """Return who leads an item: the chair, else whoever writes it down."""
    there = in_the_room(members, proposal_id)
    return next((one for one in there if one.office is Office.CHAIR), recorder)


def can_record(state: PanelState) -> Verdict:
    if state in {PanelState.MEETING, PanelState.CLOSED}:
        return ALLOWED
    if state is PanelState.APPROVED:
        return refused(_("The minutes are approved. Nothing in them changes any more."))
    return refused(_("The meeting is not open yet."))


def can_decide(present: int, quorum: int) -> Verdict:
    """Whether enough are in the room; for this item, for some may have left."""
    if present >= quorum:
        return ALLOWED
    return refused(
        _(
            "In the room for this proposal: %(present)s; needed: %(quorum)s.",
            present=present,
            quorum=quorum,
        )
    )


def can_recommend(recommendation: Recommendation, reason: str, amount_minor: int) -> Verdict:
    if recommendation is not Recommendation.FOLLOW and not reason.strip():
        return refused(_("To recommend something else than the rule gives, say why."))
    if recommendation is not Recommendation.AWARD and amount_minor:
        return refused(_("Only an award has an amount. Leave it empty."))
    return ALLOWED


def can_save(seen: int, now: int) -> Verdict:
    if seen == now:
        return ALLOWED
    return refused(
        _("Somebody else wrote this item down meanwhile. Look at what stands there, then go on.")
    )


def can_close(state: PanelState, undecided: Sequence[str]) -> Verdict:
    """Whether the meeting can be closed; `undecided` are numbers that whoever asks may see."""
    if state is not PanelState.MEETING:
        return refused(_("The meeting is not open."))
    if undecided:
        return refused(_("Not discussed yet: %(numbers)s.", numbers=", ".join(undecided[:20])))
    return ALLOWED


def can_approve(state: PanelState, seen_sha256: str, sha256: str, items: int) -> Verdict:
    if state is not PanelState.CLOSED:
        return refused(_("Minutes are approved once the meeting is closed, and once."))
    if not items:
        return refused(_("You were in the room for nothing in these minutes."))
    if seen_sha256 != sha256:
        return refused(
            _("The minutes changed since you opened this page. Read them again, then approve.")
        )
    return ALLOWED


def uncovered(items: Collection[str], approvals: Iterable[Iterable[str]]) -> set[str]:
    """Return the items to whose minutes nobody has agreed yet."""
    return set(items) - {item for covered in approvals for item in covered}


def approvers(members: Sequence[Sits], proposal_id: str, present: Collection[str]) -> list[Sits]:
    """Return who may agree to the minutes of an item: the chair where they were in the room, else
    anybody who was. `present` are ids of members."""
    there = [one for one in members if one.member_id in present]
    there = [one for one in there if proposal_id not in one.barred]
    return [one for one in there if one.office is Office.CHAIR] or there


def digest(minutes: Mapping[str, object]) -> str:
    """Return the SHA-256 of minutes, or of those of one item."""
    return hashlib.sha256(canonical(minutes)).hexdigest()
