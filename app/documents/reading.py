"""Receipts and reports as strangers hand them in: read with bounded effort, believed in nothing."""

import json
import re
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from app.core.uploads import child
from app.core.uploads.envelope import fault_of
from app.core.uploads.limits import LIMITS, MEBIBYTE, Limits
from app.core.words import _
from app.ledger import proof
from app.ledger.proof import ATTACHMENT_NAME, BEGIN, END, BadProofError, Proof

LONGEST_TEXT = 100_000  # characters
LARGEST_PDF = LIMITS.file_bytes  # what a stranger may hand in
# A report of 1,000 pages has some 700,000 objects, whose table takes about 10 seconds to read.
OF_STRANGERS = replace(LIMITS, memory_bytes=1_024 * MEBIBYTE, cpu_seconds=20, wall_seconds=60)
# An operator's own command reads a report of thousands of pages too.
OF_OPERATORS = replace(
    LIMITS,
    file_bytes=512 * MEBIBYTE,
    memory_bytes=4_096 * MEBIBYTE,
    cpu_seconds=600,
    wall_seconds=1_800,
    answer_bytes=512 * MEBIBYTE,
)
RECEIPT = "receipt.json"
DATA_NAMES = (
    "allocation.json",
    "award.json",
    "contribution.json",
    "letter.json",
    "minutes.json",
    RECEIPT,
)
CERTIFICATE = "certificate.json"
_LABELS = re.compile(r"\s(?:Record|Payload|Salt|Index|Path|Checkpoint):")
_MOST_LABELS = 12


class Unreadable(ValueError):  # noqa: N818 - it says what is wrong
    """Nothing can be checked; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was handed in. `signature` is good, stranger, broken, unreadable, none or, for text,
    empty; `data` is the attached account of the document and `name` that file's name."""

    proof: Proof
    signature: str = ""
    signer: str = ""
    signed_at: str = ""
    rendered_sha256: str = ""
    name: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def hashes(self) -> dict[str, str]:
        return {name: sha256(content).hexdigest() for name, content in self.files.items()}


@dataclass(frozen=True, slots=True)
class Signed:
    """A certificate that was handed in: it has no ledger proof, its signature speaks for it."""

    signature: str
    signer: str
    data: dict[str, Any]


def from_text(text: str) -> Evidence:
    """Read a receipt's text, a mail, or a proof as JSON."""
    if len(text) > LONGEST_TEXT:
        raise Unreadable(_("That is too long for a receipt. Paste the proof block alone."))
    if text.lstrip().startswith("{"):
        return Evidence(_json_proof(text.encode()))
    begin, end = text.find(BEGIN), text.find(END)
    if begin < 0 or end < begin:
        raise Unreadable(
            _(
                "There is no ledger proof in this text. Paste all of it, from “%(begin)s” to "
                "“%(end)s”.",
                begin=BEGIN,
                end=END,
            )
        )
    block = text[text.rfind("\n", 0, begin) + 1 : end + len(END)]
    if len(_LABELS.findall(block)) > _MOST_LABELS:  # keeps the reader's effort in bounds
        raise Unreadable(_("The ledger proof in this text is damaged."))
    try:
        return Evidence(proof.from_text(block))
    except (BadProofError, ValueError, IndexError) as error:
        raise Unreadable(_("The ledger proof in this text is damaged.")) from error


def from_pdf(data: bytes, certificate: bytes) -> Evidence:
    """Read a report or receipt for whoever runs the installation, however large it is."""
    found = read_pdf(data, certificate, OF_OPERATORS)
    if isinstance(found, Signed):
        raise Unreadable(
            _("This is a certificate; it carries no ledger proof. Check it on the page /verify.")
        )
    return found


def read_pdf(data: bytes, certificate: bytes, limits: Limits = OF_STRANGERS) -> Evidence | Signed:
    """Read whatever of ours can be checked, in a child process of bounded memory and time."""
    fault = fault_of(data, limits.file_bytes)
    if fault is not None and fault.code == "too_large":
        raise Unreadable(
            _(
                "This file is larger than %(most)s MB. On the installation, "
                "“flask report verify FILE.pdf” reads larger ones.",
                most=limits.file_bytes // MEBIBYTE,
            )
        )
    if fault is not None:
        raise Unreadable(
            _(
                "This is not a whole PDF file. Choose it as it was sent to you, or download it "
                "again."
            )
        )
    question = len(certificate).to_bytes(4, "big") + certificate + data
    try:
        facts, content = child.run("app.core.uploads.attached:read", question, limits)
    except child.ChildFailure as failure:
        raise Unreadable(_("This file could not be read with reasonable effort.")) from failure
    if "unreadable" in facts:
        raise Unreadable(
            _(
                "This file could not be read as a PDF. If it came to you as a document of ours, it "
                "was altered or damaged on its way: take it anew from where it was published."
            )
        )
    files = _files(facts.get("files"), content)
    if ATTACHMENT_NAME not in files and CERTIFICATE in files:
        return Signed(
            signature=str(facts.get("signature")),
            signer=str(facts.get("signer", "")),
            data=_json_object(files[CERTIFICATE]),
        )
    if ATTACHMENT_NAME not in files:
        raise Unreadable(
            _("There is no ledger proof in this file. Reports and receipts of ours carry one.")
        )
    name = next((name for name in DATA_NAMES if name in files), "")
    return Evidence(
        proof=_json_proof(files[ATTACHMENT_NAME]),
        signature=str(facts.get("signature")),
        signer=str(facts.get("signer", "")),
        signed_at=str(facts.get("signed_at", "")),
        rendered_sha256=str(facts.get("rendered_sha256", "")),
        name=name,
        data=_json_object(files[name]) if name else {},
        files=files,
    )


def _files(listed: object, content: bytes) -> dict[str, bytes]:
    """Cut the child's answer into files; it has met a stranger's bytes."""
    found, at = {}, 0
    try:
        for name, size in listed if isinstance(listed, list) else []:
            found[str(name)] = content[at : at + int(size)]
            at += int(size)
    except (TypeError, ValueError) as error:
        raise Unreadable(_("This file could not be read as a PDF.")) from error
    return found


def _json_object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("The data attached to this file are damaged.")) from error
    return found if isinstance(found, dict) else {}


def _json_proof(content: bytes) -> Proof:
    try:
        return proof.from_json(_json_object(content))
    except (BadProofError, ValueError, ArithmeticError) as error:
        raise Unreadable(_("The ledger proof in it is damaged.")) from error
