"""The pages of a panel are searched for canaries by everybody, and above all by the member with a
conflict; deliberate bugs in the panel must each be seen."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.allocation.for_panels import queries as outlooks
from app.core.db import db, door
from app.core.jobs import run_due_jobs
from app.core.lens import Door
from app.core.verdict import ALLOWED
from app.core.web import EquipoiseApp
from app.panels import minutes, policy, queries, views
from app.proposals.models import VersionIdentity
from tests.trust.canary import Tally
from tests.trust.figures import both_in_full
from tests.trust.planting import Planted
from tests.trust.planting_panel import ITEMS, plant_panel_alone
from tests.trust.test_canary import addresses, search_letters, search_pages
from tests.worlds import BuiltOnce

Patch = pytest.MonkeyPatch


def a_met_panel() -> Planted:
    world = plant_panel_alone()
    assert run_due_jobs() > 0  # the minutes are printed, the letters sent
    return world


def of_panels(app: EquipoiseApp, world: Planted) -> list[str]:
    """Return every address of panels that can be guessed: a few dozen."""
    return [one for one in addresses(app, world) if "/panel" in one]


def search(app: EquipoiseApp, world: Planted, *people: str) -> Tally:
    starts = of_panels(app, world)
    return search_pages(app, world, len(starts), starts, people)


@both_in_full
def test_nobody_reads_in_a_panel_what_is_closed_to_them(
    app: EquipoiseApp, built_once: BuiltOnce
) -> None:
    world = built_once(a_met_panel)
    tally = search(app, world)
    search_letters(world, tally)
    assert tally.leaks == []
    seen = {who: {(one.owner, one.kind) for one in found} for who, found in tally.seen.items()}
    items = {(item, kind) for item in ITEMS for kind in ("title", "note", "reason")}
    for who in ("chair", "officer", "approver"):
        assert items <= seen[who], f"the search opens what the {who} may read"
    assert items & seen["torn"] == {one for one in items if one[0] == "open item"}
    for who in ("lead-panel", "administrator", "auditor", ""):  # on these pages
        assert not items & seen.get(who, set()), who


def _let_in(patch: Patch) -> None:
    """Row 26: the list is closed to them, the item is not."""
    patch.setattr(policy, "may_see_item", lambda _actor, _sitting, _proposal: ALLOWED)


def _listed(patch: Patch) -> None:
    """Row 23: the minutes tell what happened behind the closed door."""
    patch.setattr(minutes, "seen_by", lambda _me, items: list(items))


def _forgotten(patch: Patch) -> None:
    """Row 25: conflicts that are not found are conflicts that are not there."""
    patch.setattr(queries, "_barred", lambda _call, _accounts: {})


def _named(patch: Patch) -> None:
    """Row 1: the page of an item expands into who applies."""
    real = views.item_values

    def telling(*args: Any) -> dict[str, Any]:
        values = real(*args)
        with door(Door.INTERESTS):
            names = ", ".join(db.session.scalars(select(VersionIdentity.lead_name)))
        return {**values, "science": {**values["science"], "title": names}}

    patch.setattr(views, "item_values", telling)


def _of_all(patch: Patch) -> None:
    """Row 9: the figures of whoever has no conflict are shown to all."""
    real = outlooks.key_of
    patch.setattr(outlooks, "key_of", lambda agenda, _closed: real(agenda, ()))


LEAKS: tuple[Callable[[Patch], None], ...] = (_let_in, _listed, _forgotten, _named, _of_all)


def test_each_seeded_leak_of_a_panel_is_found(
    app: EquipoiseApp, built_once: BuiltOnce, monkeypatch: Patch
) -> None:
    world = built_once(a_met_panel)
    assert search(app, world, "torn").leaks == []
    for leak in LEAKS:
        with monkeypatch.context() as patch:
            leak(patch)
            found = search(app, world, "torn").leaks
        assert found, leak.__doc__
        assert {one.owner for _who, _where, one in found} <= {"closed item", "lead-panel"}
