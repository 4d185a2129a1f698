"""Both servers, as they are run: the instant of arrival is that of the head, not of the turn."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread

import pytest

from app.core.arrival.under_waitress import listening
from tests.core.arrival import waiting
from tests.services import free_port

ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def _waitress() -> Iterator[int]:
    server = listening(waiting.application, host="127.0.0.1", port=0, threads=1)
    waiting.LINE[:] = [lambda: bool(server.task_dispatcher.queue)]
    running = Thread(target=_run, args=(server,), daemon=True)
    running.start()
    try:
        yield server.effective_port
    finally:
        server.close()
        running.join(5)


def _run(server: object) -> None:
    try:
        server.run()  # type: ignore[attr-defined]
    except OSError:
        return  # closed while it waited


@contextmanager
def _gunicorn() -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", "1"]
    command += ["--worker-class", "tests.core.arrival.waiting.Watched", "--no-control-socket"]
    command += ["--log-level", "error", "tests.core.arrival.waiting:application"]
    environ = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    process = subprocess.Popen(command, cwd=ROOT, env=environ)
    try:
        for _ in range(600):
            with closing(socket.socket()) as line:
                if line.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        process.send_signal(signal.SIGQUIT)  # at once
        process.wait(20)


def _told(line: socket.socket) -> tuple[float, float]:
    """Return when a request arrived and when it was answered, as the server says."""
    answer = http.client.HTTPResponse(line)
    answer.begin()
    arrived, answered = answer.read().decode().split()
    return float(arrived), float(answered)


@pytest.mark.parametrize("serving", [_waitress, _gunicorn])
def test_who_waits_in_line_has_arrived_and_who_is_still_writing_has_not(serving: object) -> None:
    with serving() as port:  # type: ignore[operator]
        there = ("127.0.0.1", port)
        with closing(socket.create_connection(there, 20)) as first:
            first.sendall(b"GET /hold HTTP/1.1\r\nHost: here\r\n\r\n")
            with closing(socket.create_connection(there, 20)) as second:
                second.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\nab")
                _, let_go = _told(first)
                arrived, answered = _told(second)
                assert arrived < let_go <= answered, "it arrived while the other was answered"
        with closing(socket.create_connection(there, 20)) as slow:
            slow.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n")
            time.sleep(0.05)  # however long: its head ends after what follows
            before = time.time()
            slow.sendall(b"X-Words: more\r\n\r\n")
            arrived, _ = _told(slow)
            assert arrived >= before, "a connection opened early is not a request that came early"
            slow.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")  # the same line, once more
            again, _ = _told(slow)
            assert again > arrived
