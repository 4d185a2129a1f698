"""The door for programs: tokens alone, in a fixed order of answers, never a cookie."""

import re
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.accounts.models import Account, AccountState, ApiToken, Role, RoleGrant
from app.core.api import TokenScope, door
from app.core.api.bodies import LARGEST_BODY
from app.core.db import db
from app.core.limits import rate
from app.core.web import EquipoiseApp
from app.core.work import HouseRuleBroken, Mode, at_work, unit_of_work
from tests.browser_client import Browser
from tests.factories import a_call, a_draft, a_person, plant, planted
from tests.programs import Program, a_program, a_token

PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer no", "Bearer eqp_x y", "Basic YTpi", "bearer \xe9", "eqp_x"],
)
def test_whoever_sends_no_token_that_works_is_told_so(app: EquipoiseApp, header: str) -> None:
    a_token(a_person())
    answer = Program(app).get("/proposals", headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer.mimetype) == (401, PROBLEM)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer realm=")
    assert answer.get_json()["status"] == 401


def test_a_dead_token_opens_nothing_from_the_next_request_on(app: EquipoiseApp) -> None:
    owner = a_person()
    over = Program(app, a_token(owner, days=-1))
    assert over.get("/me").status_code == 401

    program = a_program(app, owner)
    assert program.get("/me").status_code == 200
    with planted():
        db.session.execute(update(Account).values(state=AccountState.DEACTIVATED))
    assert program.get("/me").status_code == 401
    with planted():
        db.session.execute(update(Account).values(state=AccountState.ACTIVE))
        for token in db.session.scalars(select(ApiToken)):
            db.session.delete(token)
    assert program.get("/me").status_code == 401
    assert program.get("/calls").status_code == 401, "a token that is sent must work, also here"
    assert Program(app).get("/calls").status_code == 200


def test_a_token_is_no_more_than_its_owner_and_than_its_scopes(app: EquipoiseApp) -> None:
    owner = a_person(Role.OFFICER)
    call = a_call(phase="drafting")
    program = a_program(app, owner, TokenScope.PROPOSALS_READ)
    assert [one["role"] for one in program.get("/me").get_json()["roles"]] == ["officer"]
    with planted():
        for grant in db.session.scalars(select(RoleGrant)):
            db.session.delete(grant)
    assert program.get("/me").get_json()["roles"] == []
    plant(RoleGrant(account_id=owner.id, role=Role.OFFICER, scope=""))

    assert program.get("/proposals").status_code == 200
    refused = program.patch(f"/proposals/{'a' * 26}/draft", {"revision": 0})
    assert (refused.status_code, refused.mimetype) == (403, PROBLEM)
    assert 'scope="proposals:write"' in refused.headers["WWW-Authenticate"]
    assert program.get(f"/calls/{call.code}").status_code == 404, "the desk is in no scope of it"


def test_a_scope_that_is_missing_is_refused_alike_whatever_is_there(app: EquipoiseApp) -> None:
    owner = a_person()
    mine = a_draft(a_call(), owner)
    program = a_program(app, owner, TokenScope.LEDGER_READ)
    answers = {program.get(f"/proposals/{one}").data for one in (mine.id, "a" * 26)}
    assert len(answers) == 1


def test_no_cookie_counts_and_no_form_token_is_asked_for(app: EquipoiseApp) -> None:
    owner = a_person()
    browser = Browser(app).sign_in(owner.id)
    assert browser.get("/profile").status_code == 200
    assert browser.get("/api/v1/me").status_code == 401
    assert browser.post("/api/v1/calls/X/proposals", json={}).status_code == 401

    call, program = a_call(), a_program(app, owner)
    begun = program.post(f"/calls/{call.code}/proposals")
    assert begun.status_code == 201, begun.text
    assert "Set-Cookie" not in begun.headers
    assert begun.headers["Cache-Control"] == "no-store"
    assert begun.headers["Vary"] == "Authorization"


def test_a_page_takes_no_token(app: EquipoiseApp) -> None:
    answer = Program(app, a_token(a_person()), prefix="").get("/proposals")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in")


def test_who_asks_too_often_waits(app: EquipoiseApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "EACH", rate("2 per hour"))
    owner = a_person()
    first, second = a_program(app, owner), a_program(app, owner)
    assert [one.get("/me").status_code for one in (first, second, first)] == [200, 200, 429]
    assert 3_000 < int(first.get("/me").headers["Retry-After"]) <= 3_600, "the rest of the hour"
    assert a_program(app, a_person()).get("/me").status_code == 200


def test_what_has_a_deadline_is_counted_apart(
    app: EquipoiseApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "EACH", rate("1 per hour"))
    monkeypatch.setattr(door, "DUE", rate("2 per hour"))
    owner = a_person()
    program, mine = a_program(app, owner), f"/proposals/{a_draft(a_call(), owner).id}"
    assert [program.get(mine).status_code for _try in range(2)] == [200, 429]
    submitted = program.post(f"{mine}/submit", {"revision": 0, "names_may_stay": True})
    assert submitted.status_code == 201, "a runaway reader does not keep its owner from submitting"
    receipt = submitted.headers["Location"].removeprefix("/api/v1")
    assert [program.get(receipt).status_code for _try in range(2)] == [200, 429]


def test_the_last_use_is_noted_also_of_what_is_refused(app: EquipoiseApp) -> None:
    owner = a_person()
    program = a_program(app, owner, TokenScope.LEDGER_READ)
    with planted():
        db.session.execute(update(ApiToken).values(used_at=None))
    assert program.get("/proposals").status_code == 403
    with unit_of_work(mode=Mode.READ):
        assert db.session.scalar(select(ApiToken.used_at)) is not None


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/common-grants/nothing", 404),
        ("DELETE", "/api/v1/calls", 405),
        ("GET", "/api/v1/calls?page=0", 400),
        ("GET", "/api/v1/calls?sort=title", 400),
        ("GET", "/api/v1/calls?page=1&page=2", 400),
        ("GET", "/api/v1/me?x=%00", 400),
    ],
)
def test_every_answer_that_is_no_success_is_a_problem(
    app: EquipoiseApp, method: str, path: str, status: int
) -> None:
    answer = Program(app, a_token(a_person()), prefix="").ask(method, path)
    assert (answer.status_code, answer.mimetype) == (status, PROBLEM)
    assert answer.get_json()["detail"]


@pytest.mark.parametrize(
    ("sent", "kind", "status", "where"),
    [
        (b"{}", "text/plain", 415, None),
        (b"{", "application/json", 400, None),
        (b"\xff", "application/json", 400, None),
        (b'{"revision": NaN}', "application/json", 400, None),
        (b'{"revision": 1, "revision": 2}', "application/json", 400, None),
        (b"[" * 100_000, "application/json", 400, None),
        (b"[]", "application/json", 422, "/"),
        (b"{}", "application/json", 422, "/revision"),
        (b'{"revision": "1"}', "application/json", 422, "/revision"),
        (b'{"revision": true}', "application/json", 422, "/revision"),
        (b'{"revision": 9007199254740993}', "application/json", 422, "/revision"),
        (b'{"revision": 0, "titel": ""}', "application/json", 422, "/titel"),
        (b'{"revision": 0, "title": "\\u0000"}', "application/json", 422, "/title"),
        (b'{"revision": 0, "title": "\\ud800"}', "application/json", 422, "/title"),
        (b'{"revision": 0, "answers": {"aims": 7}}', "application/json", 422, "/answers/aims"),
        (b'{"revision": 0, "answers": {"no": ""}}', "application/json", 422, "/answers/no"),
        (b'{"revision": 0, "country": "XX"}', "application/json", 422, "/country"),
        (b'{"\\ud800": 1}', "application/json", 400, None),
        (b'{"revision": 0, "answers": {"\\ud800": ""}}', "application/json", 400, None),
        (b'{"revision": ' + b"9" * 5_000 + b"}", "application/json", 400, None),
        (b'{"revision": ' + b"9" * 30 + b"}", "application/json", 422, "/revision"),
        (
            b'{"revision": 0, "answers": {"aims": [' + b'"",' * 500 + b'""]}}',
            "application/json",
            422,
            "/answers/aims",
        ),
        (b" " * (LARGEST_BODY + 1), "application/json", 413, None),
    ],
)
def test_a_body_that_is_wrong_is_told_where(
    app: EquipoiseApp, sent: bytes, kind: str, status: int, where: str | None
) -> None:
    owner = a_person()
    mine = a_draft(a_call(), owner)
    program = a_program(app, owner)
    answer = program.ask("PATCH", f"/proposals/{mine.id}/draft", data=sent, content_type=kind)
    assert (answer.status_code, answer.mimetype) == (status, PROBLEM), answer.text
    assert not re.search("sys|codec|recursion", answer.text), "the words are our own"
    if where is not None:
        assert [fault["where"] for fault in answer.get_json()["errors"]] == [where]


class _Line(BytesIO):
    """A line that notes, whenever it is read, whether a transaction was open."""

    def __init__(self, sent: bytes) -> None:
        super().__init__(sent)
        self.at_work: list[bool] = []

    def readinto(self, into: Any, /) -> int:
        self.at_work.append(at_work())
        return super().readinto(into)

    def read(self, size: int | None = -1, /) -> bytes:
        self.at_work.append(at_work())
        return super().read(size)


def test_a_body_is_read_before_the_work_begins_and_only_where_a_token_came(
    app: EquipoiseApp,
) -> None:
    owner, sent = a_person(), b'{"revision": 0, "title": "Bees"}'
    path = f"/proposals/{a_draft(a_call(), owner).id}/draft"

    def save(program: Program, line: _Line, **more: Any) -> TestResponse:
        how = {"content_type": "application/json", "content_length": len(sent), **more}
        return program.ask("PATCH", path, input_stream=line, **how)

    line, unread = _Line(sent), _Line(sent)
    saved = save(a_program(app, owner), line)
    assert (saved.status_code, saved.get_json()["title"]) == (200, "Bees")
    assert line.at_work
    assert not any(line.at_work), "a line that drips must hold up nobody's writing"

    assert save(Program(app), unread).status_code == 401
    endless = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    more: dict[str, Any] = {"content_length": None, "environ_overrides": endless}
    assert save(a_program(app, owner), unread, **more).status_code == 411
    assert not unread.at_work


@pytest.mark.parametrize(("names", "status"), [(400, 422), (501, 400)])
def test_of_very_many_faults_some_are_named(app: EquipoiseApp, names: int, status: int) -> None:
    owner = a_person()
    wrong = {"revision": 0, "answers": {f"a{place}": "" for place in range(names)}}
    path = f"/proposals/{a_draft(a_call(), owner).id}/draft"
    answer = a_program(app, owner).patch(path, wrong)
    assert answer.status_code == status
    assert len(answer.get_json().get("errors", [])) == (50 if status == 422 else 0)
    assert ("first 50" in answer.get_json()["detail"]) is (status == 422)


def test_programs_and_pages_have_addresses_of_their_own(app: EquipoiseApp) -> None:
    view = app.view_functions["api_calls.list_calls"]
    page = app.view_functions["calls.list_calls"]
    with pytest.raises(HouseRuleBroken, match="programs are answered"):
        app.add_url_rule("/elsewhere", endpoint="one", view_func=view)
    with pytest.raises(HouseRuleBroken, match="programs are answered"):
        app.add_url_rule("/api/v1/page", endpoint="two", view_func=page)


def test_a_failure_of_ours_is_a_problem_without_its_cause(
    app: EquipoiseApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_named: object) -> None:
        raise ZeroDivisionError("a secret")

    failing = fail
    for name in ("access", "operation"):
        told = getattr(app.view_functions["api_calls.list_calls"], name)
        setattr(failing, name, told)
    monkeypatch.setitem(app.view_functions, "api_calls.list_calls", failing)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = Program(app).get("/calls")
    assert (answer.status_code, answer.mimetype) == (500, PROBLEM)
    assert "secret" not in answer.text
