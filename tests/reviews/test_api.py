"""Reviews for programs: blinded, saved and submitted as on the pages."""

from typing import Any

import pytest
from sqlalchemy import func, select

from app.accounts.models import Role
from app.calls.models import Call, CallState
from app.core.api import TokenScope
from app.core.db import db
from app.core.ids import new_id
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.ledger.models import LedgerEntry
from app.reviewers.models import SeatState
from app.reviews.models import ReviewVersion
from tests.factories import (
    a_call,
    a_person,
    a_review,
    a_reviewer,
    a_seat,
    a_submitted_proposal,
    an_officer,
    planted,
)
from tests.programs import a_program

WRITTEN: dict[str, Any] = {
    "grades": {"merit": "5", "plan": None},
    "reasons": {
        "merit": "It is sound and it is needed now.",
        "plan": "I am no statistician.",
    },
    "confidence": 2,
    "to_applicant": "Thank you for this plan.",
}


def test_a_review_is_read_saved_and_submitted(app: EquipoiseApp) -> None:
    call, reviewer = a_call(phase="reviewing"), a_reviewer()
    lead = a_person(name="Ada Quellwort", organisation="Fjord Institute")
    seat = a_seat(call, a_submitted_proposal(call, lead), reviewer, state=SeatState.ACCEPTED)
    program = a_program(app, reviewer)

    assert [row["id"] for row in program.get("/reviews").get_json()["items"]] == [seat.id]
    read = program.get(f"/reviews/{seat.id}")
    told = read.get_json()
    assert [one["text"] for one in told["answers"] if one["key"] == "aims"] == ["We will find out."]
    assert (told["may_write"], told["applicants"]) == (True, None)
    for secret in (lead.name, lead.organisation, lead.email, lead.id):
        assert secret not in read.text

    saved = program.put(f"/reviews/{seat.id}/draft", {"revision": 0, **WRITTEN})
    assert saved.status_code == 200, saved.text
    assert (saved.get_json()["problems"], saved.get_json()["grades"]["plan"]) == ([], None)
    late = program.put(f"/reviews/{seat.id}/draft", {"revision": 0, **WRITTEN, "to_panel": "X"})
    assert (late.status_code, late.get_json()["revision"]) == (409, 1)

    said = {"revision": 1, "no_conflict": True}
    assert program.post(f"/reviews/{seat.id}/submit", {**said, "revision": 0}).status_code == 409
    lacking = {"revision": 1, **WRITTEN, "to_applicant": "", "grades": {"merit": "99"}}
    program.put(f"/reviews/{seat.id}/draft", lacking)
    held = program.post(f"/reviews/{seat.id}/submit", {**said, "revision": 2})
    assert (held.status_code, [one["where"] for one in held.get_json()["errors"]]) == (
        422,
        ["/grades/merit", "/grades/plan", "/reasons/plan", "/to_applicant"],
    )
    program.put(f"/reviews/{seat.id}/draft", {**WRITTEN, "revision": 2})
    said["revision"] = 3
    unsure = program.post(f"/reviews/{seat.id}/submit", {**said, "no_conflict": False})
    assert (unsure.status_code, "conflict" in unsure.get_json()["detail"]) == (403, True)
    first = program.post(f"/reviews/{seat.id}/submit", said)
    assert (first.status_code, first.get_json()["submitted_version"]) == (200, 1), first.text
    assert program.post(f"/reviews/{seat.id}/submit", said).data == first.data
    with unit_of_work(mode=Mode.READ):
        assert db.session.scalar(select(func.count()).select_from(ReviewVersion)) == 1
        acts = set(db.session.scalars(select(LedgerEntry.action)))
    assert {"reviews.proposal_read", "reviews.review_saved", "reviews.review_submitted"} <= acts


def test_words_that_tell_who_reviews_are_looked_at_first(app: EquipoiseApp) -> None:
    call, reviewer = a_call(phase="reviewing"), a_reviewer(name="Renata Solano")
    seat = a_seat(call, a_submitted_proposal(call), reviewer, state=SeatState.ACCEPTED)
    program = a_program(app, reviewer)
    telling = {**WRITTEN, "to_applicant": "As I, Renata Solano, wrote before."}
    program.put(f"/reviews/{seat.id}/draft", {"revision": 0, **telling})
    said = {"revision": 1, "no_conflict": True}
    held = program.post(f"/reviews/{seat.id}/submit", said)
    assert (held.status_code, held.get_json()["errors"][0]["where"]) == (422, "/to_applicant")
    assert program.post(f"/reviews/{seat.id}/submit", {**said, "looked": True}).status_code == 200


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"grades": {"beauty": "5"}}, "/grades/beauty"),
        ({"reasons": {"beauty": "None"}}, "/reasons/beauty"),
        ({"confidence": 4}, "/confidence"),
        ({"to_panel": "x" * 20_001}, "/to_panel"),
        ({"grades": {"merit": 5}}, "/grades/merit"),
    ],
)
def test_what_a_page_could_not_send_is_refused(
    app: EquipoiseApp, change: dict[str, Any], where: str
) -> None:
    call, reviewer = a_call(phase="reviewing"), a_reviewer()
    seat = a_seat(call, a_submitted_proposal(call), reviewer, state=SeatState.ACCEPTED)
    sent = {"revision": 0, **WRITTEN, **change}
    answer = a_program(app, reviewer).put(f"/reviews/{seat.id}/draft", sent)
    assert (answer.status_code, [one["where"] for one in answer.get_json()["errors"]]) == (
        422,
        [where],
    )


@pytest.mark.parametrize("part", ["grades", "reasons"])
def test_a_name_that_cannot_be_stored_is_refused(app: EquipoiseApp, part: str) -> None:
    call, reviewer = a_call(phase="reviewing"), a_reviewer()
    seat = a_seat(call, a_submitted_proposal(call), reviewer, state=SeatState.ACCEPTED)
    answer = a_program(app, reviewer).put(
        f"/reviews/{seat.id}/draft", {"revision": 0, **WRITTEN, part: {"\ud800": "5"}}
    )
    assert (answer.status_code, "cannot be stored" in answer.get_json()["detail"]) == (400, True)


def test_before_accepting_the_summary_alone_is_told(app: EquipoiseApp) -> None:
    call, reviewer = a_call(phase="reviewing"), a_reviewer()
    seat = a_seat(call, a_submitted_proposal(call), reviewer)
    program = a_program(app, reviewer)
    told = program.get(f"/reviews/{seat.id}").get_json()
    assert [one["key"] for one in told["answers"]] == ["aims"]
    assert (told["review"], told["requested_minor"], told["may_write"]) == (None, None, False)
    with unit_of_work(mode=Mode.READ):
        acts = set(db.session.scalars(select(LedgerEntry.action)))
    assert "reviews.proposal_read" not in acts


def test_a_seat_of_another_is_not_there_for_anybody(app: EquipoiseApp) -> None:
    call, holder = a_call(phase="reviewing"), a_reviewer()
    lead = a_person()
    proposal = a_submitted_proposal(call, lead)
    seat = a_seat(call, proposal, holder, state=SeatState.ACCEPTED)
    acts: list[tuple[str, str, dict[str, Any] | None]] = [
        ("GET", "", None),
        ("PUT", "/draft", {"revision": 0, **WRITTEN}),
        ("POST", "/submit", {"revision": 0, "no_conflict": True}),
        ("GET", f"/files/{new_id()}.pdf", None),
    ]
    for who in (a_reviewer(), lead, an_officer()):
        program = a_program(app, who)
        for method, tail, body in acts:
            theirs = program.ask(method, f"/reviews/{seat.id}{tail}", json=body)
            absent = program.ask(method, f"/reviews/{new_id()}{tail}", json=body)
            assert (theirs.status_code, theirs.data) == (404, absent.data), tail
    few = a_program(app, holder, TokenScope.REVIEWS_READ)
    statuses = [few.ask(m, f"/reviews/{seat.id}{t}", json=b).status_code for m, t, b in acts]
    assert statuses == [200, 403, 403, 404]


def test_after_reviewing_nothing_is_taken(app: EquipoiseApp) -> None:
    call, reviewer = a_call(phase="reviewing"), a_reviewer()
    seat = a_seat(call, a_submitted_proposal(call), reviewer, state=SeatState.ACCEPTED)
    with planted():
        db.session.get_one(Call, call.id).state = CallState.ALLOCATING
    program = a_program(app, reviewer)
    late = program.put(f"/reviews/{seat.id}/draft", {"revision": 0, **WRITTEN})
    assert (late.status_code, "over" in late.get_json()["detail"]) == (403, True)
    assert program.get(f"/reviews/{seat.id}").get_json()["may_write"] is False


def test_progress_counts_seats_and_names_nobody(app: EquipoiseApp) -> None:
    officer, call = an_officer(), a_call(phase="reviewing", reviewers_each=1)
    reviewer = a_person(Role.REVIEWER, name="Renata Solano")
    done = a_submitted_proposal(call, a_person(name="Ada Quellwort"))
    a_review(done, call, reviewer, merit="5", plan="4")
    a_submitted_proposal(call)
    answer = a_program(app, officer).get(f"/desk/calls/{call.id}/progress")
    rows = answer.get_json()["items"]
    assert [(row["submitted"], row["enough"]) for row in rows] == [(1, True), (0, False)]
    assert "Solano" not in answer.text
    assert "Quellwort" not in answer.text
