"""waitress reads in one thread and answers in others: note the instant in the first."""

import logging
import time
from datetime import datetime, timedelta
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer, MultiSocketServer, create_server
from waitress.task import WSGITask

from app.core import clock
from app.core.arrival import HEAD_READ, IN_LINE

CONNECTIONS = 1_000  # held at once; more wait unread, and unread is not arrived


class _Request(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """Stands in line from the moment its body is whole: no thread takes it before."""

    head_read: datetime | None = None
    whole_at = 0.0  # monotonic seconds

    def received(self, data: bytes) -> int:
        taken: int = super().received(data)
        if self.completed:
            self.whole_at = time.monotonic()
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        self.head_read = clock.now()
        super().parse_header(header_plus)


class _Task(WSGITask):  # type: ignore[misc]
    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ[HEAD_READ] = self.request.head_read
        environ[IN_LINE] = timedelta(seconds=time.monotonic() - self.request.whole_at)
        return environ


class _Channel(HTTPChannel):  # type: ignore[misc]
    parser_class = _Request
    task_class = _Task


def listening(application: object, **options: Any) -> BaseWSGIServer | MultiSocketServer:  # noqa: ANN401 - as waitress takes them
    """Return a waitress server that notes when each request arrived."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a line for each that waits
    sockets: dict[int, object] = {}
    server = create_server(
        application,
        map=sockets,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,
        **options,
    )
    for one in sockets.values():
        if isinstance(one, BaseWSGIServer):
            one.channel_class = _Channel
    return server
