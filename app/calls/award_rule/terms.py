"""The rule as data, as a call keeps it (`Call.award_rule`): empty for the plain rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

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
