"""What tests of accounts do again and again: register, sign in, and read the letters that came."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from app.accounts import passwords
from app.accounts.models import Credential
from app.core import clock
from app.core.jobs import run_due_jobs
from tests.factories import plant

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from app.core.web import EquipoiseApp
    from tests.browser_client import Browser

PASSWORD = "correct horse battery"


def register(browser: Browser, email: str = "new@example.org", **fields: str) -> TestResponse:
    values = {"name": "Nia New", "password": PASSWORD, **fields}
    return browser.fill_in("/register", form="/register", email=email, **values)


def sign_in(browser: Browser, email: str, password: str = PASSWORD) -> TestResponse:
    """Send the form of signing in; the answer is a redirect when that worked."""
    return browser.send("/sign-in", form="/sign-in", email=email, password=password)


def a_password(account_id: str, password: str = PASSWORD, secret: str | None = None) -> None:
    """Give an account a password, and a second factor where `secret` is named."""
    now = clock.now()
    hashed = passwords.hashed(password)
    plant(
        Credential(account_id=account_id, password_hash=hashed, totp_secret=secret, changed_at=now)
    )


def letters(app: EquipoiseApp) -> list[tuple[str, str, str]]:
    """Send what waits; return address, subject and text of every letter so far, oldest first."""
    run_due_jobs()
    files = sorted((app.extensions["equipoise"].data_dir / "mail").glob("*.eml"))
    found = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    return [(m["To"].addresses[0].addr_spec, str(m["Subject"]), m.get_content()) for m in found]


def link_in(text: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/(?:confirm|set-password)/\S+)", text)
    assert found, text
    return found[1]
