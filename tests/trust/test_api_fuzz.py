"""Whatever the document allows or forbids is answered as it says, whoever asks."""

import pytest
from flask import Response

from app.accounts.models import Role
from app.core.web import EquipoiseApp
from app.reviewers.models import SeatState
from tests.factories import (
    a_call,
    a_draft,
    a_person,
    a_reviewer,
    a_seat,
    a_submitted_proposal,
)
from tests.programs import a_token
from tests.trust.figures import FULL, say
from tests.trust.fuzzing import fuzz

EXAMPLES = 100 if FULL else 3
# What each role is for; in full every role tries everything.
PARTS = {
    "nobody": "/(calls|results|opportunities)",
    "applicant": "/proposals",
    "reviewer": "/reviews",
    "officer": "/desk/",
    "funder": "/funding/",
    "auditor": "/ledger/",
}


@pytest.mark.parametrize("role", PARTS)
def test_every_answer_is_one_that_the_document_names(app: EquipoiseApp, role: str) -> None:
    call, lead, reviewer = a_call(code="FUZZED"), a_person(), a_reviewer()
    judged = a_call(phase="reviewing")
    seat = a_seat(judged, a_submitted_proposal(judged), reviewer, state=SeatState.ACCEPTED)
    known = {"code": call.code, "proposal_id": a_draft(call, lead).id}
    known |= {"seat_id": seat.id, "call_id": judged.id}
    cast = {
        "applicant": lead,
        "reviewer": reviewer,
        "officer": a_person(Role.OFFICER),
        "funder": a_person(Role.FUNDER),
        "auditor": a_person(Role.AUDITOR),
    }
    token = a_token(cast[role]) if role in cast else ""

    part = "" if FULL else PARTS[role]
    told = fuzz(app, token, known, examples=EXAMPLES, part=part)

    say(f"interface for programs, {role}: {told.tried} requests, {len(told.found)} found")
    assert told.found == []
    assert told.tried > 5
    assert told.answers[200] > 0


def test_the_search_finds_what_is_there(app: EquipoiseApp, monkeypatch: pytest.MonkeyPatch) -> None:
    token, view = a_token(a_person(Role.AUDITOR)), app.view_functions["api_calls.list_calls"]

    def odd(**_named: object) -> Response:
        return Response("{}", 418, mimetype="text/plain")

    for name in ("access", "operation"):
        setattr(odd, name, getattr(view, name))
    monkeypatch.setitem(app.view_functions, "api_calls.list_calls", odd)
    told = fuzz(app, token, {}, examples=1, part="/calls$")
    assert "Undocumented status code" in " ".join(told.found)
