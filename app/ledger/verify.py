"""Check an exported ledger, receipts and reports without trusting the system that wrote them.

    python verify.py DIR [--receipt FILE]... [--pdf FILE]... [--key FILE-OR-KEY]

One file, Python 3.11 or later, only its standard library, no network: copy it anywhere.
Exit code 0: everything holds. 1: something does not, and the text says what. 2: wrong usage.

DIR holds `entries.jsonl` (a line per event: the row chain, the canonical record, and its payload
and salt unless erased), `checkpoints.jsonl` (C2SP signed notes) and `key.txt` (verifier keys).
  leaf = SHA256(00 | record)   h_n = SHA256(02 | h_n-1 | leaf)   h_0 = SHA256(02 | log name)
  node = SHA256(01 | left | right)   commit in the record = HMAC-SHA256(salt, payload)
"""

import argparse
import hmac
import json
import re
import secrets
import sys
import unicodedata
import zlib
from base64 import b64decode, b64encode
from email import message_from_bytes, policy
from functools import reduce
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any, NamedTuple

FORMAT = "equipoise-ledger-proof/1"
DASH = "\u2014"
KEY = re.compile("[a-z0-9_]+")
RECORD = (
    rb'\{"action":"(%(w)s)","actor":"%(w)s","commit":"([0-9a-f]{64})","log":"(%(w)s)",'
    rb'"object":"(%(w)s)","refs":\[(?:"%(w)s"(?:,"%(w)s")*)?\],"req":"%(w)s","role":"%(w)s",'
    rb'"seq":([1-9][0-9]{0,15}),"ts":"([0-9]{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)","v":1\}'
    % {b"w": rb"[!#-\[\]-~]*"}
)
LINE = re.compile(
    rb'\{"chain":"([0-9a-f]{64})","payload":(.*),"record":(%s),"salt":(?:"([0-9a-f]{64})"|null)\}\n'
    % RECORD
)
BLOCK = re.compile(
    r"(?s)-----BEGIN LEDGER PROOF-----\s*Record:(.*?)\s(?:Payload:(.*?)\sSalt:(.*?)\s)?"
    r"Index:(.*?)\sPath:(.*?)\sCheckpoint:(.*?)-----END LEDGER PROOF-----",
)
DAMAGE = (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError)


class Finding(ValueError):  # noqa: N818 - about the evidence, not about this program
    """Something does not hold; the message is for people."""


class Note(NamedTuple):
    body: bytes
    size: int
    root: bytes
    signatures: dict[str, bytes]  # by name+id of the key


class Proof(NamedTuple):
    record: bytes
    place: int
    path: list[bytes]
    note: Note
    opened: tuple[bytes, bytes] | None  # payload and salt


# Ed25519 (RFC 8032), points as (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z
P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]
ZERO: Point = (0, 1, 1, 0)


def add(a: Point, b: Point) -> Point:
    m, n = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = n - m, d - c, d + c, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def point(encoded: bytes) -> Point:
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * ROOT_OF_MINUS_ONE % P
    if y >= P or v * x * x % P != u or (x == 0 and sign):
        raise Finding("a signature or key is not a point of the curve")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def combine(terms: list[tuple[int, Point]]) -> Point:  # sum of scalar * point: Pippenger's way
    width = max(2, len(terms).bit_length() - 2)
    total = ZERO
    for shift in range(max(scalar for scalar, _ in terms).bit_length() // width, -1, -1):
        for _ in range(width):
            total = add(total, total)
        buckets = [ZERO] * (1 << width)
        for scalar, where in terms:
            digit = scalar >> shift * width & ((1 << width) - 1)
            buckets[digit] = add(buckets[digit], where) if digit else ZERO
        running = ZERO
        for bucket in reversed(buckets[1:]):
            running = add(running, bucket)
            total = add(total, running)
    return total


def signed(items: list[tuple[bytes, bytes, bytes]]) -> bool:
    """Check (public key, message, signature) at once: 8 times their random sum must vanish."""
    terms, base, keys = [], 0, dict.fromkeys((public for public, _, _ in items), 0)
    try:
        for public, message, signature in items:
            s = int.from_bytes(signature[32:], "little")
            k = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little")
            weight = secrets.randbits(127) + 1
            keys[public] = (keys[public] + weight * k) % Q
            base -= weight * s
            terms.append((weight if s < Q else 0, point(signature[:32])))
        terms += [(scalar, point(public)) for public, scalar in keys.items()]
    except Finding:
        return False
    total = combine([(8 * scalar, where) for scalar, where in [*terms, (base % Q, BASE)]])
    return total[0] == 0 and total[1] == total[2] and all(weight for weight, _ in terms)


def check_shape(value: object, depth: int) -> None:
    if isinstance(value, dict | list):
        bad = depth == 0 or (isinstance(value, dict) and not all(map(KEY.fullmatch, value)))
        for inner in value.values() if isinstance(value, dict) else value:
            check_shape(inner, depth - 1)
    elif isinstance(value, str):
        bad = "\0" in value or not (value.isascii() or unicodedata.is_normalized("NFC", value))
    else:
        bad = isinstance(value, int) and abs(value) >= 1 << 53
    if bad:
        raise Finding("its facts are outside the profile: depth, key, text or size of a number")


read_json = json.JSONDecoder(parse_float=int, parse_constant=int).decode  # int refuses those
write_json = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def check_canonical(data: bytes) -> None:  # RFC 8785 with the profile of the ledger
    value = read_json(data.decode())
    check_shape(value, 6)
    if write_json(value).encode() != data:  # a key given twice shows here as well
        raise Finding("its facts are not in canonical form")


def exact64(text: str) -> bytes:
    raw = b64decode(text, validate=True)
    if b64encode(raw).decode() != text:
        raise Finding("a base64 text is not in its exact form")
    return raw


def read_note(text: str) -> Note:
    body, _, lines = text.partition("\n\n")
    origin, size, root = body.split("\n")
    note = Note(f"{body}\n".encode(), int(size), exact64(root), {})
    for line in lines.removesuffix("\n").split("\n"):
        dash, name, signature = line.split(" ")
        raw = exact64(signature)
        note.signatures[f"{name}+{raw[:4].hex()}" if dash == DASH else dash] = raw[4:]
    if f"{origin}\n{note.size}\n{root}" != body or note.size < 0:
        raise Finding("a checkpoint is not in its exact form")
    return note


def read_keys(text: str) -> dict[str, bytes]:
    keys = {}
    for name, key_id, encoded in (line.split("+", 2) for line in text.split()):
        typed = exact64(encoded)
        if sha256(f"{name}\n".encode() + typed).hexdigest()[:8] != key_id or typed[0] != 1:
            raise Finding(f"the key {name}+{key_id} does not match its own id")
        keys[f"{name}+{key_id}"] = typed[1:]
    return keys


def signature_of(note: Note, keys: dict[str, bytes]) -> tuple[bytes, bytes, bytes]:
    for name, signature in note.signatures.items():
        if name in keys and len(signature) == 64:  # noqa: PLR2004 - bytes of Ed25519
            return keys[name], note.body, signature
    raise Finding(f"the checkpoint of size {note.size} is not signed by the ledger's key")


def proof_from_json(found: dict[str, Any]) -> Proof:
    facts = found.get("payload")
    opened = None if facts is None else (facts.encode(), exact64(found["salt"]))
    path, note = [exact64(step) for step in found["path"]], read_note(found["checkpoint"])
    return Proof(found["record"].encode(), int(found["index"]), path, note, opened)


def proof_from_text(text: str) -> Proof:
    """Read a proof block; line breaks, indenting and quote marks in it do not matter."""
    block = BLOCK.search(re.sub(r"(?m)^[> \t]+", "", text))
    if block is None:
        raise Finding("there is no ledger proof in it")
    tidy = ["".join((part or "").split()) for part in block.groups()]
    record, payload, salt, index, path, _ = tidy
    body, *signatures = [part.split() for part in block[6].split(DASH)]
    lines = [" ".join([DASH, name, "".join(pieces)]) for name, *pieces in signatures]
    found: dict[str, Any] = {"record": record, "index": index, "salt": salt}
    found["payload"] = exact64(payload).decode() if payload else None
    found["path"] = [path[at : at + 44] for at in range(0, len(path), 44)]
    return proof_from_json({**found, "checkpoint": "\n".join([*body, "", *lines, ""])})


def proof_from_receipt(path: Path) -> Proof:
    """Read a receipt: plain text, a saved mail, or the JSON form."""
    text = path.read_bytes().decode("utf-8", "replace")
    if text.lstrip().startswith("{"):
        return proof_from_json(json.loads(text))
    if re.search(r"(?im)^content-(type|transfer-encoding):", text):
        body = message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("plain",))
        text = str(body.get_content()) if body else text
    return proof_from_text(text)


def proofs_from_pdf(path: Path) -> list[Proof]:
    """Read the proofs attached to a PDF and check the data they were recorded with."""
    inside, proofs = list[bytes](), list[Proof]()
    for match in re.finditer(rb"stream\r?\n(.*?)(\r?\n?)endstream", path.read_bytes(), re.DOTALL):
        try:
            inside.append(zlib.decompressobj().decompress(match[1], 1 << 28))
        except zlib.error:
            inside += [match[1], match[1] + match[2]]
    todo: list[Any] = [json.loads(data) for data in inside if FORMAT.encode() in data]
    for value in todo:
        if isinstance(value, dict) and value.get("format") == FORMAT:
            proofs.append(proof_from_json(value))
        elif isinstance(value, dict | list):
            todo += value.values() if isinstance(value, dict) else value
    if not proofs:
        raise Finding("there is no ledger proof in it")
    hashes = {sha256(data).hexdigest().encode() for data in inside}
    for proof in proofs:
        vouched = re.findall(rb'"sha256:([0-9a-f]{64})"', proof.record)
        if vouched and hashes.isdisjoint(vouched):
            raise Finding("the data inside is not what the ledger recorded for it")
    return proofs


def check_payload(payload: bytes, salt: bytes, commit: bytes) -> None:
    if hmac.digest(salt, payload, "sha256").hex().encode() != commit:
        raise Finding("its payload or salt is not what the record committed to")


class Ledger:
    """The records of an export, and the roots of the tree at the sizes somebody asks about."""

    def __init__(self, stated: dict[int, bytes], sizes: set[int]) -> None:
        self.stated, self.sizes = stated, sizes | set(stated)
        self.size = self.covered = 0
        self.log = self.time = self.chain = b""
        self.peaks, self.roots = list[bytes](), dict[int, bytes]()
        self.gone, self.erased = set[int](), set[int]()

    def read(self, line: bytes) -> None:  # noqa: C901 - one pass, a million times
        found, n = LINE.fullmatch(line), self.size + 1
        if not found:
            raise Finding("its line is not in canonical form")
        chain, payload, record, action, commit, log, about, seq, time, salt = found.groups()
        if n == 1:
            self.log, self.chain = log, sha256(b"\2" + log).digest()
        if int(seq) != n or log != self.log or time < self.time:
            raise Finding("its number, ledger name or time does not follow")
        leaf = sha256(b"\0" + record).digest()
        self.time, self.chain = time, sha256(b"\2" + self.chain + leaf).digest()
        if self.chain.hex().encode() != chain:
            raise Finding("the chain breaks here, so something was changed")
        if salt:
            check_payload(payload, bytes.fromhex(salt.decode()), commit)
            check_canonical(payload)
        elif payload == b"null":
            self.gone.add(n)
        else:
            raise Finding("its payload has no salt")
        if action == b"ledger.payload_erased":
            self.erased.add(int(about.removeprefix(b"entry:")))
        self.peaks.append(leaf)
        for _ in range((n & -n).bit_length() - 1):
            self.peaks[-2:] = [sha256(b"\1" + self.peaks[-2] + self.peaks[-1]).digest()]
        self.size = n
        if n in self.sizes:
            self.roots[n] = reduce(
                lambda right, left: sha256(b"\1" + left + right).digest(), self.peaks[::-1]
            )
        if self.stated.get(n, self.roots.get(n)) != self.roots.get(n):
            raise Finding(f"records {self.covered + 1} to {n} are not what a checkpoint states")
        self.covered = n if n in self.stated else self.covered


def included(proof: Proof) -> bool:
    """Check the audit path (RFC 9162, 2.1.3): siblings on both sides, then only to the left."""
    inner = (proof.place ^ (proof.note.size - 1)).bit_length()
    found = sha256(b"\0" + proof.record).digest()
    for level, step in enumerate(proof.path):
        to_the_left = level >= inner or proof.place >> level & 1
        found = sha256(b"\1" + (step + found if to_the_left else found + step)).digest()
    whole = len(proof.path) == inner + (proof.place >> inner).bit_count()
    return whole and found == proof.note.root


def check_proof(proof: Proof, keys: dict[str, bytes], ledger: Ledger) -> None:
    record, size = re.fullmatch(RECORD, proof.record), proof.note.size
    if not record or int(record[5]) != proof.place + 1 or not proof.place < size:
        raise Finding("its record is not in canonical form, or not the one it points to")
    if not signed([signature_of(proof.note, keys)]):
        raise Finding("the signature of its checkpoint is forged")
    if not included(proof):
        raise Finding("its record is not under the root of its own checkpoint")
    if proof.opened:
        check_payload(*proof.opened, record[2])
    if size > ledger.size:
        raise Finding(f"its checkpoint counts {size} records, the export ends after {ledger.size}")
    if ledger.roots.get(size) != proof.note.root:
        raise Finding(f"HISTORY WAS REWRITTEN: its checkpoint of size {size} fits not this export")


def check_export(folder: Path, notes: list[Note], keys: dict[str, bytes], ledger: Ledger) -> None:
    with (folder / "entries.jsonl").open("rb") as lines:
        for n, line in enumerate(lines, 1):
            try:
                ledger.read(line)
            except (ValueError, RecursionError) as error:
                raise Finding(f"Record {n} is bad: {error}") from error
    if max(ledger.stated, default=0) > ledger.size:
        raise Finding(f"Record {ledger.size + 1} is missing: a checkpoint counts more records")
    if ledger.covered < ledger.size:
        raise Finding(f"Record {ledger.covered + 1} is bad: no checkpoint covers it")
    for n in sorted(ledger.gone ^ ledger.erased):
        why = "missing without" if n in ledger.gone else "there in spite of"
        raise Finding(f"Record {n} is bad: its payload is {why} an erasure event")
    if [note.size for note in notes] != sorted(ledger.stated):
        raise Finding("The checkpoints are not in order of size, each size once")
    items = [signature_of(note, keys) for note in notes]
    if items and not signed(items):
        size = next(n.size for n, item in zip(notes, items, strict=True) if not signed([item]))
        raise Finding(f"The signature of the checkpoint of size {size} is forged")


def check(folder: Path, receipts: list[Path], pdfs: list[Path], key: str | None) -> list[str]:
    """Check everything; return the findings, or one line that begins with OK."""
    findings, proofs = list[str](), list[tuple[Path, Proof]]()
    for path in receipts + pdfs:
        try:
            read = proofs_from_pdf(path) if path in pdfs else [proof_from_receipt(path)]
            proofs += [(path, proof) for proof in read]
        except DAMAGE as error:
            why = error if isinstance(error, Finding) else "its ledger proof is damaged"
            findings.append(f"{path}: {why}.")
    try:
        lines = (folder / "checkpoints.jsonl").read_bytes().decode().split("\n")[:-1]
        notes = [read_note(json.loads(line)["note"]) for line in lines]
        keys = read_keys(key or (folder / "key.txt").read_text("utf-8"))
    except (*DAMAGE, OSError) as error:
        return [*findings, f"The checkpoints or the key are damaged: {error}."]
    ledger = Ledger({note.size: note.root for note in notes}, {p.note.size for _, p in proofs})
    try:
        check_export(folder, notes, keys, ledger)
    except Finding as finding:
        findings.append(f"{finding}.")
    for path, proof in proofs:
        try:
            check_proof(proof, keys, ledger)
        except Finding as finding:
            findings.append(f"{path}: {finding}.")
    read_in = f"{ledger.size} records ({len(ledger.gone)} erased), {len(notes)} checkpoints"
    return findings or [f"OK: {read_in}, {len(proofs)} proofs; signed by {', '.join(keys)}."]


def main() -> int:
    usage = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    usage.add_argument("folder", type=Path, metavar="DIR", help="the folder of the export")
    for kind in ("--receipt", "--pdf"):
        usage.add_argument(kind, type=Path, action="append", default=[], metavar="FILE")
    usage.add_argument("--key", help="the key you know, or its file (else the export's own)")
    args = usage.parse_args()
    key_files = [Path(args.key)] if args.key and "+" not in args.key else []
    for path in [args.folder / "entries.jsonl", *args.receipt, *args.pdf, *key_files]:
        if not path.is_file():
            usage.error(f"{path} is not there. Give the folder of an export and existing files.")
    key = key_files[0].read_text("utf-8") if key_files else args.key
    lines = check(args.folder, args.receipt, args.pdf, key)
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if lines[0].startswith("OK: ") else 1


if __name__ == "__main__":
    sys.exit(main())
