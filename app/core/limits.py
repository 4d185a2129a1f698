"""How often something may be tried: counted in memory, or in Redis for many processes."""

import ipaddress
import logging
from math import ceil
from time import time

from flask import request
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from config import Config

log = logging.getLogger(__name__)
IN_MEMORY = "memory://"


def network() -> str:
    """Return the network the request comes from: people change addresses inside one."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    width = 24 if address.version == 4 else 64  # noqa: PLR2004
    return str(ipaddress.ip_network(f"{address}/{width}", strict=False))


class Tries:
    """The one counter of a process. Asked where something is tried, and by no other request."""

    def __init__(self) -> None:
        self.keep_in(IN_MEMORY)

    def keep_in(self, where: str) -> None:
        self.window = MovingWindowRateLimiter(storage_from_string(where))

    def reset(self) -> None:
        """Forget all tries; for tests."""
        self.window.storage.reset()


tries = Tries()


def install(config: Config) -> None:
    tries.keep_in(config.redis_url or IN_MEMORY)


def rate(text: str) -> RateLimitItem:
    """Return a limit written like "10 per 15 minutes"."""
    return parse(text)


def room_left(limit: RateLimitItem, *keys: str) -> bool:
    """Whether `keys` may try once more; counts nothing."""
    try:
        return bool(tries.window.test(limit, *keys))
    except Exception:
        # Signing in must not end with the counter; a slow hash still bounds the guesses.
        log.exception("the counter of tries cannot be reached")
        return True


def seconds_left(limit: RateLimitItem, *keys: str) -> int:
    """Return how long `keys`, that have no room left, wait until they may try once more."""
    try:
        over_at = tries.window.get_window_stats(limit, *keys).reset_time
    except Exception:
        log.exception("the counter of tries cannot be reached")
        return limit.get_expiry()
    return min(max(1, ceil(over_at - time())), limit.get_expiry())


def count(limit: RateLimitItem, *keys: str) -> bool:
    """Count one try and return whether it was within the limit."""
    try:
        return bool(tries.window.hit(limit, *keys))
    except Exception:
        log.exception("the counter of tries cannot be reached")
        return True
