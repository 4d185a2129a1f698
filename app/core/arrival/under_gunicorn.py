"""A worker of gunicorn with threads: `--worker-class=app.core.arrival.under_gunicorn.Worker`.

Its main thread waits for what people send and hands it to the others. Here it waits until the whole
head of a request is there, notes that instant, and only then gives it to a thread.
"""

import selectors
import socket
import threading
import time
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import Flask
from gunicorn.workers.gthread import TConn, ThreadWorker

from app.core import clock
from app.core.arrival import noting
from app.core.arrival.warm import warm

if TYPE_CHECKING:
    from datetime import datetime

    from _typeshed.wsgi import WSGIApplication

LONGEST_HEAD = 64 * 1024
HEAD_WITHIN = 15.0  # seconds from when we first looked until all of a head has to be there
END_OF_HEAD = b"\r\n\r\n"


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, *args: object, **kwargs: object) -> None:
        """Made by the parent of all workers, before it forks this one."""
        super().__init__(*args, **kwargs)
        if self.cfg.preload_app and isinstance(application := self.app.wsgi(), Flask):
            warm(application)

    def init_process(self) -> None:
        self.here = threading.local()
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        if self.cfg.is_ssl or _has_read_ahead(conn):  # nothing to look at: it is with a thread
            conn.head_read = None
        else:
            seen = _peek(conn.sock, LONGEST_HEAD)
            if _may_go_on(seen, conn):
                self._wait_for_more(conn, len(seen))
                return
            conn.head_read = clock.now() if END_OF_HEAD in seen else None
            _wake_at(conn.sock, 1)
            conn.seen = conn.head_until = None
        conn.queued_at = time.monotonic()
        super().enqueue_req(conn)

    def _wait_for_more(self, conn: TConn, seen: int) -> None:
        """Leave what is there where it is, and be woken when there is more of it."""
        conn.head_until = getattr(conn, "head_until", None) or time.monotonic() + HEAD_WITHIN
        conn.seen, conn.timeout = seen, conn.head_until
        conn.sock.setblocking(False)
        _wake_at(conn.sock, seen + 1)
        self.pending_conns.append(conn)
        self.poller.register(
            conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn)
        )

    def handle(self, conn: TConn) -> Any:  # noqa: ANN401 - gunicorn's
        self.here.in_line = timedelta(seconds=time.monotonic() - conn.queued_at)
        return super().handle(conn)

    def handle_request(self, req: Any, conn: TConn) -> bool:  # noqa: ANN401 - gunicorn's
        # Once: a further request on this connection that came with it has no instant of its own.
        self.here.head_read, conn.head_read = getattr(conn, "head_read", None), None
        kept: bool = super().handle_request(req, conn)
        return kept

    def load_wsgi(self) -> None:
        super().load_wsgi()
        application: WSGIApplication = self.wsgi  # type: ignore[has-type]  # gunicorn has no types

        def call(environ: Any, start_response: Any) -> Any:  # noqa: ANN401
            head_read: datetime | None = getattr(self.here, "head_read", None)
            in_line: timedelta = getattr(self.here, "in_line", timedelta())
            self.here.head_read, self.here.in_line = None, timedelta()
            return noting(application, head_read, in_line)(environ, start_response)

        self.wsgi = call


def _has_read_ahead(conn: TConn) -> bool:
    """Whether part of the next request came with the one before, and is read already."""
    return conn.parser is not None and bool(conn.parser.unreader.buf.getvalue())


def _may_go_on(seen: bytes, conn: TConn) -> bool:
    """Whether the head is not there yet and there may be more of it: it is not too long, and its
    sender has not hung up, which wakes us without anything more to see."""
    if END_OF_HEAD in seen or len(seen) >= LONGEST_HEAD:
        return False
    return getattr(conn, "seen", None) != len(seen)


def _wake_at(sock: socket.socket, size: int) -> None:
    """Have the poller tell of this line when so many bytes wait in it, or when it is closed."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, size)


def _peek(sock: socket.socket, most: int) -> bytes:
    """Look at what has come in, and leave it there."""
    try:
        return sock.recv(most, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except OSError:  # nothing yet, or broken: what comes next tells
        return b""
