"""Ledgers made in memory for the tests: honest ones, and ones somebody tampered with."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.ledger import tree
from app.ledger.canonical import canonical
from app.ledger.checkpoint import Checkpoint, sign, verifier_key
from app.ledger.proof import Proof
from app.ledger.record import Record, commitment, export_line

ORIGIN = "grants.example/ledger/testlog"
LOG = "testlog"
ERASED = "ledger.payload_erased"


def a_key(seed: int = 1) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(random.Random(seed).randbytes(32))


@dataclass
class Entry:
    """One event as the export shows it; hashes are computed when the log is written."""

    fields: dict[str, Any]
    payload: str | None
    salt: bytes | None


@dataclass
class Log:
    """A log whose operator can do everything: edit entries, then chain and sign them again."""

    entries: list[Entry] = field(default_factory=list)
    sealed: list[int] = field(default_factory=list)
    key: Ed25519PrivateKey = field(default_factory=a_key)
    log: str = LOG
    kept: dict[int, tuple[str | None, bytes | None]] = field(default_factory=dict)

    def add(self, action: str, about: str, facts: dict[str, Any], rng: random.Random) -> Entry:
        payload, salt = canonical(facts), rng.randbytes(32)
        seq = len(self.entries) + 1
        entry = Entry(
            {
                "seq": seq,
                "ts": f"2026-11-21T12:{seq // 3600 % 60:02}:{seq // 60 % 60:02}.{seq:06}Z",
                "actor": rng.randbytes(16).hex(),
                "role": rng.choice(["", "officer", "applicant", "reviewer"]),
                "action": action,
                "object": about,
                "commit": commitment(payload, salt),
                "refs": tuple(f"proposal:{n}" for n in range(rng.randrange(3))),
                "req": rng.randbytes(8).hex(),
            },
            payload.decode(),
            salt,
        )
        self.entries.append(entry)
        return entry

    def erase(self, seq: int, rng: random.Random) -> None:
        entry = self.entries[seq - 1]
        self.kept[seq] = entry.payload, entry.salt
        entry.payload = entry.salt = None
        self.add(ERASED, f"entry:{seq}", {"reason": "asked by the person"}, rng)

    def records(self) -> list[str]:
        return [Record(log=self.log, **entry.fields).text() for entry in self.entries]

    def leaves(self) -> list[bytes]:
        return [tree.leaf_hash(record.encode()) for record in self.records()]

    def lines(self) -> list[str]:
        chain, lines = tree.chain_start(self.log), []
        for entry, record in zip(self.entries, self.records(), strict=True):
            chain = tree.chain_next(chain, tree.leaf_hash(record.encode()))
            lines.append(export_line(chain, record, entry.payload, entry.salt))
        return lines

    def notes(self) -> list[str]:
        peaks: list[bytes] = []
        notes = []
        for at, leaf in enumerate(self.leaves()):
            tree.append(at, peaks, leaf)
            if at + 1 in self.sealed:
                notes.append(sign(Checkpoint(ORIGIN, at + 1, tree.root_of(peaks)), self.key))
        return notes

    def nodes(self) -> dict[tree.Node, bytes]:
        nodes: dict[tree.Node, bytes] = {}
        peaks: list[bytes] = []
        for at, leaf in enumerate(self.leaves()):
            nodes.update(tree.append(at, peaks, leaf))
        return nodes

    def proof(self, seq: int, size: int, *, opened: bool = False) -> Proof:
        return self.proofs()(seq, size, opened)

    def proofs(self) -> Callable[[int, int, bool], Proof]:
        """A quick maker of proofs for the log as it now is: (seq, size, opened)."""
        nodes, records = self.nodes(), self.records()

        def proof(seq: int, size: int, opened: bool) -> Proof:  # noqa: FBT001
            entry = self.entries[seq - 1]
            root = tree.root_of([nodes[node] for node in tree.peak_nodes(size)])
            made = Proof(
                record=records[seq - 1],
                index=seq - 1,
                path=tuple(tree.resolve(tree.inclusion_plan(seq - 1, size), nodes)),
                note=sign(Checkpoint(ORIGIN, size, root), self.key),
                payload=entry.payload,
                salt=entry.salt,
            )
            return made if opened else made.closed()

        return proof

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        write_export(folder, self.lines(), self.notes(), verifier_key(ORIGIN, self.key).text())
        return folder


def write_export(folder: Path, lines: list[str], notes: list[str], key: str) -> None:
    entries = folder / "entries.jsonl"
    entries.touch()
    with entries.open("r+b") as file:  # writing over is much faster than truncating first
        file.write("".join(lines).encode("utf-8", "surrogateescape"))
        file.truncate()
    shown = (json.dumps({"note": note}, ensure_ascii=False) + "\n" for note in notes)
    (folder / "checkpoints.jsonl").write_text("".join(shown))
    (folder / "key.txt").write_text(key + "\n")


def an_honest_log(seed: int, size: int, *, erasures: int = 0) -> Log:
    """A log of `size` events with some erasures and a checkpoint every now and then."""
    rng = random.Random(seed)
    log = Log()
    actions = ["proposals.version_submitted", "reviews.review_submitted", "calls.call_opened"]
    facts_of: list[Callable[[], dict[str, Any]]] = [
        lambda: {"title": "Œuvre “naïve” \u2028 \t 漢字 😀", "score": "4.50"},
        lambda: {"files": [rng.randbytes(4).hex()], "deep": {"a": {"b": [1, True, None]}}},
        dict,
    ]
    for _ in range(size - erasures):
        log.add(rng.choice(actions), f"thing:{rng.randrange(40)}", rng.choice(facts_of)(), rng)
        if rng.random() < 0.1:
            log.sealed.append(len(log.entries))
    for seq in rng.sample(range(1, size - erasures + 1), erasures):
        log.erase(seq, rng)
    log.sealed = sorted({*log.sealed, len(log.entries)} - {0})
    return log
