"""What the rules of a call need to know of each proposal, read where it stands and told without it.

Country, institution and answers are read from the identity part by the staff's lens. What leaves
here is whether a proposal has one of the values that a quota or an earmark names, and a number for
those that share an institution: enough to decide again, and no more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from app.calls.award_rule import CALL, COUNTRY, INCOME, INSTITUTION, LEAD, AwardRule, Quota
from app.core.db import Json, db
from app.core.income_groups import income_group
from app.proposals.models import (
    MemberRole,
    Proposal,
    ProposalMember,
    ProposalState,
    Version,
    VersionIdentity,
)

Values = Mapping[str, Mapping[str, str]]  # number -> attribute -> value


def values_in(call_id: str, code: str) -> dict[str, dict[str, str]]:
    """Return, for each proposal in review by number, every value a rule may go by. Staff only."""
    members = db.session.scalars(
        select(ProposalMember)
        .join(Proposal, Proposal.id == ProposalMember.proposal_id)
        .where(Proposal.call_id == call_id, ProposalMember.role == MemberRole.LEAD)
    )
    leads = {member.proposal_id: member.account_id for member in members}
    rows = db.session.execute(
        select(
            Proposal.id,
            func.coalesce(Proposal.number, ""),
            VersionIdentity.country,
            VersionIdentity.organisation,
            VersionIdentity.answers,
            Version.answers,
        )
        .join(Version, Version.id == Proposal.version_id)
        .join(VersionIdentity, VersionIdentity.version_id == Version.id)
        .where(Proposal.call_id == call_id, Proposal.state == ProposalState.ELIGIBLE)
    )
    return {
        number: {
            **_plain(science),
            **_plain(identity),
            CALL: code,
            COUNTRY: country,
            INCOME: income_group(country),
            INSTITUTION: " ".join(organisation.casefold().split()),
            LEAD: leads.get(proposal, ""),
        }
        for proposal, number, country, organisation, identity, science in rows
    }


def _plain(answers: Json) -> dict[str, str]:
    return {key: value for key, value in answers.items() if isinstance(value, str)}


@dataclass(frozen=True, slots=True, order=True)
class Condition:
    """An attribute with the values that count."""

    attribute: str
    values: tuple[str, ...]

    @property
    def words(self) -> str:
        """Return what a proposal that has one of the values is said to have, as published."""
        return " or ".join(self.values)

    def met_by(self, values: Mapping[str, str]) -> bool:
        return values.get(self.attribute, "") in self.values


Keys = Mapping[Condition, str]


def keys_of(rule: AwardRule, earmarks: Iterable[Json]) -> dict[Condition, str]:
    """Return every condition that some quota or earmark makes, with its name, country_1."""
    found = {of_quota(one) for one in rule.quotas}
    for earmark in earmarks:
        found |= set(of_earmark(earmark))
    keys: dict[Condition, str] = {}
    for one in sorted(found):
        place = sum(other.attribute == one.attribute for other in keys) + 1
        keys[one] = f"{one.attribute}_{place}"
    return keys


def of_quota(quota: Quota) -> Condition:
    return Condition(quota.attribute, tuple(sorted(quota.values)))


def of_earmark(earmark: Json) -> list[Condition]:
    return [
        Condition(name, (wanted,) if isinstance(wanted, str) else tuple(sorted(wanted)))
        for name, wanted in sorted(earmark.items())
    ]


def published_earmark(earmark: Json, keys: Keys) -> dict[str, str]:
    """Return an earmark in the terms in which proposals are told."""
    return {keys[one]: one.words for one in of_earmark(earmark)}


def told(values: Values, keys: Keys) -> dict[str, dict[str, str]]:
    """Return for each proposal the conditions it meets."""
    return {
        number: {key: one.words for one, key in keys.items() if one.met_by(mine)}
        for number, mine in sorted(values.items())
    }


def sharing(values: Values, attribute: str, more_than: int) -> list[list[str]]:
    """Return the groups of proposals that share a value, as far as they are more than that.

    Groups and their members are in the order of numbers; the value itself is not told.
    """
    groups: dict[str, list[str]] = {}
    for number, mine in sorted(values.items()):
        if mine.get(attribute):
            groups.setdefault(mine[attribute], []).append(number)
    return [numbers for numbers in groups.values() if len(numbers) > more_than]


def needed(values: Values, question: str) -> list[tuple[str, str]]:
    """Return pairs of a proposal and the one it names under a question and is not funded without.

    What names no proposal of the call says nothing.
    """
    pairs = [(number, mine.get(question, "").strip()) for number, mine in sorted(values.items())]
    return [(number, other) for number, other in pairs if other in values and other != number]
