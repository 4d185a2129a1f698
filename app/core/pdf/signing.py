"""Signatures on PDF files: PAdES B-B, or B-T where a time-stamp authority is named."""

from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from asn1crypto import keys as asn1_keys  # type: ignore[import-untyped]
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

_FIELD = "Signature"
_KEY_BITS = 3072
_ROOM, _ROOM_OF_STAMP = 2048, 16384  # bytes; a stamp brings the certificates of its authority


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and its certificate, both PEM, with the certificates above it if any."""

    key: bytes
    certificate: bytes
    chain: tuple[bytes, ...] = ()


def make_signing_key(name: str, *, now: datetime, valid_until: datetime) -> SigningKey:
    """Make a key and a self-signed certificate for an installation; the caller keeps them.

    Readers show such a signature as intact, but as "identity unknown" until they trust the
    certificate; one from an authority takes its place without any change elsewhere.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(valid_until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, SHA256())
    )
    return SigningKey(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        certificate.public_bytes(Encoding.PEM),
    )


def sign(
    pdf: bytes, key: SigningKey, *, at: datetime, reason: str, tsa_url: str | None = None
) -> bytes:
    """Return the file with an invisible signature after which nothing may be changed.

    The signature is appended: the result begins with `pdf`, byte for byte. With `tsa_url`
    an authority (RFC 3161) states the time; without it the file only says `at`.
    """
    signer = _SignerAt(
        PdfSignatureMetadata(
            field_name=_FIELD,
            md_algorithm="sha256",
            reason=reason,
            certify=True,
            subfilter=SigSeedSubFilter.PADES,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        ),
        signer=_signer(key),
        timestamper=HTTPTimeStamper(tsa_url) if tsa_url else None,
        new_field_spec=SigFieldSpec(_FIELD),
    )
    signer.at = at.astimezone(UTC)
    signed = signer.sign_pdf(
        IncrementalPdfFileWriter(BytesIO(pdf)),
        bytes_reserved=2 * (_room(key) + (_ROOM_OF_STAMP if tsa_url else 0)),  # in hex digits
    )
    content: bytes = signed.getvalue()
    return content


class _SignerAt(PdfSigner):
    """Signs at the instant it is told; the original asks the machine's clock."""

    at: datetime

    def init_signing_session(self, *args: Any, **named: Any) -> PdfSigningSession:  # noqa: ANN401
        session = super().init_signing_session(*args, **named)
        session.system_time = self.at
        return session


def _room(key: SigningKey) -> int:
    return _ROOM + len(key.certificate) + sum(map(len, key.chain))


def _signer(key: SigningKey) -> SimpleSigner:
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(read_certificate(above) for above in key.chain)
    private = asn1_keys.PrivateKeyInfo.load(_unarmoured(key.key))
    return SimpleSigner(read_certificate(key.certificate), private, store)


def read_certificate(content: bytes) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(_unarmoured(content))


def _unarmoured(content: bytes) -> bytes:
    der: bytes = pem.unarmor(content)[2]
    return der
