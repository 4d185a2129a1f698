"""Data-sharing plans and ethics approvals: checked, exported, shown to reviewers without who."""

import json
import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest

from app.accounts.actor import Actor
from app.calls.kinds import Asked, kind_of
from app.calls.kinds.base import dump
from app.calls.models import Audience, Call, CallState, Question, QuestionKind
from app.core.db import db
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.proposals import data_plan
from app.proposals.data_plan import About
from app.proposals.models import DraftSave, Partner, Proposal, ProposalState, Version
from app.reviewers.models import SeatState
from tests.browser_client import Browser
from tests.engines import both_engines
from tests.factories import (
    a_call,
    a_draft,
    a_person,
    a_reviewer,
    a_seat,
    an_officer,
    plant,
    planted,
)

SITE, BODY, NUMBER = "Lakeside Infirmary", "Lakeside Review Board", "LRB-2027-114"
PLAN = {
    "title": "Trial records",
    "type": "clinical",
    "personal": "yes",
    "sensitive": "yes",
    "access": "shared",
    "from": "2031-01-01",
    "licence": "own-terms",
    "host": "A public archive",
    "host_url": "https://archive.example.org",
    "until": "2041-01-01",
    "keeping": "The archive keeps it; the grant pays ten years.",
    "cost": "12000",
}
OPEN = {**PLAN, "title": "Code", "type": "software", "access": "open", "licence": "cc-by"}
CLOSED = {
    "title": "Interviews",
    "type": "survey",
    "personal": "unknown",
    "sensitive": "no",
    "access": "closed",
}
GRANTED = {
    "country": "KE",
    "site": SITE,
    "status": "granted",
    "body": BODY,
    "day": "2027-01-31",
    "number": NUMBER,
}


@pytest.fixture(autouse=True)
def _words(app: EquipoiseApp) -> None:
    assert app


def _asked(kind: QuestionKind, key: str = "it", **values: Any) -> Asked:
    return Asked(key, "It", kind, settings={"currency": "EUR"}, **values)


@pytest.mark.parametrize(
    ("kind", "row", "parts"),
    [
        (QuestionKind.DATA_PLAN, PLAN, []),
        (QuestionKind.DATA_PLAN, OPEN, []),
        (QuestionKind.DATA_PLAN, CLOSED, []),
        (QuestionKind.DATA_PLAN, {"title": "X"}, ["access", "personal", "sensitive", "type"]),
        (
            QuestionKind.DATA_PLAN,
            {**CLOSED, "access": "open"},
            ["from", "host", "host_url", "licence"],
        ),
        (QuestionKind.DATA_PLAN, {**PLAN, "host_url": "archive"}, ["host_url"]),
        (QuestionKind.DATA_PLAN, {**PLAN, "host_url": "javascript://a.b"}, ["host_url"]),
        (QuestionKind.DATA_PLAN, {**PLAN, "cost": "12.5"}, ["cost"]),
        (QuestionKind.DATA_PLAN, {**PLAN, "until": "2030-12-31"}, ["until"]),
        (QuestionKind.DATA_PLAN, {**PLAN, "access": "everybody"}, ["access"]),
        (QuestionKind.ETHICS, GRANTED, []),
        (QuestionKind.ETHICS, {"country": "KE", "status": "not-needed"}, []),
        (QuestionKind.ETHICS, {"country": "KE", "status": "to-apply"}, []),
        (QuestionKind.ETHICS, {"country": "KE", "status": "applied", "body": BODY}, []),
        (QuestionKind.ETHICS, {"country": "KE", "status": "applied"}, ["body"]),
        (QuestionKind.ETHICS, {"country": "KE", "status": "granted"}, ["body", "day", "number"]),
        (QuestionKind.ETHICS, {**GRANTED, "status": "to-apply"}, ["status"]),
        (QuestionKind.ETHICS, {**GRANTED, "country": "XX"}, ["country"]),
        (QuestionKind.ETHICS, {**GRANTED, "day": "31.1.2027"}, ["day"]),
    ],
)
def test_each_cell_at_fault_is_named(
    kind: QuestionKind, row: dict[str, str], parts: list[str]
) -> None:
    faults = kind_of(kind).faults(_asked(kind), dump([{}, row]))

    assert sorted(fault.part for fault in faults) == [f"-1-{part}" for part in parts]
    assert all("row 2" in fault.sentence for fault in faults)


def test_every_plan_without_faults_exports_as_the_standard_asks() -> None:
    form = [_asked(QuestionKind.DATA_PLAN), _asked(QuestionKind.ETHICS, "ethics")]
    moment = datetime(2027, 3, 1, 12, tzinfo=UTC)
    about = About("A trial", "ICR26-017", "ICR26", moment, moment)
    answers = {"it": dump([PLAN, {}, OPEN, CLOSED]), "ethics": dump([GRANTED])}

    plan = data_plan.as_madmp(about, form, answers)["dmp"]

    assert data_plan.problems({"dmp": plan}) == []
    assert [d["title"] for d in plan["dataset"]] == ["Trial records", "Code", "Interviews"]
    first, code, interviews = (d["distribution"][0] for d in plan["dataset"])
    assert "license" not in first, "terms of one's own have no address"
    assert code["license"] == [
        {
            "license_ref": "https://creativecommons.org/licenses/by/4.0/",
            "start_date": "2031-01-01",
        }
    ]
    assert interviews == {"title": "Interviews", "data_access": "closed"}
    assert plan["cost"][0] == {"title": "Trial records", "value": 12000, "currency_code": "EUR"}
    assert plan["ethical_issues_exist"] == "yes"
    broken = {**plan, "dataset": [{**plan["dataset"][0], "personal_data": "perhaps"}]}
    assert data_plan.problems({"dmp": broken})
    assert data_plan.problems({"dmp": {k: v for k, v in plan.items() if k != "contact"}})


@pytest.mark.parametrize(
    ("statuses", "told"),
    [
        ([], "unknown"),
        (["not-needed"], "no"),
        (["not-needed", "to-apply"], "yes"),
        (["granted", "granted"], "yes"),
    ],
)
def test_the_plan_says_whether_there_are_ethical_issues(statuses: list[str], told: str) -> None:
    from app.calls.kinds.ethics import Ethics, issues_exist  # noqa: PLC0415

    whole = dump([{**GRANTED, "status": status} for status in statuses])

    assert issues_exist([whole]) == told
    assert issues_exist([Ethics().blinded(whole)]) == told, "reviewers' copies say the same"


def _a_call_that_asks() -> Call:
    call = a_call()
    plant(
        Question(
            call_id=call.id,
            key="plan",
            label="Data-sharing plan",
            kind=QuestionKind.DATA_PLAN,
            audience=Audience.SCIENTIFIC,
            position=10,
        ),
        Question(
            call_id=call.id,
            key="approvals",
            label="Approvals",
            kind=QuestionKind.ETHICS,
            audience=Audience.IDENTITY,
            position=11,
        ),
    )
    return call


def _row(key: str, place: int, row: dict[str, str]) -> dict[str, Any]:
    return {f"q_{key}-{place}-{name}": value for name, value in row.items()}


def _with_a_partner(lead: Actor, call: Call) -> Proposal:
    proposal = a_draft(call, lead)
    plant(
        Partner(
            proposal_id=proposal.id,
            position=1,
            name="Lakeside University",
            country="KE",
            contact_name="Ada",
            contact_email="ada@lakeside.example",
            roles=["investigation"],
            currency=call.currency,
        )
    )
    return proposal


@both_engines
def test_reviewers_read_how_far_approvals_are_and_never_where(browser: Browser) -> None:
    call, lead = _a_call_that_asks(), a_person()
    proposal = _with_a_partner(lead, call)
    address = f"/proposals/{proposal.id}"
    browser.sign_in(lead.id)

    assert browser.get(f"{address}/data-plan.json").status_code == 404, "there is no plan yet"
    browser.fill_in(f"{address}/write", **_row("plan", 0, PLAN), **_row("approvals", 0, GRANTED))
    page = browser.get(f"{address}/write").text
    assert "no line yet for Norway" in page
    refused = browser.get(f"{address}/submit").text
    assert "no line yet for Norway" in refused
    assert f"{address}/write#q_approvals" in refused

    browser.fill_in(f"{address}/write", rows="add:approvals")
    browser.fill_in(
        f"{address}/write", **_row("approvals", 1, {"country": "NO", "status": "to-apply"})
    )
    assert "no line yet" not in browser.get(f"{address}/write").text, "a row was added and kept"
    preview = browser.get(f"{address}/as-reviewers-see-it").text
    assert "Receipt:" in browser.fill_in(f"{address}/submit").text
    own = browser.get(f"{address}/data-plan.json")
    assert json.loads(own.text)["dmp"]["contact"]["mbox"] == lead.email
    assert data_plan.problems(json.loads(own.text)) == []

    with unit_of_work(mode=Mode.READ):
        version = db.session.query(Version).one()
    assert version.answers["approvals"] == '{"granted":"1","to-apply":"1"}'
    reviewer = a_reviewer()
    seat = a_seat(call, proposal, reviewer, state=SeatState.ACCEPTED)
    with planted():
        db.session.get_one(Call, call.id).state = CallState.REVIEWING
        db.session.get_one(Proposal, proposal.id).state = ProposalState.ELIGIBLE
    browser.sign_in(reviewer.id)
    seen = browser.get(f"/reviews/{seat.id}").text
    blind = browser.get(f"/reviews/{seat.id}/data-plan.json")
    assert "A public archive" in seen
    assert "To be applied for" in seen
    where, who = (SITE, BODY, NUMBER, "Kenya", "Norway"), (lead.email, lead.name)
    assert not [word for word in where if word in preview]
    for text in (seen, blind.text, str(blind.headers)):
        assert not [word for word in (*where, *who) if word in text]
    plan = json.loads(blind.text)["dmp"]
    assert plan["contact"]["name"] == "Withheld from reviewers"
    assert plan["created"] == plan["modified"]
    assert plan["ethical_issues_exist"] == "yes"

    browser.sign_in(an_officer().id)
    desk = f"/desk/calls/{call.id}/proposals/{proposal.id}"
    whole = browser.get(desk).text
    assert SITE in whole
    assert BODY in whole
    assert (
        json.loads(browser.get(f"{desk}/data-plan.json").text)["dmp"]["contact"]["mbox"]
        == lead.email
    )

    for stranger in (a_person(), a_reviewer()):
        browser.sign_in(stranger.id)
        for path in (address, f"/reviews/{seat.id}", desk):
            assert browser.get(f"{path}/data-plan.json").status_code == 404


def test_states_are_compared_in_words_and_a_faulty_cell_is_not_done(browser: Browser) -> None:
    call, lead = _a_call_that_asks(), a_person()
    proposal = _with_a_partner(lead, call)
    address = f"/proposals/{proposal.id}"
    browser.sign_in(lead.id)
    browser.fill_in(f"{address}/write", **_row("plan", 0, PLAN), **_row("approvals", 0, GRANTED))
    browser.fill_in(f"{address}/write", **{"q_approvals-0-body": ""})

    tasks = browser.get(address).text
    assert f"{address}/write#q_approvals-0-body" in tasks, "the task leads to the cell"
    browser.fill_in(f"{address}/write", rows="add:approvals")
    browser.fill_in(
        f"{address}/write", **_row("approvals", 0, {**GRANTED, "country": "NO"}), rows=""
    )
    history = browser.get(f"{address}/history").text
    assert "Approvals" in history
    page = browser.get(f"{address}/compare?a=now&b=now").text
    assert "Nothing differs" in page
    with unit_of_work(mode=Mode.READ):
        [save] = db.session.query(DraftSave).all()
    with planted():
        row = db.session.get_one(DraftSave, save.id)
        before = dump([{**GRANTED, "status": "to-apply", "day": "", "number": "", "country": "KE"}])
        row.content = {**row.content, "q_approvals": before, "country": "KE"}
    page = browser.get(f"{address}/compare?a={save.id}&b=now").text
    assert "To be applied for" in unescape(re.sub("<[^>]*>", "", page))
    assert "Kenya" in page
    assert "to-apply" not in page
    assert "&#34;status&#34;" not in page
