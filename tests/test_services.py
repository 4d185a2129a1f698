"""The services that tests lean on are real, separate and gone afterwards."""

import signal
import smtplib
import socket
import subprocess
import sys
import time
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest
import redis

from tests.services import PostgreSQL, SmtpServer, free_port

ROOT = Path(__file__).resolve().parents[1]


def _connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url.replace("+psycopg", ""))


def test_a_database_is_owned_by_an_ordinary_role(postgresql_url: str) -> None:
    with _connect(postgresql_url) as connection:
        connection.execute("CREATE TABLE note (word text)")
        connection.execute("INSERT INTO note VALUES ('Łódź')")
        row = connection.execute(
            "SELECT word, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) FROM note"
        ).fetchone()
    assert row == ("Łódź", False)


def test_a_database_copied_from_another_keeps_its_rows_to_itself(postgresql: PostgreSQL) -> None:
    first = postgresql.create_database()
    with _connect(postgresql.url(first)) as connection:
        connection.execute("CREATE TABLE note AS SELECT 1 AS number")
    second = postgresql.create_database(template=first)
    with _connect(postgresql.url(second)) as connection:
        connection.execute("DELETE FROM note")
    with _connect(postgresql.url(first)) as connection:
        assert connection.execute("SELECT number FROM note").fetchall() == [(1,)]
    for name in (first, second):
        postgresql.drop_database(name)


def test_dropping_a_database_does_not_wait_for_a_forgotten_connection(
    postgresql: PostgreSQL,
) -> None:
    name = postgresql.create_database()
    with _connect(postgresql.url(name)) as forgotten:
        forgotten.execute("SELECT 1")
        postgresql.drop_database(name)
        with pytest.raises(psycopg.OperationalError):
            forgotten.execute("SELECT 1")


def test_redis_answers_and_begins_empty(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("word", "Łódź")
        assert client.get("word") == "Łódź".encode()


def test_the_mail_server_keeps_letters_with_their_envelope(smtp: SmtpServer) -> None:
    letter = EmailMessage()
    letter["Subject"] = "Your receipt – Łódź"
    letter["From"] = "office@example.org"
    letter["To"] = "someone@example.org"
    letter.set_content("Receipt: 42\n")
    host, port = smtp.url.removeprefix("smtp://").split(":")
    with smtplib.SMTP(host, int(port), timeout=10) as client:
        client.send_message(letter, to_addrs=["someone@example.org", "hidden@example.org"])
    (kept,) = smtp.mailbox.wait_for(1)
    assert kept["Subject"] == "Your receipt – Łódź"
    assert kept.get_content().splitlines() == ["Receipt: 42"]
    assert smtp.mailbox.to("hidden@example.org") == [kept]
    assert smtp.mailbox.to("nobody@example.org") == []


ENDS_BADLY = """
import signal, time
from tests.services import running
signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background ignores it
with running() as services:
    server = services.postgresql()
    print(services.folder, server.port, services.redis_url(), flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_servers_stop_and_leave_nothing_when_the_run_is_killed(
    postgresql: PostgreSQL, redis_url: str, how: signal.Signals
) -> None:
    assert redis_url  # asked for, so that this skips where either server is missing
    run = subprocess.Popen(
        [sys.executable, "-c", ENDS_BADLY], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert run.stdout is not None
    folder, port, redis_at = run.stdout.readline().split()
    ports = [int(port), int(redis_at.rpartition(":")[2].partition("/")[0])]
    assert int(port) != postgresql.port
    run.send_signal(how)
    run.communicate(timeout=30)
    deadline = time.monotonic() + 20
    while Path(folder).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(folder).exists()
    for listened in ports:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", listened), timeout=1)


def test_free_ports_are_free() -> None:
    assert 1024 < free_port() < 65536
