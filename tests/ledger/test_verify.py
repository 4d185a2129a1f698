"""The offline verifier as a program of its own, copied away from the project."""

import json
import random
import shutil
import subprocess
import sys
import zlib
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.ledger import verify
from app.ledger.checkpoint import verifier_key
from app.ledger.proof import Proof
from tests.ledger.logs import ORIGIN, Log, a_key, an_honest_log

LOG = an_honest_log(11, 80, erasures=3)
PROOF = LOG.proof(9, 80)


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return LOG.write(tmp_path_factory.mktemp("export"))


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one file, in a folder where nothing else of ours can be imported."""
    return Path(shutil.copy(verify.__file__, tmp_path_factory.mktemp("elsewhere")))


def run(program: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-S", program, *arguments],
        cwd=program.parent,
        env={"PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_is_one_file_of_at_most_four_hundred_lines() -> None:
    assert len(Path(verify.__file__).read_text().splitlines()) <= 400


def test_it_needs_nothing_but_the_standard_library(program: Path, export: Path) -> None:
    result = run(program, export)
    assert result.stdout == (
        "OK: 80 records (3 erased), "
        f"{len(LOG.sealed)} checkpoints, 0 proofs; signed by {ORIGIN}+30b1f849.\n"
    )
    assert (result.returncode, result.stderr) == (0, "")


def test_a_finding_exits_with_one_and_names_the_record(
    program: Path, export: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(export, tmp_path / "changed")
    lines = (folder / "entries.jsonl").read_text().split("\n")
    lines[41] = lines[41].replace('"role":"', '"role":"x')
    (folder / "entries.jsonl").write_text("\n".join(lines))

    result = run(program, folder)
    assert result.stdout == "Record 42 is bad: the chain breaks here, so something was changed.\n"
    assert result.returncode == 1


@pytest.mark.parametrize("wrong", [[], ["--receipt"], ["--what"], ["missing"]])
def test_wrong_usage_exits_with_two(program: Path, wrong: list[str]) -> None:
    result = run(program, *wrong)
    assert result.returncode == 2
    assert "usage:" in result.stderr


def test_a_missing_receipt_or_key_file_is_wrong_usage(program: Path, export: Path) -> None:
    for option in ("--receipt", "--pdf", "--key"):
        result = run(program, export, option, "not-there")
        assert result.returncode == 2
        assert "not-there is not there" in result.stderr


@pytest.mark.parametrize("name", ["checkpoints.jsonl", "key.txt"])
def test_an_export_without_its_checkpoints_or_key_is_a_finding(
    program: Path, export: Path, tmp_path: Path, name: str
) -> None:
    folder = shutil.copytree(export, tmp_path / "less")
    (folder / name).unlink()
    assert run(program, folder).returncode == 1


def test_the_key_can_be_given_as_text_or_file(program: Path, export: Path, tmp_path: Path) -> None:
    own = verifier_key(ORIGIN, LOG.key).text()
    other = verifier_key(ORIGIN, a_key(5)).text()
    (tmp_path / "key.txt").write_text(own)
    assert run(program, export, "--key", own).returncode == 0
    assert run(program, export, "--key", tmp_path / "key.txt").returncode == 0
    result = run(program, export, "--key", other)
    assert "not signed by the ledger's key" in result.stdout
    assert result.returncode == 1
    assert run(program, export, "--key", "no+such+key").returncode == 1


def mail(text: str, encoding: str) -> bytes:
    message = EmailMessage()
    message["Subject"] = "Your receipt"
    message.set_content(text, cte=encoding)
    message.add_alternative("<p>The same in HTML</p>", subtype="html")
    return message.as_bytes()


RECEIPT = f"Dear Ada,\n\nReceipt: abc\n\n{PROOF.as_text()}\nKind regards\n"
FORMS = {
    "text": RECEIPT.encode(),
    "quoted": "".join(f"> {line}\n" for line in RECEIPT.splitlines()).encode(),
    "windows": RECEIPT.replace("\n", "\r\n").encode(),
    "mail, quoted-printable": mail(RECEIPT, "quoted-printable"),
    "mail, base64": mail(RECEIPT, "base64"),
    "mail, 8bit": mail(RECEIPT, "8bit"),
    "JSON": PROOF.as_json_bytes(),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_receipt_is_read_in_whatever_form_it_was_kept(
    program: Path, export: Path, tmp_path: Path, form: str
) -> None:
    (tmp_path / "receipt").write_bytes(FORMS[form])
    result = run(program, export, "--receipt", tmp_path / "receipt")
    assert "1 proofs" in result.stdout
    assert result.returncode == 0


def test_a_rewritten_history_is_called_that(program: Path, tmp_path: Path) -> None:
    other = an_honest_log(11, 80, erasures=3)
    other.entries[4].fields["actor"] = "0" * 32
    (tmp_path / "receipt").write_text(RECEIPT)
    result = run(program, other.write(tmp_path / "new"), "--receipt", tmp_path / "receipt")
    assert "HISTORY WAS REWRITTEN" in result.stdout
    assert result.returncode == 1


# --- PDF -----------------------------------------------------------------------------------------


def a_pdf(*contents: bytes, packed: bool = True, end: bytes = b"\n") -> bytes:
    """Enough of a PDF to hold streams."""
    body = b"%PDF-1.7\n"
    for number, content in enumerate(contents, 1):
        data = zlib.compress(content) if packed else content
        body += b"%d 0 obj\n<</Length %d>>\nstream\n" % (number, len(data))
        body += data + end + b"endstream\nendobj\n"
    return body + b"%%EOF\n"


def a_log_that_vouches(data: bytes) -> tuple[Log, Proof]:
    log = an_honest_log(12, 30)
    log.entries[7].fields["refs"] = (f"sha256:{sha256(data).hexdigest()}", "call:1")
    return log, log.proof(8, 30)


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
def test_a_report_is_checked_by_the_proof_and_the_data_inside_it(
    program: Path,
    tmp_path: Path,
    packed: bool,  # noqa: FBT001
    end: bytes,
) -> None:
    data = json.dumps({"awards": [1, 2, 3]}).encode() + b"\n"
    log, proof = a_log_that_vouches(data)
    folder = log.write(tmp_path / "log")
    pdf, swapped = tmp_path / "report.pdf", tmp_path / "swapped.pdf"
    pdf.write_bytes(a_pdf(b"page", data, proof.as_json_bytes(), packed=packed, end=end))
    swapped.write_bytes(a_pdf(b"page", data.replace(b"3", b"4"), proof.as_json_bytes()))

    assert run(program, folder, "--pdf", pdf).returncode == 0
    result = run(program, folder, "--pdf", swapped)
    assert "the data inside is not what the ledger recorded for it" in result.stdout
    assert result.returncode == 1


def test_a_proof_nested_in_a_bundle_is_found(program: Path, export: Path, tmp_path: Path) -> None:
    bundle = json.dumps({"decision": {"ledger": [PROOF.as_json()]}}).encode()
    (tmp_path / "bundle.pdf").write_bytes(a_pdf(bundle))
    assert "1 proofs" in run(program, export, "--pdf", tmp_path / "bundle.pdf").stdout


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"nothing", "there is no ledger proof in it"),
        (b'{"format":"equipoise-ledger-proof/1"}', "its ledger proof is damaged"),
        (b'"equipoise-ledger-proof/1', "its ledger proof is damaged"),
        (b"[" * 100_000 + b"equipoise-ledger-proof/1", "its ledger proof is damaged"),
        (PROOF.as_json_bytes().replace(b'"index": 8', b'"index": 7'), "not the one it points to"),
    ],
)
def test_a_report_without_a_good_proof_is_a_finding(
    program: Path, export: Path, tmp_path: Path, content: bytes, says: str
) -> None:
    (tmp_path / "bad.pdf").write_bytes(a_pdf(content))
    result = run(program, export, "--pdf", tmp_path / "bad.pdf")
    assert says in result.stdout
    assert (result.returncode, result.stderr) == (1, "")


# --- Ed25519 ------------------------------------------------------------------------------------


def signatures(count: int) -> list[tuple[bytes, bytes, bytes]]:
    rng = random.Random(8032)
    made = []
    for _ in range(count):
        key = Ed25519PrivateKey.from_private_bytes(rng.randbytes(32))
        message = rng.randbytes(rng.randrange(200))
        made.append((key.public_key().public_bytes_raw(), message, key.sign(message)))
    return made


def test_signatures_verify_alone_and_together() -> None:
    items = signatures(40)
    assert verify.signed(items)
    assert all(verify.signed([item]) for item in items)


def test_one_forged_signature_among_many_is_noticed() -> None:
    rng = random.Random(1)
    for _ in range(60):
        items = signatures(5)
        at, part = rng.randrange(5), rng.randrange(3)
        forged = list(items[at])
        if part == 1:
            forged[1] += b"x"
        else:
            changed = bytearray(forged[part])
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
            forged[part] = bytes(changed)
        items[at] = (forged[0], forged[1], forged[2])
        assert not verify.signed(items)
        assert not verify.signed([items[at]])


def test_a_signature_has_no_second_spelling() -> None:
    ((public, message, signature),) = signatures(1)
    s = int.from_bytes(signature[32:], "little") + verify.Q
    assert not verify.signed([(public, message, signature[:32] + s.to_bytes(32, "little"))])


def test_the_vectors_of_the_standard_verify() -> None:
    # RFC 8032, 7.1, tests 1 to 3
    vectors = [
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            (
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            ),
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            (
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ),
        ),
        (
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            (
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
            ),
        ),
    ]
    items = [
        (bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))
        for public, message, signature in vectors
    ]
    assert verify.signed(items)
    assert all(verify.signed([item]) for item in items)
