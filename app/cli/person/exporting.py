"""Everything held about a person, for that person: one JSON and the files they handed in.

What would tell who somebody else is stays out: who applied to whom they reviewed, who reviewed
what they applied for, who works with whom.
"""

import json
import zipfile
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import inspect, select

from app.allocation.models import Outcome
from app.cli.person.holding import APART, OWN
from app.core import clock
from app.core.db import Model, db, table_of
from app.ledger import keys
from app.ledger.models import LedgerEntry
from app.proposals.models import (
    Draft,
    EqualityAnswer,
    Proposal,
    ProposalMember,
    Receipt,
    Upload,
    Version,
    VersionIdentity,
    VersionStaff,
)
from app.reviewers.bidding.models import BidHolder, BidSheet
from app.reviewers.models import Conflict, Decline, Seat, SeatHolder
from app.reviews.models import Review, ReviewVersion

Values = dict[str, Any]


def write(account_id: str, out: Path) -> int:
    """Write the copy to `out`; return how many rows are in it."""
    told = held(account_id)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        text = json.dumps(told, ensure_ascii=False, indent=1, default=_plain)
        archive.writestr("person.json", text + "\n")
        for name, data in _files(account_id):
            archive.writestr(name, data)
    return sum(len(rows) for rows in told["held"].values())


def held(account_id: str) -> Values:
    """Return what is held, by table, with what is not in the copy and why."""
    tables = {table_of(model).name: _own(model, account_id, less) for model, less in OWN.items()}
    tables |= {
        "equality_answer": _rows(
            select(EqualityAnswer).where(EqualityAnswer.account_id == account_id)
        ),
        "conflict": _rows(
            select(Conflict).where(Conflict.account_id == account_id, Conflict.declared),
            less={"entered_by", "set_aside_by", "set_aside_because"},
        ),
        **_reviewing(account_id),
        **_applying(account_id),
        "done": _done(account_id),
    }
    return {
        "made_at": clock.to_text(clock.now()),
        "about": "What is held about one person, for that person.",
        "held": {name: rows for name, rows in sorted(tables.items()) if rows},
        "not_in_this_copy": APART,
    }


def _own(model: type[Model], account_id: str, less: frozenset[str]) -> list[Values]:
    column = table_of(model).c.account_id
    return _rows(select(model).where(column == account_id), less=less)


def _rows(statement: Any, less: frozenset[str] | set[str] = frozenset()) -> list[Values]:  # noqa: ANN401
    found = []
    for one in db.session.scalars(statement):
        columns = [column.key for column in inspect(type(one)).columns]
        found.append({name: getattr(one, name) for name in columns if name not in less})
    return sorted(found, key=lambda row: str(sorted(row.items(), key=str)))


def _reviewing(account_id: str) -> dict[str, list[Values]]:
    """What they wrote as a reviewer, and which proposals by number; never who applied."""
    own = select(SeatHolder.seat_id).where(SeatHolder.account_id == account_id)
    sheets = select(BidHolder.sheet_id).where(BidHolder.account_id == account_id)
    return {
        "seat": _rows(select(Seat).where(Seat.id.in_(own)), less={"letter"}),
        "review": _rows(select(Review).where(Review.seat_id.in_(own))),
        "review_version": _rows(select(ReviewVersion).where(ReviewVersion.seat_id.in_(own))),
        "decline": _rows(select(Decline).where(Decline.seat_id.in_(own))),
        "bid_sheet": _rows(select(BidSheet).where(BidSheet.id.in_(sheets)), less={"seed"}),
    }


def _applying(account_id: str) -> dict[str, list[Values]]:
    """What they applied with, as they wrote it; not the addresses of others in the consortium."""
    own = select(ProposalMember.proposal_id).where(ProposalMember.account_id == account_id)
    versions = select(Version.id).where(Version.proposal_id.in_(own))
    return {
        "proposal": _rows(select(Proposal).where(Proposal.id.in_(own))),
        "draft": _rows(select(Draft).where(Draft.proposal_id.in_(own))),
        "version": _rows(select(Version).where(Version.proposal_id.in_(own))),
        "version_identity": _rows(
            select(VersionIdentity).where(VersionIdentity.version_id.in_(versions)),
            less={"consortium"},
        ),
        "version_staff": _rows(select(VersionStaff).where(VersionStaff.version_id.in_(versions))),
        "receipt": _rows(
            select(Receipt).where(Receipt.proposal_id.in_(own)), less={"submission_key"}
        ),
        "upload": _rows(
            select(Upload).where(Upload.proposal_id.in_(own)), less={"file_key", "own_names"}
        ),
        "outcome": _rows(select(Outcome).where(Outcome.proposal_id.in_(own))),
    }


def _done(account_id: str) -> list[Values]:
    """What the ledger says that this person did: when, what, to which thing."""
    mark = f'"actor":"{keys.pseudonym(account_id)}"'
    records = db.session.scalars(
        select(LedgerEntry.record)
        .where(LedgerEntry.record.contains(mark, autoescape=True))
        .order_by(LedgerEntry.seq)
    )
    told = (json.loads(record) for record in records)
    return [{name: one[name] for name in ("seq", "ts", "action", "object")} for one in told]


def _files(account_id: str) -> list[tuple[str, bytes]]:
    store = current_app.extensions["files"]
    rows = db.session.execute(
        select(Upload.id, Upload.original_name, Upload.file_key)
        .join(ProposalMember, ProposalMember.proposal_id == Upload.proposal_id)
        .where(ProposalMember.account_id == account_id)
        .order_by(Upload.id)
    )
    safe = str.maketrans(dict.fromkeys("/\\:\0", "_"))
    return [
        (f"files/{row.id}-{row.original_name.translate(safe)}", store.get(row.file_key))
        for row in rows
        if store.exists(row.file_key)
    ]


def _plain(value: object) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
