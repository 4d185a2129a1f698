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
from typing import NamedTuple

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


def _until_it_answers(port: int) -> None:
    for _ in range(600):
        try:
            with closing(socket.create_connection(("127.0.0.1", port), 20)) as line:
                line.sendall(b"GET / HTTP/1.0\r\n\r\n")
                _told(line)
                return
        except OSError:
            time.sleep(0.05)


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
    # Told to quit while it hands a line to a thread, it stands still until it is killed.
    command += ["--graceful-timeout", "2"]
    command += ["--log-level", "error", "tests.core.arrival.waiting:application"]
    environ = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    process = subprocess.Popen(command, cwd=ROOT, env=environ)
    try:
        _until_it_answers(port)  # a mere connection would stand in line when it closes
        yield port
    finally:
        process.send_signal(signal.SIGQUIT)  # at once
        process.wait(20)


class _Told(NamedTuple):
    """What the server says of a request: three instants, and the seconds it stood in line."""

    arrived: float
    begun: float
    answered: float
    in_line: float


def _told(line: socket.socket) -> _Told:
    answer = http.client.HTTPResponse(line)
    answer.begin()
    return _Told(*map(float, answer.read().decode().split()))


@pytest.mark.parametrize("serving", [_waitress, _gunicorn])
def test_who_waits_in_line_has_arrived_and_who_is_still_writing_has_not(serving: object) -> None:
    with serving() as port:  # type: ignore[operator]
        there = ("127.0.0.1", port)
        with closing(socket.create_connection(there, 20)) as first:
            first.sendall(b"GET /hold HTTP/1.1\r\nHost: here\r\n\r\n")
            with closing(socket.create_connection(there, 20)) as second:
                second.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Le")
                time.sleep(0.01)  # a head in two pieces, while no thread is free
                second.sendall(b"ngth: 2\r\n\r\nab")
                held, queued = _told(first), _told(second)
                assert queued.arrived < held.answered <= queued.answered, "it came meanwhile"
                assert queued.in_line > 0
        with closing(socket.create_connection(there, 20)) as slow:
            slow.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n")
            time.sleep(0.05)  # however long: its head ends after what follows
            before = time.time()
            slow.sendall(b"X-Words: more\r\n\r\n")
            told = _told(slow)
            assert told.arrived >= before, "a line opened early is not a request that came early"
            slow.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")  # the same line, once more
            assert _told(slow).arrived > told.arrived


@pytest.mark.parametrize("serving", [_waitress, _gunicorn])
def test_a_slow_line_is_not_taken_for_a_long_one(serving: object) -> None:
    with serving() as port, closing(socket.create_connection(("127.0.0.1", port), 20)) as slow:  # type: ignore[operator]
        sent = [time.time()]
        slow.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\na")
        time.sleep(0.2)
        sent.append(time.time())
        slow.sendall(b"b")
        told = _told(slow)
    # waitress has a request in line once its body is there, gunicorn once its head is.
    in_line_from = sent[1] if serving is _waitress else sent[0]
    assert told.in_line <= told.begun - in_line_from + 0.001
    assert told.arrived < sent[1]


def test_who_hangs_up_or_never_ends_a_head_holds_nobody_up() -> None:
    with _gunicorn() as port:
        there = ("127.0.0.1", port)
        for words in (b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: here\r\n"):
            with closing(socket.create_connection(there, 20)) as gone:
                gone.sendall(words)
                gone.shutdown(socket.SHUT_WR)
                assert b"200" not in gone.recv(1_000)
        with closing(socket.create_connection(there, 20)) as slow:
            slow.sendall(b"GET / HTTP/1.1\r\n")  # the one thread does not wait for the rest
            with closing(socket.create_connection(there, 20)) as other:
                other.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
                assert _told(other).answered
