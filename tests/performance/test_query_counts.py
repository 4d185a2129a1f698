"""How much a page asks of the database and of the network: counted, not timed."""

import re
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import text

from app import create_app
from app.core.db import db
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from bench.web.client import Ask
from bench.web.first_view import FirstView, first_view
from bench.web.generated import Generated, Size, generate
from bench.web.scenarios import SCENARIOS, Scenario, changes
from bench.web.statements import counted
from config import Config
from tests.browser_client import Browser

FEW, MANY = 10, 1_000
MOST_ELEMENTS = 12_000

# Statements at the most, those of transactions, roles and settings apart. docs/adr/0006 says what
# those are made of that the design page wanted lower. Writing to the ledger takes three.
AT_MOST = {
    "sign-in page": 0,
    "reviewer's list, 10 rows": 3,
    "ranking, 1,000 rows, after a change": 5,  # account, call, stakes, end of ledger, the list
    "progress, 100 of 1,000 rows, after a change": 6,
    "ranking, 1,000 rows, unchanged": 4,
    "progress, 100 of 1,000 rows, unchanged": 4,
    "list of proposals, 1,000 rows": 7,  # three of them: that names were read is noted
    "scores CSV, 3,000 reviews": 4,  # account, call with criteria, stakes, rows
    "review form": 10,
    "review save, POST": 8,
    "submit, POST": 17,  # 16, and one where the first checkpoint of all fixes the key
}


def _filled(app: EquipoiseApp, proposals: int) -> Generated:
    # One reviewer holds a third of all seats, so that the reviewer's list grows with the rows.
    return generate(app, Size(proposals, reviewers=3, each=3, writers=3, drafts=3))


def _send(app: EquipoiseApp, ask: Ask) -> bytes:
    client = app.test_client(use_cookies=False)
    answer = client.open(
        ask.path,
        method="GET" if ask.form is None else "POST",
        data=ask.form,
        headers={"Cookie": ask.cookie, "Host": "127.0.0.1"},
    )
    assert answer.status_code == ask.expect, ask.path
    body = answer.get_data()
    answer.close()
    return body


def _statements(
    app: EquipoiseApp, asks: Iterator[Ask], before: Iterator[Ask]
) -> tuple[list[list[str]], int]:
    """Return the statements of three requests, for the first may look up what a process keeps; and
    how many elements the last page has. `before` each, two others change something."""
    found, body = [], b""
    for ask in islice(asks, 3):
        for change in islice(before, 2):
            _send(app, change)
        with counted() as seen:
            body = _send(app, ask)
        found.append(seen)
    return found, len(re.findall(rb"<[a-z]", body))


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> dict[str, dict[int, int]]:
    """Statements of each page by the number of rows, each size in a database of its own."""
    found: dict[str, dict[int, int]] = {}
    for size in (FEW, MANY):
        folder = tmp_path_factory.mktemp(f"rows{size}")
        shutil.copy(migrated, folder / "equipoise.db")
        app = create_app(Config(data_dir=folder, secret_key="a key for counting alone, long"))
        with app.app_context():
            made = _filled(app, size)
        acts = changes(made)
        for scenario in SCENARIOS:
            before = acts if scenario.changed else iter(())
            seen, elements = _statements(app, scenario.asks(made), before)
            # The first may be of a page that is kept: those after it are unchanged.
            asked = seen[1:] if scenario.name.endswith("unchanged") else seen
            found.setdefault(scenario.name, {})[size] = max(map(len, asked))
            found.setdefault(f"elements: {scenario.name}", {})[size] = elements
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose()
    return found


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_page_asks_the_same_however_many_rows_there_are(
    counts: dict[str, dict[int, int]], scenario: Scenario
) -> None:
    assert counts[scenario.name][MANY] == counts[scenario.name][FEW]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_page_asks_no_more_than_it_needs(
    counts: dict[str, dict[int, int]], scenario: Scenario
) -> None:
    assert counts[scenario.name][MANY] <= AT_MOST[scenario.name]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_list_of_a_thousand_has_no_more_elements_than_a_browser_draws_at_once(
    counts: dict[str, dict[int, int]], scenario: Scenario
) -> None:
    assert counts[f"elements: {scenario.name}"][MANY] <= MOST_ELEMENTS


def _view(app: EquipoiseApp, ask: Ask) -> FirstView:
    return first_view(ask.path, lambda path: _send(app, Ask(path, ask.cookie)))


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> dict[str, FirstView]:
    folder = tmp_path_factory.mktemp("views")
    shutil.copy(migrated, folder / "equipoise.db")
    app = create_app(Config(data_dir=folder, secret_key="a key for counting alone, long"))
    with app.app_context():
        made = _filled(app, FEW)
    writer, seat = made.writers[0]
    found = {
        "sign-in": _view(app, Ask("/sign-in")),
        "list": _view(app, Ask("/reviews/", made.reviewers[0].cookie)),
        "form": _view(app, Ask(f"/reviews/{seat}", writer.cookie)),
    }
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
    return found


@pytest.mark.parametrize(
    ("page", "most"), [("sign-in", 60_000), ("list", 60_000), ("form", 80_000)]
)
def test_a_first_view_is_light_and_asks_no_other_host(
    views: dict[str, FirstView], page: str, most: int
) -> None:
    assert views[page].wire <= most
    assert views[page].hosts == frozenset()


@pytest.mark.parametrize("page", ["sign-in", "list"])
def test_a_first_view_takes_five_requests(views: dict[str, FirstView], page: str) -> None:
    """The page, its style, its font, its icon and its script."""
    assert views[page].requests == 5


def test_other_hosts_fonts_and_modules_would_be_found() -> None:
    files = {
        "/": '<link rel="stylesheet" href="/s.css"><script src="/j.js"></script><p data-scale>ő</p>'
        '<img src="https://elsewhere.example/pixel.png">',
        "/s.css": "@font-face { src: url(/f-ext.woff2); } body { background: url('/b.png') }",
        "/j.js": 'const modules = [["[data-scale]", "keys"], ["[data-words-for]", "wordcount"]];',
        "/keys.js": "",
        "/f-ext.woff2": "f" * 100,
        "/b.png": "b" * 100,
    }
    view = first_view("/", lambda path: files[path].encode())
    assert view.requests == 6
    assert view.hosts == {"elsewhere.example"}


def test_statements_would_be_counted(app: EquipoiseApp) -> None:
    assert app
    with unit_of_work(mode=Mode.READ), counted() as seen:
        for _ in range(3):
            db.session.execute(text("SELECT 1"))
    assert len(seen) == 3


def test_two_strangers_share_the_sign_in_page_and_no_token(app: EquipoiseApp) -> None:
    pages = [Browser(app).get("/sign-in").text for _ in range(3)]
    tokens = [re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page) for page in pages]
    nonces = [re.search(r'nonce="([^"]+)"', page) for page in pages]
    assert len({found[1] for found in tokens if found}) == 3
    assert len({found[1] for found in nonces if found}) == 3
    for page, token, nonce in zip(pages, tokens, nonces, strict=True):
        assert token is not None
        assert nonce is not None
        assert page.replace(token[1], "").replace(nonce[1], "") == pages[0].replace(
            tokens[0][1] if tokens[0] else "", ""
        ).replace(nonces[0][1] if nonces[0] else "", "")
