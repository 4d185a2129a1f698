"""Who must not judge what, as the records show it. Pure."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.core.countries import country_name
from app.core.words import _
from app.reviewers.models import ConflictKind, TieSource
from app.reviewers.rules.organisations import (
    Organisation,
    mail_organisation,
    ror_of,
    same_organisation,
    says_something,
    words_of,
)


class Known(NamedTuple):
    """Somebody a judge works or published with; `name_key` as `name_key` makes it."""

    source: TieSource
    name: str
    name_key: str
    email_key: str = ""
    orcid: str = ""


@dataclass(frozen=True, slots=True)
class Judge:
    """A person of the pool or of the staff, as the search for conflicts needs them."""

    account_id: str
    email_key: str
    organisation: Organisation
    orcid: str = ""
    ties: tuple[Known, ...] = ()
    reviews: bool = True  # else of the staff alone: a country of theirs is no conflict


@dataclass(frozen=True, slots=True)
class Applied:
    """Who stands behind a proposal, as the search for conflicts needs it.

    `together` are the accounts that applied with any of them before, in whatever call.
    """

    proposal_id: str
    organisations: tuple[Organisation, ...]
    account_ids: frozenset[str] = field(default_factory=frozenset)
    email_keys: frozenset[str] = field(default_factory=frozenset)
    orcids: frozenset[str] = field(default_factory=frozenset)
    names: tuple[str, ...] = ()
    together: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Found:
    proposal_id: str
    account_id: str
    kind: ConflictKind
    detail: str


def name_key(name: str) -> str:
    """Return a name's words in order of the alphabet: "Holm, Ada" is Ada Holm."""
    return " ".join(sorted(words_of(name)))


def find_conflicts(
    judges: Sequence[Judge], applied: Sequence[Applied], *, same_country: bool = False
) -> list[Found]:
    """Return every conflict that the records show, in the order of proposals; each kind once
    for a judge and a proposal, with the first reason found.

    `same_country` counts a judge from a country of the applicants' organisations.
    """
    index = _Index(judges)
    found: list[Found] = []
    for proposal in applied:
        told: set[tuple[str, ConflictKind]] = set()
        for judge, kind, detail in index.against(proposal, same_country=same_country):
            if (judge.account_id, kind) not in told:
                told.add((judge.account_id, kind))
                found.append(Found(proposal.proposal_id, judge.account_id, kind, detail))
    return found


Reason = tuple[Judge, ConflictKind, str]


class _Index:
    """The judges by every fact that can tie them to a proposal, each looked up at once."""

    def __init__(self, judges: Sequence[Judge]) -> None:
        self._by: dict[Hashable, list[Judge]] = defaultdict(list)
        self._ties: dict[Hashable, list[tuple[Judge, Known]]] = defaultdict(list)
        for judge in judges:
            for key in _keys_of(judge):
                self._by[key].append(judge)
            for tie in judge.ties:
                for key in _tie_keys(tie):
                    self._ties[key].append((judge, tie))

    def _with(self, *key: Hashable) -> Sequence[Judge]:
        return self._by.get(key, ())

    def against(self, proposal: Applied, *, same_country: bool) -> Iterator[Reason]:
        yield from self._same_person(proposal)
        for organisation in proposal.organisations:
            yield from self._same_place(organisation)
        yield from self._same_mail(proposal)
        yield from self._work_together(proposal)
        if same_country:
            for country in sorted({one.country for one in proposal.organisations} - {""}):
                for judge in self._with("country", country):
                    yield judge, ConflictKind.COUNTRY, country_name(country)

    def _same_person(self, proposal: Applied) -> Iterator[Reason]:
        for words, kind, known in (
            (_("applies"), "account", proposal.account_ids),
            (_("the same e-mail address"), "email", proposal.email_keys),
            (_("the same ORCID"), "orcid", proposal.orcids),
        ):
            for one in sorted(known - {""}):
                for judge in self._with(kind, one):
                    yield judge, ConflictKind.SAME_PERSON, words

    def _same_place(self, organisation: Organisation) -> Iterator[Reason]:
        for judge in self._with("words", _sorted_words(organisation.name)):
            if same_organisation(judge.organisation, organisation):
                yield judge, ConflictKind.ORGANISATION, organisation.name
        for judge in self._related(organisation):
            yield judge, ConflictKind.ORGANISATION, _belonging(organisation, judge)

    def _related(self, organisation: Organisation) -> Iterator[Judge]:
        """Yield whose place is this by its ROR, belongs to it, it to theirs, or both to a third."""
        names, parents = _names_of(organisation), _parents_of(organisation)
        if ror := ror_of(organisation.ror):
            yield from self._with("is", ror)
        for mark in sorted(names | parents):
            yield from self._with("in", mark)
        for mark in sorted(parents):
            yield from self._with("is", mark)

    def _same_mail(self, proposal: Applied) -> Iterator[Reason]:
        domains = {mail_organisation(email) for email in proposal.email_keys} - {""}
        for domain in sorted(domains):
            for judge in self._with("domain", domain):
                said = _("the same mail domain, %(domain)s", domain=domain)
                yield judge, ConflictKind.ORGANISATION, said

    def _work_together(self, proposal: Applied) -> Iterator[Reason]:
        for account in sorted(proposal.together):
            for judge in self._with("account", account):
                yield judge, ConflictKind.COLLABORATOR, _("applied together before")
        keys: list[Hashable] = [("email", one) for one in sorted(proposal.email_keys)]
        keys += [("orcid", one) for one in sorted(proposal.orcids - {""})]
        keys += [("name", name_key(name)) for name in proposal.names if name_key(name)]
        for key in keys:
            for judge, tie in self._ties.get(key, ()):
                yield judge, ConflictKind.COLLABORATOR, _tie_words(tie)


def _keys_of(judge: Judge) -> Iterable[Hashable]:
    place = judge.organisation
    yield "account", judge.account_id
    yield "email", judge.email_key
    if judge.orcid:
        yield "orcid", judge.orcid
    yield "words", _sorted_words(place.name)
    for mark in _names_of(place):
        yield "is", mark
    for mark in _parents_of(place):
        yield "in", mark
    if domain := mail_organisation(judge.email_key):
        yield "domain", domain
    if place.country and judge.reviews:
        yield "country", place.country


def _names_of(place: Organisation) -> set[str]:
    """Return what others can call a place when they say that they belong to it."""
    names = {name_key(place.name)} if says_something(place.name) else set()
    return names | ({ror} if (ror := ror_of(place.ror)) else set())


def _parents_of(place: Organisation) -> set[str]:
    return {ror_of(one) or name_key(one) for one in place.parents if _tells(one)}


def _tells(parent: str) -> bool:
    return ror_of(parent) is not None or says_something(parent)


def _belonging(organisation: Organisation, judge: Judge) -> str:
    if ror_of(organisation.ror) and ror_of(organisation.ror) == ror_of(judge.organisation.ror):
        return organisation.name
    return _(
        "%(one)s and %(other)s belong together",
        one=judge.organisation.name or "?",
        other=organisation.name or "?",
    )


def _sorted_words(name: str) -> tuple[str, ...]:
    return tuple(sorted(words_of(name)))


def _tie_keys(tie: Known) -> Iterable[Hashable]:
    """Return how a tie is recognised: by what is unique where it is given, else by the name."""
    if tie.email_key:
        yield "email", tie.email_key
    if tie.orcid:
        yield "orcid", tie.orcid
    if tie.name_key:
        yield "name", tie.name_key


def _tie_words(tie: Known) -> str:
    if tie.source is TieSource.PUBLICATION:
        return _("published with %(name)s", name=tie.name)
    return _("works with %(name)s", name=tie.name)
