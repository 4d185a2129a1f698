"""The key with which this installation signs its reports; made on first use, kept in DATA_DIR."""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from app.core.pdf.signing import SigningKey, make_signing_key
from app.core.settings import settings
from app.ledger.keys import kept

_SPLIT = b"-----BEGIN CERTIFICATE-----"
_VALID_FOR = timedelta(days=365 * 30)


def report_key(now: datetime) -> SigningKey:
    """Return the key and its certificate. `now` counts only where they are made."""
    return _read(settings().keys / "report-signing.pem", now)


def _read(path: Path, now: datetime) -> SigningKey:
    def made() -> bytes:
        new = make_signing_key(
            settings().organisation, now=now - timedelta(days=1), valid_until=now + _VALID_FOR
        )
        return new.key + new.certificate

    return _parted(kept(path, made))


@cache
def _parted(content: bytes) -> SigningKey:
    key, begin, certificate = content.partition(_SPLIT)
    first, *above = [begin + part for part in (certificate).split(_SPLIT)]
    return SigningKey(key, first, tuple(above))
