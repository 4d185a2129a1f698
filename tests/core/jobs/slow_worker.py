"""A worker process whose jobs take a while and leave a line when they begin and when they end."""

import signal
import sys
import time
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

from app import create_app
from app.core.jobs import handles, lease, worker
from config import Config
from tests.conftest import KEY


def main(folder: Path, database_url: str, queue_url: str) -> None:
    """Work until told to stop."""
    lease.LEASE = timedelta(seconds=2)
    worker.SWEEP_EVERY = 0.3
    worker.LATE = timedelta(seconds=0.5)
    worker.SEND_AGAIN_AFTER = 1.0
    diary = folder / "diary"

    def note(line: str) -> None:
        with diary.open("a") as file:
            file.write(line + "\n")

    def begin(payload: dict[str, Any]) -> None:
        note(f"begin {payload['id']}")
        time.sleep(payload["seconds"])

    @handles("test.slow", prepare=begin)
    def _end(payload: dict[str, Any], _prepared: None) -> None:
        note(f"end {payload['id']}")

    app = create_app(
        Config(data_dir=folder, secret_key=KEY, database_url=database_url, queue_url=queue_url)
    )
    told = Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    hands = worker.Worker(app, threads=4)
    hands.start()
    note("ready")
    told.wait()
    hands.stop()
    note("stopped")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
