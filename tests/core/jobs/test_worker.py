"""A killed worker loses nothing, over each transport; one that is stopped finishes first."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from app import create_app
from app.core import migrate
from app.core.db import db
from app.core.jobs import Job, JobState, enqueue
from app.core.jobs.queue import TRANSPORT
from app.core.jobs.transport import install_transport
from app.core.work import Mode, unit_of_work
from config import Config, SettingError
from tests.conftest import KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.core.web import EquipoiseApp

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 40.0  # seconds


class Works:
    """An application whose jobs are done by processes of their own."""

    def __init__(self, folder: Path, database_url: str, queue_url: str) -> None:
        self.folder, self._urls = folder, (database_url, queue_url)
        config = Config(
            data_dir=folder, secret_key=KEY, database_url=database_url, queue_url=queue_url
        )
        self.app: EquipoiseApp = create_app(config)
        self.running: list[subprocess.Popen[bytes]] = []
        with self.app.app_context():
            migrate.upgrade()
        install_transport(self.app)

    def start(self) -> subprocess.Popen[bytes]:
        ready = self.diary().count("ready")
        command = [sys.executable, "-m", "tests.core.jobs.slow_worker", self.folder, *self._urls]
        process = subprocess.Popen([str(word) for word in command], cwd=ROOT)
        self.running.append(process)
        self.wait_for(lambda: self.diary().count("ready") > ready)
        return process

    def ask(self, **payload: Any) -> str:
        with self.app.app_context(), unit_of_work():
            return enqueue("test.slow", payload).id

    def job(self, job_id: str) -> Job:
        with self.app.app_context(), unit_of_work(mode=Mode.READ):
            return db.session.get_one(Job, job_id)

    def diary(self) -> list[str]:
        path = self.folder / "diary"
        return path.read_text().splitlines() if path.exists() else []

    def wait_for(self, comes: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not comes():
            assert time.monotonic() < deadline, self.diary()
            time.sleep(0.05)

    def close(self) -> None:
        for process in self.running:
            process.kill()
            process.wait()
        install_transport(self.app).close()
        with self.app.app_context():
            for engine in db.engines.values():
                engine.dispose()


@pytest.fixture(params=["sqlite", "redis", "postgresql"])
def works(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Works]:
    urls = {"sqlite": ("", ""), "redis": ("", ""), "postgresql": ("", "")}
    if request.param == "redis":
        urls["redis"] = ("", request.getfixturevalue("redis_url"))
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
        urls["postgresql"] = (url, url)
    made = Works(tmp_path, *urls[request.param])
    yield made
    made.close()


def test_a_killed_worker_loses_no_job_and_a_stopped_one_finishes(works: Works) -> None:
    first = works.start()
    slow = works.ask(id="slow", seconds=1.0)
    works.wait_for(lambda: "begin slow" in works.diary())
    first.kill()
    first.wait()
    assert "end slow" not in works.diary()
    with works.app.app_context(), unit_of_work():
        for number in range(40):
            enqueue("test.slow", {"id": str(number), "seconds": 0})
    transport = works.app.extensions.pop(TRANSPORT)
    works.ask(id="unsent", seconds=0)
    works.app.extensions[TRANSPORT] = transport
    second = works.start()
    works.wait_for(lambda: len(_ends(works)) == 42)
    assert len(set(_ends(works))) == 42
    assert works.diary().count("begin slow") == 2
    assert (works.job(slow).state, works.job(slow).attempts) == (JobState.DONE, 2)
    last = works.ask(id="last", seconds=1.0)
    works.wait_for(lambda: "begin last" in works.diary())
    second.terminate()
    assert second.wait(PATIENCE) == 0
    assert works.job(last).state is JobState.DONE
    assert works.diary()[-2:] == ["end last", "stopped"]


def _ends(works: Works) -> list[str]:
    return [line for line in works.diary() if line.startswith("end ")]


def test_the_queue_beside_the_tables_is_no_difference_of_the_schema(
    postgresql_url: str, tmp_path: Path
) -> None:
    works = Works(tmp_path, postgresql_url, postgresql_url)
    works.ask(id="a", seconds=0)
    with works.app.app_context():
        found = migrate.differences()
    works.close()
    assert found == []


def test_a_transport_that_does_not_exist_is_refused_in_words(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path, secret_key=KEY, queue_url="amqp://host")
    with pytest.raises(SettingError, match="must begin with redis:// or postgresql://"):
        _ = install_transport(create_app(config)).huey
