"""What programs are told is searched for canaries as pages are: each role, a token of all scopes,
and of each scope alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.api.answering import operation_of
from app.core.api.problems import is_for_programs
from app.core.api.scopes import TokenScope
from app.core.limits import tries
from tests.programs import Program, a_token
from tests.trust.canary import Search, Tally, head_bytes
from tests.trust.crawling import pages_of, pages_without_arguments
from tests.trust.figures import FULL, both_in_full, say
from tests.trust.planting import Planted, plant_world

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.test import TestResponse

    from app.core.web import EquipoiseApp

EACH = 400 if FULL else 3  # addresses of one route


def _addresses(app: EquipoiseApp, world: Planted) -> list[str]:
    known: dict[str, Iterable[str]] = {
        "call_id": [call.id for call in world.calls.values()],
        "code": [call.code for call in world.calls.values()],
        "proposal_id": [one.id for one in world.proposals.values()],
        "seat_id": [seat.id for seat in world.seats.values()],
        "file_id": world.files,
    }
    guessed = [*pages_without_arguments(app), *pages_of(app, known)]
    asked: dict[str, int] = {}
    kept = []
    for address in filter(is_for_programs, guessed):
        endpoint, _named = app.url_map.bind("").match(address)
        asked[endpoint] = asked.get(endpoint, 0) + 1
        if asked[endpoint] <= EACH:
            kept.append(address)
    return kept


@both_in_full
def test_no_program_reads_a_canary_that_is_not_its_owner_s_to_read(app: EquipoiseApp) -> None:
    world = plant_world()
    search, tally, may_read = Search(world.tokens), Tally(), world.may_read()
    addresses = _addresses(app, world)
    assert len(addresses) > 20

    for key in ("", *world.people):
        whole = Program(app, a_token(world.people[key]) if key else "", prefix="")
        told = {}
        for address in addresses:
            answer = _asked(whole, address)
            found = search.find_deep(answer.data, answer.mimetype or "")
            found |= search.find(head_bytes(answer.headers.items()))
            tally.note(key, address, found, may_read[key])
            assert answer.status_code < 500, (key, address)
            told[address] = (answer.status_code, answer.data)
            answer.close()
        if key and (FULL or key in {"officer", "reviewer"}):
            _one_scope_tells_no_more(app, world, key, told)

    say(f"canary: {len(tally.leaks)} leaks in {tally.answers} answers to programs")
    assert tally.leaks == []
    assert tally.entitled(), "programs read nothing at all"


def _asked(program: Program, address: str) -> TestResponse:
    tries.reset()  # more is asked here than an account may in five minutes
    return program.get(address)


def _one_scope_tells_no_more(
    app: EquipoiseApp, world: Planted, key: str, told: dict[str, tuple[int, bytes]]
) -> None:
    """Ask with each scope alone: what it opens is as told to all, and the rest is refused."""
    for scope in TokenScope:
        program = Program(app, a_token(world.people[key], scope), prefix="")
        for address, (status, body) in told.items():
            if not FULL and status != 200:
                continue
            answer = _asked(program, address)
            needed = _scope_of(app, address)
            if needed in {None, scope}:
                same = address.startswith(("/api/v1/me", "/api/v1/ledger"))  # tell of their asking
                assert same or (answer.status_code, answer.data) == (status, body), address
            else:
                assert answer.status_code == 403, (scope, address)
                assert b"insufficient-scope" in answer.data
            answer.close()


def _scope_of(app: EquipoiseApp, address: str) -> TokenScope | None:
    endpoint, _named = app.url_map.bind("").match(address)
    told = operation_of(app.view_functions[endpoint])
    assert told is not None
    return told.scope
