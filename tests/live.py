"""A live site for the tests of the browser: the real server on a free port, and real Chromium."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from waitress.server import create_server

from app import create_app
from app.core.db import db
from app.core.jobs import run_due_jobs
from config import Config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.core.web import EquipoiseApp

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Site:
    """A running site; `work_off` does the jobs that are due, as the worker would."""

    app: EquipoiseApp
    url: str
    folder: Path

    def work_off(self) -> None:
        # In a thread of its own, as the worker: Playwright keeps an event loop in this one.
        worker = Thread(target=self._work)
        worker.start()
        worker.join(timeout=120)

    def _work(self) -> None:
        with self.app.app_context():
            run_due_jobs()


def _serve(server: Any, closing: Event) -> None:
    """Serve until `closing`: then a line may be gone in the middle of waiting for it."""
    try:
        server.run()
    except OSError:
        if not closing.is_set():
            raise


@pytest.fixture
def site(tmp_path: Path, migrated: Path) -> Iterator[Site]:
    """The application on an empty, migrated database, served over HTTP on this machine."""
    shutil.copy(migrated, tmp_path / "equipoise.db")
    app = create_app(Config(data_dir=tmp_path, secret_key="a key for tests alone, long enough"))
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    closing = Event()
    running = Thread(target=_serve, args=(server, closing), daemon=True)
    running.start()
    yield Site(app, f"http://127.0.0.1:{server.effective_port}", tmp_path)
    closing.set()
    server.close()
    running.join(timeout=5)
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture(scope="module")  # Playwright keeps an event loop in this thread while it runs
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed; run `make setup-test` as root")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


class People:
    """Each person in turn, with a browser window of their own."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser, self._url = browser, url
        self._pages: dict[str, Page] = {}
        self.troubles: list[str] = []

    def __getitem__(self, name: str) -> Page:
        if name not in self._pages:
            context = self._browser.new_context(base_url=self._url)
            context.set_default_timeout(15_000)
            page = context.new_page()
            page.on("console", self._hear)
            page.on("pageerror", lambda error: self.troubles.append(str(error)))
            self._pages[name] = page
        return self._pages[name]

    def _hear(self, message: object) -> None:
        kind, text = getattr(message, "type", ""), getattr(message, "text", "")
        if kind == "error" and "status of 4" not in text:
            self.troubles.append(text)


@pytest.fixture
def people(chromium: Browser, site: Site) -> Iterator[People]:
    everybody = People(chromium, site.url)
    yield everybody
    for page in everybody._pages.values():
        page.context.close()
    assert everybody.troubles == [], "the browser complained"
