"""The audit pack of a released call: one ZIP with all that its process left behind, the same bytes
each time. Names of reviewers are not in it; auditors read those on their own pages."""

import csv
import json
from collections.abc import Iterator, Sequence
from io import BytesIO, StringIO
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlalchemy import func, select

from app.allocation import exporting
from app.allocation import queries as allocations
from app.allocation.models import Allocation, Ranking
from app.awards import queries as awards
from app.calls import service as calls
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.files import FileStore
from app.core.table_file import KINDS, as_file, guarded
from app.core.words import _
from app.documents import bundle, queries, rendering, views
from app.documents.models import Document, DocumentKind
from app.ledger import queries as ledger
from app.ledger.canonical import canonical
from app.ledger.models import LedgerEntry
from app.ledger.service import own_verifier_key
from app.panels.models import Panel
from app.proposals.models import Proposal, Screening
from app.reviewers.models import Conflict, Seat

_DAY = (1980, 1, 1, 0, 0, 0)  # a ZIP holds a time for each file: none


class Packed(NamedTuple):
    """One file of the pack, and what it is in a line of the README."""

    name: str
    content: bytes
    about: str


def packed(call: Call, store: FileStore) -> bytes:
    """Return the pack of a released call."""
    files = sorted(_files(call, store))
    readme = _readme(call, files)
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_DEFLATED) as pack:
        for name, content in [("README.txt", readme), *((f.name, f.content) for f in files)]:
            entry = ZipInfo(f"{call.code}/{name}", _DAY)
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o644 << 16
            pack.writestr(entry, content)
    return whole.getvalue()


def _files(call: Call, store: FileStore) -> Iterator[Packed]:
    allocation = allocations.released_allocation(call.id)
    report = queries.allocation_report_of(call.id)
    assert allocation is not None
    assert report is not None
    yield Packed("call.json", canonical(calls.rules_of(call)), _("the frozen rules of the call"))
    yield Packed(bundle.NAME, rendering.bundle_of(report.facts_key, store), _("the decision"))
    ranking = db.session.get_one(Ranking, allocation.ranking_id)
    for name, part in (("inputs", ranking.inputs), ("ranking", ranking.result)):
        yield Packed(f"{name}.json", canonical(part), _("as it was hashed and signed"))
    yield from _tables(call, ranking)
    yield signatures(allocation)
    yield _screenings(call)
    yield _conflicts(call)
    yield from _reports(call, store)
    yield _proofs(call)
    yield Packed("key.txt", f"{own_verifier_key()}\n".encode(), _("the key of the ledger"))


def _tables(call: Call, ranking: Ranking) -> Iterator[Packed]:
    """The tables that staff see, without the titles of what was not funded."""
    told = (
        (exporting.ranking_table(call, ranking.result), _("the ranking as a table")),
        (exporting.allocation_table(call), _("the allocation as a table")),
    )
    for table, about in told:
        bare = table.without("title")
        for kind in KINDS:
            yield Packed(f"tables/{table.name}.{kind}", as_file(bare, kind), about)


def signatures(allocation: Allocation) -> Packed:
    """List who signed, and who agreed to which departure: the names that the report prints."""
    rows = [
        (clock.to_text(s.signed_at), s.act.value, s.name, "", s.sha256, s.reason)
        for s in allocations.signatures_of(allocation.id)
    ]
    rows += [
        (
            clock.to_text(one.approved_at),
            *("approve-departure", one.approver, one.number, allocation.sha256, one.reason),
        )
        for one in allocations.departures_of(allocation.id)
        if one.approved_at is not None
    ]
    told = [
        (act, name, at, sha256, reason, number)
        for at, act, name, number, sha256, reason in sorted(rows, key=lambda row: row[0])
    ]
    head = ("act", "name", "at", "sha256", "reason", "proposal")
    about = _("who signed what, who agreed to which departure from the rule, and when")
    return Packed("signatures.csv", _csv(head, told), about)


def _screenings(call: Call) -> Packed:
    rows = db.session.execute(
        select(
            func.coalesce(Proposal.number, ""),
            Screening.eligible,
            Screening.reason,
            Screening.decided_at,
        )
        .join(Proposal, Proposal.id == Screening.proposal_id)
        .where(Proposal.call_id == call.id)
        .order_by(Proposal.number, Screening.decided_at, Screening.id)
    )
    told = [
        (number, "yes" if eligible else "no", reason, clock.to_text(at))
        for number, eligible, reason, at in rows
    ]
    head = ("proposal", "eligible", "reason", "at")
    return Packed("eligibility.csv", _csv(head, told), _("every decision on eligibility"))


def _conflicts(call: Call) -> Packed:
    """Count conflicts by kind: whose they are would tell who reviewed."""
    rows = db.session.execute(
        select(Conflict.kind, Conflict.declared, func.count(Conflict.id))
        .where(Conflict.call_id == call.id)
        .group_by(Conflict.kind, Conflict.declared)
        .order_by(Conflict.kind, Conflict.declared)
    )
    told = [(kind.value, "declared" if own else "found", count) for kind, own, count in rows]
    return Packed(
        "conflicts.csv", _csv(("kind", "how", "count"), told), _("conflicts, counted by kind")
    )


def _reports(call: Call, store: FileStore) -> Iterator[Packed]:
    made = {award.id: award for award in awards.awards_of(call.id)}
    for document in queries.documents_of(call.id):
        if document.kind is DocumentKind.AUDIT_PACK or not document.file_key:
            continue
        award = made.get(document.about_id)
        name = views.file_name(call, document, award)
        if document.kind is DocumentKind.FUNDER_REPORT:
            name = name.replace(".pdf", f"-{document.about_id[:8]}.pdf")
        yield Packed(f"reports/{name}", store.get(document.file_key), _("a signed report"))


def _proofs(call: Call) -> Packed:
    """Prove every event about the call, one a line, against the latest checkpoint."""
    stated = ledger.latest_checkpoint()
    assert stated is not None
    about = [f"{kind}:{thing}" for kind, thing in _things(call)]
    seqs = [
        seq
        for start in range(0, len(about), 500)
        for seq in db.session.scalars(
            select(LedgerEntry.seq).where(
                LedgerEntry.about.in_(about[start : start + 500]), LedgerEntry.seq <= stated.size
            )
        )
    ]
    lines = [
        json.dumps(ledger.proof_against(seq, stated.size, stated.note).as_json(), sort_keys=True)
        for seq in sorted(seqs)
    ]
    return Packed(
        "ledger-proofs.jsonl",
        "".join(f"{line}\n" for line in lines).encode(),
        _("every event about the call with the proof that the ledger holds it"),
    )


def _things(call: Call) -> Iterator[tuple[str, str]]:
    """Name what the events of a call are about, as their records do."""
    yield "call", call.id
    for name, model in (
        ("proposal", Proposal),
        ("seat", Seat),
        ("ranking", Ranking),
        ("allocation", Allocation),
        ("document", Document),
        ("panel", Panel),
    ):
        for thing in db.session.scalars(select(model.id).where(model.call_id == call.id)):
            yield name, thing
    for seat in db.session.scalars(select(Seat.id).where(Seat.call_id == call.id)):
        yield "review", seat


def _readme(call: Call, files: Sequence[Packed]) -> bytes:
    lines = [
        _("Audit pack of the call %(code)s, “%(title)s”", code=call.code, title=call.title),
        "",
        *(f"{file.name}: {file.about}" for file in files),
        "",
        _("Decide again:       python -m scoring replay bundle.json"),
        _("Check a report:     python verify.py LEDGER-EXPORT --pdf REPORT.pdf --key key.txt"),
        _("Check a rule hash:  the SHA-256 of call.json is the one that was published."),
        "",
        _("No reviewer is named in it; who sat in a panel is named in its minutes."),
        _("Titles of proposals that were not funded are not in it."),
    ]
    return ("\n".join(lines) + "\n").encode()


def _csv(head: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    written = StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(head)
    table.writerows([guarded(v) if isinstance(v, str) else v for v in row] for row in rows)
    return written.getvalue().encode()
