"""The line that the ledger keeps of an event for ever, and the facts it commits to."""

import hmac
import re
from dataclasses import dataclass
from typing import Any

from app.ledger.canonical import canonical

SALT_BYTES = 32
_WORD = re.compile(r"[!#-\[\]-~]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One event without its facts. Every text is a word: printable ASCII, no blank, no quote."""

    log: str
    seq: int
    ts: str
    actor: str
    role: str
    action: str
    object: str
    commit: str
    refs: tuple[str, ...] = ()
    req: str = ""

    def text(self) -> str:
        """Return the canonical bytes as text; raise ValueError for a text that is not a word."""
        words = (self.log, self.ts, self.actor, self.role, self.action, self.object, self.req)
        for word in (*words, *self.refs):
            if not _WORD.fullmatch(word):
                raise ValueError(f"A ledger record takes single ASCII words, not {word!r}.")
        fields: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        return canonical({**fields, "refs": list(self.refs), "v": 1}).decode()


def commitment(payload: bytes, salt: bytes) -> str:
    """Return HMAC-SHA256(salt, canonical payload) in hex; without the salt it tells nothing."""
    return hmac.digest(salt, payload, "sha256").hex()


def export_line(chain: bytes, record: str, payload: str | None, salt: bytes | None) -> str:
    """Write one line of `entries.jsonl`; it is canonical JSON because its parts are."""
    shown = f'"{salt.hex()}"' if salt is not None else "null"
    facts = payload if payload is not None else "null"
    return f'{{"chain":"{chain.hex()}","payload":{facts},"record":{record},"salt":{shown}}}\n'
