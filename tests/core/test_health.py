"""Alive, ready and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.core import migrate
from tests.engines import both_engines

if TYPE_CHECKING:
    from app.core.web import EquipoiseApp
    from tests.browser_client import Browser


@both_engines
def test_a_migrated_installation_is_ready(app: EquipoiseApp, browser: Browser) -> None:
    assert app
    assert browser.get("/healthz").json == {"status": "alive"}
    assert browser.get("/readyz").json == {"status": "ready", "wrong": []}


def test_an_installation_with_an_old_schema_is_not_ready(
    app: EquipoiseApp, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.extensions.pop("schema_is_newest", None)
    monkeypatch.setattr(migrate, "head", lambda: "9999")
    answer = browser.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"status": "not ready", "wrong": ["schema"]}
    assert browser.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("203.0.113.7", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.7"}, 404),
    ],
)
def test_counts_are_for_this_machine_alone(
    browser: Browser, address: str, headers: dict[str, str], status: int
) -> None:
    answer = browser.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status
    assert ("equipoise_requests_total" in answer.text) is (status == 200)


def test_counts_name_pages_and_no_person(browser: Browser) -> None:
    browser.get("/sign-in?next=/secret-proposal", headers={"User-Agent": "Mallory"})
    counted = browser.get("/metrics").text
    assert 'endpoint="accounts.sign_in"' in counted
    assert "secret-proposal" not in counted
    assert "Mallory" not in counted
