"""Huey, loaded without the drivers of queues that are not used.

It takes every driver it finds when it is loaded, Redis with a whole cryptography library behind
it: 22 MB in each process of a web server, most of which serve one SQLite file. So its first
import finds none; the queue that needs one has it loaded then.
"""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

__all__ = ["Consumer", "Huey", "SignedSerializer", "SqliteStorage", "storages"]

_DRIVERS = ("redis", "psycopg")


@contextmanager
def _hidden(names: tuple[str, ...]) -> Iterator[None]:
    """Let an import of these fail, as if they were not installed; those loaded already stay."""
    absent = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # None: not to be found
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


with _hidden(_DRIVERS):
    from huey import Huey, storage
    from huey.consumer import Consumer
    from huey.serializer import SignedSerializer
    from huey.storage import SqliteStorage


def storages(driver: str) -> ModuleType:
    """Return Huey's storages with this driver at hand."""
    importlib.import_module(driver)
    return importlib.reload(storage) if _misses(driver) else storage


def _misses(driver: str) -> bool:
    return {"redis": storage.Redis, "psycopg": storage.psycopg}[driver] is None
