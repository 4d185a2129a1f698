"""A fair turn to write: SQLite has one writer, and without a queue the unlucky wait longest."""

import fcntl
import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakMethod

from flask import current_app

if TYPE_CHECKING:
    from app.core.work import UnitOfWork


class WriteQueue:
    """First come, first served among threads; one process at a time through a file lock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._begin()
        # A preloading server forks after this: a file opened before would be one and the same in
        # all its workers, and so would be the lock.
        begin = WeakMethod(self._begin)
        os.register_at_fork(after_in_child=lambda: (again := begin()) and again())

    def _begin(self) -> None:
        self._waiting: deque[Lock] = deque()
        self._mutex = Lock()
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    @contextmanager
    def turn(self) -> Iterator[None]:
        mine = Lock()
        mine.acquire()
        with self._mutex:
            self._waiting.append(mine)
            first = self._waiting[0] is mine
        if not first:
            mine.acquire()  # released by the one before
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)
            with self._mutex:
                self._waiting.popleft()
                if self._waiting:
                    self._waiting[0].release()


@contextmanager
def write_turn(work: "UnitOfWork") -> Iterator[None]:
    """Wait for the turn when `work` writes to SQLite; elsewhere go on at once."""
    queue: WriteQueue | None = current_app.extensions.get("write_queue")
    if queue is None or not work.writes:
        yield
        return
    with queue.turn():
        yield
