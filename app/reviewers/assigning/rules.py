"""What is possible with a plan, now. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from app.core.verdict import ALLOWED, Verdict, refused
from app.core.words import _, plural
from app.reviewers.assigning.inputs import Wishes
from app.reviewers.assigning.models import PlanState
from app.reviewers.rules import MOST_LOAD

SAID_AT_ONCE = 6  # reasons told together; the rest are counted
CAPS = ("1", "0.9", "0.75", "0.5")


def can_ask(states: Sequence[PlanState]) -> Verdict:
    """Whether another plan may be computed while these stand."""
    if PlanState.ASKED in states:
        return refused(_("A plan is being computed. Wait for it, or look at it first."))
    if PlanState.GIVING in states:
        return refused(_("The seats of a plan are being given. Wait for it, then ask again."))
    return ALLOWED


def can_change(state: PlanState) -> Verdict:
    """Whether a plan may be edited, accepted or set aside."""
    if state is PlanState.READY:
        return ALLOWED
    return refused(
        {
            PlanState.ASKED: _("The plan is still being computed."),
            PlanState.FAILED: _("The plan could not be computed. Ask for another."),
            PlanState.STOPPED: _("The plan was stopped before it was computed. Ask for another."),
            PlanState.GIVING: _("The plan was accepted already; its seats are being given."),
            PlanState.ACCEPTED: _("The plan was accepted already; its seats are given."),
            PlanState.SET_ASIDE: _("The plan was set aside. Ask for another."),
            PlanState.READY: "",
        }[state]
    )


def can_stop(*, going: bool) -> Verdict:
    """Whether a plan is still being computed."""
    if going:
        return ALLOWED
    return refused(_("The plan was finished, or stopped, before you asked. Look at it again."))


def can_stop_accepting(state: PlanState, *, going: bool) -> Verdict:
    """Whether the seats of a plan are still to be given; if not, say what became of them."""
    if going:
        return ALLOWED
    if state is PlanState.ACCEPTED:
        return refused(_("It was too late to stop: all seats of the plan are given."))
    if state is PlanState.GIVING:
        return refused(_("It was too late to stop: the seats are being given at this moment."))
    return refused(_("There is nothing to stop: no seat of the plan was given."))


def all_of(troubles: Sequence[str]) -> str:
    """Say what stood in the way of giving the seats of a plan: the first reasons, and how many
    more there are."""
    said = " ".join(dict.fromkeys(troubles[:SAID_AT_ONCE]))
    more = len(troubles) - SAID_AT_ONCE
    return said + (_(" And %(more)s more.", more=more) if more > 0 else "")


def can_follow(seen: int, now: int) -> Verdict:
    """Whether what the person saw is still what stands."""
    if seen == now:
        return ALLOWED
    return refused(
        _("Somebody changed the plan since you opened this page. Look at it again, then decide.")
    )


def wishes_problem(wishes: Wishes) -> str:
    """Say what is wrong with the wishes, or nothing."""
    if not 0 <= wishes.least <= MOST_LOAD:
        return _("Give a whole number from 0 to %(most)s for everybody.", most=MOST_LOAD)
    if wishes.cap not in CAPS:
        return _("Choose one of the offered limits of chance.")
    return ""


def over_demand(needed: int, places: int) -> str:
    """Say by how much the reviews that are needed exceed what the pool may take, or nothing."""
    if needed <= places:
        return ""
    return _(
        "The proposals need %(needed)s reviews, and the pool may take %(places)s: "
        "%(over)s too few. "
        "Ask more people, raise limits, or ask for fewer reviews of each.",
        needed=needed,
        places=places,
        over=needed - places,
    )


def lacking(numbers: Sequence[str], missing: int) -> str:
    """Say which proposals stay short, by number."""
    return plural(
        "%(num)s seat stays empty, at: %(numbers)s.",
        "%(num)s seats stay empty, at: %(numbers)s.",
        missing,
        numbers=", ".join(numbers),
    )


def cap_words(cap: str) -> str:
    if cap == "1":
        return _("Leave nothing to chance")
    share = f"{Decimal(cap) * 100:f}".rstrip("0").rstrip(".")
    return _("No pair with a probability above %(share)s %%", share=share)
