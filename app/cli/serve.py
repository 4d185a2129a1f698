"""`flask serve` and `flask worker`: run the pages, the jobs, or both, until told to stop."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType

import click
from flask import Flask, current_app
from waitress.server import BaseWSGIServer, MultiSocketServer

from app.cli.plainly import UsageProblem
from app.core import migrate
from app.core.arrival.under_waitress import listening
from app.core.jobs.worker import Worker


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    return app


@click.command()
@click.option(
    "--bind", default="127.0.0.1:8000", show_default=True, help="HOST:PORT; port 0 is any."
)
@click.option("--with-worker", is_flag=True, help="Do the jobs in this process too.")
@click.option("--threads", default=8, show_default=True, help="Requests answered at once.")
def serve(bind: str, *, with_worker: bool, threads: int) -> None:
    """Serve the pages with waitress."""
    _refuse_old_schema()
    server = _listen(_app(), bind, threads)
    with _stopping_gently(), _working(Worker(_app()) if with_worker else None):
        click.echo(f"Serving on {_address(server)} (stop with Ctrl+C).")
        server.run()
    click.echo("Stopped.")


@click.command()
@click.option("--threads", default=2, show_default=True, help="Jobs done at once.")
def worker(threads: int) -> None:
    """Do the jobs that pages and commands ask for."""
    _refuse_old_schema()
    told = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    with _working(Worker(_app(), threads)):
        click.echo("Working (stop with Ctrl+C).")
        told.wait()
    click.echo("Stopped.")


def _refuse_old_schema() -> None:
    if migrate.current() != migrate.head():
        raise UsageProblem("The database is not at the newest schema. Run: flask db upgrade")


def _listen(app: Flask, bind: str, threads: int) -> BaseWSGIServer | MultiSocketServer:
    host, _, port = bind.rpartition(":")
    if not host or not port.isdigit():
        raise UsageProblem(f"--bind needs HOST:PORT such as 127.0.0.1:8000, not {bind!r}.")
    try:
        return listening(
            app,
            host=host.strip("[]"),
            port=int(port),
            threads=threads,
            ident=None,
            max_request_body_size=app.config["MAX_CONTENT_LENGTH"],
            clear_untrusted_proxy_headers=False,  # ProxyFix decides, by EQUIPOISE_PROXY_HOPS
        )
    except (OSError, OverflowError, ValueError) as error:
        raise UsageProblem(
            f"Cannot listen on {bind}: {getattr(error, 'strerror', None) or error}. "
            "Choose another with --bind."
        ) from error


def _address(server: BaseWSGIServer | MultiSocketServer) -> str:
    if isinstance(server, MultiSocketServer):  # a name with several addresses
        host, port = server.effective_listen[0]
    else:
        host, port = server.effective_host, server.effective_port
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def _working(hands: Worker | None) -> Iterator[None]:
    if hands is None:
        yield
        return
    hands.start()
    try:
        yield
    finally:
        hands.stop()


@contextmanager
def _stopping_gently() -> Iterator[None]:
    """Let SIGTERM end the server as Ctrl+C does: requests under way are answered first."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


COMMANDS = (serve, worker)
