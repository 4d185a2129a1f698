"""The test of the leak tests: deliberate bugs, one for each channel of the catalogue that exists
here, must each be seen. `number` is the row of the catalogue of published leaks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from flask import current_app, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.calls import interests
from app.calls import policy as call_policy
from app.calls.models import Blinding
from app.core.db import db, door
from app.core.lens import Door
from app.core.verdict import ALLOWED
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.notifications.models import Letter
from app.proposals import queries as proposals
from app.proposals.models import BlindedFile, VersionIdentity
from app.reviews import policy, queries, rules, views
from app.reviews.queries import own
from tests.browser_client import Browser
from tests.factories import plant
from tests.trust.twins import World, answers, become_somebody_else, differences, world_of
from tests.worlds import BuiltOnce

Patch = pytest.MonkeyPatch
pages: Any = import_module("app.reviews.routes.own")  # its package names its blueprint so


@dataclass(frozen=True)
class Seeded:
    number: int
    what: str
    plant: Callable[[Patch, World], None]


def hidden_of(world: World) -> VersionIdentity:
    """What a mistaken page could get at: through the one door that sees who applies."""
    with door(Door.INTERESTS):
        return db.session.execute(
            select(VersionIdentity).where(VersionIdentity.version_id == world.proposal.version_id)
        ).scalar_one()


def _wrap(patch: Patch, place: object, name: str, change: Callable[..., Any]) -> None:
    """Let `change` alter what a function returns."""
    real = getattr(place, name)

    def altered(*args: Any, **kwargs: Any) -> Any:
        return change(real(*args, **kwargs), *args)

    patch.setattr(place, name, altered)


def _search(patch: Patch, world: World) -> None:

    def filtered(found: list[Any], *_: object) -> list[Any]:
        asked = request.args.get("q", "")
        return found if asked in hidden_of(world).organisation else []

    _wrap(patch, queries, "own_seats", filtered)


def _sorted(patch: Patch, world: World) -> None:
    _wrap(
        patch,
        queries,
        "own_seats",
        lambda found, *_: found if hidden_of(world).lead_name > "M" else found[::-1],
    )


def _counted(patch: Patch, world: World) -> None:
    def more(found: list[Any], *_: object) -> list[Any]:
        return [{**one, "taken": one["taken"] + len(hidden_of(world).answers)} for one in found]

    _wrap(patch, views, "own_calls", lambda found, *_: more(found))
    _wrap(
        patch,
        views,
        "seat_values",
        lambda found, *_: {
            **found,
            "number": f"{found['number']} ({len(hidden_of(world).country)}"
            f"/{len(hidden_of(world).organisation)})",
        },
    )


def _time(patch: Patch, world: World) -> None:

    def later(found: dict[str, Any], *_: object) -> dict[str, Any]:
        return {**found, "due": found["due"] + timedelta(days=len(hidden_of(world).lead_name))}

    _wrap(patch, views, "seat_values", later)


def _status(patch: Patch, world: World) -> None:
    def odd(response: Response) -> Response:
        if response.status_code == 404 and _is_from_there(world):
            response.status_code = 410
        return response

    _after_each(patch, odd)


def _is_from_there(world: World) -> bool:

    with unit_of_work(mode=Mode.READ):
        found = db.session.get(VersionIdentity, str(world.proposal.version_id))
        return found is not None and found.country == "NG"


def _after_each(patch: Patch, change: Callable[[Response], Response]) -> None:
    real = current_app.wsgi_app

    def serve(environ: Any, start: Any) -> Any:
        answer = change(Response.from_app(real, environ, buffered=True))
        return answer(environ, start)

    app: Any = current_app
    patch.setattr(app._get_current_object(), "wsgi_app", serve)


def _wording(patch: Patch, world: World) -> None:
    def told(response: Response) -> Response:
        if response.status_code == 404 and _is_from_there(world):
            response.set_data(response.get_data() + b"<!-- of an African applicant -->")
        return response

    _after_each(patch, told)


def _changing(patch: Patch, world: World) -> None:
    """A change that is refused: only then another sentence where the hidden party differs."""

    def told(response: Response) -> Response:
        if response.status_code == 403 and _is_from_there(world):
            response.set_data(response.get_data() + b"Not in their country.")
        return response

    _after_each(patch, told)


def _button(patch: Patch, world: World) -> None:
    def gone(found: Any, *_: object) -> Any:
        return found and hidden_of(world).country != "NG"

    _wrap(patch, policy, "may_give_up", gone)


def _letter(_patch: Patch, world: World) -> None:
    plant(
        Letter(
            account_id=world.reviewer.id,
            kind="reviewers.invited",
            subject="Please review",
            body=f"A proposal of {world.applicant.name}.",
            created_at=world.now,
        )
    )


def _any_file(patch: Patch, _world: World) -> None:

    patch.setattr(
        proposals, "blinded_file", lambda _proposal, file_id: db.session.get(BlindedFile, file_id)
    )
    patch.setattr(pages, "require", lambda found: found or _ANY)


_ANY = object()


def _file_name(patch: Patch, world: World) -> None:
    real = pages.send_blinded

    def named(key: str, _name: str) -> Response:
        sent: Response = real(key, f"proposal by {hidden_of(world).lead_name}.pdf")
        return sent

    patch.setattr(pages, "send_blinded", named)


def _original(patch: Patch, world: World) -> None:
    _serve(patch, lambda _copy: world.original)


def _old_revision(patch: Patch, world: World) -> None:
    _serve(patch, lambda copy: world.original + b"\n" + copy)


def _serve(patch: Patch, instead: Callable[[bytes], bytes]) -> None:
    real = pages.send_blinded

    def sent(key: str, name: str) -> Response:
        answer: Response = real(key, name)
        answer.set_data(instead(answer.get_data()))
        return answer

    patch.setattr(pages, "send_blinded", sent)


def _fail_open(patch: Patch, _world: World) -> None:
    patch.setattr(policy, "may_see", lambda _actor, _place: ALLOWED)
    patch.setattr(own, "_held", lambda _account, _seat: frozenset())


def _one_view(patch: Patch, _world: World) -> None:
    patch.setattr(own, "_held", lambda _account, _seat: frozenset())


def _old_call(patch: Patch, _world: World) -> None:
    patch.setattr(rules, "is_there", lambda _place: True)


def _feed(patch: Patch, world: World) -> None:
    def noted(found: dict[str, Any], *_: object) -> dict[str, Any]:
        return {**found, "call": f"{found['call']} (submitted by {hidden_of(world).lead_name})"}

    _wrap(patch, views, "seat_values", noted)


def _cached(patch: Patch, _world: World) -> None:
    def kept(response: Response) -> Response:
        response.headers["Cache-Control"] = "public, max-age=60"
        return response

    _after_each(patch, kept)


def _referrer(patch: Patch, _world: World) -> None:
    def told(response: Response) -> Response:
        response.headers["Referrer-Policy"] = "unsafe-url"
        return response

    _after_each(patch, told)


def _tag(patch: Patch, world: World) -> None:
    def tagged(response: Response) -> Response:
        response.headers["ETag"] = '"a"' if _is_from_there(world) else '"b"'
        return response

    _after_each(patch, tagged)


def _debug(patch: Patch, world: World) -> None:
    def shown(response: Response) -> Response:
        if response.status_code >= 400:
            response.set_data(f"<pre>lead_name={_lead(world)!r}</pre>".encode())
        return response

    _after_each(patch, shown)


def _lead(world: World) -> str:

    with unit_of_work(mode=Mode.READ):
        return db.session.get_one(VersionIdentity, str(world.proposal.version_id)).lead_name


def _shown_identity(patch: Patch, world: World) -> None:
    def told(_opened: object) -> dict[str, str]:
        who = hidden_of(world)
        return {"name": who.lead_name, "organisation": who.organisation}

    patch.setattr(views, "applicants", told)


def _dual_role(patch: Patch, _world: World) -> None:

    patch.setattr(interests, "has_none", lambda _actor, _call: ALLOWED)


def _other_call(patch: Patch, _world: World) -> None:
    patch.setattr(call_policy, "is_staff", lambda _actor, _call: True)


LEAKS = [
    Seeded(1, "a filter that expands into who applies", _shown_identity),
    Seeded(2, "a search that matches a hidden field", _search),
    Seeded(6, "a list sorted by a hidden value", _sorted),
    Seeded(7, "a count of hidden things", _counted),
    Seeded(10, "a date moved by a hidden act", _time),
    Seeded(11, "another status where the hidden party differs", _status),
    Seeded(12, "another error text where the hidden party differs", _wording),
    Seeded(13, "a refused change that answers differently", _changing),
    Seeded(14, "a button that is there for some", _button),
    Seeded(17, "a letter that names who applies", _letter),
    Seeded(19, "a file by its id and not by permission", _any_file),
    Seeded(20, "a file name with the applicant's", _file_name),
    Seeded(21, "the properties of the original file", _original),
    Seeded(22, "an earlier revision inside the copy", _old_revision),
    Seeded(23, "a note of who did it", _feed),
    Seeded(25, "a permission that fails open", _fail_open),
    Seeded(26, "a permission in one function and not in the other", _one_view),
    Seeded(27, "a seat of an archived call", _old_call),
    Seeded(28, "an applicant on the desk of the call", _dual_role),
    Seeded(29, "an officer of another call", _other_call),
    Seeded(31, "pages that may be kept by a cache", _cached),
    Seeded(32, "a referrer that tells the address", _referrer),
    Seeded(37, "a tag computed from a hidden part", _tag),
    Seeded(38, "an error page that shows its variables", _debug),
]
ELSEWHERE = {
    18: "a pack that says more than the page: test_twins_of_other_ways_in",
    24: "a link of an invitation that says more: test_twins_of_other_ways_in",
}
NOT_HERE = {
    3: "no search operators",
    4: "no search hints",
    5: "no autocomplete across the blind",
    8: "no averages before the ranking, which only staff see",
    9: "no formulas",
    15: "timing: no filter before a hidden field exists",
    16: "nobody outside the staff writes letters",
    30: "ids are random; foreign ids are tried by test_foreign_ids",
    33: "nothing is released by a restart",
    34: "an export is not decision data",
    35: "warned before submitting: tests/reviews tries the words themselves",
    36: "letters are drawn at random",
}


def found_by(app: EquipoiseApp, world: World) -> str:
    """Say which of the searches sees a leak to the blinded reviewer, or nothing."""
    browser = Browser(app).sign_in(world.reviewer.id)
    before = answers(browser, world)
    named = world.secrets_in(before)
    if named:
        return f"canary: {min(named)}"
    if trouble := world.wrong_heads(before):
        return f"headers: {trouble}"
    if trouble := world.opened_what_is_not_theirs(app):
        return f"foreign: {trouble}"
    become_somebody_else(world)
    different = differences(before, answers(browser, world))
    return f"twin: {different[0]}" if different else ""


def test_without_a_bug_nothing_is_found(app: EquipoiseApp, built_once: BuiltOnce) -> None:
    assert found_by(app, built_once(world_of, Blinding.DOUBLE)) == ""


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: f"{leak.number}: {leak.what}")
def test_a_seeded_leak_is_found(
    app: EquipoiseApp, built_once: BuiltOnce, monkeypatch: pytest.MonkeyPatch, leak: Seeded
) -> None:
    world = built_once(world_of, Blinding.DOUBLE)
    leak.plant(monkeypatch, world)
    assert found_by(app, world), f"row {leak.number} of the catalogue went unseen: {leak.what}"


def test_every_row_of_the_catalogue_is_seeded_or_has_its_reason() -> None:
    seeded = {leak.number for leak in LEAKS} | set(ELSEWHERE)
    assert seeded | set(NOT_HERE) == set(range(1, 39))
    assert not seeded & set(NOT_HERE)
