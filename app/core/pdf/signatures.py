"""Looking at the signature of a PDF: whether it is whole, and whose it is."""

import logging
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from app.core.pdf.pades import read_certificate

_END = b"%%EOF"
# What the library meets in a file that somebody altered; none of it may reach the page of checking.
DAMAGE = (
    *(PdfReadError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError),
    *(zlib.error, RecursionError),
)

# An unknown signer is an answer here, not an error to log with its traceback.
logging.getLogger("pyhanko.sign.validation").setLevel(logging.CRITICAL)


class UnreadableSignature(ValueError):  # noqa: N818 - it says what is wrong
    """The file is no PDF, or what should be its signature cannot be read."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What the signature of a file says.

    `intact`: no bit of what was signed has changed. `untouched`: nothing was added after it.
    `trusted`: it leads to one of the certificates given. `signed_at` is what the signer claims,
    `stamped_at` what a trusted time-stamp authority says.
    """

    intact: bool
    untouched: bool
    trusted: bool
    signer: str
    signed_at: datetime | None
    stamped_at: datetime | None

    @property
    def good(self) -> bool:
        return self.intact and self.untouched and self.trusted


class Opened:
    """A file whose signature is looked at; its tables of objects are read once, which for a
    thousand pages takes seconds."""

    def __init__(self, pdf: bytes) -> None:
        """Raise UnreadableSignature where this is no PDF."""
        self._pdf = pdf
        try:
            self._reader = PdfFileReader(BytesIO(pdf))
        except DAMAGE as error:
            raise UnreadableSignature(f"This is not a PDF file: {error}") from error

    def signature(self, *, trust: Sequence[bytes]) -> Signature | None:
        """Check the signature against trusted certificates (PEM); None where there is none.

        Nothing is fetched: no revocation lists, no missing certificates.
        """
        try:
            embedded = self._reader.embedded_regular_signatures
            if not embedded:
                return None
            roots = [read_certificate(certificate) for certificate in trust]
            context = ValidationContext(trust_roots=roots, allow_fetching=False)
            status = validate_pdf_signature(embedded[0], context, context)
        except DAMAGE as error:
            raise UnreadableSignature(f"The signature cannot be read: {error}") from error
        _start, _length, after, rest = embedded[0].byte_range
        return _told(status, whole=int(after) + int(rest) == len(self._pdf))

    def unsigned_part(self) -> bytes:
        """Return the file as it was before it was signed: the bytes that rendering gives."""
        pdf, tables = self._pdf, self._reader.xrefs
        try:
            if tables.total_revisions == 1:
                return pdf
            start = tables.get_startxref_for_revision(0)
            end = pdf.index(_END, start) + len(_END)
        except DAMAGE as error:
            raise UnreadableSignature(f"This is not a PDF file: {error}") from error
        return pdf[: end + len(pdf[end : end + 2]) - len(pdf[end : end + 2].lstrip(b"\r\n"))]


def signature_of(pdf: bytes, *, trust: Sequence[bytes]) -> Signature | None:
    return Opened(pdf).signature(trust=trust)


def unsigned_part(pdf: bytes) -> bytes:
    return Opened(pdf).unsigned_part()


def _told(status: PdfSignatureStatus, *, whole: bool) -> Signature:
    """`whole` says that what was signed ends where the file ends: bytes after it are an addition,
    also where no reader would show them."""
    stamp = status.timestamp_validity
    return Signature(
        intact=status.intact and status.valid,
        untouched=whole and status.modification_level in (None, ModificationLevel.NONE),
        trusted=status.trusted,
        signer=_common_name(status),
        signed_at=status.signer_reported_dt,
        stamped_at=stamp.timestamp if stamp is not None and stamp.trusted else None,
    )


def _common_name(status: PdfSignatureStatus) -> str:
    subject = status.signing_cert.subject
    return str(subject.native.get("common_name", subject.human_friendly))
