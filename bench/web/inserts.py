"""Bare durable inserts: how many one-row transactions a second the database itself takes."""

import time
from pathlib import Path

import psycopg
from pysqlite3 import dbapi2 as sqlite_driver

TEXT = "x" * 400  # about the size of a saved review's row


def on_sqlite(folder: Path, seconds: float) -> float:
    """Return inserts a second into a WAL database that syncs every commit."""
    connection = sqlite_driver.connect(str(folder / "inserts.db"), isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS bare (id INTEGER PRIMARY KEY, text TEXT)")
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        connection.execute("INSERT INTO bare (text) VALUES (?)", (TEXT,))
        done += 1
    rate = done / (time.perf_counter() - began)
    connection.close()
    return rate


def on_postgresql(url: str, seconds: float) -> float:
    """Return inserts a second over one connection, each a transaction of its own."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bare (id bigserial PRIMARY KEY, text text)")
        done, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            connection.execute("INSERT INTO bare (text) VALUES (%s)", (TEXT,))
            done += 1
        return done / (time.perf_counter() - began)
