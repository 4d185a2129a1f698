"""Making reports: what they say is frozen inside the release, and printed by a job after it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from flask import current_app
from flask_babel import force_locale

from app.accounts.actor import SYSTEM_ACTOR, Actor
from app.allocation import policy as ranking
from app.allocation import publishing
from app.allocation import queries as allocations
from app.allocation.models import Outcome
from app.allocation.releasing import Release, at_release
from app.awards import service as awards  # its step of the release comes before ours
from app.calls.models import Call
from app.core import clock
from app.core.db import Json, db
from app.core.files import FileStore
from app.core.gate import enforce
from app.core.jobs import Later, enqueue, handles, report_progress, stop_job_about
from app.core.pdf.signing import NoTimeStampError
from app.core.verdict import ALLOWED, refused
from app.core.words import _
from app.documents import collecting, data, frozen, policy, queries, rendering
from app.documents.events import (
    DecisionExported,
    ReportFailed,
    ReportFrozen,
    ReportRendered,
    ReportRequeued,
    ReportStopped,
)
from app.documents.facts import (
    AllocationReport,
    AwardReport,
    DecisionLetter,
    FunderReport,
    PanelMinutes,
    Witness,
)
from app.documents.models import Document, DocumentKind, DocumentState
from app.documents.rendering import Rendered
from app.ledger import service as ledger
from app.ledger.service import record

JOB = "documents.render"
LETTERS = "documents.letters"
PACK = "documents.pack"  # packing.py
STAMPED_LATER = timedelta(minutes=10)
LETTERS_AT_ONCE = 50  # one transaction holds no writer up for long
Report = AllocationReport | AwardReport | FunderReport | DecisionLetter | PanelMinutes


def store() -> FileStore:
    files: FileStore = current_app.extensions["files"]
    return files


# --- inside the release ---------------------------------------------------------------


@at_release
def freeze_reports(actor: Actor, release: Release) -> None:
    """Settle what every report says, prove each by an event of its own, and ask for the PDFs.

    The events are written and sealed first, so that each report can print the proof of the one
    that holds the hash of its data; all of it is the one transaction of the release.
    """
    with force_locale(awards.LANGUAGE):
        decided = collecting.decided(release)
        told: list[tuple[DocumentKind, str, Report]] = [
            (
                DocumentKind.ALLOCATION_REPORT,
                release.call.id,
                collecting.allocation_report(decided),
            )
        ]
        for row in release.lines:
            award = decided.awards.get(row.line.proposal_id)
            if award is not None:
                about = collecting.award_report(decided, row, award)
                told.append((DocumentKind.AWARD_REPORT, award.id, about))
        for funder_id, own in collecting.funder_reports(decided):
            told.append((DocumentKind.FUNDER_REPORT, funder_id, own))
    rendering.keep_bundle(store(), publishing.to_bytes(decided.bundle))
    freeze(actor, release.call, told)
    enqueue(LETTERS, {"call_id": release.call.id})


def freeze(actor: Actor, call: Call, told: Sequence[tuple[DocumentKind, str, Report]]) -> None:
    """Settle what documents say, each proved by an event of its own, and ask for the PDFs."""
    made = [
        Document(kind=kind, call_id=call.id, about_id=about_id, made_at=clock.now())
        for kind, about_id, _report in told
    ]
    facts = _proved(actor, made, [report for _kind, _about_id, report in told])
    for document, report in zip(made, facts, strict=True):
        document.facts_key = store().put(frozen.to_json(report), kind=rendering.FACTS).key
        db.session.add(document)
        enqueue(JOB, {"document_id": document.id})


@handles(LETTERS)
def _freeze_letters(payload: Json) -> None:
    """Settle the decision letters of a released call, some at a time; done twice, it changes
    nothing: who has a letter is passed over."""
    call = db.session.get_one(Call, payload["call_id"])
    report = queries.allocation_report_of(call.id)
    if report is None:
        return
    had = queries.letters_made(call.id)
    with force_locale(awards.LANGUAGE):
        waiting = [
            (DocumentKind.DECISION_LETTER, proposal_id, letter)
            for proposal_id, letter in collecting.decision_letters(
                call, frozen.from_json(store().get(report.facts_key)), had, LETTERS_AT_ONCE
            )
        ]
    if not waiting:
        return
    enforce(ALLOWED)  # the release allowed it
    freeze(SYSTEM_ACTOR, call, waiting)
    enqueue(LETTERS, {"call_id": call.id})


def _proved(actor: Actor, made: Sequence[Document], told: Sequence[Report]) -> list[Report]:
    """Record one event for each report and return the reports with their proofs."""
    for document, report in zip(made, told, strict=True):
        vouched = sha256(data.facts_json(report)).hexdigest()
        event = ReportFrozen(document.kind.value, report.issue.reference, vouched)
        record(actor, event, about=document)
    last = ledger.seal().index + 1
    key = ledger.own_verifier_key()
    first = last - len(told) + 1
    return [
        replace(report, witness=Witness(ledger.prove(first + place).closed(), key))
        for place, report in enumerate(told)
    ]


def bundle_of(actor: Actor | None, call: Call) -> bytes:
    """Return the bundle of a call's decision: of a release, what its report carries.

    Before the release it is embargoed: the call's staff alone get it, and the ledger notes it.
    """
    released = queries.allocation_report_of(call.id)
    if released is not None:
        return rendering.bundle_of(released.facts_key, store())
    if actor is None:
        enforce(refused(_("%(code)s is not released. Name who asks: --as EMAIL", code=call.code)))
        raise AssertionError
    enforce(ranking.may_see_ranking(actor, call))
    made = allocations.latest_allocation(call.id)
    if made is None:
        enforce(refused(_("Nothing is proposed in %(code)s.", code=call.code)))
        raise AssertionError
    decision, bundle = collecting.decision_of(call, made, allocations.lines_of(made.id))
    del decision
    content = publishing.to_bytes(bundle)
    record(actor, DecisionExported(call.code, sha256(content).hexdigest()), about=call)
    return content


# --- the job ---------------------------------------------------------------


def _render(payload: Json) -> Rendered | None:
    document = queries.get_document(payload["document_id"])
    if document is None or document.state is not DocumentState.QUEUED:
        return None
    report_progress(5)
    try:
        made = rendering.rendered(document.facts_key, store(), _tell)
    except NoTimeStampError as error:  # as when mail does not go out: it will, later
        raise Later(STAMPED_LATER, str(error)) from error
    report_progress(95)
    return made


def _tell(done: int, of: int) -> None:
    report_progress(5 + 90 * done // of)


def _gave_up(payload: Json, trouble: str) -> None:
    document = queries.get_document(payload["document_id"])
    if document is None:
        return
    enforce(ALLOWED)  # the release allowed it
    document.state, document.trouble = DocumentState.FAILED, trouble
    record(SYSTEM_ACTOR, ReportFailed(trouble=trouble), about=document)


@handles(JOB, prepare=_render, gave_up=_gave_up)
def _keep(payload: Json, made: Rendered | None) -> None:
    """Put the finished report where it can be handed out; done twice, it changes nothing."""
    document = queries.get_document(payload["document_id"])
    if made is None or document is None or document.state is DocumentState.READY:
        return
    enforce(ALLOWED)  # the release allowed it
    kept = store().put(made.pdf, kind=rendering.REPORTS)
    document.state, document.trouble = DocumentState.READY, ""
    document.file_key, document.sha256, document.size = kept.key, kept.sha256, kept.size
    document.rendered_sha256 = made.rendered_sha256
    if document.kind is DocumentKind.ALLOCATION_REPORT:
        _publish(document)
    if document.kind is DocumentKind.DECISION_LETTER:
        _hand_out(document)
    record(SYSTEM_ACTOR, ReportRendered(made.rendered_sha256, kept.sha256), about=document)


def _publish(document: Document) -> None:
    """Let the public page of the call hand out its allocation report."""
    call = db.session.get_one(Call, document.call_id)
    published = {
        "file_key": document.file_key,
        "sha256": document.sha256,
        "rendered_sha256": document.rendered_sha256,
        "size": document.size,
    }
    call.results = {**call.results, "report": published}


def _hand_out(document: Document) -> None:
    """Let those who applied have their letter: their lens reads outcomes, not documents."""
    outcome = db.session.get_one(Outcome, document.about_id)
    outcome.letter = {
        "file_key": document.file_key,
        "sha256": document.sha256,
        "size": document.size,
    }


def ask_again(actor: Actor, call: Call, document: Document) -> None:
    """Try once more to render a report that could not be, or was stopped."""
    enforce(policy.may_ask_again(actor, call))
    if document.state not in {DocumentState.FAILED, DocumentState.STOPPED}:
        enforce(refused(_("This report is finished, or still being made.")))
    _once_more(actor, document)


def ask_letters_again(actor: Actor, call: Call) -> int:
    """Try once more to render the letters that could not be; return how many."""
    enforce(policy.may_ask_again(actor, call))
    failed = queries.failed_letters(call.id)
    for document in failed:
        _once_more(actor, document)
    return len(failed)


def _once_more(actor: Actor, document: Document) -> None:
    record(actor, ReportRequeued(before=document.trouble), about=document)
    document.state, document.trouble = DocumentState.QUEUED, ""
    job = PACK if document.kind is DocumentKind.AUDIT_PACK else JOB
    enqueue(job, {"document_id": document.id})


def stop(actor: Actor, call: Call, document: Document) -> None:
    """End the making of a report's file. What it says is settled, so it can be made any day."""
    enforce(policy.may_stop(actor, call))
    # A letter is nobody's to stop: an applicant waits for it, and no page would tell of it.
    going = (
        document.kind is not DocumentKind.DECISION_LETTER
        and document.state is DocumentState.QUEUED
        and stop_job_about((JOB, PACK), "document_id", document.id)
    )
    if not going:
        enforce(
            refused(_("It was finished, or stopped, before you asked. Look at the page again."))
        )
    document.state = DocumentState.STOPPED
    record(actor, ReportStopped(document.kind.value), about=document)
