"""Worlds that take seconds to build: built once in a run and engine, and copied for each test.

`world = built_once(a_reported_call)` is what `world = a_reported_call()` would be, on a database
and a folder of files of the test's own. Only what building left there is kept: the database, the
files, the letters in the outbox, and what the builder returned.
"""

from __future__ import annotations

import pickle
import shutil
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.models import Account
from app.core.db import db
from app.core.settings import settings
from app.core.work import Mode, unit_of_work
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.core.web import EquipoiseApp
    from tests.services import Services

Asked = ParamSpec("Asked")
World = TypeVar("World")

FOLDERS = ("files", "mail")  # beside the database, in the application's folder


class BuiltOnce:
    """Builds what a test asks for, or copies what another test of this run has built."""

    def __init__(self, app: EquipoiseApp, services: Services) -> None:
        self._app = app
        self._services = services
        self._on_sqlite = not settings().database_url

    def __call__(
        self, build: Callable[Asked, World], *args: Asked.args, **named: Asked.kwargs
    ) -> World:
        """Return what `build` returns, a function of a module; its arguments tell it apart."""
        if time_machine.escape_hatch.is_travelling():
            raise AssertionError("A world built at another time is no world for other tests.")
        with unit_of_work(mode=Mode.READ):
            if db.session.scalars(select(Account.id).limit(1)).first():
                raise AssertionError("Ask for the world first: it takes the place of what is here.")
        engine = "sqlite" if self._on_sqlite else "postgresql"
        what = f"{engine} {build.__module__}.{build.__qualname__} {args!r} {named!r}"
        name = f"world_{sha256(what.encode()).hexdigest()[:16]}"
        kept = self._services.folder / name
        with self._services.exclusive(name):
            if not kept.exists():
                world = build(*args, **named)
                self._keep(world, kept)
                return world
        copied: World = self._copied(kept)
        return copied

    def _keep(self, world: object, kept: Path) -> None:
        self._let_go()
        draft, folder = kept.with_suffix(".draft"), settings().data_dir
        draft.mkdir()
        for each in FOLDERS:
            if (folder / each).exists():
                shutil.copytree(folder / each, draft / each)
        if self._on_sqlite:
            shutil.copy(folder / "equipoise.db", draft)
        else:
            self._lay(kept.name, template=self._database())
        numbers = next(factories._number)
        (draft / "told").write_bytes(pickle.dumps((world, numbers)))
        draft.rename(kept)

    def _copied(self, kept: Path) -> Any:
        self._let_go()
        folder = settings().data_dir
        for each in FOLDERS:
            if (kept / each).exists():
                shutil.copytree(kept / each, folder / each, dirs_exist_ok=True)
        if self._on_sqlite:
            shutil.copy(kept / "equipoise.db", folder)
        else:
            self._services.postgresql().drop_database(self._database())
            self._lay(self._database(), template=kept.name)
        world, numbers = pickle.loads((kept / "told").read_bytes())
        factories.number_from(numbers)
        return world

    def _let_go(self) -> None:
        """Close every connection: what is not in the database file yet gets there."""
        db.session.remove()
        for each in db.engines.values():
            each.dispose()

    def _database(self) -> str:
        return settings().database_url.rpartition("/")[2]

    def _lay(self, name: str, *, template: str) -> None:
        with self._services.exclusive("template"):
            self._services.postgresql().create_database(template=template, name=name)


@pytest.fixture
def built_once(app: EquipoiseApp, services: Services) -> BuiltOnce:
    """A costly world of this test alone for the price of a copy: `built_once(a_reported_call)`."""
    return BuiltOnce(app, services)
