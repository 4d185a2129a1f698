"""The worker: Huey's consumer beside whatever else the process does, and the sweeper."""

import logging
import time
from datetime import date, timedelta
from threading import Event, Thread

from flask import Flask

from app.core import clock
from app.core.jobs.brokers import Consumer
from app.core.jobs.daily import ask_for_today
from app.core.jobs.queue import due, send
from app.core.jobs.transport import install_transport
from app.core.metrics import LATE_JOBS
from app.core.work import Mode, unit_of_work

log = logging.getLogger(__name__)

SWEEP_EVERY = 2.0  # seconds
LATE = timedelta(seconds=2)
SEND_AGAIN_AFTER = 30.0  # seconds; a long queue is not to be filled with copies
PATIENCE = 20.0  # seconds that a stopping worker is given to finish what it does


class _Consumer(Consumer):  # type: ignore[misc]
    def _set_signal_handlers(self) -> None:
        """Leave signals to the process: it has a web server or a command to end as well."""


class Worker:
    """Runs jobs in threads of this process until it is stopped."""

    def __init__(self, app: Flask, threads: int = 2) -> None:
        self._consumer = _Consumer(
            install_transport(app).huey,
            workers=threads,
            periodic=False,
            max_delay=0.5,
            shutdown_timeout=PATIENCE,
        )
        self._sweeper = Sweeper(app, self._consumer)

    def start(self) -> None:
        self._consumer.start()
        self._sweeper.start()

    def stop(self) -> None:
        """Finish what is running, for `PATIENCE` seconds at most; the lease covers the rest."""
        self._sweeper.stop()
        self._consumer.stop(graceful=True)


class Sweeper:
    """Sends again what is late: its message was lost, or its worker."""

    def __init__(self, app: Flask, consumer: Consumer | None = None) -> None:
        self._app = app
        self._consumer = consumer
        self._stopping = Event()
        self._sent: dict[str, float] = {}
        self._day: date | None = None  # whose daily jobs were asked for
        self._thread = Thread(target=self._run, name="job-sweeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def sweep(self) -> list[str]:
        """Send each late job that was not sent lately; return their ids."""
        now = time.monotonic()
        self._sent = {job: at for job, at in self._sent.items() if now - at < SEND_AGAIN_AFTER}
        with self._app.app_context():
            self._ask_for_today()
            with unit_of_work(mode=Mode.READ):
                found = due(1000, late_by=LATE)
            LATE_JOBS.set(len(found))
            late = [job for job in found if job not in self._sent]
            for job in late:
                send(job)
                self._sent[job] = now
        return late

    def _ask_for_today(self) -> None:
        today = clock.now().date()
        if today != self._day:
            with unit_of_work():
                ask_for_today()
            self._day = today

    def _run(self) -> None:
        while not self._stopping.wait(SWEEP_EVERY):
            try:
                self.sweep()
                if self._consumer is not None:
                    self._consumer.check_worker_health()
            except Exception:
                log.exception("the sweeper could not look for late jobs")
