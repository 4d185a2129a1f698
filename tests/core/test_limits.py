"""Tries are counted by network, in memory or in Redis for many processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app import create_app
from app.core import limits
from config import Config

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.core.web import EquipoiseApp

KEY = "a key for tests alone, long enough to start"


@pytest.fixture(autouse=True)
def _leave_counting_in_memory(tmp_path: Path) -> Iterator[None]:
    yield
    create_app(Config(data_dir=tmp_path, secret_key=KEY))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("192.0.2.200", "192.0.2.0/24"),
        ("198.51.100.7", "198.51.100.0/24"),
        ("2001:db8:1:2:3::7", "2001:db8:1:2::/64"),
        ("", "unknown"),
    ],
)
def test_a_network_is_what_one_place_shares(app: EquipoiseApp, address: str, network: str) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert limits.network() == network


def test_asking_for_room_counts_nothing_and_each_key_counts_apart(app: EquipoiseApp) -> None:
    assert app
    two = limits.rate("2 per minute")
    for _ in range(5):
        assert limits.room_left(two, "a")
    assert [limits.count(two, "a") for _ in range(3)] == [True, True, False]
    assert not limits.room_left(two, "a")
    assert limits.room_left(two, "b")


def test_two_processes_count_together_in_redis(tmp_path: Path, redis_url: str) -> None:
    config = Config(data_dir=tmp_path, secret_key=KEY, redis_url=redis_url)
    create_app(config)
    two = limits.rate("2 per minute")
    assert limits.count(two, "a")
    create_app(config)  # as another process would
    assert limits.count(two, "a")
    assert not limits.count(two, "a")


def test_without_its_counter_signing_in_goes_on(tmp_path: Path) -> None:
    create_app(Config(data_dir=tmp_path, secret_key=KEY, redis_url="redis://127.0.0.1:1/0"))
    one = limits.rate("1 per minute")
    assert limits.room_left(one, "a")
    assert limits.count(one, "a")
