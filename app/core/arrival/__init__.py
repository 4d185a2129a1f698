"""When a request reached us, and how long it stood in line for a free thread.

Two figures, told apart by both servers. The **instant its head was read** decides a deadline,
however long the rest takes. The **time in line**, from when the server had what a thread needs to
when one took it, decides whether we are too busy: a slow connection is nobody's crowd. A web server
that notes neither is judged by the moment it calls the application, as if nobody stood in line. No
header can say either: those begin with HTTP_.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask import has_request_context, request

from app.core import clock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEAD_READ = "equipoise.head_read"
IN_LINE = "equipoise.in_line"


def arrived(environ: "WSGIEnvironment") -> datetime:
    """Return the instant the head of the request was read, or now where nobody noted it."""
    noted = environ.get(HEAD_READ)
    return noted if isinstance(noted, datetime) else clock.now()


def stood_in_line(environ: "WSGIEnvironment") -> timedelta:
    """Return how long the request waited for a thread, or nothing where nobody noted it."""
    noted = environ.get(IN_LINE)
    return noted if isinstance(noted, timedelta) else timedelta()


def now_but_for_the_line() -> datetime:
    """Return when the request under way would be here had nobody stood before it in line.

    Words that are saved are judged by this: a long line makes nobody late, and a body that is still
    being sent after its head came in time is.
    """
    waited = stood_in_line(request.environ) if has_request_context() else timedelta()
    return clock.now() - waited


def noting(
    application: "WSGIApplication", head_read: datetime | None, in_line: timedelta
) -> "WSGIApplication":
    """Return the application as it is called for one request that arrived and waited so."""

    def call(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        environ[HEAD_READ], environ[IN_LINE] = head_read, in_line
        return application(environ, start_response)

    return call
