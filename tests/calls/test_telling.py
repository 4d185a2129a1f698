"""What everybody is told of a call while it is decided."""

import re

import pytest

from app.accounts.routes.signing_in import HOME
from app.calls.models import Call, CallState
from app.core.db import db
from tests.browser_client import Browser
from tests.factories import a_call, a_person, a_submitted_proposal, an_officer, planted

NOISE = re.compile(r'nonce="[^"]+"|name="csrf_token"[^>]*>')
DECIDING = (CallState.RANKING, CallState.ALLOCATING, CallState.APPROVING)


def _in(state: CallState, call: Call) -> None:
    with planted():
        db.session.get_one(Call, call.id).state = state


@pytest.mark.parametrize("who", ["public", "applicant"])
def test_nobody_outside_learns_how_far_a_decision_is(browser: Browser, who: str) -> None:
    """That an allocation was sent back would show as a step back."""
    call, lead = a_call(phase="ranking"), a_person()
    proposal = a_submitted_proposal(call, lead)
    pages = ["/calls", f"/calls/{call.code}", "/"]
    if who == "applicant":
        browser.sign_in(lead.id)
        pages += ["/proposals", f"/proposals/{proposal.id}", f"{HOME}/applicant"]

    seen = []
    for state in DECIDING:
        _in(state, call)
        seen.append([NOISE.sub("", browser.get(page).text) for page in pages])

    assert seen[0] == seen[1] == seen[2]
    assert "eing decided" in seen[0][1]


def test_the_desk_says_exactly_where_the_call_stands(browser: Browser) -> None:
    call = a_call(phase="approving")

    page = browser.sign_in(an_officer().id).get(f"/desk/calls/{call.id}").text

    assert "waiting for approval" in page
    assert "being decided" not in page
