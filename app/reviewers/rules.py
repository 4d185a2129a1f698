"""Who must not judge what, and how many one person may be asked to judge. Pure."""

import re
import string
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product

from app.calls.rules import Phase
from app.core.uploads.names import LETTERS
from app.core.verdict import ALLOWED, Verdict, refused
from app.core.words import _
from app.proposals.models import ProposalState
from app.reviewers.models import ConflictKind, SeatState

LIVE = frozenset({SeatState.INVITED, SeatState.ACCEPTED, SeatState.SUBMITTED})
JUDGED = frozenset(
    {
        ProposalState.ELIGIBLE,
        ProposalState.AWARDED,
        ProposalState.RESERVE,
        ProposalState.DECLINED,
    }
)
MOST_LOAD = 100


# --- organisations -------------------------------------------------------------------------------

_SHORT = {"univ": "university", "inst": "institute", "dept": "department", "intl": "international"}
_FILLERS = frozenset({"the", "of", "for", "and", "at"})
_SAYS_NOTHING = frozenset(
    {"university", "institute", "hospital", "college", "school", "none", "independent", "na"}
)


@dataclass(frozen=True, slots=True)
class Organisation:
    name: str
    country: str = ""


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name without case, accents, punctuation, fillers and abbreviations."""
    apart = unicodedata.normalize("NFKD", name).casefold()
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    # "U.S." and "St." lose their points before other punctuation parts words.
    plain = re.sub(r"[.'’]", "", bare.translate(LETTERS))
    found = re.findall(r"\w+", plain.replace("_", " "))
    return tuple(_SHORT.get(word, word) for word in found if word not in _FILLERS)


def same_organisation(one: Organisation, other: Organisation) -> bool:
    """Whether two names mean one organisation, as far as the names alone can tell.

    The same words in the same order do. The same words in another order ("University of Oslo",
    "Oslo University") do unless the countries differ: the University of York and York University
    are not the same place.
    """
    first, second = words_of(one.name), words_of(other.name)
    if not set(first) - _SAYS_NOTHING:
        return False
    if first == second:
        return True
    apart = bool(one.country and other.country and one.country != other.country)
    return sorted(first) == sorted(second) and not apart


# --- conflicts -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judge:
    """A person of the pool, as the search for conflicts needs them."""

    account_id: str
    email_key: str
    organisation: Organisation


@dataclass(frozen=True, slots=True)
class Applied:
    """Who stands behind a proposal, as the search for conflicts needs it."""

    proposal_id: str
    organisations: tuple[Organisation, ...]
    account_ids: frozenset[str] = field(default_factory=frozenset)
    email_keys: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Found:
    proposal_id: str
    account_id: str
    kind: ConflictKind
    detail: str


def find_conflicts(judges: Sequence[Judge], applied: Sequence[Applied]) -> list[Found]:
    """Return every conflict that the records show, in the order of proposals, then judges."""
    by_words: dict[tuple[str, ...], list[Judge]] = {}
    for judge in judges:
        by_words.setdefault(_sorted_words(judge.organisation), []).append(judge)
    return [
        found
        for proposal in applied
        for found in (*_same_person(judges, proposal), *_same_place(by_words, proposal))
    ]


def _sorted_words(organisation: Organisation) -> tuple[str, ...]:
    return tuple(sorted(words_of(organisation.name)))


def _same_person(judges: Sequence[Judge], proposal: Applied) -> Iterable[Found]:
    for judge in judges:
        if judge.account_id in proposal.account_ids:
            yield Found(
                proposal.proposal_id, judge.account_id, ConflictKind.SAME_PERSON, _("applies")
            )
        elif judge.email_key in proposal.email_keys:
            yield Found(
                proposal.proposal_id,
                judge.account_id,
                ConflictKind.SAME_PERSON,
                _("the same e-mail address"),
            )


def _same_place(by_words: dict[tuple[str, ...], list[Judge]], proposal: Applied) -> Iterable[Found]:
    told: set[str] = set()
    for organisation in proposal.organisations:
        for judge in by_words.get(_sorted_words(organisation), ()):
            if judge.account_id not in told and same_organisation(judge.organisation, organisation):
                told.add(judge.account_id)
                yield Found(
                    proposal.proposal_id,
                    judge.account_id,
                    ConflictKind.ORGANISATION,
                    organisation.name,
                )


# --- assignment ----------------------------------------------------------------------------------


def can_assign(phase: Phase) -> Verdict:
    """Whether seats may be given and taken."""
    if phase in {Phase.ASSIGNING, Phase.REVIEWING}:
        return ALLOWED
    if phase in {Phase.RANKING, Phase.ALLOCATING, Phase.APPROVING, Phase.RELEASED, Phase.ARCHIVED}:
        return refused(_("Reviewing is over; the assignment can no longer be changed."))
    return refused(_("Reviewers are assigned after screening. First move the call to assigning."))


def can_fill_pool(phase: Phase) -> Verdict:
    if phase in {Phase.RANKING, Phase.ALLOCATING, Phase.APPROVING, Phase.RELEASED, Phase.ARCHIVED}:
        return refused(_("Reviewing is over; the pool can no longer be changed."))
    return ALLOWED


def can_judge(state: ProposalState, number: str) -> Verdict:
    if state is ProposalState.ELIGIBLE:
        return ALLOWED
    return refused(_("%(number)s is not eligible, so nobody reviews it.", number=number))


def can_take_more(name: str, load: int, most: int) -> Verdict:
    if load < most:
        return ALLOWED
    return refused(
        _(
            "%(name)s has %(load)s of at most %(most)s proposals. Raise the limit or ask "
            "somebody else.",
            name=name,
            load=load,
            most=most,
        )
    )


def can_sit(name: str, state: SeatState | None) -> Verdict:
    """Whether somebody may get a seat who has, or had, one in this `state` there."""
    if state in LIVE:
        return refused(_("%(name)s is already assigned to this proposal.", name=name))
    return ALLOWED


def can_remove(state: SeatState) -> Verdict:
    if state is SeatState.SUBMITTED:
        return refused(_("The review is submitted; the seat can no longer be removed."))
    if state in LIVE:
        return ALLOWED
    return refused(_("The seat is empty already."))


def free_letters(taken: Iterable[str]) -> list[str]:
    """Return the letters that no seat of the proposal has; two letters once A to Z are used."""
    used = set(taken)
    for length in (1, 2, 3):
        free = [
            letters
            for letters in map("".join, product(string.ascii_uppercase, repeat=length))
            if letters not in used
        ]
        if free:
            return free
    raise ValueError("a proposal cannot have more than 18,278 seats")
