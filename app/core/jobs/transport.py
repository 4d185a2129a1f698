"""Huey carries the ids of jobs to workers: over SQLite, PostgreSQL or Redis, by setting alone."""

from __future__ import annotations

from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from app.core.jobs.queue import TRANSPORT
from app.core.jobs.running import run_job

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from huey import Huey


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
        from app.core.jobs.messages import open_queue  # noqa: PLC0415 - it loads every broker

        app = self._app
        huey = open_queue(app.extensions["equipoise"])

        @huey.task(name="run_job")  # type: ignore[untyped-decorator]
        def run(job_id: str) -> None:
            with app.app_context():
                run_job(job_id)

        return huey, run


def install_transport(app: Flask) -> HueyTransport:
    """Let jobs be sent from this process."""
    transport: HueyTransport = app.extensions.setdefault(TRANSPORT, HueyTransport(app))
    return transport
