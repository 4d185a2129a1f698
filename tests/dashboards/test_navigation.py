"""Everybody is shown the ways that are theirs, and only to pages that open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from app.accounts.models import Role
from app.core.words import lazy
from app.dashboards import navigation
from app.funds.models import Funder, FunderKind
from tests.browser_client import Browser
from tests.factories import a_person, plant

if TYPE_CHECKING:
    from app.core.web import EquipoiseApp

STRANGERS = ["/calls", "/results"]


def _ways(browser: Browser) -> list[str]:
    page = browser.get("/calls").text
    found = re.search(r'<nav class="sitenav".*?</nav>', page, re.DOTALL)
    return re.findall(r'href="([^"]+)"', found[0]) if found else []


@pytest.mark.parametrize(
    ("role", "own"),
    [
        (None, []),
        (Role.OFFICER, ["/desk/"]),
        (Role.APPROVER, ["/desk/"]),
        (Role.REVIEWER, ["/reviews/", "/panels/"]),
        (Role.FUNDER, ["/funder"]),
        (Role.AUDITOR, ["/audit"]),
        (Role.ADMINISTRATOR, ["/people"]),
    ],
)
def test_each_role_is_shown_its_own_ways_and_they_open(
    app: EquipoiseApp, role: Role | None, own: list[str]
) -> None:
    person = a_person(role) if role else a_person()
    browser = Browser(app).sign_in(person.id)
    shown = _ways(browser)
    assert sorted(shown) == sorted([*STRANGERS, "/home", "/proposals", *own])
    opened = {path: browser.get(path, follow_redirects=True).status_code for path in shown}
    assert opened == dict.fromkeys(shown, 200)


def test_strangers_are_shown_public_ways_and_the_way_in(
    app: EquipoiseApp, browser: Browser
) -> None:
    assert app
    assert _ways(browser) == STRANGERS
    assert 'href="/sign-in?next=/calls"' in browser.get("/calls").text
    assert 'href="/sign-in"' in browser.get("/register").text


def test_a_way_to_a_page_that_is_not_made_yet_is_left_out(
    app: EquipoiseApp, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app
    later = navigation.Way(lazy("Later"), "rooms.later", everybody=True)
    monkeypatch.setattr(navigation, "NAV", (later, *navigation.NAV))
    assert _ways(browser) == STRANGERS


def test_a_role_can_be_granted_for_one_funder(app: EquipoiseApp) -> None:
    funder = Funder(name="Ministry of Light", kind=FunderKind.GOVERNMENT)
    plant(funder)
    admin, person = a_person(Role.ADMINISTRATOR), a_person()
    browser = Browser(app).sign_in(admin.id)
    page = browser.fill_in(f"/people/{person.id}", role=f"funder:{funder.id}")
    assert "Funder for Ministry of Light" in page.text
    assert "/funder" in _ways(Browser(app).sign_in(person.id))
