"""The keys of the ledger: one signs checkpoints, one hides persons behind pseudonyms.

The library of signatures is loaded by the first that is made: most processes make none.
"""

from __future__ import annotations

import hmac
import os
import secrets
from functools import cache
from typing import TYPE_CHECKING

from flask import current_app

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from config import Config

SYSTEM = "system"
_PSEUDONYM_DIGITS = 32


def origin() -> str:
    """Return the name of this ledger in checkpoints and of its key."""
    return _config().log_origin


def signing_key() -> Ed25519PrivateKey:
    return _signing_key(_config().keys / "ledger-signing.pem")


def pseudonym(person_id: str) -> str:
    """Return the name that stands for a person in records; "" and "system" stay as they are."""
    if person_id in ("", SYSTEM):
        return person_id
    key = _secret(_config().keys / "ledger-pseudonyms.key")
    return hmac.digest(key, person_id.encode(), "sha256").hex()[:_PSEUDONYM_DIGITS]


def _config() -> Config:
    config: Config = current_app.extensions["equipoise"]
    return config


@cache
def _signing_key(path: Path) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives import serialization as written  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
        Ed25519PrivateKey,
    )

    def made() -> bytes:
        new = Ed25519PrivateKey.generate()
        return new.private_bytes(
            written.Encoding.PEM, written.PrivateFormat.PKCS8, written.NoEncryption()
        )

    key = written.load_pem_private_key(kept(path, made), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} is not an Ed25519 key; put the ledger's own key there.")
    return key


@cache
def _secret(path: Path) -> bytes:
    return kept(path, lambda: secrets.token_hex(32).encode())


def kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the bytes at `path`; where two processes make them at once, the first wins."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_suffix(f".{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
