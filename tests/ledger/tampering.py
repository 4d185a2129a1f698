"""Ways to tamper with an exported ledger, each with the answer the verifier must give.

An outsider edits files; the operator also holds the signing key and can write history anew.
"""

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from app.ledger.canonical import canonical
from app.ledger.checkpoint import Checkpoint, read, sign, verifier_key
from app.ledger.proof import BadProofError, from_text
from app.ledger.record import Record, commitment, export_line
from tests.ledger.logs import ERASED, ORIGIN, Entry, Log, a_key, an_honest_log

OK = "OK"
SIZE = 500


@dataclass
class Case:
    """The files of an export, the receipts given along, and what must come of it.

    `bad` is the record that must be named, 0 for any finding, None where all is well.
    """

    lines: list[str]
    notes: list[str]
    key: str
    bad: int | None
    receipts: list[str] = field(default_factory=list)
    known_key: str | None = None
    says: str = ""


class World:
    """An honest log, its files, and a receipt that somebody got at each checkpoint."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.log = an_honest_log(seed, SIZE, erasures=12)
        self.log.sealed = sorted({*self.log.sealed[::4], SIZE})
        self.lines = self.log.lines()
        self.notes = self.log.notes()
        self.key = verifier_key(ORIGIN, self.log.key).text()
        self.sealed = self.log.sealed
        self.proof = self.log.proofs()

    def case(self, bad: int | None, **changes: Any) -> Case:
        files = {"lines": self.lines, "notes": self.notes, "key": self.key}
        return Case(**{**files, "bad": bad, **changes})

    def receipt(self, seq: int, size: int) -> str:
        return self.proof(seq, size, False).as_text()

    def any_seq(self) -> int:
        return self.rng.randint(1, SIZE)

    def sealed_from(self, seq: int) -> int:
        return min(size for size in self.sealed if size >= seq)

    def open_seq(self) -> int:
        """An event whose payload is still there and which is no erasure."""
        while True:
            seq = self.any_seq()
            entry = self.log.entries[seq - 1]
            if entry.payload is not None and entry.fields["action"] != ERASED:
                return seq


def flip_a_byte(world: World) -> Case:
    seq = world.any_seq()
    line = bytearray(world.lines[seq - 1].encode())
    line[world.rng.randrange(len(line))] ^= 1 << world.rng.randrange(8)
    changed = line.decode("utf-8", "surrogateescape")  # written back as the same bytes
    return world.case(seq, lines=[*world.lines[: seq - 1], changed, *world.lines[seq:]])


def drop_a_record(world: World) -> Case:
    seq = world.any_seq()
    return world.case(seq, lines=world.lines[: seq - 1] + world.lines[seq:])


def swap_two_records(world: World) -> Case:
    first, second = sorted(world.rng.sample(range(SIZE), 2))
    lines = list(world.lines)
    lines[first], lines[second] = lines[second], lines[first]
    return world.case(first + 1, lines=lines)


def repeat_a_record(world: World) -> Case:
    seq = world.any_seq()
    return world.case(seq + 1, lines=world.lines[:seq] + world.lines[seq - 1 :])


def cut_the_tail(world: World) -> Case:
    size = world.rng.randrange(SIZE)
    if world.rng.random() < 0.5:
        return world.case(size + 1, lines=world.lines[:size])
    kept = [note for note in world.notes if read(note).size <= size]
    covered = max((read(note).size for note in kept), default=0)
    bad = covered + 1 if covered < size else min(_payloads_missing(world.log, size), default=None)
    return world.case(bad, lines=world.lines[:size], notes=kept)


def _payloads_missing(log: Log, size: int) -> list[int]:
    """Return the erased records whose erasure lies beyond `size`."""
    told = {
        entry.fields["object"] for entry in log.entries[:size] if entry.fields["action"] == ERASED
    }
    return [
        seq
        for seq, entry in enumerate(log.entries[:size], 1)
        if entry.payload is None and f"entry:{seq}" not in told
    ]


def _with_entry(world: World, seq: int, entry: Entry) -> list[str]:
    """Return the lines with one entry replaced and its chain value left as it was."""
    chain = bytes.fromhex(world.lines[seq - 1][len('{"chain":"') :][:64])
    record = Record(log=world.log.log, **entry.fields).text()
    line = export_line(chain, record, entry.payload, entry.salt)
    return [*world.lines[: seq - 1], line, *world.lines[seq:]]


def change_the_payload(world: World) -> Case:
    seq = world.open_seq()
    payload = canonical({"score": str(world.rng.random())}).decode()
    entry = replace(world.log.entries[seq - 1], payload=payload)
    return world.case(seq, lines=_with_entry(world, seq, entry), says="committed to")


def change_the_salt(world: World) -> Case:
    seq = world.open_seq()
    entry = replace(world.log.entries[seq - 1], salt=world.rng.randbytes(32))
    return world.case(seq, lines=_with_entry(world, seq, entry), says="committed to")


def hide_a_payload(world: World) -> Case:
    seq = world.open_seq()
    entry = replace(world.log.entries[seq - 1], payload=None, salt=None)
    return world.case(seq, lines=_with_entry(world, seq, entry), says="missing without")


def bring_back_an_erased_payload(world: World) -> Case:
    """The operator kept the facts somewhere; they fit the commitment, but were to be forgotten."""
    seq = world.rng.choice([n for n, kept in enumerate(world.log.entries, 1) if not kept.payload])
    payload, salt = world.log.kept[seq]
    entry = replace(world.log.entries[seq - 1], payload=payload, salt=salt)
    return world.case(seq, lines=_with_entry(world, seq, entry), says="in spite of")


FIELDS: dict[str, Callable[[random.Random], Any]] = {
    "actor": lambda rng: rng.randbytes(16).hex(),
    "role": lambda rng: f"role{rng.random()}",
    "action": lambda rng: f"reviews.other{rng.randrange(9)}",
    "object": lambda rng: f"thing:{rng.randrange(100, 999)}",
    "refs": lambda rng: (f"proposal:{rng.randrange(100, 999)}",),
    "req": lambda rng: rng.randbytes(7).hex(),
    "ts": lambda rng: f"2026-11-2{rng.randrange(10)}T00:00:00.{rng.randrange(10**6):06}Z",
}


def _rewritten(world: World, seq: int) -> Log:
    """The log with one record changed and all that follows chained anew."""
    log = deepcopy(world.log)
    name = world.rng.choice([name for name in FIELDS if name != "ts"])
    log.entries[seq - 1].fields[name] = FIELDS[name](world.rng)
    return log


def change_a_field(world: World) -> Case:
    seq = world.open_seq()
    name = world.rng.choice(sorted(FIELDS))
    entry = world.log.entries[seq - 1]
    entry = replace(entry, fields={**entry.fields, name: FIELDS[name](world.rng)})
    return world.case(seq, lines=_with_entry(world, seq, entry))


def change_payload_and_commitment(world: World) -> Case:
    seq = world.open_seq()
    log = deepcopy(world.log)
    entry, payload, salt = log.entries[seq - 1], canonical({"score": "7.00"}), bytes(32)
    entry.payload, entry.salt = payload.decode(), salt
    entry.fields["commit"] = commitment(payload, salt)
    lines = log.lines()
    if world.rng.random() < 0.5:  # the suffix chained anew: only the checkpoint can tell
        return world.case(world.sealed_from(seq), lines=lines, says=f" to {world.sealed_from(seq)}")
    return world.case(
        seq if seq in world.sealed else seq + 1, lines=[*lines[:seq], *world.lines[seq:]]
    )


def rewrite_without_the_key(world: World) -> Case:
    seq = world.open_seq()
    end = world.sealed_from(seq)
    return world.case(
        end, lines=_rewritten(world, seq).lines(), says="not what a checkpoint states"
    )


def set_the_clock_back(world: World) -> Case:
    seq = world.rng.randint(2, SIZE)
    log = deepcopy(world.log)
    log.entries[seq - 1].fields["ts"] = "2026-11-20T23:59:59.999999Z"
    log.sealed = world.sealed
    return world.case(seq, lines=log.lines(), notes=log.notes(), says="does not follow")


def insert_a_record(world: World) -> Case:
    seq = world.any_seq()
    log = deepcopy(world.log)
    log.add("calls.invented", "call:1", {}, world.rng)
    new = log.entries.pop()
    log.entries.insert(seq - 1, new)
    for number, entry in enumerate(log.entries, 1):
        entry.fields["seq"] = number
    new.fields["ts"] = world.log.entries[seq - 1].fields["ts"]
    return world.case(world.sealed_from(seq), lines=log.lines())


def sign_with_another_key(world: World) -> Case:
    notes = [_signed_again(note) for note in world.notes]
    return world.case(0, notes=notes, says="not signed by the ledger's key")


def _signed_again(note: str) -> str:
    return sign(read(note), a_key(99))


def change_the_key_as_well(world: World) -> Case:
    """Everything is consistent, so only what somebody knew before can tell."""
    notes = [_signed_again(note) for note in world.notes]
    key = verifier_key(ORIGIN, a_key(99)).text()
    match world.rng.randrange(3):
        case 0:
            return world.case(None, notes=notes, key=key)
        case 1:
            return world.case(0, notes=notes, key=key, known_key=world.key, says="not signed")
    size = world.rng.choice(world.sealed)
    receipt = world.receipt(world.rng.randint(1, size), size)
    return world.case(0, notes=notes, key=key, receipts=[receipt], says="not signed")


def replay_an_older_database(world: World) -> Case:
    size = world.rng.choice(
        [size for size in world.sealed if not _payloads_missing(world.log, size)]
    )
    notes = [note for note in world.notes if read(note).size <= size]
    receipt_size = world.rng.choice(world.sealed)
    receipt = world.receipt(world.rng.randint(1, receipt_size), receipt_size)
    older = receipt_size > size
    return world.case(
        0 if older else None,
        lines=world.lines[:size],
        notes=notes,
        receipts=[receipt],
        says=f"the export ends after {size}" if older else OK,
    )


def rewrite_with_the_key(world: World) -> Case:
    seq = world.open_seq()
    log = _rewritten(world, seq)
    log.sealed = world.sealed
    size = world.rng.choice(world.sealed)
    receipt = world.receipt(world.rng.randint(1, size), size)
    seen = size >= seq
    return world.case(
        0 if seen else None,
        lines=log.lines(),
        notes=log.notes(),
        receipts=[receipt],
        says="HISTORY WAS REWRITTEN" if seen else OK,
    )


def rewrite_with_the_key_unseen(world: World) -> Case:
    log = _rewritten(world, world.open_seq())
    log.sealed = world.sealed
    return world.case(None, lines=log.lines(), notes=log.notes())


def damage_a_checkpoint(world: World) -> Case:
    at = world.rng.randrange(len(world.notes))
    note = world.notes[at]
    place = world.rng.randrange(len(note))
    changed = chr(ord(note[place]) ^ (1 << world.rng.randrange(6)))
    notes = [*world.notes[:at], note[:place] + changed + note[place + 1 :], *world.notes[at + 1 :]]
    return world.case(0, notes=notes)


def forge_a_checkpoint(world: World) -> Case:
    """Another root under the old signature, or a size that was never reached."""
    at = world.rng.randrange(len(world.notes))
    stated = read(world.notes[at])
    tail = world.notes[at].partition("\n\n")[2]
    if world.rng.random() < 0.5:
        other = Checkpoint(ORIGIN, stated.size, world.rng.randbytes(32))
        bad = stated.size
    else:
        other = Checkpoint(ORIGIN, SIZE + 1 + at, stated.root)
        bad = SIZE + 1
    notes = [*world.notes[:at], *world.notes[at + 1 :], f"{other.body()}\n{tail}"]
    return world.case(bad, notes=notes)


def forge_a_receipt(world: World) -> Case:
    size = world.rng.choice(world.sealed)
    seq = world.rng.randint(1, size)
    true = world.proof(seq, size, True)
    other = world.proof(world.rng.choice([n for n in range(1, size + 1) if n != seq]), size, False)
    changes: list[dict[str, Any]] = [
        {"record": other.record},
        {"index": other.index},
        {"record": true.record.replace('"v":1', '"v":2')},
        {"record": true.record.replace('"role":"', '"role":"x')},
        {"note": sign(read(true.note), a_key(7))},
        {"path": (*true.path, bytes(32))},
        {"note": true.note.replace(f"\n{size}\n", f"\n{size + 1}\n")},
        {"payload": '{"invented":true}', "salt": bytes(32)},
    ]
    forged = replace(true, **world.rng.choice(changes))
    same = forged == true
    return world.case(None if same else 0, receipts=[forged.as_text()])


def damage_a_receipt(world: World) -> Case:
    """What the damaged text says is decided by the application's own reader."""
    size = world.rng.choice(world.sealed)
    true = world.proof(world.rng.randint(1, size), size, True)
    text = true.as_text()
    place = world.rng.randrange(len(text))
    damaged = (
        text[:place] + chr(ord(text[place]) ^ (1 << world.rng.randrange(7))) + text[place + 1 :]
    )
    try:
        unharmed = from_text(damaged) == true
    except BadProofError:
        unharmed = False
    return world.case(None if unharmed else 0, receipts=[damaged])


OPERATORS: dict[Callable[[World], Case], int] = {
    flip_a_byte: 500,
    drop_a_record: 100,
    swap_two_records: 100,
    repeat_a_record: 100,
    cut_the_tail: 100,
    change_the_payload: 60,
    change_the_salt: 60,
    hide_a_payload: 60,
    bring_back_an_erased_payload: 60,
    change_a_field: 350,
    change_payload_and_commitment: 60,
    rewrite_without_the_key: 60,
    set_the_clock_back: 20,
    insert_a_record: 60,
    sign_with_another_key: 10,
    change_the_key_as_well: 20,
    replay_an_older_database: 30,
    rewrite_with_the_key: 30,
    rewrite_with_the_key_unseen: 5,
    damage_a_checkpoint: 150,
    forge_a_checkpoint: 60,
    forge_a_receipt: 60,
    damage_a_receipt: 60,
}


def cases(operator: Callable[[World], Case], world: World) -> Iterator[Case]:
    for _ in range(OPERATORS[operator]):
        yield operator(world)
