"""What scoring refuses is said in the words of the call: its rules, its funders, its money."""

from typing import Any

import pytest

from app.allocation import computing, troubles
from app.core.web import EquipoiseApp
from scoring.errors import InputError

RANKING = {
    "places": [
        {"proposal": n, "total": t, "short_on": []} for n, t in (("P1", "4/1"), ("P2", "3/1"))
    ]
}
TOLD = [{"proposal": n, "told": {"country_1": c}} for n, c in (("P1", "ZA"), ("P2", "KE"))]


def _rule(**more: Any) -> dict[str, Any]:
    return {
        "currency": "USD",
        "budget_minor": 35_000_000,
        "when_unaffordable": "skip",
        "reserve": 0,
        "threshold": "",
        "lower_is_better": False,
        "asks": [{"proposal": n, "minor": 15_950_000} for n in ("P1", "P2")],
        "contributions": [
            {"id": "axnm", "funder": "Lantern", "amount_minor": 35_000_000, "earmark": {}}
        ],
        "attributes": TOLD,
        "constraints": [],
        **more,
    }


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (
            _rule(constraints=[{"attribute": "country_1", "equals": "ZA", "min_share": "0.8"}]),
            (
                "at least 80 % of the money",
                "South Africa",
                "USD 280,000",
                "(1) ask for USD 159,500",
            ),
        ),
        (
            _rule(constraints=[{"attribute": "country_1", "equals": "JP", "min_count": 2}]),
            ("at least 2 awards for", "Japan", "takes 2 awards", "count for it: 0. Lower"),
        ),
        (
            _rule(constraints=[{"attribute": "country_1", "equals": "JP", "min_count": 1}]),
            ("at least 1 award for", "Japan", "takes 1 award,", "count for it: 0. Lower"),
        ),
    ],
)
def test_a_rule_out_of_reach_is_told_with_names_and_money(
    app: EquipoiseApp, rule: dict[str, Any], said: tuple[str, ...]
) -> None:
    with app.test_request_context(), pytest.raises(InputError) as refused:
        computing.by_rule(RANKING, rule)
    with app.test_request_context():
        told = troubles.words_of(refused.value, rule).replace("\xa0", " ")
    for words in said:
        assert words in told
    for raw in ("minor", "country_1", "28000000"):
        assert raw not in told


def test_awards_that_no_contribution_may_pay_name_the_funder(app: EquipoiseApp) -> None:
    rule = _rule(
        contributions=[
            {"id": "axnm", "funder": "Lantern", "amount_minor": 100, "earmark": {}},
        ]
    )
    given = {"lines": [_line("P1", 15_950_000)], "line_after": ""}
    with app.test_request_context(), pytest.raises(InputError) as refused:
        computing.departed(given, rule, [])
    with app.test_request_context():
        told = troubles.words_of(refused.value, rule).replace("\xa0", " ")
    assert "may be paid only by Lantern, which is USD 159,499" in told


def _line(number: str, minor: int) -> dict[str, Any]:
    return {
        "proposal": number,
        "decision": "award",
        "amount_minor": minor,
        "reason": "",
        "departure": "",
    }
