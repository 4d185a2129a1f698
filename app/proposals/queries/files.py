"""Files of a proposal: as they were sent, on their way, and as reviewers read them."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, literal_column, null, select

from app.core.db import db, table_of
from app.core.plain import rows
from app.proposals.models import BlindedFile, PartialUpload, Upload

_copy, _upload = map(table_of, (BlindedFile, Upload))


def uploads_of(proposal_id: str) -> Sequence[Upload]:
    return db.session.scalars(
        select(Upload).where(Upload.proposal_id == proposal_id).order_by(Upload.uploaded_at)
    ).all()


def partial_upload(proposal_id: str, key: str, partial_id: str) -> PartialUpload | None:
    """Return a file on its way to a question of this proposal."""
    found = db.session.get(PartialUpload, partial_id)
    return (
        found if found and (found.proposal_id, found.question_key) == (proposal_id, key) else None
    )


def blinded_files(proposal_id: str) -> Sequence[BlindedFile]:
    return db.session.scalars(
        select(BlindedFile)
        .where(BlindedFile.proposal_id == proposal_id)
        .order_by(BlindedFile.question_key, BlindedFile.id)
    ).all()


def blinded_file(proposal_id: str, file_id: str) -> BlindedFile | None:
    return db.session.scalar(
        select(BlindedFile).where(BlindedFile.id == file_id, BlindedFile.proposal_id == proposal_id)
    )


class Hashes(NamedTuple):
    """The SHA-256 of a proposal's files: blinded copies by id, uploads by question."""

    copies: dict[str, str]
    uploads: dict[str, str]


_HASHES = (
    select(
        _upload.c.question_key,
        _upload.c.sha256,
        literal_column("0"),
        _upload.c.uploaded_at.label("at"),
    )
    .where(_upload.c.proposal_id == bindparam("proposal"))
    .union_all(
        select(_copy.c.id, _copy.c.sha256, literal_column("1"), null()).where(
            _copy.c.proposal_id == bindparam("proposal")
        )
    )
    .order_by("at")
)


def hashes_of(proposal_id: str) -> Hashes:
    """Return what a version says of the files in it, in one statement."""
    found = Hashes({}, {})
    for name, sha256, is_copy, _at in rows(_HASHES, {"proposal": proposal_id}):
        (found.copies if is_copy else found.uploads)[name] = sha256
    return found
