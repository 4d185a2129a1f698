import errno
from typing import Any

import pytest
from sqlalchemy import delete, event, select, update

from app.accounts.models import SignIn
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.files import FileStoreError
from app.core.room import no_room
from app.core.work import Mode, unit_of_work
from app.proposals.models import Draft, ProposalMember
from tests.browser_client import Browser, Form, forms_of
from tests.factories import a_call, a_draft, a_person, planted

OURS = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


def _writing(browser: Browser) -> tuple[str, Form, str]:
    lead = a_person()
    proposal = a_draft(a_call(), lead)
    browser.sign_in(lead.id)
    address = f"/proposals/{proposal.id}/write"
    [form] = [f for f in forms_of(browser.get(address).text) if "q_aims" in f.fields]
    form.fields["q_aims"] = ["Typed for an hour.\n\nSecond thoughts & <b>signs</b>."]
    return address, form, lead.id


def _sign_out_everywhere() -> None:
    with planted():
        db.session.execute(delete(SignIn))


def _aims() -> str:
    with unit_of_work(mode=Mode.READ):
        return str(db.session.scalars(select(Draft)).one().science["aims"])


def test_a_sign_in_that_ended_while_writing_costs_no_word(browser: Browser) -> None:
    address, form, account_id = _writing(browser)
    _sign_out_everywhere()

    kept = browser.post(address, data=form.fields, headers=OURS)
    assert kept.status_code == 401
    assert "Nothing is lost" in kept.text
    browser.sign_in(account_id)  # in another tab
    with browser.client.session_transaction() as cookie:
        del cookie["csrf_token"]  # as a new sign-in does
    [again] = [f for f in forms_of(kept.text) if "q_aims" in f.names]
    old = browser.post(address, data=again.fields, headers=OURS)
    assert old.status_code == 400, "the token is of the sign-in before"
    [fresh] = [f for f in forms_of(old.text) if "q_aims" in f.names]
    done = browser.post(address, data=fresh.fields, headers=OURS)

    assert done.status_code == 303
    assert _aims() == "Typed for an hour.\n\nSecond thoughts & <b>signs</b>."


def test_another_site_gets_nothing_put_back(browser: Browser) -> None:
    address, form, _ = _writing(browser)
    data = {**form.fields, "csrf_token": ["forged"]}
    for headers in ({"Sec-Fetch-Site": "cross-site", "Accept": "text/html"}, {}):
        answer = browser.post(address, data=data, headers=headers)
        assert answer.status_code == 400
        assert "Typed for an hour" not in answer.text
        assert "Send it again" not in answer.text
    assert _aims() == "We will find out."


def test_secrets_are_never_put_back(browser: Browser) -> None:
    answer = browser.post(
        "/sign-in", data={"email": "a@example.org", "password": "my own secret"}, headers=OURS
    )

    assert answer.status_code == 400
    assert "a@example.org" in answer.text
    assert "my own secret" not in answer.text


def test_words_that_cannot_be_taken_are_shown_to_be_copied(browser: Browser) -> None:
    address, form, _ = _writing(browser)
    with planted():
        db.session.execute(update(Call).values(closes_at=clock.now()))
    closed = browser.post(address, data=form.fields, headers=OURS)
    assert closed.status_code == 403
    assert "This call closed on" in closed.text
    assert "Second thoughts &amp; &lt;b&gt;signs&lt;/b&gt;." in closed.text
    somebody = a_person()
    with planted():
        db.session.execute(update(ProposalMember).values(account_id=somebody.id))
    revoked = browser.post(address, data=form.fields, headers=OURS)
    absent = browser.post(f"/proposals/{'a' * 26}/write", data=form.fields, headers=OURS)
    assert (revoked.status_code, revoked.text) == (404, absent.text)
    assert "Second thoughts" in revoked.text
    assert "Second thoughts" not in browser.post(address, data=form.fields).text
    assert _aims() == "We will find out."


def test_a_full_disk_is_said_and_costs_no_word(browser: Browser) -> None:
    address, form, _ = _writing(browser)
    before = _aims()
    form.fields["q_aims"] = ["Typed for an hour. " * 3000]  # more than the pages there are hold
    browser.app.config["PROPAGATE_EXCEPTIONS"] = False
    with browser.app.app_context():
        engines = list(db.engines.values())
    for engine in engines:
        engine.dispose()
        event.listen(engine, "connect", _leave_no_room, insert=True)
    full = browser.post(address, data=form.fields, headers=OURS)
    bare = browser.post(address, data=form.fields)
    for engine in engines:
        event.remove(engine, "connect", _leave_no_room)
        engine.dispose()

    assert (full.status_code, full.headers["Retry-After"]) == (503, "600")
    assert "no room left on our side" in full.text
    assert (bare.status_code, "Typed for an hour" in bare.text) == (503, False)
    assert _aims() == before, "nothing is half stored"
    [again] = [f for f in forms_of(full.text) if "q_aims" in f.names]
    assert browser.post(address, data=again.fields, headers=OURS).status_code == 303
    assert _aims().startswith("Typed for an hour.")


def _leave_no_room(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA max_page_count = 1")  # as many as there are


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (FileStoreError("The file could not be stored: No space left on device."), True),
        (ValueError("full of ideas"), False),
        (OSError(errno.EACCES, "Permission denied"), False),
        (None, False),
    ],
)
def test_a_full_disk_is_told_apart_from_what_is_broken(
    error: Exception | None,
    full: bool,  # noqa: FBT001
) -> None:
    assert no_room(error) is full


def test_what_is_too_large_to_be_read_finds_nothing_all_the_same(browser: Browser) -> None:
    letters = b"text=" + b"x" * browser.app.config["MAX_CONTENT_LENGTH"]
    kind = "application/x-www-form-urlencoded"
    for headers in (OURS, {}):
        answer = browser.client.post("/nowhere", data=letters, content_type=kind, headers=headers)
        assert answer.status_code == 404
