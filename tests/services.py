"""Real PostgreSQL, Redis and SMTP for the tests: started when first asked for, stopped at the end.

One PostgreSQL and one Redis serve every xdist worker. The first test that asks starts them, under
a file lock. A small watcher, started by the controlling process and holding the other end of a
pipe from it, stops them and removes their folder when that process ends, however it ends.
"""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from threading import Condition
from typing import TYPE_CHECKING, Any, TypeVar, cast

import psycopg
import pytest
from aiosmtpd.controller import Controller
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage

    from aiosmtpd.smtp import SMTP, Envelope, Session

Service = TypeVar("Service")

STARTS_WITHIN = 30.0  # seconds; a loaded two-core machine needs about two
FILE_COPY_SINCE = 150000
TRIES = 3  # another program may take a free port between our look and the server's

WATCHER = """
import contextlib, os, pathlib, shutil, signal, sys, time
folder = pathlib.Path(sys.argv[1])
for wanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(wanted, signal.SIG_IGN)
sys.stdin.read()

def gone(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True

stops = [record.name.split(".")[1:] for record in folder.glob("stop.*.*")]
for pid, how in stops:
    with contextlib.suppress(ProcessLookupError):
        os.kill(int(pid), int(how))
deadline = time.monotonic() + 10
while not all(gone(pid) for pid, _ in stops):
    if time.monotonic() > deadline:
        for pid, _ in stops:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        break
    time.sleep(0.02)
shutil.rmtree(folder, ignore_errors=True)
"""


class ServiceError(Exception):
    """A service cannot be had here; the sentence says why and what to install."""


@dataclass(frozen=True)
class PostgreSQL:
    """One server on 127.0.0.1, with an ordinary role that owns the databases it makes."""

    port: int
    password: str
    owner: str = "equipoise"

    def url(self, database: str) -> str:
        """Return the SQLAlchemy address of a database, for the role that owns it."""
        return f"postgresql+psycopg://{self.owner}:{self.password}@127.0.0.1:{self.port}/{database}"

    def admin(self, database: str = "postgres") -> psycopg.Connection[tuple[Any, ...]]:
        """Connect as the superuser, each statement its own transaction."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="postgres",
            password=self.password,
            dbname=database,
            autocommit=True,
            connect_timeout=10,
        )

    def create_database(self, *, template: str = "template1", name: str = "") -> str:
        """Make a copy of the template, with the name or one of its own, and return its name."""
        name = name or f"test_{secrets.token_hex(6)}"
        with self.admin() as connection:
            # Many small files, and nothing to recover: copied as files where that can be asked for.
            how = " STRATEGY FILE_COPY" if connection.info.server_version >= FILE_COPY_SINCE else ""
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}" + how).format(
                    sql.Identifier(name), sql.Identifier(self.owner), sql.Identifier(template)
                )
            )
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database even where a forgotten connection is still open."""
        with self.admin() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


class Services:
    """The servers of one test run, known to all its processes by one folder."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.folder = folder
        self.durable = durable

    @contextmanager
    def exclusive(self, name: str) -> Iterator[None]:
        """Let one process of the run at a time do the named thing."""
        with (self.folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def postgresql(self) -> PostgreSQL:
        """Return the run's PostgreSQL, starting it where nobody has."""
        return PostgreSQL(**self._once("postgresql", self._start_postgresql))

    def redis_url(self, database: int = 0) -> str:
        """Return the address of one numbered database of the run's Redis, starting it at need."""
        port = self._once("redis", self._start_redis)["port"]
        return f"redis://127.0.0.1:{port}/{database}"

    def _once(self, name: str, start: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        record = self.folder / f"{name}.json"
        with self.exclusive(name):
            if not record.exists():
                record.write_text(json.dumps(start()))
                record.chmod(0o600)
            return cast("dict[str, Any]", json.loads(record.read_text()))

    def _start_postgresql(self) -> dict[str, Any]:
        initdb, postgres = _postgresql_program("initdb"), _postgresql_program("postgres")
        account = _account_for_postgresql()
        password = secrets.token_hex(16)
        home = self.folder / "postgresql"
        home.mkdir(mode=0o700)
        _own(home, account)
        password_file = home / "password"
        password_file.write_text(password)
        _own(password_file, account)
        how: list[str | Path] = ["--no-sync", "--auth=password", f"--pwfile={password_file}"]
        made = subprocess.run(
            [initdb, "-D", home / "data", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", *how],
            user=account,
            group=_group_of(account),
            cwd=home,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        if made.returncode:
            raise ServiceError(f"initdb failed: {made.stderr.strip()}")
        options = ["shared_buffers=64MB", "max_connections=200", "unix_socket_directories="]
        if not self.durable:
            options += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
            options += ["wal_level=minimal", "max_wal_senders=0"]

        def command(port: int) -> list[str | Path]:
            flags = [word for option in options for word in ("-c", option)]
            return [postgres, "-D", home / "data", "-h", "127.0.0.1", "-p", str(port), *flags]

        def ready(port: int) -> None:
            PostgreSQL(port, password).admin().close()

        port = self._start("postgresql", command, ready, signal.SIGQUIT, account)
        server = PostgreSQL(port, password)
        with server.admin() as connection:
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN CREATEROLE PASSWORD {}").format(
                    sql.Identifier(server.owner), sql.Literal(password)
                )
            )
        return {"port": port, "password": password}

    def _start_redis(self) -> dict[str, Any]:
        program = shutil.which("redis-server")
        if program is None:
            raise ServiceError("redis-server is not installed; run `make setup-test` as root.")

        def command(port: int) -> list[str | Path]:
            flags = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
            return [program, "--port", str(port), "--databases", "256", *flags]

        def ready(port: int) -> None:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
                client.sendall(b"PING\r\n")
                if not client.recv(64).startswith(b"+PONG"):
                    raise OSError("Redis is still loading")

        return {"port": self._start("redis", command, ready, signal.SIGTERM)}

    def _start(
        self,
        name: str,
        command: Callable[[int], list[str | Path]],
        ready: Callable[[int], None],
        stop: signal.Signals,
        account: str | None = None,
    ) -> int:
        """Start a server on a free port, tell the watcher how to stop it, wait until it answers."""
        log = self.folder / f"{name}.log"
        for _ in range(TRIES):
            port = free_port()
            with log.open("wb") as output:
                process = subprocess.Popen(
                    command(port),
                    user=account,
                    group=_group_of(account),
                    cwd=self.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            # The run's watcher is the one that waits for this process, not this object.
            (self.folder / f"stop.{process.pid}.{stop.value}").touch()
            if _answers(process, port, ready):
                process.returncode = 0
                return port
        raise ServiceError(f"{name} did not start: {log.read_text(errors='replace')[-2000:]}")


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(process: subprocess.Popen[bytes], port: int, ready: Callable[[int], None]) -> bool:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError, psycopg.OperationalError):
            ready(port)
            return True
        time.sleep(0.05)
    if process.poll() is None:
        process.kill()
        process.wait()
    return False


def _postgresql_program(name: str) -> Path:
    def version(path: Path) -> int:
        return int(path.parents[1].name) if path.parents[1].name.isdigit() else 0

    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=version)
    if not found and (on_path := shutil.which(name)):
        found = [Path(on_path)]
    if not found:
        raise ServiceError(f"PostgreSQL's {name} is not installed; run `make setup-test` as root.")
    return found[-1]


def _account_for_postgresql() -> str | None:
    """PostgreSQL refuses to run as root: name the account to run it as, or None for our own."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _group_of(account: str | None) -> int | None:
    return None if account is None else pwd.getpwnam(account).pw_gid


def _own(path: Path, account: str | None) -> None:
    if account is not None:
        shutil.chown(path, account, _group_of(account))


@contextmanager
def running(*, durable: bool = False) -> Iterator[Services]:
    """Offer the services while the block runs; durable keeps fsync on, for measurements."""
    folder = Path(tempfile.mkdtemp(prefix="equipoise-services-"))
    folder.chmod(0o711)  # PostgreSQL's account walks through it to its own folder
    watcher = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", WATCHER, folder],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield Services(folder, durable=durable)
    finally:
        watcher.communicate()


class Mailbox:
    """An SMTP server in this process that keeps each letter it is handed."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self._arrived = Condition()

    async def handle_DATA(  # noqa: N802 - the name aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep one letter, with the addresses of its envelope beside its own headers."""
        content = envelope.content or b""
        raw = content.encode() if isinstance(content, str) else content
        letter = message_from_bytes(raw, policy=policy.default)
        letter["X-Envelope-From"] = envelope.mail_from or ""
        letter["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
        with self._arrived:
            self.messages.append(letter)
            self._arrived.notify_all()
        return "250 kept"

    def wait_for(self, count: int, timeout: float = 10.0) -> list[EmailMessage]:
        """Return the letters once there are so many, or fail after the time-out in seconds."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.messages) >= count, timeout):
                raise AssertionError(f"{len(self.messages)} of {count} letters came.")
            return list(self.messages)

    def to(self, address: str) -> list[EmailMessage]:
        """Return the letters handed in for one address."""
        return [letter for letter in self.messages if address in letter["X-Envelope-To"]]


class SmtpServer:
    """A mailbox and the address under which it is reached."""

    def __init__(self) -> None:
        self.mailbox = Mailbox()
        self._controller = _listening(self.mailbox)
        self.url = f"smtp://127.0.0.1:{self._controller.port}"

    def stop(self) -> None:
        """Stop listening; what came stays readable."""
        self._controller.stop()


def _listening(mailbox: Mailbox) -> Controller:
    for attempt in range(TRIES):
        controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
        try:
            controller.start()
        except OSError:
            if attempt == TRIES - 1:
                raise
        else:
            return controller
    raise AssertionError("unreachable: the last try returns or raises")


# --- pytest: the folder is made by the controlling process and named to its workers ------------

FOLDER = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Open the run's services in the controlling process; a worker is told their folder."""
    worker = getattr(config, "workerinput", None)
    if worker is not None:
        config.stash[FOLDER] = Path(worker["services"])
        return
    offered = ExitStack()
    config.stash[FOLDER] = offered.enter_context(running()).folder
    config.add_cleanup(offered.close)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell an xdist worker where the run's services are."""
    node.workerinput["services"] = str(node.config.stash[FOLDER])


def _or_skip(start: Callable[[], Service]) -> Service:
    try:
        return start()
    except ServiceError as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def services(request: pytest.FixtureRequest) -> Services:
    """The servers of this run."""
    return Services(request.config.stash[FOLDER])


@pytest.fixture(scope="session")
def postgresql(services: Services) -> PostgreSQL:
    """The run's PostgreSQL server, shared by all workers: make a database of your own in it."""
    return _or_skip(services.postgresql)


@pytest.fixture
def postgresql_url(postgresql: PostgreSQL) -> Iterator[str]:
    """The address of an empty database, dropped after the test."""
    name = postgresql.create_database()
    yield postgresql.url(name)
    postgresql.drop_database(name)


@pytest.fixture
def redis_url(services: Services, worker_number: int) -> str:
    """The address of this worker's own Redis database, empty."""
    url = _or_skip(lambda: services.redis_url(worker_number))
    import redis  # noqa: PLC0415 - only these tests need the client

    with redis.Redis.from_url(url) as client:
        client.flushdb()
    return url


@pytest.fixture(scope="session")
def worker_number(request: pytest.FixtureRequest) -> int:
    """The number of this xdist worker from 1; 0 without xdist."""
    name: str = getattr(request.config, "workerinput", {}).get("workerid", "gw-1")
    return int(name.removeprefix("gw")) + 1


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    """A mail server of this test's own: its url, and its mailbox."""
    server = SmtpServer()
    yield server
    server.stop()
