"""Inside the child: the files attached to a PDF, and what its signature says.

The question is `length(4 bytes, big-endian) ‖ trusted certificate (PEM) ‖ PDF`; the answer's bytes
are the attached files one after another, in the order of `files`.
"""

import sys
import types
from hashlib import sha256
from io import BytesIO
from pathlib import Path

MOST_FILES = 20


def read(data: bytes, limits: dict[str, int]) -> tuple[dict[str, object], bytes]:
    size = int.from_bytes(data[:4], "big")
    certificate, pdf = data[4 : 4 + size], data[4 + size :]
    try:
        files = _attached(pdf, limits["answer_bytes"] // 2)
    except _UnreadableError as error:
        return {"unreadable": str(error)}, b""
    told = {
        "files": [[name, len(content)] for name, content in files],
        **_signature(pdf, certificate),
    }
    return told, b"".join(content for _name, content in files)


class _UnreadableError(ValueError):
    pass


def _attached(pdf: bytes, most_bytes: int) -> list[tuple[str, bytes]]:
    import pikepdf  # noqa: PLC0415 - only in the child

    found, room = [], most_bytes
    try:
        with pikepdf.open(BytesIO(pdf)) as opened:
            for name, attached in list(opened.attachments.items())[:MOST_FILES]:
                content = attached.get_file().read_bytes()
                room -= len(content)
                if room < 0:
                    raise _UnreadableError("attachments")
                found.append((name[:100], bytes(content)))
    except (pikepdf.PikepdfError, ValueError, RuntimeError, TypeError, KeyError) as error:
        raise _UnreadableError(str(error)[:200]) from error
    return found


def _signature(pdf: bytes, certificate: bytes) -> dict[str, object]:
    _enter_pdf()
    from app.core.pdf.signatures import Opened, UnreadableSignature  # noqa: PLC0415

    try:
        opened = Opened(pdf)
        found = opened.signature(trust=[certificate] if certificate else [])
        bare = sha256(opened.unsigned_part()).hexdigest()
    except UnreadableSignature:
        return {"signature": "unreadable", "rendered_sha256": ""}
    except Exception:  # noqa: BLE001 - a stranger's file may break the reader in any way
        return {"signature": "unreadable", "rendered_sha256": ""}
    if found is None:
        return {"signature": "none", "rendered_sha256": bare}
    whole = found.intact and found.untouched
    return {
        "signature": "good" if found.good else "stranger" if whole else "broken",
        "signer": found.signer[:200],
        "signed_at": found.signed_at.isoformat() if found.signed_at else "",
        "rendered_sha256": bare,
    }


def _enter_pdf() -> None:
    """Make the signatures importable without the renderer, which the child has no use for."""
    package = types.ModuleType("app.core.pdf")
    package.__path__ = [str(Path(__file__).resolve().parent.parent / "pdf")]
    sys.modules["app.core.pdf"] = package
