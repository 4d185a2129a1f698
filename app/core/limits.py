"""How often something may be tried: counted in memory, or in Redis for many processes."""

import ipaddress
import logging

from flask import Flask, request
from flask_limiter import Limiter
from limits import RateLimitItem, parse

from config import Config

log = logging.getLogger(__name__)


def network() -> str:
    """Return the network the request comes from: people change addresses inside one."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    width = 24 if address.version == 4 else 64  # noqa: PLR2004
    return str(ipaddress.ip_network(f"{address}/{width}", strict=False))


limiter = Limiter(network, strategy="moving-window", headers_enabled=False)


def install(app: Flask, config: Config) -> None:
    app.config["RATELIMIT_STORAGE_URI"] = config.redis_url or "memory://"
    limiter.init_app(app)


def rate(text: str) -> RateLimitItem:
    """Return a limit written like "10 per 15 minutes"."""
    return parse(text)


def room_left(limit: RateLimitItem, *keys: str) -> bool:
    """Whether `keys` may try once more; counts nothing."""
    try:
        return bool(limiter.limiter.test(limit, *keys))
    except Exception:
        # Signing in must not end with the counter; a slow hash still bounds the guesses.
        log.exception("the counter of tries cannot be reached")
        return True


def count(limit: RateLimitItem, *keys: str) -> bool:
    """Count one try and return whether it was within the limit."""
    try:
        return bool(limiter.limiter.hit(limit, *keys))
    except Exception:
        log.exception("the counter of tries cannot be reached")
        return True
