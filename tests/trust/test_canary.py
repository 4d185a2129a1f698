"""Everything that each principal can open is searched for canaries they may not see.

A sample runs with all tests; `make trust` opens everything (TRUST=full).
"""

from collections import Counter
from collections.abc import Iterable, Iterator

import pytest
from sqlalchemy import select

from app.core.db import db
from app.core.jobs import run_due_jobs
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.notifications.models import Letter
from tests.browser_client import Browser
from tests.trust.canary import Allowed, Search, Tally, Token, head_bytes, spellings, token_text
from tests.trust.crawling import crawl, pages_of, pages_without_arguments
from tests.trust.figures import FULL, both_in_full, say
from tests.trust.planting import Planted, plant_world
from tests.trust.planting_panel import plant_panel

MOST = 100_000 if FULL else 25  # pages for each principal
# What no page hands out: what stands in the sealed originals, and the names they came with, for
# what was submitted has a neutral name everywhere.
NOBODYS = {"sealed", "file name"}


def addresses(app: EquipoiseApp, world: Planted) -> list[str]:
    """Return what there is to guess, those of the reviewers' own pages first."""
    known: dict[str, Iterable[str]] = {
        "call_id": [call.id for call in world.calls.values()],
        "code": [call.code for call in world.calls.values()],
        "proposal_id": [one.id for one in world.proposals.values()],
        "seat_id": [seat.id for seat in world.seats.values()],
        "file_id": world.files,
        "pack_id": world.packs,
        "account_id": [one.id for one in world.people.values()],
        "question_key": ["description"],
        "panel_id": world.panels,
        "item_id": world.items,
        "member_id": world.members,
    }
    guessed = pages_of(app, known)
    first = [one for one in guessed if one.startswith("/reviews/")]
    return [*pages_without_arguments(app), *first, *guessed]


def search_pages(
    app: EquipoiseApp,
    world: Planted,
    most: int = MOST,
    starts: Iterable[str] = (),
    people: Iterable[str] = (),
) -> Tally:
    """Open `starts` (all there is to guess) as each of `people` (everybody), and what they find."""
    search, tally, may_read = Search(world.tokens), Tally(), world.may_read()
    starts = list(starts) or addresses(app, world)
    for key in people or ("", *world.people):
        browser = Browser(app)
        if key:
            browser.sign_in(world.people[key].id)
        for address, answer in crawl(browser, starts, most):
            found = search.find_deep(answer.data, answer.mimetype or "")
            found |= search.find(head_bytes(answer.headers.items()))
            tally.note(key, address, found, may_read[key])
            assert answer.status_code < 500, (key, address)
    return tally


def letters() -> Iterator[tuple[str, bytes]]:
    with unit_of_work(mode=Mode.READ):
        for letter in db.session.scalars(select(Letter)):
            yield letter.account_id, f"{letter.subject}\n{letter.body}".encode()


def search_letters(world: Planted, tally: Tally) -> int:
    search, may_read = Search(world.tokens), world.may_read()
    keys = {one.id: key for key, one in world.people.items()}
    count = 0
    for account_id, text in letters():
        key = keys.get(account_id, "")
        tally.note(key, "a letter", search.find_deep(text), may_read[key])
        count += 1
    return count


@both_in_full
def test_nobody_reads_a_canary_that_is_not_theirs_to_read(app: EquipoiseApp) -> None:
    world = plant_world()
    plant_panel(world, world.people["officer"], world.people["reviewer"])
    run_due_jobs()
    tally = search_pages(app, world)
    written = search_letters(world, tally)

    to_see = {one for one in world.tokens if one.kind not in NOBODYS}
    seen = tally.entitled()
    say(
        f"canary: {len(tally.leaks)} leaks in {tally.answers} answers ({written} letters) searched "
        f"for {len(world.tokens)} tokens in {len(spellings('ZQ'))} spellings by "
        f"{len(world.people) + 1} principals; {len(seen & to_see)} of {len(to_see)} tokens were "
        "seen by somebody entitled"
    )
    assert tally.leaks == [], Counter((who, where, one.kind) for who, where, one in tally.leaks)
    assert written > 0
    if FULL:
        assert len(seen & to_see) >= 0.98 * len(to_see), sorted(
            (one.owner, one.kind) for one in to_see - seen
        )


@pytest.mark.parametrize("name", list(spellings("ZQ")))
def test_the_search_finds_a_token_in_every_spelling(name: str) -> None:
    token = Token(token_text(7), "somebody", "name")
    other = Token(token_text(8), "somebody else", "name")
    search = Search([token, other])
    hidden = b"before " + spellings(token.text)[name] + b" after"
    assert search.find(hidden) == {token}
    assert search.find(b"before and after, and nothing of it") == set()


def test_who_may_read_is_told_by_owner_and_kind() -> None:
    mine, name, mail = (
        Token(token_text(place), owner, kind)
        for place, (owner, kind) in enumerate([("me", "email"), ("you", "name"), ("you", "email")])
    )
    allowed = Allowed("me", {"you": frozenset({"name"})})
    assert [allowed(one) for one in (mine, name, mail)] == [True, True, False]
