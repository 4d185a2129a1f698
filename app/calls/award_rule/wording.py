"""The parts of a rule in words: whom it names, and each quota."""

from collections.abc import Mapping, Sequence

from app.calls.award_rule.terms import (
    COUNTRY,
    INCOME,
    INSTITUTION,
    LEAD,
    SHARES,
    AtMost,
    Limit,
    Quota,
)
from app.core.countries import country_name
from app.core.income_groups import GROUPS
from app.core.words import _, plural


def attribute_words(name: str, labels: Mapping[str, str] | None = None) -> str:
    return {
        COUNTRY: _("country of the lead"),
        INCOME: _("income group of the lead’s country"),
        INSTITUTION: _("lead institution"),
        LEAD: _("lead applicant"),
    }.get(name, (labels or {}).get(name, name))


def value_words(attribute: str, value: str) -> str:
    if attribute == COUNTRY:
        return country_name(value)
    if attribute != INCOME:
        return value
    return {
        "low": _("low-income"),
        "lower-middle": _("lower-middle-income"),
        "upper-middle": _("upper-middle-income"),
        "high": _("high-income"),
    }.get(value, value)


LMIC = frozenset(GROUPS) - {"high"}


def whom(attribute: str, values: Sequence[str], labels: Mapping[str, str] | None = None) -> str:
    """Name the proposals that have one of the values."""
    if attribute == INCOME and frozenset(values) == LMIC:
        return _("proposals led from low- and middle-income countries")
    listed = " " + _("or") + " "
    words = listed.join(value_words(attribute, value) for value in values)
    if attribute == COUNTRY:
        return _("proposals led from %(countries)s", countries=words)
    if attribute == INCOME:
        return _("proposals led from %(groups)s countries", groups=words)
    return _(
        "proposals with %(what)s “%(value)s”", what=attribute_words(attribute, labels), value=words
    )


def quota_words(quota: Quota, labels: Mapping[str, str] | None = None) -> str:
    who = whom(quota.attribute, quota.values, labels)
    if quota.limit in SHARES:
        words = (
            _("At least %(n)s %% of the money goes to %(who)s.")
            if quota.limit is Limit.MIN_SHARE
            else _("At most %(n)s %% of the money goes to %(who)s.")
        )
    else:
        words = (
            _("At least %(n)s of the awards go to %(who)s.")
            if quota.limit is Limit.MIN_COUNT
            else _("At most %(n)s of the awards go to %(who)s.")
        )
    return words % {"n": quota.amount, "who": who}


def at_most_words(one: AtMost, labels: Mapping[str, str] | None = None) -> str:
    return plural(
        "At most %(num)s award goes to proposals that share the same %(what)s.",
        "At most %(num)s awards go to proposals that share the same %(what)s.",
        one.count,
        what=attribute_words(one.attribute, labels),
    )


def needs_words(key: str, labels: Mapping[str, str] | None = None) -> str:
    return _(
        "A proposal that names another of this call under “%(question)s” is funded only together "
        "with it.",
        question=(labels or {}).get(key, key),
    )
