"""Huey carries the ids of jobs to workers: over SQLite, PostgreSQL or Redis, by setting alone."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from flask import Flask
from huey import Huey, PostgresHuey, PriorityRedisHuey
from huey.serializer import SignedSerializer
from huey.storage import SqliteStorage
from pysqlite3 import dbapi2 as sqlite_driver

from app.core.jobs.queue import TRANSPORT
from app.core.jobs.running import run_job
from config import Config, SettingError

QUEUE = "equipoise"


class _Storage(SqliteStorage):  # type: ignore[misc]
    """Huey's own, through the SQLite we ship: the system's may have the WAL defect."""

    integrity_error = sqlite_driver.IntegrityError
    operational_error = sqlite_driver.OperationalError

    def _create_connection(self) -> Any:  # noqa: ANN401 - a DBAPI connection
        connection = sqlite_driver.connect(
            self.filename, timeout=self._timeout, check_same_thread=False
        )
        connection.isolation_level = None
        self._set_journal_mode(connection)
        connection.execute("PRAGMA synchronous=OFF")  # the job table is what must not be lost
        return connection


class HueyTransport:
    """Sends ids, and knows the task that a worker runs for each. Opened when first needed."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._opening = Lock()

    def send(self, job_id: str) -> None:
        with self._opening:
            task = self._opened[1]
        task(job_id)

    @property
    def huey(self) -> Huey:
        with self._opening:
            return self._opened[0]

    def close(self) -> None:
        """Give the connections back, if any were opened."""
        with self._opening:
            if "_opened" in self.__dict__:
                self._opened[0].storage.close()

    @cached_property
    def _opened(self) -> tuple[Huey, Callable[[str], object]]:
        app = self._app
        huey = _open(app.extensions["equipoise"])

        @huey.task(name="run_job")  # type: ignore[untyped-decorator]
        def run(job_id: str) -> None:
            with app.app_context():
                run_job(job_id)

        return huey, run


def install_transport(app: Flask) -> HueyTransport:
    """Let jobs be sent from this process."""
    transport: HueyTransport = app.extensions.setdefault(TRANSPORT, HueyTransport(app))
    return transport


def _open(config: Config) -> Huey:
    # Messages are pickled: without the signature, whoever writes to the queue could run code.
    options = {
        "results": False,
        "serializer": SignedSerializer(secret=config.cookie_key(), salt="equipoise-jobs"),
    }
    url = config.queue_url
    if not url:
        path = Path(config.data_dir / "queue.db").resolve()
        return Huey(QUEUE, storage_class=_Storage, filename=str(path), **options)
    if url.startswith(("redis://", "rediss://")):
        return PriorityRedisHuey(QUEUE, url=url, **options)
    if url.startswith("postgresql"):
        return PostgresHuey(QUEUE, dsn=url.replace("+psycopg", "", 1), **options)
    raise SettingError(
        "EQUIPOISE_QUEUE_URL must begin with redis:// or postgresql://, or be empty."
    )
