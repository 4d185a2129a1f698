"""From kept facts to a PDF: slow work that holds no lock, and the same bytes each time."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, NamedTuple

from app.core import clock
from app.core.files import FileMissing, FileStore
from app.core.pdf import Progress, silent
from app.core.pdf.signing import sign
from app.core.settings import settings
from app.core.words import _
from app.documents import frozen, keys, reports
from app.documents.facts import (
    AllocationReport,
    AwardReport,
    Certificate,
    DecisionLetter,
    FunderReport,
    PanelMinutes,
    Part,
    Receipt,
)
from app.documents.frozen import Facts

FACTS, BUNDLES, REPORTS = "facts", "bundle", "report"  # kinds of files in the store


class Rendered(NamedTuple):
    """A finished report: as it is handed out, and the hash of the bytes before the signature."""

    pdf: bytes
    rendered_sha256: str


def keep_bundle(store: FileStore, content: bytes) -> None:
    """Keep a bundle where `unsigned` finds it: under its own hash, which the facts name."""
    store.put(content, kind=BUNDLES)


def unsigned(facts_key: str, store: FileStore) -> bytes:
    """Render a report from its kept facts."""
    return printed(frozen.from_json(store.get(facts_key)), store)


def printed(facts: Facts, store: FileStore, progress: Progress = silent) -> bytes:
    kept = _bundle(facts, store) if isinstance(facts, AllocationReport) else None
    return with_bundle(facts, kept, progress)


def with_bundle(facts: Facts, bundle: bytes | None, progress: Progress = silent) -> bytes:
    """Print a document; the bundle travels with the allocation report alone."""
    if isinstance(facts, AllocationReport):
        return reports.allocation_report(facts, bundle=bundle, progress=progress)
    return _PRINTERS[type(facts)](facts)


_PRINTERS: dict[type, Callable[[Any], bytes]] = {
    AwardReport: reports.award_report,
    FunderReport: reports.funder_report,
    DecisionLetter: reports.decision_letter,
    PanelMinutes: reports.panel_minutes,
    Receipt: reports.receipt,
    Certificate: reports.certificate,
}


def certified(facts: Certificate) -> bytes:
    """Print and sign a certificate. No time-stamp is asked for: it would tell the day."""
    pdf = reports.certificate(facts)
    key = keys.report_key(clock.now())
    return sign(pdf, key, at=facts.issue.at, reason=facts.issue.reference, tsa_url=None)


def bundle_of(facts_key: str, store: FileStore) -> bytes:
    """Return the bundle that an allocation report carries; an older one may carry none."""
    facts = frozen.from_json(store.get(facts_key))
    kept = _bundle(facts, store) if isinstance(facts, AllocationReport) else None
    if kept is None:
        raise FileMissing(_("There is no bundle of this decision."))
    return kept


def _bundle(facts: AllocationReport, store: FileStore) -> bytes | None:
    named = [digest.sha256 for digest in facts.digests if digest.part is Part.BUNDLE]
    return store.get(f"{BUNDLES}/{named[0][:2]}/{named[0]}") if named else None


def rendered(facts_key: str, store: FileStore, progress: Progress = silent) -> Rendered:
    """Render a report and sign it as of the instant it states."""
    facts = frozen.from_json(store.get(facts_key))
    pdf = printed(facts, store, progress)
    signed = sign(
        pdf,
        keys.report_key(facts.issue.at),
        at=facts.issue.at,
        reason=facts.issue.reference,
        tsa_url=settings().tsa_url or None,
    )
    return Rendered(signed, sha256(pdf).hexdigest())
