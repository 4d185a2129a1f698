"""An application with one thread: `/hold` keeps it until the next request waits in line."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from app.core.arrival import arrived, stood_in_line
from app.core.arrival.under_gunicorn import Worker

MOST = 3_000  # times of looking whether somebody waits


class Watched(Worker):
    def init_process(self) -> None:
        LINE.append(lambda: bool(self.tpool._work_queue.qsize()))
        super().init_process()


LINE: list[Callable[[], bool]] = []


def application(environ: Any, start_response: Any) -> Iterable[bytes]:
    """Answer with when the request arrived, was begun and answered, and how long it waited."""
    begun = time.time()
    if environ["PATH_INFO"] == "/hold":
        for _ in range(MOST):
            if LINE[0]():
                break
            time.sleep(0.005)
    environ["wsgi.input"].read()
    waited = stood_in_line(environ).total_seconds()
    text = f"{arrived(environ).timestamp()!r} {begun!r} {time.time()!r} {waited!r}".encode()
    start_response("200 OK", [("Content-Length", str(len(text)))])
    return [text]
