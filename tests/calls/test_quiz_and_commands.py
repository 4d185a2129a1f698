"""The quiz of the public page, and a call written to a file and read again by command."""

from pathlib import Path

import pytest

from app.calls.models import Call, CallState
from app.core.db import db
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from tests.browser_client import Browser
from tests.cli.commands import run, succeed
from tests.factories import a_call, planted

RULES = [
    {"rule": "min-countries", "at_least": 3},
    {"rule": "budget-ceiling", "amount_minor": 50_000_00},
    {"rule": "years-since-phd", "at_most": 7},
]


@pytest.mark.parametrize(
    ("answers", "unmet"),
    [
        ({"country": "NO", "partner_1": "KE", "partner_2": "IN", "requested": "50000"}, 0),
        ({"country": "NO", "partner_1": "KE", "requested": "50000"}, 1),
        ({"country": "NO", "partner_1": "KE", "partner_2": "IN", "requested": "50000.01"}, 1),
        ({"country": "NO", "partner_1": "NO", "requested": "60000"}, 2),
    ],
)
def test_the_quiz_says_of_each_rule_whether_it_is_met(
    browser: Browser, answers: dict[str, str], unmet: int
) -> None:
    call = a_call()
    with planted():
        db.session.get_one(Call, call.id).eligibility = RULES

    page = browser.fill_in(f"/calls/{call.code}/eligibility", **answers, doctorate="2025-01").text

    assert page.count("Not met:") == unmet
    assert ("You may apply" in page) is not bool(unmet)


def test_a_call_is_written_to_a_file_and_begun_from_it(app: EquipoiseApp, tmp_path: Path) -> None:
    call, file = a_call(), tmp_path / "call.json"

    assert call.code in succeed(app, "call", "write", call.code, str(file))
    told = succeed(app, "call", "read", str(file), "--code", "AGAIN2")

    assert "AGAIN2 is a draft with 3 questions" in told
    with unit_of_work(mode=Mode.READ):
        made = db.session.query(Call).filter_by(code="AGAIN2").one()
        assert (made.title, made.state) == (call.title, CallState.DRAFTING)
    file.write_text('{"format": "equipoise-call"}')
    refused = run(app, "call", "read", str(file))
    assert refused.exit_code != 0
    assert refused.output.count("“version, call, questions, criteria” is missing.") == 1
