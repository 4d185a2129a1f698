"""The queue that carries ids of jobs: over SQLite, PostgreSQL or Redis, by setting alone."""

from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2 as sqlite_driver

from app.core.jobs.brokers import Huey, SignedSerializer, SqliteStorage, storages
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


def open_queue(config: Config) -> Huey:
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
        return Huey(QUEUE, storage_class=storages("redis").PriorityRedisStorage, url=url, **options)
    if url.startswith("postgresql"):
        dsn = url.replace("+psycopg", "", 1)
        return Huey(QUEUE, storage_class=storages("psycopg").PostgresStorage, dsn=dsn, **options)
    raise SettingError(
        "EQUIPOISE_QUEUE_URL must begin with redis:// or postgresql://, or be empty."
    )
