"""Proof that one event is in the ledger, as text for receipts and as JSON for attachments.

The text survives line wrapping, indenting and quoting in mails: blanks carry no meaning inside the
block, because no field of a record holds one. The event's payload and salt may be shown with it.
"""

import json
import re
from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from dataclasses import dataclass, replace
from typing import Any

from app.ledger import checkpoint, tree

FORMAT = "equipoise-ledger-proof/1"
ATTACHMENT_NAME = "ledger-proof.json"
BEGIN = "-----BEGIN LEDGER PROOF-----"
END = "-----END LEDGER PROOF-----"
_WIDTH = 72
_BLOCK = re.compile(
    rf"{BEGIN}(?P<label>)\s*Record:(?P<record>.*?)\s(?:Payload:(?P<payload>.*?)\sSalt:(?P<salt>.*?)\s)?"
    rf"Index:(?P<index>.*?)\sPath:(?P<path>.*?)\sCheckpoint:(?P<note>.*?){END}",
    re.DOTALL,
)
_QUOTE_MARKS = re.compile(r"^[> \t]+", re.MULTILINE)


class BadProofError(ValueError):
    """The text or JSON holds no readable proof; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A record, its place (from 0), the hashes up to the root, and the signed checkpoint."""

    record: str
    index: int
    path: tuple[bytes, ...]
    note: str
    payload: str | None = None
    salt: bytes | None = None

    @property
    def size(self) -> int:
        return checkpoint.read(self.note).size

    def closed(self) -> "Proof":
        """Return the proof without the facts of the event, for documents that strangers read."""
        return replace(self, payload=None, salt=None)

    def holds(self, key: checkpoint.VerifierKey) -> bool:
        """Tell whether `key` signed the checkpoint and the record is under its root."""
        try:
            stated = checkpoint.open_note(self.note, key)
        except checkpoint.BadCheckpointError:
            return False
        leaf = tree.leaf_hash(self.record.encode())
        return tree.includes(stated.root, stated.size, self.index, leaf, self.path)

    def as_text(self) -> str:
        path = [b64encode(hash_).decode() for hash_ in self.path]
        lines = [BEGIN, "Record:", *_wrapped(self.record)]
        if self.payload is not None and self.salt is not None:
            opened = b64encode(self.payload.encode()).decode()
            lines += ["Payload:", *_wrapped(opened), f"Salt: {b64encode(self.salt).decode()}"]
        lines += [f"Index: {self.index}", "Path:", *path, "Checkpoint:", *_note_lines(self.note)]
        return "\n".join([*lines, END, ""])

    def as_json(self) -> dict[str, Any]:
        """Return the proof for an attachment; `app/ledger/verify.py` finds it by its format."""
        found: dict[str, Any] = {
            "format": FORMAT,
            "record": self.record,
            "index": self.index,
            "path": [b64encode(hash_).decode() for hash_ in self.path],
            "checkpoint": self.note,
        }
        if self.payload is not None and self.salt is not None:
            found |= {"payload": self.payload, "salt": b64encode(self.salt).decode()}
        return found

    def as_json_bytes(self) -> bytes:
        return json.dumps(self.as_json(), indent=1, sort_keys=True).encode() + b"\n"


def from_text(text: str) -> Proof:
    """Read the first proof block in a receipt, a mail or text copied from a PDF."""
    block = _BLOCK.search(_QUOTE_MARKS.sub("", text))
    if block is None:
        raise BadProofError("There is no ledger proof block in this text.")
    parts = {name: "".join((part or "").split()) for name, part in block.groupdict().items()}
    try:
        payload = b64decode(parts["payload"], validate=True).decode()
        return Proof(
            record=parts["record"],
            index=int(parts["index"]),
            path=_hashes(parts["path"]),
            note=_note_from(block["note"]),
            payload=payload or None,
            salt=b64decode(parts["salt"], validate=True) or None,
        )
    except (ValueError, BadBase64) as error:
        raise BadProofError(f"The ledger proof block is damaged: {error}.") from error


def from_json(found: dict[str, Any]) -> Proof:
    """Read what `Proof.as_json` wrote."""
    try:
        return Proof(
            record=str(found["record"]),
            index=int(found["index"]),
            path=tuple(b64decode(hash_, validate=True) for hash_ in found["path"]),
            note=str(found["checkpoint"]),
            payload=found.get("payload"),
            salt=b64decode(found["salt"], validate=True) if "salt" in found else None,
        )
    except (KeyError, TypeError, ValueError, BadBase64) as error:
        raise BadProofError("The attached ledger proof is damaged.") from error


def _wrapped(text: str) -> list[str]:
    return [text[at : at + _WIDTH] for at in range(0, len(text), _WIDTH)]


def _note_lines(note: str) -> list[str]:
    """Break the signature lines of a note, which are too long for a mail."""
    lines = []
    for line in note.splitlines():
        head, space, signature = line.rpartition(" ")
        lines += [head, *_wrapped(signature)] if space else [line]
    return lines


def _note_from(text: str) -> str:
    """Put a note back into its one exact form, whatever happened to its blanks and lines."""
    body, *signatures = text.split(checkpoint.DASH)
    origin, size, root = body.split()
    signed = [(line.split()[0], "".join(line.split()[1:])) for line in signatures]
    lines = "".join(f"{checkpoint.DASH} {name} {encoded}\n" for name, encoded in signed)
    return f"{origin}\n{size}\n{root}\n\n{lines}"


def _hashes(text: str) -> tuple[bytes, ...]:
    encoded = 44
    if len(text) % encoded:
        raise BadProofError("The path in the ledger proof block is cut short.")
    return tuple(
        b64decode(text[at : at + encoded], validate=True) for at in range(0, len(text), encoded)
    )
