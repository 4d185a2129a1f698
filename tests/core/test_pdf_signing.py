"""Signatures: whole, whose, when; and the file inside stays what it was."""

import http.server
import shutil
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest

from app.core.pdf.signatures import UnreadableSignature, signature_of, unsigned_part
from app.core.pdf.signing import SigningKey, make_signing_key, sign
from tests.core.test_pdf import a_pdf
from tests.verapdf import complaints

SIGNED_AT = datetime(2026, 6, 18, 12, 0, 1, tzinfo=UTC)
NAME = "Fund for Łódź and Huế"


@pytest.fixture(scope="module")
def key() -> SigningKey:
    return make_signing_key(
        NAME, now=SIGNED_AT - timedelta(days=1), valid_until=SIGNED_AT + timedelta(days=36_500)
    )


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return a_pdf()


@pytest.fixture(scope="module")
def signed(pdf: bytes, key: SigningKey) -> bytes:
    return sign(pdf, key, at=SIGNED_AT, reason="Release of the allocation")


def test_a_signature_says_who_and_when(signed: bytes, key: SigningKey) -> None:
    found = signature_of(signed, trust=[key.certificate])

    assert found is not None
    assert found.good
    assert (found.signer, found.signed_at, found.stamped_at) == (NAME, SIGNED_AT, None)


def test_a_signed_file_begins_with_the_unsigned_one(pdf: bytes, signed: bytes) -> None:
    assert signed.startswith(pdf)
    assert unsigned_part(signed) == pdf
    assert unsigned_part(pdf) == pdf


def test_a_signed_file_keeps_both_profiles(signed: bytes, tmp_path: Path) -> None:
    assert complaints({"signed": signed}, tmp_path) == []


def test_nothing_may_be_changed_after_the_signature(signed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)
    with pikepdf.open(path) as file:
        reference = file.Root.Perms.DocMDP.Reference[0].TransformParams
        assert int(reference.P) == 1
        assert str(file.Root.Perms.DocMDP.SubFilter) == "/ETSI.CAdES.detached"


def test_an_unknown_signer_is_intact_but_not_trusted(signed: bytes) -> None:
    other = make_signing_key(
        NAME, now=SIGNED_AT - timedelta(days=1), valid_until=SIGNED_AT + timedelta(days=36_500)
    )

    found = signature_of(signed, trust=[other.certificate])

    assert found is not None
    assert (found.intact, found.trusted, found.good) == (True, False, False)


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.7, 0.8])
def test_one_flipped_bit_breaks_the_signature(
    share: float, pdf: bytes, signed: bytes, key: SigningKey
) -> None:
    changed = bytearray(signed)
    changed[int(len(pdf) * share)] ^= 0x10

    try:
        found = signature_of(bytes(changed), trust=[key.certificate])
    except UnreadableSignature:
        return
    assert found is not None
    assert not found.intact
    assert not found.good


def test_what_is_added_after_the_signature_is_seen(signed: bytes, key: SigningKey) -> None:
    twice = sign(a_pdf() + b"\n", key, at=SIGNED_AT, reason="x")
    added = signed + twice[len(a_pdf()) + 1 :]

    try:
        found = signature_of(added, trust=[key.certificate])
    except UnreadableSignature:
        return
    assert found is None or not found.good


@pytest.mark.parametrize("tail", [b"\n", b"% a remark\n", b"PK\x03\x04 another file"])
def test_bytes_behind_the_end_are_an_addition(signed: bytes, key: SigningKey, tail: bytes) -> None:
    found = signature_of(signed + tail, trust=[key.certificate])

    assert found is not None
    assert (found.intact, found.untouched, found.good) == (True, False, False)


def test_a_file_without_signature_has_none(pdf: bytes) -> None:
    assert signature_of(pdf, trust=[]) is None


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"%PDF-1.7\n%%EOF\n", b"%PDF-1.7\n" + b"\0" * 999]
)
def test_what_is_no_pdf_is_told_so(content: bytes) -> None:
    with pytest.raises(UnreadableSignature):
        signature_of(content, trust=[])
    with pytest.raises(UnreadableSignature):
        unsigned_part(content)


def test_a_damaged_table_of_objects_is_told_and_not_a_failure(
    signed: bytes, key: SigningKey
) -> None:
    at = int(signed.rsplit(b"startxref", 1)[1].split()[0])
    begin = signed.index(b"stream", at) + len(b"stream\n")
    told = 0
    for place in range(begin, begin + 40, 4):
        altered = bytearray(signed)
        altered[place] ^= 1
        try:
            found = signature_of(bytes(altered), trust=[key.certificate])
        except UnreadableSignature:
            told += 1
        else:
            assert found is None or not found.good
    assert told


def test_other_software_agrees(signed: bytes, tmp_path: Path) -> None:
    if (pdfsig := shutil.which("pdfsig")) is None:
        pytest.skip("pdfsig (poppler-utils) is not installed")
    (tmp_path / "signed.pdf").write_bytes(signed)

    said = subprocess.run(
        [pdfsig, "-nocert", "signed.pdf"], cwd=tmp_path, capture_output=True, text=True, check=False
    ).stdout

    assert "Signature is Valid" in said
    assert "Total document signed" in said


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, bytes]]:
    """Serve RFC 3161 time stamps made by OpenSSL; return the address and its certificate."""
    if (openssl := shutil.which("openssl")) is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tsa")

    def run(*arguments: str) -> None:
        subprocess.run([openssl, *arguments], cwd=folder, check=True, capture_output=True)

    (folder / "tsa.cnf").write_text(
        "[req]\ndistinguished_name=dn\nx509_extensions=ext\nprompt=no\n[dn]\nCN=Test time stamps\n"
        "[ext]\nextendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"
        "[tsa]\ndefault_tsa=one\n[one]\nserial=serial\ncrypto_device=builtin\n"
        "signer_cert=tsa.pem\nsigner_key=tsa.key\nsigner_digest=sha256\n"
        "default_policy=1.2.3.4.1\ndigests=sha256\nordering=yes\ness_cert_id_alg=sha256\n"
    )
    (folder / "serial").write_text("01")
    run(
        *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "36500"),
        *("-config", "tsa.cnf", "-keyout", "tsa.key", "-out", "tsa.pem"),
    )

    class Stamps(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            (folder / "asked.tsq").write_bytes(asked)
            run(
                *("ts", "-reply", "-config", "tsa.cnf", "-section", "one"),
                *("-queryfile", "asked.tsq", "-out", "answer.tsr"),
            )
            answer = (folder / "answer.tsr").read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with socketserver.TCPServer(("127.0.0.1", 0), Stamps) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/", (folder / "tsa.pem").read_bytes()
        server.shutdown()
        thread.join()


def test_an_authority_states_the_time(
    pdf: bytes, key: SigningKey, authority: tuple[str, bytes], tmp_path: Path
) -> None:
    address, certificate = authority
    before = datetime.now(UTC) - timedelta(seconds=2)

    signed = sign(pdf, key, at=SIGNED_AT, reason="Release", tsa_url=address)
    found = signature_of(signed, trust=[key.certificate, certificate])

    assert found is not None
    assert found.good
    assert found.stamped_at is not None
    assert before <= found.stamped_at <= datetime.now(UTC)
    assert complaints({"stamped": signed}, tmp_path) == []


def test_a_time_of_an_unknown_authority_is_not_believed(
    pdf: bytes, key: SigningKey, authority: tuple[str, bytes]
) -> None:
    signed = sign(pdf, key, at=SIGNED_AT, reason="Release", tsa_url=authority[0])

    found = signature_of(signed, trust=[key.certificate])

    assert found is not None
    assert found.intact
    assert found.stamped_at is None
