"""How a call gives its money, beyond rank order: as data, as what is wrong with it, as sentences.

Kept with the call (`Call.award_rule`), frozen at publication, and empty for the plain rule. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.core.countries import country_name, is_country
from app.core.income_groups import GROUPS
from app.core.words import _, plural

Data = dict[str, Any]
WHOLE = 100  # percent


class Objective(StrEnum):
    """What the money is to buy."""

    RANK = "rank"
    MERIT = "merit"
    MERIT_MONEY = "merit_money"


class OrderBy(StrEnum):
    """By which published figure proposals are put in order."""

    RAW = "raw"
    CALIBRATED = "expected_rank"


class DrawMode(StrEnum):
    """Who may be drawn at the line, with which chances."""

    NONE = ""
    UNIFORM = "uniform"
    MERIT = "merit"


class Limit(StrEnum):
    """What a quota limits."""

    MIN_SHARE = "min_share"
    MAX_SHARE = "max_share"
    MIN_COUNT = "min_count"
    MAX_COUNT = "max_count"


SHARES = (Limit.MIN_SHARE, Limit.MAX_SHARE)
CALL, COUNTRY, INCOME = "call", "country", "income_group"
INSTITUTION, LEAD = "institution", "lead"
KNOWN = (COUNTRY, INCOME, INSTITUTION, LEAD)  # besides the keys of the call's choice questions
RESERVED = frozenset({CALL, *KNOWN})  # names that rules know; a question's key is none of them


@dataclass(frozen=True, slots=True)
class Quota:
    """A share of the money (percent) or a number of awards for some values of an attribute."""

    attribute: str
    values: tuple[str, ...]
    limit: Limit
    amount: int

    @property
    def share(self) -> str:
        """Return the amount as a decimal share of 1."""
        return str(Decimal(self.amount) / WHOLE)


@dataclass(frozen=True, slots=True)
class AtMost:
    """No more than `count` awards that share one value of an attribute."""

    attribute: str
    count: int


@dataclass(frozen=True, slots=True)
class AwardRule:
    """The whole rule. `least_percent`: an award may be cut to that part of what was asked;
    `needs`: the question whose answer names another proposal without which this one is not funded.
    """

    objective: Objective = Objective.RANK
    order_by: OrderBy = OrderBy.RAW
    least_percent: int = WHOLE
    quotas: tuple[Quota, ...] = ()
    at_most: tuple[AtMost, ...] = ()
    needs: str = ""
    draw: DrawMode = DrawMode.NONE

    @property
    def has_quotas(self) -> bool:
        return bool(self.quotas or self.at_most or self.needs)

    @property
    def needs_calibration(self) -> bool:
        """Whether the decision rests on how severe each reviewer is."""
        return self.order_by is OrderBy.CALIBRATED or self.draw is not DrawMode.NONE

    @property
    def attributes(self) -> frozenset[str]:
        quotas = {one.attribute for one in self.quotas}
        return frozenset(quotas | {one.attribute for one in self.at_most})


def from_data(data: Mapping[str, Any]) -> AwardRule:
    """Read what a call keeps."""
    return AwardRule(
        objective=Objective(data.get("objective", "rank")),
        order_by=OrderBy(data.get("order_by", "raw")),
        least_percent=int(data.get("least_percent", WHOLE)),
        quotas=tuple(
            Quota(one["attribute"], tuple(one["values"]), Limit(one["limit"]), one["amount"])
            for one in data.get("quotas", ())
        ),
        at_most=tuple(AtMost(one["attribute"], one["count"]) for one in data.get("at_most", ())),
        needs=data.get("needs", ""),
        draw=DrawMode(data.get("draw", "")),
    )


def to_data(rule: AwardRule) -> Data:
    """Return what a call keeps: only what is not as by default, so the plain rule is empty."""
    plain = AwardRule()
    found: Data = {}
    if rule.objective is not plain.objective:
        found["objective"] = rule.objective.value
    if rule.order_by is not plain.order_by:
        found["order_by"] = rule.order_by.value
    if rule.least_percent != plain.least_percent:
        found["least_percent"] = rule.least_percent
    if rule.quotas:
        found["quotas"] = [
            {
                "attribute": one.attribute,
                "values": list(one.values),
                "limit": one.limit.value,
                "amount": one.amount,
            }
            for one in rule.quotas
        ]
    if rule.at_most:
        found["at_most"] = [{"attribute": o.attribute, "count": o.count} for o in rule.at_most]
    if rule.needs:
        found["needs"] = rule.needs
    if rule.draw is not plain.draw:
        found["draw"] = rule.draw.value
    return found


# --- what is wrong with it -------------------------------------------------------------------


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


# --- in sentences ------------------------------------------------------------------------------


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


def sentences(
    rule: AwardRule,
    *,
    when_unaffordable: str,
    threshold: str = "",
    lower_is_better: bool = False,
    reserve: int = 0,
    labels: Mapping[str, str] | None = None,
) -> list[str]:
    """Tell the whole rule in the order in which it applies; `labels` are those of questions."""
    found = [_order(rule)]
    if threshold:
        needed = (
            _("Only a proposal with a weighted total of %(points)s or lower is funded.")
            if lower_is_better
            else _("Only a proposal with a weighted total of %(points)s or higher is funded.")
        )
        found.append(needed % {"points": threshold})
    found += _amounts(rule, when_unaffordable)
    found += [quota_words(quota, labels) for quota in rule.quotas]
    found += [at_most_words(one, labels) for one in rule.at_most]
    if rule.needs:
        found.append(needs_words(rule.needs, labels))
    found += _line(rule)
    if reserve:
        found.append(
            _(
                "The best %(count)s that money or quotas kept out form the reserve list.",
                count=reserve,
            )
            if rule.has_quotas
            else _(
                "The best %(count)s that money alone kept out form the reserve list.",
                count=reserve,
            )
        )
    found.append(
        _("Every award is paid from the contributions that may pay for it, none beyond its sum.")
    )
    return found


def _order(rule: AwardRule) -> str:
    if rule.objective is Objective.MERIT:
        return _(
            "Of all choices that the money and these rules allow, the one with the highest sum of "
            "merit is funded. This prefers small amounts: it is a choice of policy."
        )
    if rule.objective is Objective.MERIT_MONEY:
        return _(
            "Of all choices that the money and these rules allow, the one with the highest sum of "
            "merit times money is funded: merit counts by the amount it comes with."
        )
    if rule.order_by is OrderBy.CALIBRATED:
        return _(
            "Down the ranking by expected rank, in which the severity of each reviewer is "
            "estimated and taken out, each proposal gets what it asked for while the money lasts."
        )
    return _("Down the ranking, each proposal gets what it asked for while the money lasts.")


def _amounts(rule: AwardRule, when_unaffordable: str) -> list[str]:
    found = []
    if rule.least_percent < WHOLE:
        found.append(
            _(
                "Where the whole amount cannot be paid, a part may be, but never less than "
                "%(n)s %% of what was asked for.",
                n=rule.least_percent,
            )
        )
    if rule.objective is Objective.RANK:
        found.append(
            _("A proposal that cannot be paid in full is passed over, and the money goes on.")
            if when_unaffordable == "skip"
            else _(
                "At the first that cannot be paid in full the money ends, for all below as well."
            )
        )
    return found


def _line(rule: AwardRule) -> list[str]:
    if rule.draw is DrawMode.NONE:
        return []
    found = [
        _(
            "Proposals that their reviews cannot tell apart from the one at the funding line are "
            "drawn by lot, each with the same chance."
        )
        if rule.draw is DrawMode.UNIFORM
        else _(
            "Proposals that their reviews cannot tell apart at the funding line are drawn by lot, "
            "with the chances that guarantee the most merit whatever their true order is."
        )
    ]
    found.append(
        _(
            "The list of the draw is fixed in the ledger before the chance value exists, and "
            "everybody can draw again."
        )
    )
    return found
