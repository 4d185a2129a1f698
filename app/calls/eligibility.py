"""Who may apply, as data: a call's rules, what they ask, and whether an application meets them.

A rule is a small JSON object such as {"rule": "min-countries", "at_least": 3}. All of it is pure:
the same functions judge a draft, answer the quiz of the public page, and print the rules.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core.country_groups import (
    DAC_SOURCE,
    INCOME_SOURCE,
    Income,
    dac_recipients,
    income_of,
    income_words,
)
from app.core.money import Money
from app.core.words import _, plural

Rule = Mapping[str, Any]
MOST = 50  # of countries or partners that a rule may ask for
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Applying:
    """What the rules look at. What is not said yet is empty; a rule about it is not met then."""

    countries: tuple[str, ...] = ()  # of the lead organisation and every partner
    partner_countries: tuple[str, ...] = ()  # of the partners alone, one for each
    requested_minor: int | None = None  # in the call's currency
    others_by_lead: int = 0  # further proposals of the same lead in this call
    doctorate: str = ""  # year and month, 2019-06
    break_months: int = 0  # declared breaks of the career
    at: date | None = None  # the day on which years are counted: the call's deadline
    home: str = ""  # organisations, as compared
    host: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule and one application: what is asked, whether it is met, and how to mend it."""

    rule: str
    asks: str
    met: bool
    sentence: str
    mend_at: str  # "consortium", "requested", "background" or nothing


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a kind of rule is checked, told and judged."""

    fields: Mapping[str, Callable[[Any], bool]]
    asks: Callable[[Rule, str], str]
    judge: Callable[[Rule, Applying, str], tuple[bool, str]]
    mend_at: str


def problem(rules: Sequence[Any]) -> str:
    """Say what is wrong with rules as they were typed or imported, or nothing."""
    seen: list[object] = []
    for rule in rules:
        name = rule.get("rule") if isinstance(rule, Mapping) else None
        kind = _KINDS.get(name) if isinstance(name, str) else None
        if kind is None:
            return _(
                "“%(rule)s” is no rule of eligibility. There are: %(known)s.",
                rule=str(name),
                known=", ".join(_KINDS),
            )
        for field, good in kind.fields.items():
            if not good(rule.get(field)):
                return _(
                    "The rule “%(rule)s” needs a usable “%(field)s”; it has %(value)s.",
                    rule=name,
                    field=field,
                    value=repr(rule.get(field)),
                )
        unknown = set(rule) - {"rule", *kind.fields}
        if unknown:
            return _("The rule “%(rule)s” knows no “%(field)s”.", rule=name, field=min(unknown))
        if dict(rule) in seen:
            return _("The rule “%(rule)s” is there twice.", rule=name)
        seen.append(dict(rule))
    return ""


def asks(rule: Rule, currency: str) -> str:
    """Say what a rule asks for, as the public page prints it."""
    return _KINDS[rule["rule"]].asks(rule, currency)


def judged(rules: Sequence[Rule], applying: Applying, currency: str) -> list[Finding]:
    """Say of each rule whether it is met, and what to do where it is not."""
    found = []
    for rule in rules:
        kind = _KINDS[rule["rule"]]
        met, sentence = kind.judge(rule, applying, currency)
        found.append(Finding(rule["rule"], kind.asks(rule, currency), met, sentence, kind.mend_at))
    return found


def asks_about_partners(rules: Sequence[Rule]) -> bool:
    """Whether a call with these rules cannot be applied to without naming partners."""
    about = {"min-countries", "partner-income-group", "partner-dac", "host-differs-from-home"}
    return any(rule["rule"] in about for rule in rules)


def is_fellowship(rules: Sequence[Rule]) -> bool:
    """Whether somebody goes from a home to a host: their supervisor at home signs off then."""
    return any(rule["rule"] == "host-differs-from-home" for rule in rules)


def asks_about_career(rules: Sequence[Rule]) -> bool:
    return any(rule["rule"] == "years-since-phd" for rule in rules)


# --- the kinds of rules ------------------------------------------------------------------------


def _asks_countries(rule: Rule, _currency: str) -> str:
    return plural(
        "Organisations from at least %(num)s country apply together",
        "Organisations from at least %(num)s countries apply together",
        rule["at_least"],
    )


def _countries(rule: Rule, applying: Applying, _currency: str) -> tuple[bool, str]:
    have = len(set(applying.countries) - {""})
    missing = rule["at_least"] - have
    if missing <= 0:
        return True, plural("%(num)s country takes part", "%(num)s countries take part", have)
    return False, plural(
        "%(num)s more country is needed: add a partner from another country.",
        "%(num)s more countries are needed: add partners from other countries.",
        missing,
    )


def _groups(rule: Rule) -> str:
    return ", ".join(income_words(Income(group)) for group in rule["groups"])


def _asks_income(rule: Rule, _currency: str) -> str:
    return plural(
        "At least %(num)s partner from a country of these income groups: %(groups)s (%(source)s)",
        "At least %(num)s partners from countries of these income groups: %(groups)s (%(source)s)",
        rule["at_least"],
        groups=_groups(rule),
        source=INCOME_SOURCE,
    )


def _income(rule: Rule, applying: Applying, _currency: str) -> tuple[bool, str]:
    have = sum(income_of(country) in rule["groups"] for country in applying.partner_countries)
    return _counted(
        have,
        rule["at_least"],
        _("a country of these income groups: %(groups)s", groups=_groups(rule)),
    )


def _asks_dac(rule: Rule, _currency: str) -> str:
    return plural(
        "At least %(num)s partner from a country that may receive development assistance "
        "(%(source)s)",
        "At least %(num)s partners from countries that may receive development assistance "
        "(%(source)s)",
        rule["at_least"],
        source=DAC_SOURCE,
    )


def _dac(rule: Rule, applying: Applying, _currency: str) -> tuple[bool, str]:
    have = sum(country in dac_recipients() for country in applying.partner_countries)
    return _counted(have, rule["at_least"], _("a country on the DAC list"))


def _counted(have: int, wanted: int, where: str) -> tuple[bool, str]:
    if have >= wanted:
        return True, plural(
            "%(num)s partner is from %(where)s",
            "%(num)s partners are from %(where)s",
            have,
            where=where,
        )
    return False, plural(
        "%(num)s more partner is needed from %(where)s.",
        "%(num)s more partners are needed from %(where)s.",
        wanted - have,
        where=where,
    )


def _asks_ceiling(rule: Rule, currency: str) -> str:
    most = Money(rule["amount_minor"], currency).show()
    return _("The budget is %(most)s at most", most=most)


def _ceiling(rule: Rule, applying: Applying, currency: str) -> tuple[bool, str]:
    if applying.requested_minor is None:
        return False, _("Give the amount you ask for.")
    over = applying.requested_minor - rule["amount_minor"]
    if over <= 0:
        return True, _("You ask for %(sum)s", sum=_show(applying.requested_minor, currency))
    return False, _(
        "You ask for %(over)s more than the call allows. Lower the amount.",
        over=_show(over, currency),
    )


def _show(minor: int, currency: str) -> str:
    return Money(minor, currency).show()


def _asks_one(_rule: Rule, _currency: str) -> str:
    return _("Nobody leads more than one proposal in this call")


def _one(_rule: Rule, applying: Applying, _currency: str) -> tuple[bool, str]:
    if not applying.others_by_lead:
        return True, _("The lead applicant leads no other proposal here")
    return False, _(
        "The lead applicant leads another proposal in this call. Withdraw one of them, or hand "
        "one over to a co-applicant."
    )


def _asks_years(rule: Rule, _currency: str) -> str:
    return plural(
        "The lead applicant’s doctorate is at most %(num)s year old when the call closes; declared "
        "breaks of the career are added",
        "The lead applicant’s doctorate is at most %(num)s years old when the call closes; "
        "declared breaks of the career are added",
        rule["at_most"],
    )


def _years(rule: Rule, applying: Applying, _currency: str) -> tuple[bool, str]:
    awarded = month_of(applying.doctorate)
    if awarded is None or applying.at is None:
        return False, _("Say when the doctorate was awarded.")
    age = (applying.at.year * MONTHS + applying.at.month) - awarded
    over = age - applying.break_months - rule["at_most"] * MONTHS
    if over <= 0:
        return True, _(
            "%(months)s months since the doctorate, of which %(breaks)s were breaks",
            months=age,
            breaks=applying.break_months,
        )
    return False, plural(
        "The doctorate is %(num)s month too old for this call. Declare breaks of the career if "
        "there were any.",
        "The doctorate is %(num)s months too old for this call. Declare breaks of the career if "
        "there were any.",
        over,
    )


def month_of(text: str) -> int | None:
    """Read a year and month such as 2019-06 as a count of months."""
    try:
        day = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return day.year * MONTHS + day.month


def _asks_host(_rule: Rule, _currency: str) -> str:
    return _("The host organisation is another than the home organisation")


def _host(_rule: Rule, applying: Applying, _currency: str) -> tuple[bool, str]:
    if not applying.host:
        return False, _("Add the organisation that will be the host.")
    if applying.host == applying.home:
        return False, _("Host and home are the same organisation. Choose another host.")
    return True, _("Host and home are two organisations")


def _count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST


def _amount(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _income_groups(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(group, str) and group in set(Income) for group in value)
    )


_KINDS: Mapping[str, _Kind] = {
    "min-countries": _Kind({"at_least": _count}, _asks_countries, _countries, "consortium"),
    "partner-income-group": _Kind(
        {"groups": _income_groups, "at_least": _count}, _asks_income, _income, "consortium"
    ),
    "partner-dac": _Kind({"at_least": _count}, _asks_dac, _dac, "consortium"),
    "budget-ceiling": _Kind({"amount_minor": _amount}, _asks_ceiling, _ceiling, "requested"),
    "one-per-lead": _Kind({}, _asks_one, _one, ""),
    "years-since-phd": _Kind({"at_most": _count}, _asks_years, _years, "background"),
    "host-differs-from-home": _Kind({}, _asks_host, _host, "consortium"),
}
KINDS = tuple(_KINDS)
