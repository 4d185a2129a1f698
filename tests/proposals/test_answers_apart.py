"""Answers by audience: where each is kept, who can read it, and what is only counted."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.calls.kinds import Asked
from app.calls.kinds.base import dump
from app.calls.models import Audience, Call, Question, QuestionKind
from app.core.db import db
from app.core.jobs import run_due_jobs
from app.core.lens import Lens
from app.core.work import Mode, unit_of_work
from app.proposals import equality
from app.proposals.models import (
    EqualityAnswer,
    EqualityCount,
    Proposal,
    Receipt,
    Version,
    VersionIdentity,
    VersionStaff,
)
from tests.browser_client import Browser
from tests.engines import both_engines
from tests.factories import a_call, a_draft, a_person, a_submitted_proposal, an_officer, plant

SECRET = "Ask Dr Whisper"
CHOICES = ["Woman", "Man", "I prefer not to say"]


def _a_call_that_asks_everything(**values: object) -> Call:
    call = a_call(**values)  # type: ignore[arg-type]
    asked: list[tuple[str, QuestionKind, Audience, dict[str, Any]]] = [
        ("contact", QuestionKind.TEXT, Audience.STAFF, {}),
        ("trial", QuestionKind.CHOICE, Audience.SCIENTIFIC, {"choices": ["yes", "no"]}),
        (
            "drug",
            QuestionKind.TEXT,
            Audience.SCIENTIFIC,
            {"condition": [{"subject": "trial", "test": "is", "value": "yes"}]},
        ),
        ("gender", QuestionKind.CHOICE, Audience.EQUALITY, {"choices": CHOICES, "required": False}),
    ]
    plant(
        *(
            Question(
                call_id=call.id,
                key=key,
                label=key.capitalize(),
                kind=kind,
                audience=audience,
                position=10 + place,
                **more,
            )
            for place, (key, kind, audience, more) in enumerate(asked)
        )
    )
    return call


def _one(model: type) -> object:
    with unit_of_work(mode=Mode.READ):
        return db.session.scalars(select(model)).one()


def _submitted(browser: Browser, lead: Actor, call: Call, **answers: str) -> Proposal:
    proposal = a_draft(call, lead)
    browser.sign_in(lead.id)
    browser.fill_in(f"/proposals/{proposal.id}/write", q_contact=SECRET, **answers)
    page = browser.fill_in(f"/proposals/{proposal.id}/submit")
    assert "Receipt:" in page.text
    return proposal


@both_engines
def test_each_answer_is_frozen_where_its_readers_are(browser: Browser) -> None:
    call, lead = _a_call_that_asks_everything(), a_person()

    _submitted(browser, lead, call, q_trial="no", q_drug="Hidden words")

    version, identity, staff = _one(Version), _one(VersionIdentity), _one(VersionStaff)
    assert isinstance(version, Version)
    assert isinstance(identity, VersionIdentity)
    assert isinstance(staff, VersionStaff)
    assert staff.answers == {"contact": SECRET}
    assert set(version.answers) == {"aims", "description", "trial"}
    assert set(identity.answers) == {"team"}
    receipt = _one(Receipt)
    assert isinstance(receipt, Receipt)
    assert receipt.parts["staff"] == staff.sha256
    assert "answer contact" in receipt.parts
    assert "answer drug" not in receipt.parts, "it was not asked"


def test_a_hidden_answer_is_kept_while_writing_and_comes_back(browser: Browser) -> None:
    call, lead = _a_call_that_asks_everything(), a_person()
    proposal = a_draft(call, lead)
    browser.sign_in(lead.id)
    write = f"/proposals/{proposal.id}/write"

    browser.fill_in(write, q_trial="yes", q_drug="Aspirin")
    browser.fill_in(write, q_trial="no")
    preview = f"/proposals/{proposal.id}/as-reviewers-see-it"
    assert "Aspirin" not in browser.get(preview).text
    assert "Drug" not in browser.get(preview).text
    browser.fill_in(write, q_trial="yes")
    assert "Aspirin" in browser.get(preview).text


def test_the_staff_read_what_is_for_them_and_no_reviewer_does(browser: Browser) -> None:
    call, lead = _a_call_that_asks_everything(), a_person()
    proposal = _submitted(browser, lead, call, q_trial="no")
    preview = browser.get(f"/proposals/{proposal.id}/as-reviewers-see-it")
    assert SECRET not in preview.text

    browser.sign_in(an_officer().id)
    page = browser.get(f"/desk/calls/{call.id}/proposals/{proposal.id}")
    assert SECRET in page.text


@both_engines
@pytest.mark.parametrize("model", [VersionStaff, EqualityAnswer])
def test_a_reviewer_can_read_no_row_of_what_is_apart(browser: Browser, model: type) -> None:
    call, lead = _a_call_that_asks_everything(), a_person()
    _submitted(browser, lead, call, q_trial="no")
    for lens in (Lens.REVIEWER, Lens.PUBLIC, Lens.FUNDER):
        with pytest.raises(DBAPIError), unit_of_work(lens, Mode.READ):
            db.session.scalars(select(model)).all()


@both_engines
@pytest.mark.parametrize(
    "lens", [lens for lens in Lens if lens not in {Lens.APPLICANT, Lens.SYSTEM}]
)
def test_answers_for_equality_monitoring_are_for_nobody(browser: Browser, lens: Lens) -> None:
    assert browser
    with pytest.raises(DBAPIError), unit_of_work(lens, Mode.READ):
        db.session.scalars(select(EqualityAnswer)).all()


def test_a_person_answers_about_themselves_and_no_trace_is_elsewhere(browser: Browser) -> None:
    call, lead = _a_call_that_asks_everything(), a_person()
    proposal = a_draft(call, lead)
    browser.sign_in(lead.id)
    assert "Gender" not in browser.get(f"/proposals/{proposal.id}/write").text

    browser.fill_in(f"/proposals/{proposal.id}/about-you", q_gender="Woman")

    kept = _one(EqualityAnswer)
    assert isinstance(kept, EqualityAnswer)
    assert kept.answers == {"gender": "Woman"}
    assert "Woman" in browser.get(f"/proposals/{proposal.id}/about-you").text
    page = browser.fill_in(f"/proposals/{proposal.id}/about-you", q_gender="Somebody")
    assert "choose one" in page.text
    browser.sign_in(a_person().id)
    assert browser.get(f"/proposals/{proposal.id}/about-you").status_code == 404


def _asked() -> list[Asked]:
    return [
        Asked("gender", "Gender", QuestionKind.CHOICE, choices=("a", "b", "c"), required=False),
        Asked("ways", "Ways", QuestionKind.CHOICES, choices=("x", "y"), required=False),
    ]


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ([0, 0, 0], [None, None, None]),
        ([10, 20, 30], [10, 20, 30]),
        ([9, 20, 30], [None, None, 30]),
        ([9, 8, 30], [None, None, 30]),
        ([9], [None]),
    ],
)
def test_small_counts_are_left_out_and_no_sum_tells_one(
    counts: list[int], told: list[int | None]
) -> None:
    assert equality.told(counts) == told


def test_answers_are_counted_choice_by_choice() -> None:
    rows = [{"gender": "a", "ways": dump(["x", "y"])}] * 12 + [{"gender": "b"}] * 11 + [{}]

    assert equality.counted(_asked(), rows) == {
        "gender": {"a": None, "b": None, "c": None} | {"a": 12, "b": None},
        "ways": {"x": 12, "y": 12},
    }


def test_counts_are_taken_once_after_closing_and_read_by_auditors_alone(
    browser: Browser,
) -> None:
    call, officer = _a_call_that_asks_everything(phase="closed"), an_officer()
    leads = [a_person() for _lead in range(10)]
    for lead in leads:
        a_submitted_proposal(call, lead)
        plant(EqualityAnswer(call_id=call.id, account_id=lead.id, answers={"gender": "Man"}))
    browser.sign_in(officer.id)
    browser.fill_in(f"/desk/calls/{call.id}", form="/move/assigning")
    run_due_jobs()

    counts = _one(EqualityCount)
    assert isinstance(counts, EqualityCount)
    assert counts.counts["gender"] == {"Woman": None, "Man": 10, "I prefer not to say": None}
    address = f"/audit/calls/{call.id}/equality"
    for closed in (address, "/audit/equality"):
        assert browser.get(closed).status_code == 404, "the desk never reads them"
    for role in (Role.ADMINISTRATOR, Role.AUDITOR):
        browser.sign_in(a_person(role).id)
        assert address in browser.get("/audit/equality").text
    page = browser.get(address)
    assert "Man" in page.text
    assert "10" in page.text
