"""Reads of documents, and of the names that stand in them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from app.core.db import db
from app.core.jobs import JobState, held_up_about, progress_about
from app.documents.models import Document, DocumentKind, DocumentState
from app.funds.models import Funder

NOT_FOR_FUNDERS = (
    DocumentKind.DECISION_LETTER,
    DocumentKind.PANEL_MINUTES,
    DocumentKind.AUDIT_PACK,
)


def get_document(document_id: str) -> Document | None:
    return db.session.get(Document, document_id)


def documents_of(call_id: str) -> Sequence[Document]:
    """Return a call's reports, that of the allocation first; before the release none but the
    minutes of its panel. Letters are counted apart (`letters_made`): there is one for everybody
    who applied."""
    return db.session.scalars(
        select(Document)
        .where(Document.call_id == call_id, Document.kind != DocumentKind.DECISION_LETTER)
        .order_by(Document.kind, Document.made_at, Document.id)
    ).all()


def has_minutes(panel_id: str) -> bool:
    """Whether the minutes of a panel are a document, made or being made."""
    found = select(Document.id).where(
        Document.about_id == panel_id, Document.kind == DocumentKind.PANEL_MINUTES
    )
    return db.session.scalar(found) is not None


def letters_made(call_id: str) -> set[str]:
    """Return the proposals of a call that have their decision letter, made or being made."""
    return set(
        db.session.scalars(
            select(Document.about_id).where(
                Document.call_id == call_id, Document.kind == DocumentKind.DECISION_LETTER
            )
        )
    )


def letters_by_state(call_id: str) -> dict[str, int]:
    """Count the decision letters of a call by state."""
    rows = db.session.execute(
        select(Document.state, func.count(Document.id))
        .where(Document.call_id == call_id, Document.kind == DocumentKind.DECISION_LETTER)
        .group_by(Document.state)
    )
    return {state.value: int(count) for state, count in rows}


def failed_letters(call_id: str) -> Sequence[Document]:
    return db.session.scalars(
        select(Document)
        .where(
            Document.call_id == call_id,
            Document.kind == DocumentKind.DECISION_LETTER,
            Document.state == DocumentState.FAILED,
        )
        .order_by(Document.id)
    ).all()


def progress_of(document_ids: Iterable[str]) -> dict[str, int]:
    """Return how far the files are that are being made, in percent, by document."""
    return progress_about("document_id", document_ids, states=[JobState.RUNNING])


def held_up(document_ids: Iterable[str]) -> set[str]:
    """Return which files were tried and will be tried again by themselves."""
    return held_up_about("document_id", document_ids)


def allocation_report_of(call_id: str) -> Document | None:
    return db.session.scalar(
        select(Document)
        .where(
            Document.call_id == call_id,
            Document.kind == DocumentKind.ALLOCATION_REPORT,
        )
        .order_by(Document.made_at.desc())
        .limit(1)
    )


def ready_documents(call_ids: Iterable[str]) -> dict[tuple[str, str], Document]:
    """Return the finished reports of some calls by call and by what they are about."""
    rows = db.session.scalars(
        select(Document).where(
            Document.call_id.in_(list(call_ids)),
            Document.state == DocumentState.READY,
            Document.kind.not_in(NOT_FOR_FUNDERS),
        )
    )
    return {(document.call_id, document.about_id): document for document in rows}


def funder_countries(names: Iterable[str]) -> dict[str, str]:
    """Return the countries of funders by their names."""
    rows = db.session.execute(
        select(Funder.name, Funder.country).where(Funder.name.in_(list(names)))
    )
    return {row.name: row.country for row in rows}


def funder_names(funder_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of funders by their ids."""
    rows = db.session.execute(select(Funder.id, Funder.name).where(Funder.id.in_(list(funder_ids))))
    return {row.id: row.name for row in rows}
