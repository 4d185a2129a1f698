"""Rules of who may apply: what they ask, whether they are met, the sentence that mends it."""

import csv
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calls import eligibility
from app.calls.eligibility import Applying
from app.calls.models import Call
from app.core.country_groups import Income, dac_recipients, income_of
from app.core.money import Money
from app.proposals import policy, sharing
from app.proposals.models import Proposal, ProposalState
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


COUNTRIES = ("NO", "SE", "KE", "MW", "BR", "IN", "US", "")
COUNTED = [
    {"rule": "min-countries", "at_least": 3},
    {"rule": "partner-income-group", "groups": LMIC, "at_least": 2},
    {"rule": "partner-dac", "at_least": 3},
]


def _of(lead: str, partners: tuple[str, ...]) -> dict[str, Any]:
    return {"countries": (lead, *partners), "partner_countries": partners}


@given(
    rule=st.sampled_from(COUNTED),
    lead=st.sampled_from(COUNTRIES),
    partners=st.lists(st.sampled_from(COUNTRIES), max_size=6).map(tuple),
    more=st.sampled_from(COUNTRIES),
)
def test_a_further_partner_never_breaks_a_rule_and_the_sentence_counts_right(
    rule: dict[str, Any], lead: str, partners: tuple[str, ...], more: str
) -> None:
    met, sentence = _judge(rule, **_of(lead, partners))
    if met:
        assert _judge(rule, **_of(lead, (*partners, more)))[0]
        return
    missing = int(sentence.split(maxsplit=1)[0])
    new = [code for code in ("TZ", "UG", "RW") if code not in partners]  # poor, on the DAC list
    assert len(new) >= missing > 0
    assert _judge(rule, **_of(lead, (*partners, *new[:missing])))[0]
    assert not _judge(rule, **_of(lead, (*partners, *new[: missing - 1])))[0]


@given(total=st.integers(0, 10**9), parts=st.lists(st.integers(0, 10**9), max_size=8))
def test_shares_add_up_to_the_cent_or_are_refused_by_what_is_too_much(
    total: int, parts: list[int]
) -> None:
    budgets = [(f"P{n}", Money(part, "USD")) for n, part in enumerate(parts)]
    shares = sharing.shares_of(Money(total, "EUR"), budgets, {"USD": "0.3333"})

    given_away = sum(share.converted.minor for share in shares.partners)
    assert shares.lead.minor + given_away == total
    over = given_away - total
    assert (sharing.problem(shares) != "") is (over > 0)
    if over > 0:
        assert Money(over, "EUR").show() in sharing.problem(shares)


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("state", list(ProposalState))
def test_only_a_draft_counts_at_the_deadline_and_only_where_the_call_says_so(
    state: ProposalState,
    counts: bool,  # noqa: FBT001
) -> None:
    call, proposal = Call(complete_draft_counts=counts), Proposal(state=state)

    allowed = bool(policy.may_count_at_deadline(proposal, call))
    assert allowed is (counts and state is ProposalState.DRAFT)
