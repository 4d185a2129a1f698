"""What became of what people were told: looked up where they cannot look.

Receipts, versions and drafts are read from the tables, submissions once more from the exported
ledger, which its own verifier checks first. Nothing is taken from an answer of the server.
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select

from app.core.db import db
from app.core.work import Mode, unit_of_work
from app.ledger import service as ledger
from app.ledger.verify import check
from app.notifications.models import Letter
from app.proposals.models import Draft, Receipt, Upload, Version
from bench.storm.people import Heard

RECEIPT = "proposals.receipt"
ON_ITS_WAY = 1.0  # seconds that a request may take to be read on a machine this busy


@dataclass(frozen=True, slots=True)
class Verdict:
    """How often a promise was broken; all of these are to be 0."""

    lost: int  # acknowledged submissions without receipt, version or event
    lost_words: int  # submitted without the words that were saved and acknowledged before
    lost_saves: int  # acknowledged saves that are not in the draft
    lost_letters: int  # receipts of which nobody is written to
    lost_files: int  # accepted files whose bytes are not in the store
    duplicated: int  # proposals with more than one receipt, or clicks with two
    misjudged: int  # on the wrong side of the deadline
    ledger: str

    @property
    def good(self) -> bool:
        return not any(value for name, value in asdict(self).items() if name != "ledger") and (
            self.ledger.startswith("OK")
        )


def judge(heard: Heard, closes: float, folder: Path, aside: Collection[str]) -> Verdict:
    """Hold what people were told against tables and ledger; the application's context is open.

    Proposals `aside` were no part of the storm: theirs are submitted over and over.
    """
    with unit_of_work(mode=Mode.READ):
        receipts = {row.id: row for row in db.session.scalars(select(Receipt))}
        versions = {row.id: row for row in db.session.scalars(select(Version))}
        drafts = {row.proposal_id: row for row in db.session.scalars(select(Draft))}
        uploads = {row.proposal_id: row for row in db.session.scalars(select(Upload))}
        letters = db.session.scalars(select(Letter.id).where(Letter.kind == RECEIPT)).all()
    with unit_of_work():
        ledger.export(folder)
    said = check(folder, [], [], None)[0]
    events = _submitted(folder / "entries.jsonl")
    acknowledged = [told for told in heard.submits if told.acknowledged]
    kept = [
        told
        for told in acknowledged
        if told.receipt in receipts
        and receipts[told.receipt].proposal_id == told.proposal
        and receipts[told.receipt].version_id in versions
        and events[told.receipt] == 1
    ]
    by_key: dict[str, set[str]] = {}
    for told in acknowledged:
        by_key.setdefault(told.key, set()).add(told.receipt)
    many = Counter(r.proposal_id for r in receipts.values() if r.proposal_id not in aside)
    return Verdict(
        lost=len(acknowledged) - len(kept),
        lost_words=sum(
            not _holds(heard, told.proposal, versions[receipts[told.receipt].version_id].answers)
            for told in kept
        ),
        lost_saves=sum(not _saved(heard, proposal, drafts[proposal]) for proposal in heard.saved),
        lost_letters=max(0, len(receipts) - len(letters)),
        lost_files=sum(
            not _stored(sha256, uploads.get(proposal)) for proposal, sha256 in heard.files.items()
        ),
        duplicated=sum(count > 1 for count in many.values())
        + sum(len(given) > 1 for given in by_key.values())
        + sum(count > 1 for count in events.values()),
        misjudged=_misjudged(heard, receipts, closes),
        ledger=said,
    )


def _misjudged(heard: Heard, receipts: Mapping[str, Receipt], closes: float) -> int:
    """The stamp of the server lies between sending and answer; it alone decides.

    How long a request waited in line does not: what was sent well before is in time.
    """
    late = sum(receipt.submitted_at.timestamp() > closes for receipt in receipts.values())
    accepted_late = sum(told.sent > closes for told in heard.submits)
    refused_early = sum(
        told.answered <= closes or told.sent < closes - ON_ITS_WAY for told in heard.refused
    )
    return late + accepted_late + refused_early


def _submitted(entries: Path) -> Counter[str]:
    """Count the events of submission in the export by their receipt."""
    found: Counter[str] = Counter()
    with entries.open(encoding="utf-8") as lines:
        for line in lines:
            if '"proposals.version_submitted"' in line:
                payload = json.loads(line)["payload"]
                facts = json.loads(payload) if isinstance(payload, str) else payload
                found[facts["receipt"]] += 1
    return found


def _holds(heard: Heard, proposal: str, answers: Mapping[str, Any]) -> bool:
    _revision, text = heard.saved.get(proposal, (0, ""))
    return not text or answers.get("aims") == text


def _saved(heard: Heard, proposal: str, draft: Draft) -> bool:
    """Whether the draft is at least as new as the last save that was acknowledged."""
    revision, text = heard.saved[proposal]
    newer = draft.revision > revision
    return newer or (draft.revision == revision and text in {"", draft.science.get("aims")})


def _stored(sha256: str, upload: Upload | None) -> bool:
    """Whether the accepted file is there, or a later one whose answer was lost."""
    if upload is None:
        return False
    files = current_app.extensions["files"]
    return bool(files.exists(upload.file_key)) and (upload.sha256 == sha256 or upload.size > 0)
