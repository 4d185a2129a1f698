"""What is possible with contributions and their money, whoever asks. Pure."""

from datetime import date

from app.core.money import Money
from app.core.verdict import ALLOWED, Verdict, refused
from app.core.words import _
from app.funds.models import ContributionState

_ORDER = (
    ContributionState.PLEDGED,
    ContributionState.SIGNED,
    ContributionState.RECEIVED,
)


def can_become(now: ContributionState, then: ContributionState) -> Verdict:
    """Whether a contribution goes from one state to another: forwards, and never back."""
    if now is ContributionState.WITHDRAWN:
        return refused(_("This contribution was withdrawn; enter a new one."))
    if then is ContributionState.WITHDRAWN or _ORDER.index(then) > _ORDER.index(now):
        return ALLOWED
    return refused(_("A contribution is pledged, then signed, then received; it does not go back."))


def can_withdraw(committed_minor: int, currency: str) -> Verdict:
    if not committed_minor:
        return ALLOWED
    return refused(
        _(
            "%(amount)s of it is promised to awards. What is promised cannot be withdrawn; to take "
            "back the rest, lower the amount of the contribution to what is promised.",
            amount=Money(committed_minor, currency).show(),
        )
    )


def can_lower(amount_minor: int, committed_minor: int, currency: str) -> Verdict:
    if amount_minor <= 0:
        return refused(_("The amount must be above zero."))
    if amount_minor >= committed_minor:
        return ALLOWED
    return refused(
        _(
            "%(amount)s of it is promised to awards; it cannot be less.",
            amount=Money(committed_minor, currency).show(),
        )
    )


def can_commit(amount_minor: int, free_minor: int, funder: str, currency: str) -> Verdict:
    if amount_minor <= free_minor:
        return ALLOWED
    return refused(
        _(
            "The contribution of %(funder)s has %(free)s left, and %(amount)s is asked of it: "
            "other awards took money meanwhile. Allocate again.",
            funder=funder,
            free=Money(free_minor, currency).show(),
            amount=Money(amount_minor, currency).show(),
        )
    )


def can_pay(amount_minor: int, committed_minor: int, paid_minor: int, currency: str) -> Verdict:
    left = committed_minor - paid_minor
    if amount_minor <= 0:
        return refused(_("The amount must be above zero."))
    if amount_minor <= left:
        return ALLOWED
    return refused(
        _(
            "%(amount)s is more than the %(left)s that is still to be paid of this.",
            amount=Money(amount_minor, currency).show(),
            left=Money(left, currency).show(),
        )
    )


def dated(then: ContributionState, on: date) -> dict[str, date]:
    """Return the column that keeps the day of a state."""
    return {f"{then.value}_on": on}
