"""More people than can be answered: pages give way, words are kept, submitting goes on."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select, update

from app.accounts.actor import Actor
from app.calls.models import Call
from app.core import clock
from app.core.access import Access
from app.core.arrival import HEAD_READ, IN_LINE
from app.core.busy import gives_way
from app.core.db import db
from app.core.lens import Lens
from app.core.work import Mode, unit_of_work
from app.proposals.models import Draft, Proposal, Receipt
from bench.storm import __main__ as storm
from bench.storm.people import Heard
from tests.browser_client import Browser, forms_of
from tests.factories import a_call, a_draft, a_person, planted

OURS = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


@pytest.mark.parametrize(
    ("method", "seconds", "away"),
    [
        ("GET", 1, False),
        ("GET", 1.001, True),
        ("HEAD", 2, True),
        ("POST", 2, False),
        ("POST", 2.001, True),
    ],
)
def test_pages_give_way_first_then_changes_and_never_what_has_a_deadline(
    method: str,
    seconds: float,
    away: bool,  # noqa: FBT001
) -> None:
    waited = timedelta(seconds=seconds)
    assert gives_way(Access(Lens.APPLICANT, "any"), method, waited) is away
    assert not gives_way(Access(Lens.APPLICANT, "any", never_turned_away=True), method, waited)


def _waited(seconds: float) -> dict[str, Any]:
    return {"environ_overrides": {IN_LINE: timedelta(seconds=seconds)}, "headers": OURS}


def _came(at: datetime) -> dict[str, Any]:
    return {"environ_overrides": {HEAD_READ: at}, "headers": OURS}


def _draft(browser: Browser) -> tuple[Actor, Proposal]:
    lead = a_person()
    proposal = a_draft(a_call(), lead)
    browser.sign_in(lead.id)
    return lead, proposal


def test_in_a_storm_one_can_submit_and_loses_no_word(browser: Browser) -> None:
    _lead, proposal = _draft(browser)
    here = f"/proposals/{proposal.id}"
    [form] = [f for f in forms_of(browser.get(f"{here}/write").text) if "q_aims" in f.fields]
    form.fields["q_aims"] = ["Typed in a hurry."]

    page = browser.get(here, **_waited(10))
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert "Very many people are here" in page.text
    saved = browser.post(f"{here}/write", data=form.fields, **_waited(10))
    assert (saved.status_code, saved.headers["Retry-After"]) == (503, "5")
    assert browser.post(f"{here}/autosave", data=form.fields, **_waited(10)).status_code == 503
    with unit_of_work(mode=Mode.READ):
        assert db.session.scalars(select(Draft.revision)).one() == 0, "nothing is half stored"
    [kept] = [f for f in forms_of(saved.text) if "q_aims" in f.names]
    assert browser.post(f"{here}/write", data=kept.fields).status_code == 303
    with unit_of_work(mode=Mode.READ):
        assert db.session.scalars(select(Draft)).one().science["aims"] == "Typed in a hurry."

    check = browser.get(f"{here}/submit", **_waited(30))
    assert check.status_code == 200
    [submit] = [f for f in forms_of(check.text) if "key" in f.fields]
    done = browser.post(f"{here}/submit", data=submit.fields, **_waited(30))
    assert done.status_code == 303
    assert browser.get(done.headers["Location"], **_waited(30)).status_code == 200
    assert browser.get("/healthz", **_waited(30)).status_code == 200


def test_who_came_in_time_is_in_time_however_long_the_line_was(browser: Browser) -> None:
    _lead, proposal = _draft(browser)
    path = f"/proposals/{proposal.id}/submit"
    [form] = [f for f in forms_of(browser.get(path).text) if "key" in f.fields]
    closed = clock.now() - timedelta(seconds=20)
    with planted():
        db.session.execute(update(Call).values(closes_at=closed))

    late = browser.post(path, data=form.fields, **_came(closed + timedelta(microseconds=1)))
    assert "This call closed on" in late.text
    with unit_of_work(mode=Mode.READ):
        assert db.session.scalar(select(func.count()).select_from(Receipt)) == 0
    assert browser.post(path, data=form.fields, **_came(closed)).status_code == 303
    with unit_of_work(mode=Mode.READ):
        assert db.session.scalars(select(Receipt.submitted_at)).one() == closed


def test_words_that_waited_in_line_are_saved_and_words_that_came_late_are_not(
    browser: Browser,
) -> None:
    _lead, proposal = _draft(browser)
    page = f"/proposals/{proposal.id}/write"
    [form] = [f for f in forms_of(browser.get(page).text) if "q_aims" in f.fields]
    closes = clock.now()
    with planted():
        db.session.execute(update(Call).values(closes_at=closes))

    with time_machine.travel(closes + timedelta(seconds=1.5), tick=False):
        form.fields["q_aims"] = ["Typed too late."]
        assert browser.post(page, data=form.fields, **_waited(1.4)).status_code == 403
        form.fields["q_aims"] = ["Typed in time."]
        assert browser.post(page, data=form.fields, **_waited(1.6)).status_code == 303
    with unit_of_work(mode=Mode.READ):
        assert db.session.scalars(select(Draft)).one().science["aims"] == "Typed in time."


def test_who_is_turned_away_gets_to_submitting_and_whoever_is_signed_out_gets_in(
    browser: Browser,
) -> None:
    _lead, proposal = _draft(browser)
    here = f"/proposals/{proposal.id}"
    [form] = [f for f in forms_of(browser.get(f"{here}/write").text) if "q_aims" in f.fields]

    for turned_away in (
        browser.get(f"{here}/write", **_waited(10)),
        browser.post(f"{here}/write", data=form.fields, **_waited(10)),
    ):
        assert turned_away.status_code == 503
        assert f'href="{here}/submit"' in turned_away.text
    assert "/submit" not in browser.get("/calls", **_waited(10)).text
    somebody = Browser(browser.app)
    assert somebody.get("/sign-in", **_waited(10)).status_code == 200
    tried = somebody.post("/sign-in", data={"email": "a@b.example"}, **_waited(10))
    assert tried.status_code != 503


def test_the_page_of_writing_leads_to_submitting_what_it_saved(browser: Browser) -> None:
    _lead, proposal = _draft(browser)
    page = f"/proposals/{proposal.id}/write"

    done = browser.send(page, form=None, q_aims="Said at the last moment.", check="1")

    assert done.headers["Location"].endswith(f"/proposals/{proposal.id}/submit")
    with unit_of_work(mode=Mode.READ):
        assert db.session.scalars(select(Draft)).one().science["aims"] == "Said at the last moment."


def test_who_is_turned_away_learns_nothing_of_what_is_there(browser: Browser) -> None:
    _lead, proposal = _draft(browser)
    stranger = Browser(browser.app).sign_in(a_person().id)
    pages = {
        re.sub("nonce-[^']+", "", f"{answer.status_code} {answer.headers} {answer.text}").replace(
            address, "/…"
        )
        for address in (f"/proposals/{proposal.id}", f"/proposals/{'a' * 26}")
        for answer in (stranger.get(address, **_waited(2)),)
    }
    assert len(pages) == 1
    assert "503" in pages.pop()


def test_the_storm_tells_how_long_those_waited_whom_it_served_and_all() -> None:
    heard = Heard(seconds={"page": [1.0] * 50}, turned={"page": [3.0] * 50, "upload": [2.0]})
    heard.statuses.update({200: 50, 503: 51, 500: 1})
    told = storm.heard_in(heard)
    assert told["waited"]["page"]["p95_ms"] == 1000
    assert told["waited_all"]["page"]["count"] == 100
    assert told["waited_all"]["page"]["p95_ms"] == 3000
    assert told["turned_away"] == {"page": 50, "upload": 1}
    assert told["over_500"] == 1
