"""Proposals for programs: the whole way from a call to a receipt, and every refusal on it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from app.accounts.actor import Actor
from app.calls.models import Audience, Question, QuestionKind
from app.core import clock
from app.core.api import TokenScope
from app.core.db import db
from app.core.ids import new_id
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.ledger import service as ledger
from app.ledger.checkpoint import VerifierKey
from app.ledger.proof import from_text
from app.proposals.models import (
    Draft,
    MayDo,
    MemberRole,
    Proposal,
    ProposalMember,
    ProposalState,
    Receipt,
    SubmissionKey,
    Version,
)
from app.proposals.service import keyed
from tests.engines import both_engines
from tests.factories import a_call, a_draft, a_person, plant, planted
from tests.programs import Program, a_program

COMPLETE: dict[str, Any] = {
    "title": "Bees of the north",
    "organisation": "An Institute",
    "country": "NO",
    "requested": "100000",
    "months": "24",
    "answers": {"aims": "We will find out.", "team": "Somebody"},
}


def _count(model: type) -> int:
    with unit_of_work(mode=Mode.READ):
        return db.session.scalar(select(func.count()).select_from(model)) or 0


@both_engines
def test_a_program_goes_from_a_call_to_a_receipt(app: EquipoiseApp) -> None:
    call, program = a_call(), a_program(app, a_person())
    begun = program.post(f"/calls/{call.code}/proposals")
    assert begun.status_code == 201
    own = begun.get_json()["proposal"]["id"]
    assert begun.headers["Location"] == f"/api/v1/proposals/{own}"
    assert program.post(f"/calls/{call.code}/proposals").get_json()["proposal"]["id"] == own
    assert begun.get_json()["problems"]

    saved = program.patch(f"/proposals/{own}/draft", {"revision": 0, **COMPLETE})
    assert saved.status_code == 200, saved.text
    assert saved.get_json()["answers"]["aims"] == "We will find out."
    assert program.get(f"/proposals/{own}").get_json()["problems"] == []
    assert [row["id"] for row in program.get("/proposals").get_json()["items"]] == [own]

    key = {"Idempotency-Key": "one-of-mine"}
    wanted = {"revision": saved.get_json()["revision"]}
    first = program.post(f"/proposals/{own}/submit", wanted, headers=key)
    assert first.status_code == 201, first.text
    again = program.post(f"/proposals/{own}/submit", wanted, headers=key)
    assert (again.status_code, again.data) == (201, first.data)
    assert (_count(Receipt), _count(Version)) == (1, 1)
    receipt = program.get(first.headers["Location"].removeprefix("/api/v1"))
    assert receipt.data == first.data
    proof = from_text(receipt.get_json()["proof"])
    with unit_of_work(mode=Mode.READ):
        assert proof.holds(VerifierKey.parse(ledger.own_verifier_key()))

    other = program.post(
        f"/proposals/{own}/submit", {**wanted, "names_may_stay": True}, headers=key
    )
    assert (other.status_code, other.get_json()["type"]) == (
        422,
        "urn:equipoise:problem:idempotency-key-reused",
    )
    assert _count(Receipt) == 1
    twice = program.post(f"/proposals/{own}/submit", wanted)
    assert twice.get_json()["id"] != first.get_json()["id"], "without a key it is another request"


@both_engines
def test_the_same_request_at_once_gets_one_receipt(app: EquipoiseApp) -> None:
    lead = a_person()
    mine = a_draft(a_call(), lead)
    programs = [a_program(app, lead) for _each in range(4)]
    start = Barrier(len(programs))

    def submit(program: Program) -> tuple[int, bytes]:
        start.wait(10)
        answer = program.post(
            f"/proposals/{mine.id}/submit",
            {"revision": 0, "names_may_stay": True},
            headers={"Idempotency-Key": "one"},
        )
        return answer.status_code, answer.data

    with ThreadPoolExecutor(len(programs)) as pool:
        answers = set(pool.map(submit, programs))
    assert len(answers) == 1
    assert {status for status, _body in answers} == {201}
    assert (_count(Receipt), _count(Version)) == (1, 1)


def test_a_key_is_its_person_s_own_and_is_forgotten(app: EquipoiseApp) -> None:
    call, lead = a_call(), a_person()
    program, mine = a_program(app, lead), a_draft(call, lead)
    other_lead = a_person()
    others, theirs = a_program(app, other_lead), a_draft(call, other_lead)
    wanted, key = {"revision": 0, "names_may_stay": True}, {"Idempotency-Key": "k" * 255}
    first = program.post(f"/proposals/{mine.id}/submit", wanted, headers=key).get_json()
    second = others.post(f"/proposals/{theirs.id}/submit", wanted, headers=key).get_json()
    assert first["id"] != second["id"]

    with planted():
        db.session.execute(update(SubmissionKey).values(used_at=clock.now() - 2 * keyed.KEPT_FOR))
    with unit_of_work():
        keyed.forget_old({})
    assert _count(SubmissionKey) == 0
    again = program.post(f"/proposals/{mine.id}/submit", wanted, headers=key).get_json()
    assert again["id"] == first["id"], "the same request has one receipt for ever"
    assert _count(Receipt) == 2


@pytest.mark.parametrize("forgotten", [False, True])
@pytest.mark.parametrize("state", [ProposalState.WITHDRAWN, ProposalState.RETURNED])
def test_a_receipt_of_what_counts_no_more_is_not_given_again(
    app: EquipoiseApp, state: ProposalState, *, forgotten: bool
) -> None:
    lead = a_person()
    program, mine = a_program(app, lead), a_draft(a_call(), lead)
    path, wanted = f"/proposals/{mine.id}/submit", {"revision": 0, "names_may_stay": True}
    key, other = {"Idempotency-Key": "one"}, {"Idempotency-Key": "other"}
    assert program.post(path, wanted, headers=key).status_code == 201
    with planted():
        db.session.get_one(Proposal, mine.id).state = state
        if forgotten:
            db.session.execute(delete(SubmissionKey))
    again = program.post(path, wanted, headers=key)
    assert (again.status_code, again.get_json()["state"]) == (409, state.value)
    assert "receipt before" in again.get_json()["detail"]
    assert _count(Receipt) == 1
    if state is ProposalState.RETURNED:
        assert program.post(path, wanted, headers=other).status_code == 201
        older = program.post(path, wanted, headers=key)
        assert (older.status_code, older.get_json()["state"]) == (409, "submitted")
        assert program.post(path, wanted, headers=other).status_code == 201


@pytest.mark.parametrize("key", ["", "with blank", "k" * 256, "\xe9"])
def test_a_key_that_cannot_be_read_is_refused(app: EquipoiseApp, key: str) -> None:
    lead = a_person()
    mine = a_draft(a_call(), lead)
    answer = a_program(app, lead).post(
        f"/proposals/{mine.id}/submit",
        {"revision": 0, "names_may_stay": True},
        headers={"Idempotency-Key": key},
    )
    assert answer.status_code == (201 if not key else 400)


def test_only_the_revision_that_was_read_is_saved_and_submitted(app: EquipoiseApp) -> None:
    lead = a_person()
    mine = a_draft(a_call(), lead)
    program = a_program(app, lead)
    assert (
        program.patch(f"/proposals/{mine.id}/draft", {"revision": 0, "title": "A"}).status_code
        == 200
    )
    late = program.patch(f"/proposals/{mine.id}/draft", {"revision": 0, "title": "B"})
    assert (late.status_code, late.get_json()["revision"]) == (409, 1)
    late = program.post(f"/proposals/{mine.id}/submit", {"revision": 0, "names_may_stay": True})
    assert (late.status_code, late.get_json()["revision"]) == (409, 1)
    assert _count(Receipt) == 0
    with unit_of_work(mode=Mode.READ):
        assert db.session.get_one(Draft, mine.id).title == "A"


def test_own_names_and_what_is_missing_hold_a_submission_back(app: EquipoiseApp) -> None:
    lead = a_person(name="Ada Quellwort")
    mine = a_draft(a_call(), lead, title="What Ada Quellwort found", months="")
    program = a_program(app, lead)
    named = program.post(f"/proposals/{mine.id}/submit", {"revision": 0})
    assert (named.status_code, named.get_json()["errors"][0]["where"]) == (422, "/title")
    missing = program.post(f"/proposals/{mine.id}/submit", {"revision": 0, "names_may_stay": True})
    assert missing.status_code == 422
    assert [one["where"] for one in missing.get_json()["errors"]] == ["/months"]
    assert "duration in months" in missing.get_json()["errors"][0]["what"]
    assert _count(Receipt) == 0


def test_answers_of_every_shape_are_kept_as_a_page_keeps_them(app: EquipoiseApp) -> None:
    call, lead = a_call(), a_person()
    kinds = {
        "methods": (QuestionKind.CHOICES, {"choices": ["One", "Two"]}, ["One", "Two"], "One"),
        "who": (QuestionKind.PERSON, {}, {"name": "N", "email": "n@e.org", "orcid": ""}, ["N"]),
        "costs": (QuestionKind.BUDGET, {}, [{"what": "A mill", "amount": "7"}], [{"who": "A"}]),
    }
    plant(
        *(
            Question(
                call_id=call.id,
                key=key,
                label=key,
                kind=kind,
                audience=Audience.STAFF,
                position=9 + place,
                **more,
            )
            for place, (key, (kind, more, _good, _bad)) in enumerate(kinds.items())
        )
    )
    mine, program = a_draft(call, lead), a_program(app, lead)
    for key, (_kind, _more, good, bad) in kinds.items():
        at = program.get(f"/proposals/{mine.id}").get_json()["draft"]["revision"]
        sent = {"revision": at, "answers": {key: good}}
        kept = program.patch(f"/proposals/{mine.id}/draft", sent).get_json()
        assert kept["answers"][key] == good
        wrong = {"revision": at + 1, "answers": {key: bad}}
        refused = program.patch(f"/proposals/{mine.id}/draft", wrong)
        assert refused.status_code == 422, key
        assert refused.get_json()["errors"][0]["where"] == f"/answers/{key}"


def _member(proposal_id: str, may: MayDo) -> Actor:
    who = a_person()
    plant(
        ProposalMember(
            proposal_id=proposal_id, account_id=who.id, role=MemberRole.CO_APPLICANT, may=may
        )
    )
    return who


def test_who_may_not_may_not_here_either(app: EquipoiseApp) -> None:
    call, lead = a_call(), a_person()
    mine = a_draft(call, lead)
    reader, stranger = _member(mine.id, MayDo.VIEW), a_person()
    acts = [
        ("GET", f"/proposals/{mine.id}", None),
        ("PATCH", f"/proposals/{mine.id}/draft", {"revision": 0, "title": "X"}),
        ("POST", f"/proposals/{mine.id}/submit", {"revision": 0}),
    ]
    for method, path, body in acts:
        strange = a_program(app, stranger).ask(method, path, json=body)
        absent = a_program(app, stranger).ask(method, path.replace(mine.id, new_id()), json=body)
        assert (strange.status_code, strange.data) == (404, absent.data), path
    statuses = [a_program(app, reader).ask(m, p, json=b).status_code for m, p, b in acts]
    assert statuses == [200, 403, 403]
    assert Program(app).ask("GET", acts[0][1]).status_code == 401
    few = a_program(app, lead, TokenScope.PROPOSALS_READ)
    assert [few.ask(m, p, json=b).status_code for m, p, b in acts] == [200, 403, 403]
    assert _count(Receipt) == 0


def test_after_the_deadline_nothing_is_taken(app: EquipoiseApp) -> None:
    lead = a_person()
    mine = a_draft(a_call(phase="closed"), lead)
    program = a_program(app, lead)
    late = program.post(f"/proposals/{mine.id}/submit", {"revision": 0, "names_may_stay": True})
    assert late.status_code == 403
    assert "closed on" in late.get_json()["detail"]


def test_a_copy_is_taken_of_what_one_leads_alone(app: EquipoiseApp) -> None:
    lead, other, call = a_person(), a_person(), a_call()
    mine, theirs = a_draft(a_call(), lead, title="Mine"), a_draft(a_call(), other)
    program = a_program(app, lead)
    refused = [
        program.post(f"/calls/{call.code}/proposals", {"copy_of": one})
        for one in (theirs.id, new_id())
    ]
    assert [one.status_code for one in refused] == [422, 422]
    assert refused[0].data == refused[1].data
    begun = program.post(f"/calls/{call.code}/proposals", {"copy_of": mine.id})
    assert begun.get_json()["draft"]["title"] == "Mine"
