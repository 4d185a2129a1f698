"""Who must not judge what, as the records show it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.core.words import _
from app.reviewers.models import ConflictKind
from app.reviewers.rules.organisations import Organisation, same_organisation, words_of


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
