"""Building a form: its pages, what they refuse, and amendments after publication."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.calls import building, call_file, queries, service, transfer
from app.calls.models import Amendment, Call, FormPlan, Question
from app.core.db import db
from app.core.gate import Refused
from app.core.jobs import run_due_jobs
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.notifications.models import Letter
from app.proposals.models import Draft
from tests.browser_client import Browser
from tests.conftest import LedgerReader
from tests.engines import both_engines
from tests.factories import a_call, a_draft, a_person, an_officer, planted

MORE = {"label": "One more", "key": "more", "kind": "text", "audience": "scientific"}


def _keys(call: Call) -> list[str]:
    with unit_of_work(mode=Mode.READ):
        return [question.key for question in queries.questions_of(call.id)]


def _all(model: type) -> list[object]:
    with unit_of_work(mode=Mode.READ):
        return list(db.session.scalars(select(model)))


def _press(browser: Browser, path: str, **data: str) -> int:
    browser.app.config["WTF_CSRF_ENABLED"] = False
    answer = browser.post(path, data=data)
    browser.app.config["WTF_CSRF_ENABLED"] = True
    return answer.status_code


@both_engines
def test_an_officer_builds_sections_questions_and_conditions(browser: Browser) -> None:
    call = a_call(phase="drafting")
    browser.sign_in(an_officer().id)
    form = f"/desk/calls/{call.id}/form"

    browser.fill_in(f"{form}/sections/new", title="Trials", guidance="Only for trials.")
    browser.fill_in(
        f"{form}/questions/new",
        label="Is it a trial?",
        key="trial",
        section="Trials",
        kind="choice",
        choices="yes\nno",
    )
    page = browser.fill_in(
        f"{form}/questions/new",
        label="Sites",
        key="sites",
        section="Trials",
        kind="group",
        columns="site | Site | text\nstate | State | choice | given; asked for\n"
        "n | N | number | 1..9 | optional",
        min_rows="2",
        subject_0="trial",
        test_0="is",
        value_0="yes",
    )

    assert "only if “Is it a trial?” is “yes”" in page.text
    assert _keys(call) == ["aims", "team", "description", "trial", "sites"]
    with unit_of_work(mode=Mode.READ):
        sites = building.sheet_of(call).question("sites")
    assert sites is not None
    assert sites.settings["columns"] == [
        {"key": "site", "label": "Site", "kind": "text"},
        {"key": "state", "label": "State", "kind": "choice", "choices": ["given", "asked for"]},
        {"key": "n", "label": "N", "kind": "number", "min": "1", "max": "9", "required": False},
    ]
    browser.fill_in(f"{form}/questions/sites")  # saved again as it was
    with unit_of_work(mode=Mode.READ):
        assert building.sheet_of(call).question("sites") == sites


def test_questions_and_sections_are_moved_and_removed_by_buttons(browser: Browser) -> None:
    call = a_call(phase="drafting")
    browser.sign_in(an_officer().id)
    form = f"/desk/calls/{call.id}/form"

    assert _press(browser, f"{form}/questions/team/up") == 303
    assert _keys(call) == ["team", "aims", "description"]
    assert _press(browser, f"{form}/questions/team/up") == 303  # it is the first already
    assert _press(browser, f"{form}/questions/aims/remove") == 303
    assert _keys(call) == ["team", "description"]
    assert _press(browser, f"{form}/questions/team/sideways") == 404
    assert _press(browser, f"{form}/sections/7/remove") == 404


def test_nothing_may_come_to_depend_on_something_later(browser: Browser) -> None:
    call = a_call(phase="drafting")
    browser.sign_in(an_officer().id)
    form = f"/desk/calls/{call.id}/form"
    browser.fill_in(f"{form}/questions/new", **{**MORE, "subject_0": "aims", "test_0": "answered"})

    assert _press(browser, f"{form}/questions/aims/remove") == 403
    assert "aims" in _keys(call)
    page = browser.fill_in(
        f"{form}/questions/new",
        label="For them",
        key="them",
        subject_0="applicant.country",
        test_0="is",
        value_0="KE",
    )
    assert "would tell them who applies" in page.text
    assert "For them" in page.text
    assert "them" not in _keys(call)


def test_only_officers_of_the_call_build(browser: Browser) -> None:
    call = a_call(phase="drafting")
    browser.sign_in(a_person().id)

    for page in ("", "/try", "/questions/new", "/sections/new", "/criteria/new", "/amend"):
        assert browser.get(f"/desk/calls/{call.id}/form{page}").status_code == 404


def test_a_form_is_tried_without_a_trace(browser: Browser, ledger: LedgerReader) -> None:
    call = a_call(phase="drafting")
    browser.sign_in(an_officer().id)
    address = f"/desk/calls/{call.id}/form/try"

    page = browser.fill_in(address, q_aims="word " * 51)
    assert "1 over the limit of 50" in page.text
    assert "“Team” needs an answer" in page.text
    page = browser.fill_in(address, q_aims="We look.", q_team="Two of us")
    assert "It could be submitted" in page.text
    seen = page.text.split("What a reviewer would see")[1].split("</details>")[0]
    assert "We look." in seen
    assert "Two of us" not in seen
    assert _all(Draft) == []
    assert ledger.actions() == []


@both_engines
def test_an_amendment_is_seen_by_nobody_until_it_is_published_with_its_reason(
    browser: Browser, ledger: LedgerReader
) -> None:
    call, lead, officer = a_call(code="AMD1"), a_person(name="Kim Lead"), an_officer()
    proposal = a_draft(call, lead)
    a_draft(a_call(), a_person())  # somebody of another call is told nothing
    browser.sign_in(officer.id)
    form = f"/desk/calls/{call.id}/form"

    browser.fill_in(f"{form}/questions/new", **MORE)
    browser.fill_in(f"{form}/questions/aims", word_limit="40")
    assert "One more" not in browser.get("/calls/AMD1").text
    page = browser.get(f"{form}/amend")
    assert "New question: “One more”" in page.text
    page = browser.fill_in(f"{form}/amend", reason="A law changed.")

    assert "The amendment is published" in page.text
    [amendment] = _all(Amendment)
    assert isinstance(amendment, Amendment)
    with unit_of_work(mode=Mode.READ):
        stored = db.session.get_one(Call, call.id)
    assert amendment.before_sha256 == call.rules_sha256
    assert amendment.after_sha256 == stored.rules_sha256 != call.rules_sha256
    assert ledger.actions()[-1] == "calls.call_amended"
    public = browser.get("/calls/AMD1").text
    assert "A law changed." in public
    assert "Changed, question “Aims”: the word limit" in public
    run_due_jobs()
    [letter] = _all(Letter)
    assert isinstance(letter, Letter)
    assert letter.account_id == lead.id
    assert "A law changed." in letter.body
    assert "Kim" not in page.text
    browser.sign_in(lead.id)
    page = browser.get(f"/proposals/{proposal.id}/write")
    assert "The form was changed since you last saved it" in page.text
    assert "We will find out." in page.text


def test_amendments_chain_and_can_be_discarded(browser: Browser) -> None:
    call = a_call(code="AMD2")
    browser.sign_in(an_officer().id)
    form = f"/desk/calls/{call.id}/form"
    for number in (1, 2):
        browser.fill_in(f"{form}/questions/new", **{**MORE, "key": f"more{number}"})
        browser.fill_in(f"{form}/amend", reason=f"Reason {number}.")
    browser.fill_in(f"{form}/questions/new", **{**MORE, "key": "never"})
    assert _press(browser, f"{form}/discard") == 303

    with unit_of_work(mode=Mode.READ):
        first, second = queries.amendments_of(call.id)
        stored = db.session.get_one(Call, call.id)
    assert first.after_sha256 == second.before_sha256
    assert second.after_sha256 == stored.rules_sha256
    assert _all(FormPlan) == []
    assert "never" not in _keys(call)
    assert _press(browser, f"{form}/amend", reason="Nothing to say.") == 200
    assert len(_all(Amendment)) == 2


def test_after_the_deadline_the_form_stands(browser: Browser) -> None:
    call = a_call(phase="closed")
    browser.sign_in(an_officer().id)

    page = browser.fill_in(f"/desk/calls/{call.id}/form/questions/new", **MORE)

    assert "rules are frozen" in page.text
    assert _all(FormPlan) == []


def test_a_call_goes_out_as_a_file_and_comes_in_again(browser: Browser) -> None:
    call = a_call(code="OUT1", phase="drafting")
    browser.sign_in(an_officer().id)

    file = browser.get(f"/desk/calls/{call.id}/call.json")
    assert file.headers["Content-Disposition"] == 'attachment; filename="call-OUT1.json"'
    page = browser.fill_in(
        "/desk/calls/from-file", file=("call.json", file.data), code="IN1", title="Come in"
    )
    assert "The call is a draft" in page.text
    with unit_of_work(mode=Mode.READ):
        came = queries.call_with_code("IN1")
        assert came is not None
        assert came.title == "Come in"
        assert building.sheet_of(came) == building.sheet_of(call)
    broken = json.loads(file.data)
    broken["questions"][0]["kind"] = "poem"
    page = browser.fill_in(
        "/desk/calls/from-file", file=("call.json", json.dumps(broken).encode()), code="IN2"
    )
    assert "questions[0].kind" in page.text
    assert "is none of" in page.text


def test_a_call_is_cloned_without_its_money_and_people(browser: Browser) -> None:
    call = a_call(code="FIRST1")
    a_draft(call, a_person())
    browser.sign_in(an_officer().id)

    page = browser.fill_in(f"/desk/calls/{call.id}/clone", code="SECOND1", second_stage="y")

    assert "There is no money in it yet" in page.text
    with unit_of_work(mode=Mode.READ):
        made = queries.call_with_code("SECOND1")
        assert made is not None
        assert made.first_stage_id == call.id
        assert building.sheet_of(made) == building.sheet_of(call)
        assert made.fund_id is None


def test_a_name_that_rules_of_money_know_is_no_key_unless_it_is_published_already(
    app: EquipoiseApp,
) -> None:
    """A published call keeps it, is amended around it, and has a second stage in which it goes."""
    assert app
    drafted, published, officer = a_call(phase="drafting"), a_call(phase="open"), an_officer()
    with planted():
        for question in db.session.scalars(select(Question).where(Question.key == "aims")):
            question.key = "country"
    start = transfer.Beginning("STAGE2", "", "UTC", "2027-01-01T09:00", "2027-03-01T17:00")
    with unit_of_work():
        told = " ".join(service.problems(db.session.get_one(Call, drafted.id)))
        assert "“country_of_study”" in told
        call = db.session.get_one(Call, published.id)
        assert service.form_problems_of(call) == []
        assert building.problems(call, building.sheet_of(call)) == []
        file = call_file.read(transfer.as_file(call))
        with pytest.raises(Refused, match="country_of_study"):
            transfer.begin(officer, file, replace(start, code="FILE2"))
        stage = transfer.clone(officer, call, start, second_stage=True)
        assert "“country_of_study”" in " ".join(service.problems(stage))
