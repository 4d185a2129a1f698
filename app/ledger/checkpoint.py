"""Signed statements of the ledger's size and root: C2SP checkpoints in the signed-note format.

https://c2sp.org/tlog-checkpoint and https://c2sp.org/signed-note, with Ed25519 (type 0x01).
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_ED25519 = b"\x01"
_HASH_BYTES, _KEY_ID_BYTES, _SIGNATURE_BYTES = 32, 4, 64
DASH = "\u2014"


class BadCheckpointError(ValueError):
    """The note is malformed, or no known key signed it."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A ledger of `size` records had this Merkle root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public half of a signing key under its name; written as ``name+id+base64``."""

    name: str
    public: bytes

    def key_id(self) -> bytes:
        named = self.name.encode() + b"\n" + _ED25519 + self.public
        return sha256(named).digest()[:_KEY_ID_BYTES]

    def text(self) -> str:
        return f"{self.name}+{self.key_id().hex()}+{b64encode(_ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        try:
            name, key_id, encoded = text.strip().split("+", 2)
            key = cls(name, b64decode(encoded, validate=True)[1:])
        except (ValueError, BadBase64) as error:
            raise BadCheckpointError(f"This is not a verifier key: {text[:80]!r}.") from error
        if len(key.public) != _HASH_BYTES or key.text() != text.strip() or not key_id:
            raise BadCheckpointError(f"The verifier key does not match its own id: {text[:80]!r}.")
        return key


def verifier_key(origin: str, key: Ed25519PrivateKey) -> VerifierKey:
    return VerifierKey(origin, key.public_key().public_bytes_raw())


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """Write the checkpoint as a signed note; the key goes by the name of the origin."""
    body = checkpoint.body()
    key_id = verifier_key(checkpoint.origin, key).key_id()
    signature = b64encode(key_id + key.sign(body.encode())).decode()
    return f"{body}\n{DASH} {checkpoint.origin} {signature}\n"


def read(note: str) -> Checkpoint:
    """Read the statement of a note without believing it (see `open_note`)."""
    body, gap, _ = note.partition("\n\n")
    lines = body.split("\n")
    try:
        origin, size, root = lines[0], int(lines[1]), b64decode(lines[2], validate=True)
    except (IndexError, ValueError, BadBase64) as error:
        raise BadCheckpointError("This is not a checkpoint of origin, size and root.") from error
    checkpoint = Checkpoint(origin, size, root)
    if not gap or checkpoint.body() != body + "\n" or len(root) != _HASH_BYTES or size < 0:
        raise BadCheckpointError("The checkpoint is not written in its one exact form.")
    return checkpoint


def open_note(note: str, key: VerifierKey) -> Checkpoint:
    """Read a note and check that `key` signed it; other signatures are passed over."""
    checkpoint = read(note)
    body, _, signatures = note.partition("\n\n")
    for line in signatures.splitlines():
        if _signed(line, body + "\n", key):
            return checkpoint
    raise BadCheckpointError(f"{key.name} did not sign this checkpoint.")


def _signed(line: str, body: str, key: VerifierKey) -> bool:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - few pages verify
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
        Ed25519PublicKey,
    )

    head, _, encoded = line.rpartition(" ")
    if head != f"{DASH} {key.name}":
        return False
    try:
        raw = b64decode(encoded, validate=True)
        if len(raw) != _KEY_ID_BYTES + _SIGNATURE_BYTES or raw[:_KEY_ID_BYTES] != key.key_id():
            return False
        Ed25519PublicKey.from_public_bytes(key.public).verify(raw[_KEY_ID_BYTES:], body.encode())
    except (BadBase64, InvalidSignature, ValueError):
        return False
    return True
