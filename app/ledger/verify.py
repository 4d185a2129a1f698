"""Check an exported ledger, receipts and reports without trusting the system that wrote them.

    python verify.py DIR [--receipt FILE]... [--pdf FILE]... [--key FILE-OR-KEY]

One file, Python 3.11 or later, only its standard library, no network: copy it anywhere.
Exit code 0: everything holds. 1: something does not, and the text says what. 2: wrong usage.

DIR holds `entries.jsonl` (a line per event: the row chain, the canonical record, and its payload
and salt unless erased), `checkpoints.jsonl` (C2SP signed notes) and `key.txt` (verifier keys).
  leaf = SHA256(00 | record)   h_n = SHA256(02 | h_n-1 | leaf)   h_0 = SHA256(02 | log name)
  node = SHA256(01 | left | right)   commit in the record = HMAC-SHA256(salt, payload)
Without --key the export's own key is believed; then only a receipt or report received earlier
can show that the whole ledger was written anew. Compare the printed key with one you know.
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
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any, NamedTuple

FORMAT = "equipoise-ledger-proof/1"
ERASED = b"ledger.payload_erased"
DASH = "\u2014"
KEY = re.compile("[a-z0-9_]+")
RECORD = re.compile(
    rb'\{"action":"(%(w)s)","actor":"%(w)s","commit":"([0-9a-f]{64})","log":"(%(w)s)",'
    rb'"object":"(%(w)s)","refs":\[(?:"%(w)s"(?:,"%(w)s")*)?\],"req":"%(w)s","role":"%(w)s",'
    rb'"seq":([1-9][0-9]{0,15}),"ts":"([0-9]{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)","v":1\}'
    % {b"w": rb"[!#-\[\]-~]*"}
)
LINE = re.compile(
    rb'\{"chain":"([0-9a-f]{64})","payload":(.*),"record":(\{.*\}),'
    rb'"salt":(?:"([0-9a-f]{64})"|null)\}\n'
)
BLOCK = re.compile(
    r"-----BEGIN LEDGER PROOF-----\s*Record:(.*?)\s(?:Payload:(.*?)\sSalt:(.*?)\s)?"
    r"Index:(.*?)\sPath:(.*?)\sCheckpoint:(.*?)-----END LEDGER PROOF-----",
    re.DOTALL,
)
Keys = dict[tuple[str, bytes], bytes]  # public key by name and id
Signature = tuple[bytes, bytes, bytes]  # public key, message, signature


MAX_INTEGER = 2**53 - 1
DAMAGE = (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError)


class Finding(ValueError):  # noqa: N818 - about the evidence, not about this program
    """Something does not hold; the message is for people."""


class Note(NamedTuple):
    body: bytes
    size: int
    root: bytes
    signatures: list[tuple[str, bytes]]


class Proof(NamedTuple):
    record: bytes
    place: int
    path: list[bytes]
    note: Note
    opened: tuple[bytes, bytes] | None  # payload and salt


# --- Ed25519 (RFC 8032), points as (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z -----------------

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


def combine(terms: list[tuple[int, Point]]) -> Point:
    """Return the sum of scalar * point over `terms` (Pippenger's buckets)."""
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


def signed(items: list[Signature]) -> bool:
    """Check many signatures at once: a sum with random weights, times 8, must vanish."""
    terms, base = [], 0
    keys: dict[bytes, int] = {}
    try:
        for public, message, signature in items:
            s = int.from_bytes(signature[32:], "little")
            k = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little")
            weight = secrets.randbits(127) + 1
            keys[public] = (keys.get(public, 0) + weight * k) % Q
            base -= weight * s
            terms.append((weight if s < Q else 0, point(signature[:32])))
        terms += [(scalar, point(public)) for public, scalar in keys.items()]
    except Finding:
        return False
    total = combine([*terms, (base % Q, BASE)])
    for _ in range(3):
        total = add(total, total)
    return total[0] == 0 and total[1] == total[2] and all(weight for weight, _ in terms)


# --- canonical JSON ------------------------------------------------------------------------------


def whole(text: str) -> int:
    if len(text) > len("-9007199254740991") or abs(int(text)) > MAX_INTEGER:  # int refuses floats
        raise Finding("a number is not whole, or too big")
    return int(text)


def check_shape(value: object, depth: int) -> None:
    if isinstance(value, str):
        if "\0" in value or not (value.isascii() or unicodedata.is_normalized("NFC", value)):
            raise Finding("a text holds U+0000 or is not in Unicode normal form C")
    elif isinstance(value, dict | list):
        if depth == 0:
            raise Finding("the nesting is deeper than 6")
        if isinstance(value, dict) and not all(map(KEY.fullmatch, value)):
            raise Finding("a key is not made of a-z, 0-9 and _")
        for inner in value.values() if isinstance(value, dict) else value:
            check_shape(inner, depth - 1)


read_json = json.JSONDecoder(parse_int=whole, parse_float=whole, parse_constant=whole).decode
write_json = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def check_canonical(data: bytes) -> None:
    """Raise ValueError unless `data` is in the one form the ledger writes (RFC 8785, profiled)."""
    try:
        value = read_json(data.decode())
    except RecursionError as error:
        raise Finding("the nesting is deeper than 6") from error
    check_shape(value, 6)
    if write_json(value).encode() != data:  # a key given twice shows here as well
        raise Finding("it is not in canonical form")


# --- checkpoints, receipts and reports ------------------------------------------------------------


def exact64(text: str) -> bytes:
    raw = b64decode(text, validate=True)
    if b64encode(raw).decode() != text:
        raise Finding("a base64 text is not in its exact form")
    return raw


def read_note(text: str) -> Note:
    body, _, lines = text.partition("\n\n")
    origin, size, root = body.split("\n")
    note = Note(f"{body}\n".encode(), int(size), exact64(root), [])
    for line in lines.splitlines():
        dash, name, signature = line.split(" ")
        note.signatures.append((dash + name, exact64(signature)))
    if f"{origin}\n{note.size}\n{root}" != body or note.size < 0:
        raise Finding("a checkpoint is not in its exact form")
    return note


def read_keys(text: str) -> Keys:
    keys = {}
    for line in text.split():
        name, key_id, encoded = line.split("+", 2)
        typed = exact64(encoded)
        if sha256(f"{name}\n".encode() + typed).hexdigest()[:8] != key_id or typed[0] != 1:
            raise Finding(f"the key {name}+{key_id} does not match its own id")
        keys[DASH + name, bytes.fromhex(key_id)] = typed[1:]
    return keys


def signature_of(note: Note, keys: Keys) -> Signature:
    for name, raw in note.signatures:
        if (name, raw[:4]) in keys and len(raw) == 4 + 64:
            return keys[name, raw[:4]], note.body, raw[4:]
    raise Finding(f"the checkpoint of size {note.size} is not signed by the ledger's key")


def proof_from_json(found: dict[str, Any]) -> Proof:
    opened = None
    if found.get("payload") is not None:
        opened = found["payload"].encode(), exact64(found["salt"])
    path, note = [exact64(step) for step in found["path"]], read_note(found["checkpoint"])
    return Proof(found["record"].encode(), int(found["index"]), path, note, opened)


def proof_from_text(text: str) -> Proof:
    """Read a proof block; line breaks, indenting and quote marks in it do not matter."""
    block = BLOCK.search(re.sub(r"(?m)^[> \t]+", "", text))
    if block is None:
        raise Finding("there is no ledger proof in it")
    body, *signatures = block[6].split(DASH)
    lines = [f"{DASH} {line.split()[0]} {''.join(line.split()[1:])}\n" for line in signatures]
    record, payload, salt, index, path = (
        "".join((part or "").split()) for part in block.groups()[:5]
    )
    found = {"record": record, "index": index, "salt": salt}
    note = "\n".join(body.split()) + "\n\n" + "".join(lines)
    steps = [path[at : at + 44] for at in range(0, len(path), 44)]
    opened = exact64(payload).decode() if payload else None
    return proof_from_json({**found, "path": steps, "checkpoint": note, "payload": opened})


def proof_from_receipt(path: Path) -> Proof:
    """Read a receipt: plain text, a saved mail, or the JSON form."""
    data = path.read_bytes()
    text = data.decode("utf-8", "replace")
    if text.lstrip().startswith("{"):
        return proof_from_json(json.loads(text))
    if re.search(r"(?im)^content-(type|transfer-encoding):", text):
        body = message_from_bytes(data, policy=policy.default).get_body(("plain",))
        text = str(body.get_content()) if body else text
    return proof_from_text(text)


def proofs_from_pdf(path: Path) -> list[Proof]:
    """Read the proofs attached to a PDF and check the data they were recorded with."""
    inside: list[bytes] = []
    for match in re.finditer(rb"stream\r?\n(.*?)(\r?\n?)endstream", path.read_bytes(), re.DOTALL):
        try:
            inside.append(zlib.decompressobj().decompress(match[1], 1 << 28))
        except zlib.error:
            inside += [match[1], match[1] + match[2]]
    proofs: list[Proof] = []
    todo: list[Any] = [json.loads(data) for data in inside if FORMAT.encode() in data]
    for value in todo:
        if isinstance(value, dict) and value.get("format") == FORMAT:
            proofs.append(proof_from_json(value))
        elif isinstance(value, dict | list):
            todo += value.values() if isinstance(value, dict) else value
    if not proofs:
        raise Finding("there is no ledger proof in it")
    wanted = {
        ref for proof in proofs for ref in re.findall(rb"sha256:([0-9a-f]{64})", proof.record)
    }
    if wanted - {sha256(data).hexdigest().encode() for data in inside}:
        raise Finding("the data inside is not what the ledger recorded for it")
    return proofs


# --- the ledger -----------------------------------------------------------------------------------


def check_payload(payload: bytes, salt: bytes, commit: bytes) -> None:
    if hmac.digest(salt, payload, "sha256").hex().encode() != commit:
        raise Finding("its payload or salt is not what the record committed to")


class Ledger:
    """The records of an export, and the roots of the tree at the sizes somebody asks about."""

    def __init__(self, stated: dict[int, bytes], sizes: set[int]) -> None:
        self.stated, self.sizes = stated, sizes | set(stated)
        self.size = self.covered = 0
        self.log = self.time = self.chain = b""
        self.peaks: list[bytes] = []
        self.roots: dict[int, bytes] = {}
        self.gone: set[int] = set()
        self.erased: set[int] = set()

    def read(self, line: bytes) -> None:
        """Check the next line and add it; raise ValueError when it is bad."""
        found = LINE.fullmatch(line)
        record = found and RECORD.fullmatch(found[3])
        if not found or not record:
            raise Finding("its line is not in canonical form")
        n = self.size + 1
        if n == 1:
            self.log, self.chain = record[3], sha256(b"\2" + record[3]).digest()
        if int(record[5]) != n or record[3] != self.log or record[6] < self.time:
            raise Finding("its number, ledger name or time does not follow")
        leaf = sha256(b"\0" + found[3]).digest()
        self.chain = sha256(b"\2" + self.chain + leaf).digest()
        if self.chain.hex().encode() != found[1]:
            raise Finding("the chain breaks here, so something was changed")
        if found[4]:
            check_payload(found[2], bytes.fromhex(found[4].decode()), record[2])
            check_canonical(found[2])
        elif found[2] == b"null":
            self.gone.add(n)
        else:
            raise Finding("its payload has no salt")
        if record[1] == ERASED:
            self.erased.add(int(record[4].removeprefix(b"entry:")))
        self.grow(leaf)
        self.time = record[6]
        if self.stated.get(n, self.roots.get(n)) != self.roots.get(n):
            since = f" (or one since {self.covered + 1})" if n > self.covered + 1 else ""
            raise Finding(f"the checkpoint of size {n} states another tree{since}")
        self.covered = n if n in self.stated else self.covered

    def grow(self, leaf: bytes) -> None:
        self.size = full = self.size + 1
        while not full & 1:
            leaf = sha256(b"\1" + self.peaks.pop() + leaf).digest()
            full >>= 1
        self.peaks.append(leaf)
        if self.size in self.sizes:
            root = leaf
            for peak in self.peaks[-2::-1]:
                root = sha256(b"\1" + peak + root).digest()
            self.roots[self.size] = root

    def close(self) -> None:
        """Raise a Finding about what only the whole can show."""
        for n in sorted(self.gone ^ self.erased):
            why = "missing without" if n in self.gone else "there in spite of"
            raise Finding(f"Record {n} is bad: its payload is {why} an erasure event.")
        if max(self.stated, default=0) > self.size:
            raise Finding(f"Record {self.size + 1} is missing: a checkpoint counts more records.")
        if self.covered < self.size:
            raise Finding(f"Record {self.covered + 1} is bad: no checkpoint covers it.")


def included(proof: Proof) -> bool:
    """Check the audit path (RFC 9162, 2.1.3.2)."""
    at, last = proof.place, proof.note.size - 1
    found = sha256(b"\0" + proof.record).digest()
    for step in proof.path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = sha256(b"\1" + step + found).digest()
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = sha256(b"\1" + found + step).digest()
        at, last = at >> 1, last >> 1
    return last == 0 and found == proof.note.root


def check_proof(proof: Proof, keys: Keys, ledger: Ledger) -> None:
    """Raise a Finding when a receipt or report is not true, or not true of this export."""
    record, size = RECORD.fullmatch(proof.record), proof.note.size
    if not record or int(record[5]) != proof.place + 1 or not proof.place < size:
        raise Finding("its record is not in canonical form, or not the one it points to")
    if not signed([signature_of(proof.note, keys)]):
        raise Finding("the signature of its checkpoint is forged")
    if not included(proof):
        raise Finding("its record is not under the root of its own checkpoint")
    if proof.opened:
        check_payload(*proof.opened, record[2])
    if size > ledger.size:
        raise Finding(
            f"its checkpoint counts {size} records, the export only {ledger.size}: "
            "the export is older, unreadable from there on, or its end was cut off"
        )
    if ledger.roots.get(size) != proof.note.root:
        raise Finding(
            f"its checkpoint of size {size} is not consistent with the export: "
            "HISTORY WAS REWRITTEN after it was issued"
        )


def check_export(folder: Path, notes: list[Note], keys: Keys, ledger: Ledger) -> None:
    with (folder / "entries.jsonl").open("rb") as lines:
        for n, line in enumerate(lines, 1):
            try:
                ledger.read(line)
            except ValueError as error:
                raise Finding(f"Record {n} is bad: {error}.") from error
    ledger.close()
    items = [signature_of(note, keys) for note in notes]
    if [note.size for note in notes] != sorted(ledger.stated):
        raise Finding("The checkpoints are not in order of size, each size once.")
    if items and not signed(items):
        size = next(n.size for n, item in zip(notes, items, strict=True) if not signed([item]))
        raise Finding(f"The signature of the checkpoint of size {size} is forged.")


def check(folder: Path, receipts: list[Path], pdfs: list[Path], key: str | None) -> list[str]:
    """Check everything; return the findings, or one line that begins with OK."""
    findings: list[str] = []
    proofs: list[tuple[Path, Proof]] = []
    for path in receipts + pdfs:
        try:
            read = proofs_from_pdf(path) if path in pdfs else [proof_from_receipt(path)]
            proofs += [(path, proof) for proof in read]
        except DAMAGE as error:
            findings.append(
                f"{path}: {error if isinstance(error, Finding) else 'its ledger proof is damaged'}."
            )
    try:
        lines = (folder / "checkpoints.jsonl").read_text("utf-8").splitlines()
        notes = [read_note(json.loads(line)["note"]) for line in lines]
        keys = read_keys(key or (folder / "key.txt").read_text("utf-8"))
    except (*DAMAGE, OSError) as error:
        return [*findings, f"The checkpoints or the key are damaged: {error}."]
    stated = {note.size: note.root for note in notes}
    ledger = Ledger(stated, {proof.note.size for _, proof in proofs})
    try:
        check_export(folder, notes, keys, ledger)
    except Finding as finding:
        findings.append(str(finding))
    for path, proof in proofs:
        try:
            check_proof(proof, keys, ledger)
        except Finding as finding:
            findings.append(f"{path}: {finding}.")
    names = ", ".join(f"{name.removeprefix(DASH)}+{key_id.hex()}" for name, key_id in keys)
    return findings or [
        (
            f"OK: {ledger.size} records ({len(ledger.gone)} with erased payload), {len(notes)} "
            f"checkpoints, {len(proofs)} proofs from receipts and reports; signed by {names}."
        )
    ]


def main() -> int:
    usage = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    usage.add_argument("folder", type=Path, metavar="DIR", help="the folder of the export")
    usage.add_argument("--receipt", type=Path, action="append", default=[], metavar="FILE")
    usage.add_argument("--pdf", type=Path, action="append", default=[], metavar="FILE")
    usage.add_argument("--key", help="the verifier key you already know, or a file that holds it")
    args = usage.parse_args()
    for path in [args.folder / "entries.jsonl", *args.receipt, *args.pdf]:
        if not path.is_file():
            usage.error(f"{path} is not there. Give the folder of an export and existing files.")
    key = args.key if not args.key or "+" in args.key else Path(args.key).read_text("utf-8")
    lines = check(args.folder, args.receipt, args.pdf, key)
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if lines[0].startswith("OK: ") else 1


if __name__ == "__main__":
    sys.exit(main())
