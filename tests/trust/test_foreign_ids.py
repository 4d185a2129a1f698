"""Guessing an address: what is not yours looks exactly like what does not exist, on every page."""

import re
from collections.abc import Iterator

import pytest

from app.accounts.models import Role
from app.calls.models import Call
from app.core.db import db
from app.core.ids import new_id
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.proposals.models import Proposal
from app.reviewers.models import Seat
from tests.browser_client import Browser
from tests.factories import a_call, a_draft, a_person, a_review, a_submitted_proposal

SAMPLES = {"question_key": "description", "state": "assigning", "code": "SECRET1"}
NOISE = re.compile(r'nonce="[^"]+"|name="csrf_token"[^>]*>')


def _plain(html: str) -> str:
    return NOISE.sub("", html)


def _world() -> dict[str, str]:
    """Things that belong to others, by the name of the URL argument that names them."""
    drafting = a_call(code="SECRET1", phase="drafting")
    call = a_call(phase="reviewing")
    lead, reviewer = a_person(), a_person(Role.REVIEWER)
    proposal = a_submitted_proposal(call, lead)
    seat = a_review(proposal, call, reviewer, merit="5", plan="4")
    draft = a_draft(a_call(), lead)
    with unit_of_work(mode=Mode.READ):
        assert db.session.get_one(Call, drafting.id)
        assert db.session.get_one(Proposal, draft.id)
        assert db.session.get_one(Seat, seat.id)
    return {
        "call_id": call.id,
        "proposal_id": proposal.id,
        "seat_id": seat.id,
        "account_id": lead.id,
    }


def _addresses(app: EquipoiseApp, known: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield every page that names a thing: method, address of a real one, of an absent one."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static" or not rule.arguments:
            continue
        real, absent = {}, {}
        for name in rule.arguments:
            real[name] = known.get(name) or SAMPLES.get(name) or new_id()
            absent[name] = new_id() if name not in SAMPLES else SAMPLES[name]
        real |= dict(rule.defaults or {})  # an ending that is part of the address
        absent |= dict(rule.defaults or {})
        if "code" in rule.arguments:
            absent["code"] = "SECRET2"
        if any(kind in str(rule) for kind in ("<string:", "<path:", "<int:")):
            continue  # signed links are tried by tests of their own
        for method in sorted(set(rule.methods or ()) & {"GET", "POST"}):
            adapter = app.url_map.bind("")
            yield (
                method,
                adapter.build(rule.endpoint, real, method=method),
                adapter.build(rule.endpoint, absent, method=method),
            )


@pytest.mark.parametrize("who", ["stranger", "other reviewer", "funder", "applicant elsewhere"])
def test_not_yours_is_not_there(app: EquipoiseApp, who: str) -> None:
    known = _world()
    roles = {"other reviewer": [Role.REVIEWER], "funder": [Role.FUNDER]}.get(who, [])
    outsider = a_person(*roles, scope=new_id() if who == "funder" else "")
    if who == "applicant elsewhere":
        a_draft(a_call(), outsider)
    browser = Browser(app).sign_in(outsider.id)
    app.config["WTF_CSRF_ENABLED"] = False
    tried = 0
    try:
        for method, real, absent in _addresses(app, known):
            theirs = browser.client.open(real, method=method)
            nobodys = browser.client.open(absent, method=method)
            assert theirs.status_code == nobodys.status_code, (method, real)
            if theirs.status_code < 400:
                assert _is_open_to_all(app, real), f"{method} {real} answered a stranger"
            assert _plain(theirs.text).replace(real, "") == _plain(nobodys.text).replace(
                absent, ""
            ), (method, real)
            tried += 1
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    assert tried > 50


def _is_open_to_all(app: EquipoiseApp, path: str) -> bool:
    endpoint, _ = app.url_map.bind("").match(path)
    access = app.access_of(endpoint)
    return access is not None and access.open_to_anyone
