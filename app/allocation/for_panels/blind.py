"""A rule without what tells who applies: a quota on a country, carried out proposal by proposal,
would say which proposal comes from there. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from app.calls import award_rule
from app.calls.award_rule import AwardRule, Data
from app.funds.queries import ContributionRow


def rule(told: AwardRule, known: Collection[str]) -> AwardRule:
    """Return a rule as far as it goes by answers that reviewers read; `known` are their keys."""
    return replace(
        told,
        quotas=tuple(one for one in told.quotas if one.attribute in known),
        at_most=tuple(one for one in told.at_most if one.attribute in known),
        needs=told.needs if told.needs in known else "",
    )


def money(
    contributions: Sequence[ContributionRow], known: Collection[str]
) -> list[ContributionRow]:
    """Return the contributions, earmarked as far as reviewers could tell what for."""
    return [
        one._replace(earmark={name: v for name, v in one.earmark.items() if name in known})
        for one in contributions
    ]


def earmarked(contributions: Sequence[ContributionRow], known: Collection[str]) -> list[Data]:
    """Return the contributions whose earmark is not kept: who gives how much, and what it goes by.

    Without its values: an officer who knows who applies may have written them.
    """
    found = [(one, sorted(set(one.earmark) - set(known))) for one in contributions]
    return [
        {"funder": one.funder, "minor": one.free_minor, "by": names}
        for one, names in found
        if names
    ]


def left_out(told: AwardRule, known: Collection[str], labels: Mapping[str, str]) -> list[str]:
    """Say in the words of the rule what of it is not carried out."""
    found = [award_rule.quota_words(one, labels) for one in told.quotas]
    kept = [award_rule.quota_words(one, labels) for one in rule(told, known).quotas]
    found += [award_rule.at_most_words(one, labels) for one in told.at_most]
    kept += [award_rule.at_most_words(one, labels) for one in rule(told, known).at_most]
    if told.needs and told.needs not in known:
        found.append(award_rule.needs_words(told.needs, labels))
    return [one for one in found if one not in kept]
