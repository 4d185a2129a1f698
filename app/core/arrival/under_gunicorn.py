"""A worker of gunicorn with threads: `--worker-class=app.core.arrival.under_gunicorn.Worker`.

Its main thread waits for what people send and hands it to the others. Here it also notes the
instant when the whole head is there, and no thread waits for one that is not.
"""

import selectors
import socket
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from app.core import clock
from app.core.arrival import noting

if TYPE_CHECKING:
    from datetime import datetime

    from _typeshed.wsgi import WSGIApplication

LONGEST_HEAD = 64 * 1024
FIRST_WORD_WITHIN = 10.0  # seconds until a new connection has to say something
END_OF_HEAD = b"\r\n\r\n"


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    def init_process(self) -> None:
        self.here = threading.local()
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        fresh = not conn.initialized and not conn.data_ready
        if fresh and not _readable(conn.sock):
            self._wait_for_first_word(conn)
            return
        conn.head_read = clock.now() if _head_is_there(conn.sock) else None
        super().enqueue_req(conn)

    def _wait_for_first_word(self, conn: TConn) -> None:
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + FIRST_WORD_WITHIN
        self.pending_conns.append(conn)
        self.poller.register(
            conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn)
        )

    def handle_request(self, req: Any, conn: TConn) -> bool:  # noqa: ANN401 - gunicorn's
        # Once: a further request on this connection that came with it has no instant of its own.
        self.here.head_read, conn.head_read = getattr(conn, "head_read", None), None
        kept: bool = super().handle_request(req, conn)
        return kept

    def load_wsgi(self) -> None:
        super().load_wsgi()
        application: WSGIApplication = self.wsgi  # type: ignore[has-type]  # gunicorn has no types

        def call(environ: Any, start_response: Any) -> Any:  # noqa: ANN401
            noted: datetime | None = getattr(self.here, "head_read", None)
            self.here.head_read = None
            ours = noting(application, noted) if noted else application
            return ours(environ, start_response)

        self.wsgi = call


def _readable(sock: socket.socket) -> bool:
    return bool(_peek(sock, 1))


def _head_is_there(sock: socket.socket) -> bool:
    return END_OF_HEAD in _peek(sock, LONGEST_HEAD)


def _peek(sock: socket.socket, most: int) -> bytes:
    """Look at what has come in, and leave it there."""
    try:
        return sock.recv(most, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except (OSError, ValueError):  # nothing yet, broken, or encrypted: TLS cannot be peeked into
        return b""
