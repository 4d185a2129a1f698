"""Rules of who may apply: what they ask, whether they are met, the sentence that mends it."""

import csv
from datetime import date
from typing import Any

import pytest

from app.calls import eligibility
from app.calls.eligibility import Applying
from app.core.country_groups import Income, dac_recipients, income_of
from tests.realdata import real_data

LMIC = ["low", "lower-middle"]


def _judge(rule: dict[str, Any], **facts: Any) -> tuple[bool, str]:
    [finding] = eligibility.judged([rule], Applying(**facts), "EUR")
    return finding.met, finding.sentence


@pytest.mark.parametrize(
    ("rule", "facts", "met", "says"),
    [
        ({"rule": "min-countries", "at_least": 3}, {"countries": ("NO", "KE")}, False, "1 more"),
        (
            {"rule": "min-countries", "at_least": 3},
            {"countries": ("NO", "NO", "")},
            False,
            "2 more",
        ),
        (
            {"rule": "min-countries", "at_least": 2},
            {"countries": ("NO", "KE")},
            True,
            "2 countries",
        ),
        (
            {"rule": "partner-income-group", "groups": LMIC, "at_least": 1},
            {"partner_countries": ("DE", "BR")},
            False,
            "from a country of these income groups: low income, lower-middle income.",
        ),
        (
            {"rule": "partner-income-group", "groups": LMIC, "at_least": 1},
            {"partner_countries": ("DE", "KE")},
            True,
            "1 partner",
        ),
        ({"rule": "partner-dac", "at_least": 2}, {"partner_countries": ("KE",)}, False, "1 more"),
        ({"rule": "partner-dac", "at_least": 1}, {"partner_countries": ("BR",)}, True, "DAC"),
        ({"rule": "budget-ceiling", "amount_minor": 100}, {"requested_minor": 100}, True, "1"),
        (
            {"rule": "budget-ceiling", "amount_minor": 100},
            {"requested_minor": 151},
            False,
            "0.51 more than the call allows",
        ),
        ({"rule": "budget-ceiling", "amount_minor": 100}, {}, False, "Give the amount"),
        ({"rule": "one-per-lead"}, {}, True, "no other"),
        ({"rule": "one-per-lead"}, {"others_by_lead": 1}, False, "Withdraw one of them"),
        ({"rule": "host-differs-from-home"}, {"home": "a"}, False, "Add the organisation"),
        ({"rule": "host-differs-from-home"}, {"home": "a", "host": "a"}, False, "another host"),
        ({"rule": "host-differs-from-home"}, {"home": "a", "host": "b"}, True, "two"),
    ],
)
def test_a_rule_says_whether_it_is_met_and_how_to_mend_it(
    rule: dict[str, Any],
    facts: dict[str, Any],
    met: bool,  # noqa: FBT001 - a column of the table
    says: str,
) -> None:
    judged, sentence = _judge(rule, **facts)
    assert judged is met
    assert says in sentence


@pytest.mark.parametrize(
    ("doctorate", "breaks", "met"),
    [
        ("2019-03", 0, True),  # eight years to the month
        ("2019-02", 0, False),
        ("2019-02", 1, True),
        ("2015-02", 48, False),
        ("2015-02", 49, True),
        ("", 0, False),
        ("soon", 0, False),
    ],
)
def test_years_since_the_doctorate_count_to_the_month_with_breaks_added(
    doctorate: str,
    breaks: int,
    met: bool,  # noqa: FBT001 - a column of the table
) -> None:
    rule = {"rule": "years-since-phd", "at_most": 8}
    facts = {"doctorate": doctorate, "break_months": breaks, "at": date(2027, 3, 31)}
    assert _judge(rule, **facts)[0] is met


@pytest.mark.parametrize(
    "rules",
    [
        [{"rule": "min-moons", "at_least": 1}],
        ["min-countries"],
        [{"rule": ["min-countries"]}],
        [{"rule": "min-countries"}],
        [{"rule": "min-countries", "at_least": 0}],
        [{"rule": "min-countries", "at_least": True}],
        [{"rule": "min-countries", "at_least": "3"}],
        [{"rule": "min-countries", "at_least": 3, "more": 1}],
        [{"rule": "partner-income-group", "groups": [], "at_least": 1}],
        [{"rule": "partner-income-group", "groups": ["poor"], "at_least": 1}],
        [{"rule": "partner-income-group", "groups": [{}], "at_least": 1}],
        [{"rule": "budget-ceiling", "amount_minor": 1.5}],
        [{"rule": "one-per-lead"}, {"rule": "one-per-lead"}],
    ],
)
def test_rules_that_cannot_be_used_are_refused_by_name(rules: list[Any]) -> None:
    assert eligibility.problem(rules)


def test_every_kind_says_what_it_asks() -> None:
    rules: list[dict[str, Any]] = [
        {"rule": "min-countries", "at_least": 3},
        {"rule": "partner-income-group", "groups": LMIC, "at_least": 1},
        {"rule": "partner-dac", "at_least": 1},
        {"rule": "budget-ceiling", "amount_minor": 100},
        {"rule": "one-per-lead"},
        {"rule": "years-since-phd", "at_most": 8},
        {"rule": "host-differs-from-home"},
    ]
    assert eligibility.problem(rules) == ""
    assert {rule["rule"] for rule in rules} == set(eligibility.KINDS)
    assert len({eligibility.asks(rule, "EUR") for rule in rules}) == len(rules)


def test_income_groups_and_dac_list_are_those_of_the_published_lists() -> None:
    words = {
        "Low income": Income.LOW,
        "Lower middle income": Income.LOWER_MIDDLE,
        "Upper middle income": Income.UPPER_MIDDLE,
        "High income": Income.HIGH,
        "": None,
    }
    with real_data("reference", "countries.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 240
    for row in rows:
        assert income_of(row["iso2"]) is words[row["wb_income_group_fy2026"]], row["iso2"]
        assert (row["iso2"] in dac_recipients()) is bool(row["dac_recipient_group"]), row["iso2"]
