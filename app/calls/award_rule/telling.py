"""The whole rule in sentences, in the order in which it applies."""

from collections.abc import Mapping

from app.calls.award_rule.terms import WHOLE, AwardRule, DrawMode, Objective, OrderBy
from app.calls.award_rule.wording import at_most_words, needs_words, quota_words
from app.core.words import _, plural


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
            plural(
                "The best one that money or quotas kept out is the reserve list.",
                "The best %(num)s that money or quotas kept out form the reserve list.",
                reserve,
            )
            if rule.has_quotas
            else plural(
                "The best one that money alone kept out is the reserve list.",
                "The best %(num)s that money alone kept out form the reserve list.",
                reserve,
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
