"""The part of a rule that says more than rank order, with what it needs to know of proposals."""

from collections.abc import Collection, Mapping

from app.allocation import attributes
from app.allocation.attributes import Keys
from app.allocation.computing import Data
from app.calls import award_rule
from app.calls.award_rule import SHARES, AwardRule, Objective
from app.calls.blinding import is_sealed
from app.calls.models import Call
from app.core.gate import enforce
from app.core.verdict import refused
from app.core.words import _

NAMES = {
    Objective.RANK: "rank order",
    Objective.MERIT: "sum of merit",
    Objective.MERIT_MONEY: "sum of merit times money",
}


def more_of(call: Call, rule: AwardRule, keys: Keys, among: Collection[str]) -> Data:
    """Return what a rule adds to rank order, as plain data; nothing for the plain rule. `among` are
    the numbers of the proposals that it applies to."""
    found: Data = {}
    if rule.objective is not Objective.RANK or rule.has_quotas:
        found["objective"] = rule.objective.value
        found["call"] = call.code
        found["scale"] = {"best": call.scale_best, "worst": call.scale_worst}
        found["name"] = NAMES[rule.objective]
    if rule.least_percent != award_rule.WHOLE:
        found["least_percent"] = rule.least_percent
    if not (keys or rule.has_quotas):
        return found
    if is_sealed(call):
        enforce(
            refused(
                _(
                    "The rule goes by who applies (a quota or an earmark), and that is sealed. "
                    "Open the seal, with a reason, before the money is given."
                )
            )
        )
    found_in = attributes.values_in(call.id, call.code)
    values = {number: mine for number, mine in found_in.items() if number in among}
    told = attributes.told(values, keys)
    constraints = [_quota(quota, keys) for quota in rule.quotas]
    for one in rule.at_most:
        constraints += _at_most(one, values, told)
    pairs = attributes.needed(values, rule.needs) if rule.needs else []
    said = {
        "attributes": [{"proposal": name, "told": mine} for name, mine in told.items() if mine],
        "constraints": constraints,
        "requires": [list(pair) for pair in pairs],
    }
    return found | {name: value for name, value in said.items() if value}


def _quota(quota: award_rule.Quota, keys: Keys) -> Data:
    condition = attributes.of_quota(quota)
    amount = quota.share if quota.limit in SHARES else quota.amount
    return {
        "attribute": keys[condition],
        "equals": condition.words,
        quota.limit.value: amount,
    }


def _at_most(
    one: award_rule.AtMost,
    values: Mapping[str, Mapping[str, str]],
    told: dict[str, dict[str, str]],
) -> list[Data]:
    """Number the groups that could take too many awards, and tell each member its number."""
    key, found = f"same_{one.attribute}_{one.count}", []
    for place, group in enumerate(attributes.sharing(values, one.attribute, one.count), 1):
        for number in group:
            told[number][key] = str(place)
        found.append({"attribute": key, "equals": str(place), "max_count": one.count})
    return found
