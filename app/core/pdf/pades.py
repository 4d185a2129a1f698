"""The signature itself, by pyHanko; loaded when the first file is signed or read back."""

from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from typing import Any

from asn1crypto import keys as asn1_keys  # type: ignore[import-untyped]
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_private_key
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.metadata.model import DocumentMetadata
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from app.core.pdf.signing import NoTimeStampError, SigningKey

_FIELD = "Signature"
_DIGEST = "sha256"
_ROOM, _ROOM_OF_STAMP = 2048, 16384  # bytes; a stamp brings the certificates of its authority


def append_signature(
    pdf: bytes, key: SigningKey, *, at: datetime, reason: str, tsa_url: str | None
) -> bytes:
    """Return `pdf` with the signature appended: see `app.core.pdf.signing.sign`."""
    signer = _SignerAt(
        PdfSignatureMetadata(
            field_name=_FIELD,
            md_algorithm=_DIGEST,
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
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    writer._meta = _MetaAt(signer.at)  # noqa: SLF001 - there is no other way to tell it the time
    room = _room(key) + (_ROOM_OF_STAMP if tsa_url else 0)
    try:
        signed = signer.sign_pdf(writer, bytes_reserved=2 * room)  # in hex digits
    except TimestampRequestError as error:
        raise NoTimeStampError(f"No time-stamp from {tsa_url}: {error}") from error
    content: bytes = signed.getvalue()
    return content


class _MetaAt(DocumentMetadata):
    """Says that the file was changed when it was signed; the original says the machine's time,
    which tells the day on which somebody fetched it."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        super().__init__()

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, self._at if name == "last_modified" else value)


class _SignerAt(PdfSigner):
    """Signs at the instant it is told; the original asks the machine's clock."""

    at: datetime

    def init_signing_session(self, *args: Any, **named: Any) -> PdfSigningSession:  # noqa: ANN401
        session = super().init_signing_session(*args, **named)
        session.system_time = self.at
        return session


def _room(key: SigningKey) -> int:
    return _ROOM + len(key.certificate) + sum(map(len, key.chain))


class _Signer(SimpleSigner):
    """Checks its key once; the original proves its primes anew for each signature, which takes
    longer than signing."""

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        key = _loaded(self.signing_key.dump())
        if isinstance(key, RSAPrivateKey) and digest_algorithm == _DIGEST:
            return key.sign(data, PKCS1v15(), SHA256())
        signature: bytes = super().sign_raw(data, digest_algorithm)
        return signature


@lru_cache(maxsize=2)
def _loaded(der: bytes) -> PrivateKeyTypes:
    return load_der_private_key(der, password=None)


def _signer(key: SigningKey) -> SimpleSigner:
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(read_certificate(above) for above in key.chain)
    private = asn1_keys.PrivateKeyInfo.load(_unarmoured(key.key))
    return _Signer(read_certificate(key.certificate), private, store)


def read_certificate(content: bytes) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(_unarmoured(content))


def _unarmoured(content: bytes) -> bytes:
    der: bytes = pem.unarmor(content)[2]
    return der
