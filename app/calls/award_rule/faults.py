"""What keeps a rule from being carried out, said before it is."""

from collections.abc import Mapping, Sequence

from app.calls.award_rule.terms import (
    COUNTRY,
    INCOME,
    KNOWN,
    SHARES,
    WHOLE,
    AwardRule,
    DrawMode,
    Limit,
    Objective,
    Quota,
)
from app.calls.award_rule.wording import attribute_words
from app.core.countries import is_country
from app.core.income_groups import GROUPS
from app.core.words import _


def problems(
    rule: AwardRule, questions: Mapping[str, Sequence[str]], when_unaffordable: str
) -> list[str]:
    """Say what keeps the rule from being carried out.

    `questions`: keys of the questions whose answers are one of a list, with that list (empty where
    any country may be answered), and of one-line questions with none.
    """
    found = [_attribute_problem(name, questions) for name in sorted(rule.attributes)]
    found += [_quota_problem(quota, questions) for quota in rule.quotas]
    found += [_least_problem(name, rule) for name in sorted({q.attribute for q in rule.quotas})]
    if rule.needs and rule.needs not in questions:
        found.append(
            _("There is no question with the key “%(key)s”, which the rule asks.", key=rule.needs)
        )
    if rule.has_quotas and rule.objective is Objective.RANK and when_unaffordable == "stop":
        found.append(
            _(
                "Under quotas the money cannot end at the first proposal that is too dear: choose "
                "“Go on to the next it can pay”."
            )
        )
    if rule.draw is not DrawMode.NONE and rule.objective is not Objective.RANK:
        found.append(_("A draw at the line needs rank order: there is no line without an order."))
    return [problem for problem in found if problem]


def _least_problem(name: str, rule: AwardRule) -> str:
    """Say where least shares that no proposal can serve twice are more than all the money."""
    least = [q for q in rule.quotas if q.attribute == name and q.limit is Limit.MIN_SHARE]
    values = [value for quota in least for value in quota.values]
    together = sum(quota.amount for quota in least)
    if together <= WHOLE or len(values) != len(set(values)):
        return ""
    return _(
        "The least shares by “%(name)s” add up to %(sum)s %%, more than all the money. "
        "Lower one of them.",
        name=attribute_words(name),
        sum=together,
    )


def _attribute_problem(name: str, questions: Mapping[str, Sequence[str]]) -> str:
    if name in KNOWN or name in questions:
        return ""
    return _(
        "“%(name)s” is nothing that proposals are known by. Use %(known)s, or the key of a "
        "question with a list of choices.",
        name=name,
        known=", ".join(KNOWN),
    )


def _quota_problem(quota: Quota, questions: Mapping[str, Sequence[str]]) -> str:
    if not quota.values:
        return _("Say for which values of “%(name)s” the quota is.", name=quota.attribute)
    if quota.limit in SHARES and not 0 < quota.amount <= WHOLE:
        return _("A share of the money is a percentage from 1 to 100.")
    allowed: Sequence[str] = questions.get(quota.attribute, ())
    if quota.attribute == INCOME:
        allowed = list(GROUPS)
    for value in quota.values:
        wrong = quota.attribute == COUNTRY and not is_country(value)
        if wrong or (allowed and value not in allowed):
            return _(
                "“%(value)s” is no value of “%(name)s”.%(known)s",
                value=value,
                name=attribute_words(quota.attribute),
                known=" " + _("Use %(list)s.", list=", ".join(allowed)) if allowed else "",
            )
    return ""
