"""Who may learn whom, and from when on: the settings of a call, their presets and checks. Pure."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from app.core.words import _

if TYPE_CHECKING:
    from app.calls.models import Call


class Blinding(StrEnum):
    """The name of how identities are hidden, in the terms of ANSI/NISO Z39.106; what decides are
    the settings of the call (blinding.py)."""

    OPEN = "open"  # all identities visible
    SINGLE = "single"  # single anonymised: applicants do not learn who reviewed
    DOUBLE = "double"  # double anonymised: nor reviewers who applied
    UNTIL_SCORED = "until-scored"  # double anonymised, until one's own review is in
    TRIPLE = "triple"  # triple anonymised: nor the staff who applied, until they are unsealed
    SIGNED = "signed"  # reviewers do not learn who applied; applicants learn who reviewed


class Moment(StrEnum):
    """From when on somebody is told who somebody else is."""

    ALWAYS = "always"
    SCORED = "scored"  # to a reviewer of the same proposal whose own review is in
    RANKING = "ranking"  # once reviewing is over
    UNSEALED = "unsealed"  # once the seal was opened, with a reason
    RELEASED = "released"  # with the results
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Identities:
    """From when on one side learns who the other is; named after the columns of a call.

    `reviews_to_reviewers` is about what others wrote, by letter; `reviewers_to_reviewers` puts
    their names to it.
    """

    applicants_to_reviewers: Moment
    reviewers_to_applicants: Moment
    reviewers_to_reviewers: Moment
    reviews_to_reviewers: Moment
    applicants_to_staff: Moment


_ALWAYS, _SCORED, _NEVER = Moment.ALWAYS, Moment.SCORED, Moment.NEVER

PRESETS = {
    Blinding.OPEN: Identities(_ALWAYS, Moment.RELEASED, _SCORED, _SCORED, _ALWAYS),
    Blinding.SINGLE: Identities(_ALWAYS, _NEVER, _NEVER, _NEVER, _ALWAYS),
    Blinding.DOUBLE: Identities(_NEVER, _NEVER, _NEVER, _NEVER, _ALWAYS),
    Blinding.UNTIL_SCORED: Identities(_SCORED, _NEVER, _NEVER, _NEVER, _ALWAYS),
    Blinding.SIGNED: Identities(_NEVER, Moment.RELEASED, _NEVER, _NEVER, _ALWAYS),
    Blinding.TRIPLE: Identities(_NEVER, _NEVER, _NEVER, _NEVER, Moment.UNSEALED),
}

# What each setting can be.
CHOICES = {
    "applicants_to_reviewers": (_NEVER, _SCORED, Moment.RANKING, _ALWAYS),
    "reviewers_to_applicants": (_NEVER, Moment.RELEASED),
    "reviewers_to_reviewers": (_NEVER, _SCORED),
    "reviews_to_reviewers": (_NEVER, _SCORED),
    "applicants_to_staff": (_ALWAYS, Moment.UNSEALED),
}


def identities_of(call: "Call") -> Identities:
    return Identities(**{name: getattr(call, name) for name in CHOICES})


def columns(identities: Identities) -> dict[str, Moment]:
    return asdict(identities)


def named(call: "Call") -> dict[str, dict[str, Moment]]:
    """Return the settings that the name of the mode does not imply, for the call's frozen rules."""
    preset = columns(PRESETS[call.blinding])
    own = columns(identities_of(call))
    different = {name: value for name, value in own.items() if value is not preset[name]}
    return {"identities": different} if different else {}


def mode_of(one: Identities) -> Blinding:
    """Name settings by the standard's terms, which ask who is hidden while reviews are written."""
    applicants_hidden = one.applicants_to_reviewers is not Moment.ALWAYS
    reviewers_hidden = one.reviewers_to_applicants is Moment.NEVER
    if not applicants_hidden:
        return Blinding.SINGLE if reviewers_hidden else Blinding.OPEN
    if not reviewers_hidden:
        return Blinding.SIGNED
    if one.applicants_to_staff is Moment.UNSEALED:
        return Blinding.TRIPLE
    return Blinding.DOUBLE if one.applicants_to_reviewers is Moment.NEVER else Blinding.UNTIL_SCORED


def problem(one: Identities) -> str:
    """Say which settings contradict each other, or nothing."""
    for name, allowed in CHOICES.items():
        if getattr(one, name) not in allowed:
            return _("“%(value)s” is no setting of %(name)s.", value=getattr(one, name), name=name)
    if (
        one.applicants_to_staff is Moment.UNSEALED
        and one.applicants_to_reviewers is not Moment.NEVER
    ):
        return _(
            "Who applies cannot be hidden from the staff and shown to reviewers: it is the staff "
            "who would show it. Hide it from reviewers too, or from nobody of the two."
        )
    if one.reviewers_to_reviewers is not Moment.NEVER and one.reviews_to_reviewers is Moment.NEVER:
        return _(
            "Reviewers can be named to each other only where they read each other’s reviews. "
            "Let them read those, or keep their names."
        )
    return ""


def locks_when_submitted(one: Identities) -> bool:
    """Whether a submitted review stands: its writer is shown who applied, so it cannot change."""
    return one.applicants_to_reviewers is Moment.SCORED


def is_sealed(call: "Call") -> bool:
    """Whether the call's own staff may not know who applies, as yet."""
    return call.applicants_to_staff is not Moment.ALWAYS and call.unsealed_at is None


def moment_words(moment: Moment) -> str:
    return {
        Moment.ALWAYS: _("always"),
        Moment.SCORED: _("once their own review is in"),
        Moment.RANKING: _("once reviewing is over"),
        Moment.UNSEALED: _("once an approver opens the seal, with a reason"),
        Moment.RELEASED: _("with the results"),
        Moment.NEVER: _("never"),
    }[moment]
