"""When a request reached us: its head decides, however long it waits for a free thread after.

Both servers note the instant as they read the head and hand it on; a web server that does not is
judged by the moment it calls the application. No header can say it: those begin with HTTP_.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from app.core import clock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEAD_READ = "equipoise.head_read"


def arrived(environ: "WSGIEnvironment") -> datetime:
    """Return the instant the head of the request was read, or now where nobody noted it."""
    noted = environ.get(HEAD_READ)
    return noted if isinstance(noted, datetime) else clock.now()


def noting(application: "WSGIApplication", noted: datetime) -> "WSGIApplication":
    """Return the application as it is called for one request that arrived at `noted`."""

    def call(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        environ[HEAD_READ] = noted
        return application(environ, start_response)

    return call
