"""Signatures on PDF files: PAdES B-B, or B-T where a time-stamp authority is named."""

from dataclasses import dataclass
from datetime import datetime

_KEY_BITS = 3072


class NoTimeStampError(Exception):
    """The time-stamp authority gave no stamp; the sentence says which, and what went wrong."""


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
    # A server that makes no key and no signature does without the library.
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import serialization as written  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

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
        key.private_bytes(
            written.Encoding.PEM, written.PrivateFormat.PKCS8, written.NoEncryption()
        ),
        certificate.public_bytes(written.Encoding.PEM),
    )


def sign(
    pdf: bytes, key: SigningKey, *, at: datetime, reason: str, tsa_url: str | None = None
) -> bytes:
    """Return the file with an invisible signature after which nothing may be changed.

    The signature is appended: the result begins with `pdf`, byte for byte. With `tsa_url`
    an authority (RFC 3161) states the time; without it the file only says `at`. Raises
    NoTimeStampError where the authority cannot be reached or refuses.
    """
    from app.core.pdf.pades import append_signature  # noqa: PLC0415 - pyHanko is slow to load

    return append_signature(pdf, key, at=at, reason=reason, tsa_url=tsa_url)
