"""What to say when the rules of a call cannot be carried out: which, and what would help."""

import re

from app.allocation import computing
from app.allocation.computing import Data
from app.calls import award_rule
from app.calls.award_rule import Limit
from app.core.money import Money
from app.core.words import _, plural
from scoring.errors import InputError

_TOO_LITTLE = re.compile(
    r"(?P<rule>.+) asks for at least (?P<least>\d+) minor units, but the (?P<n>\d+) proposals with "
    r".+ ask for (?P<asked>\d+) together; lower the share"
)
_TOO_FEW = re.compile(
    r"(?P<rule>.+) asks for (?P<least>\d+) awards, but only (?P<n>\d+) proposals have "
    r".+; lower the number"
)
_MINOR = re.compile(r"(\d+) minor units")


def words_of(error: Exception, rule: Data) -> str:
    """Return the sentence for what was refused by `scoring`, in the words of the call's rule."""
    conflict: tuple[str, ...] = getattr(error, "rules", ())
    if not conflict:
        return _in_words(str(error), rule) if isinstance(error, InputError) else str(error)
    named = names(rule)
    listed = "; ".join(f"({n}) {named.get(one, one)}" for n, one in enumerate(conflict, 1))
    if len(conflict) == 1:
        return _(
            "No choice of proposals keeps this rule of the call: %(rules)s. Lower it, put more "
            "money into the fund, or send for more eligible proposals.",
            rules=listed,
        )
    return _(
        "No choice of proposals keeps all of these rules of the call: %(rules)s. It is enough to "
        "soften any one of them; more money in the fund may help as well.",
        rules=listed,
    )


def names(rule: Data) -> dict[str, str]:
    """Return what each quota, earmark and prerequisite of a rule is called in sentences."""
    told = computing.scoring_rule(rule)
    found = {
        one.name: constraint_words(stated)
        for one, stated in zip(told.constraints, rule.get("constraints", ()), strict=True)
    }
    funders = {pot["id"]: pot["funder"] for pot in rule["contributions"]}
    found |= {
        f"earmark of {pot.id}": _(
            "earmark of %(funder)s (%(what)s)",
            funder=funders[pot.id],
            what=", ".join(whom_words(key, str(w)) for key, w in sorted(pot.earmark.items())),
        )
        for pot in told.contributions
        if pot.earmark
    }
    found |= {
        f"{first} requires {second}": _(
            "%(first)s only together with %(second)s", first=first, second=second
        )
        for first, second in told.requires
    }
    return found


def constraint_words(one: Data) -> str:
    """Name a quota: its limit, and for whom."""
    limit = next(limit for limit in Limit if limit.value in one)
    whom = whom_words(one["attribute"], one["equals"])
    amount = one[limit.value]
    if limit is Limit.MIN_COUNT:
        return plural(
            "at least %(num)s award for %(whom)s",
            "at least %(num)s awards for %(whom)s",
            int(amount),
            whom=whom,
        )
    if limit is Limit.MAX_COUNT:
        return plural(
            "at most %(num)s award for %(whom)s",
            "at most %(num)s awards for %(whom)s",
            int(amount),
            whom=whom,
        )
    share = f"{float(amount) * 100:g} %"
    if limit is Limit.MIN_SHARE:
        return _("at least %(n)s of the money for %(whom)s", n=share, whom=whom)
    return _("at most %(n)s of the money for %(whom)s", n=share, whom=whom)


def whom_words(key: str, value: str) -> str:
    """Name the proposals that count, from the key and value under which they are told."""
    base = key.rpartition("_")[0]
    if base.startswith("same_"):
        what = award_rule.attribute_words(base.removeprefix("same_"))
        return _("one %(what)s (no. %(n)s)", what=what, n=value)
    return award_rule.whom(base, value.split(" or "))


def _in_words(text: str, rule: Data) -> str:
    """Return a sentence of `scoring` in the words of the call: funders by name, sums as money."""
    for name, words in names(rule).items():
        text = text.replace(name, words)
    for pot in rule["contributions"]:
        text = text.replace(pot["id"], pot["funder"])
    if found := _TOO_LITTLE.fullmatch(text):
        return _(
            "“%(rule)s” takes at least %(least)s, but the proposals that count for it (%(n)s) ask "
            "for %(asked)s together. Lower the share, or send for more eligible proposals.",
            rule=found["rule"],
            least=_money(found["least"], rule),
            n=found["n"],
            asked=_money(found["asked"], rule),
        )
    if found := _TOO_FEW.fullmatch(text):
        return plural(
            "“%(rule)s” takes %(num)s award, but only so many proposals count for it: %(n)s. "
            "Lower the number, or send for more eligible proposals.",
            "“%(rule)s” takes %(num)s awards, but only so many proposals count for it: %(n)s. "
            "Lower the number, or send for more eligible proposals.",
            int(found["least"]),
            rule=found["rule"],
            n=found["n"],
        )
    return _MINOR.sub(lambda found: _money(found[1], rule), text)


def _money(minor: str, rule: Data) -> str:
    return Money(int(minor), rule["currency"]).show()
