"""Everything held about a person, for that person: one JSON and the files they handed in.

What would tell who somebody else is stays out: who applied to whom they reviewed, who reviewed
what they applied for, who works with whom.
"""

import json
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import inspect, select

from app.accounts.models import Person
from app.allocation.models import Outcome
from app.calls.models import Audience, Question
from app.cli.person import looking
from app.cli.person.holding import APART, OWN
from app.cli.person.leading import led_by
from app.core import clock
from app.core.db import Model, db, table_of
from app.ledger import keys
from app.ledger.models import LedgerEntry
from app.proposals.models import (
    Draft,
    DraftSave,
    EqualityAnswer,
    Invitation,
    Partner,
    Proposal,
    ProposalMember,
    Receipt,
    Signatory,
    Upload,
    Version,
    VersionIdentity,
    VersionStaff,
)
from app.reviewers.bidding.models import BidHolder, BidSheet
from app.reviewers.models import Conflict, Decline, Seat, SeatHolder, Suggestion
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
        **_leading(account_id),
        **_joining(account_id),
        **_addressed(db.session.get_one(Person, account_id).email_key),
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


def _leading(account_id: str) -> dict[str, list[Values]]:
    """What they led, as they wrote it; not the addresses of others in the consortium."""
    led = led_by(account_id)
    versions = select(Version.id).where(Version.proposal_id.in_(led))
    return {
        "draft": _rows(select(Draft).where(Draft.proposal_id.in_(led))),
        "version": _rows(select(Version).where(Version.proposal_id.in_(led))),
        "version_identity": _rows(
            select(VersionIdentity).where(VersionIdentity.version_id.in_(versions)),
            less={"consortium"},
        ),
        "version_staff": _rows(select(VersionStaff).where(VersionStaff.version_id.in_(versions))),
        "receipt": _rows(
            select(Receipt).where(Receipt.proposal_id.in_(led)), less={"submission_key"}
        ),
        "upload": _rows(
            select(Upload).where(Upload.proposal_id.in_(led)), less={"file_key", "own_names"}
        ),
        "outcome": _rows(select(Outcome).where(Outcome.proposal_id.in_(led))),
    }


def _joining(account_id: str) -> dict[str, list[Values]]:
    """Which proposals they stand behind, and what they saved in those that somebody else leads."""
    own = select(ProposalMember.proposal_id).where(ProposalMember.account_id == account_id)
    saves = db.session.scalars(
        select(DraftSave)
        .where(DraftSave.proposal_id.in_(own), DraftSave.proposal_id.not_in(led_by(account_id)))
        .order_by(DraftSave.proposal_id, DraftSave.revision)
    ).all()
    return {
        "proposal": _rows(select(Proposal).where(Proposal.id.in_(own))),
        "draft_save": [
            {
                "proposal_id": save.proposal_id,
                "revision": save.revision,
                "saved_at": save.saved_at,
                "changed": _changed(before, save),
            }
            for before, save in pairwise([None, *saves])
            if save is not None and save.account_id == account_id
        ],
    }


def _changed(before: DraftSave | None, save: DraftSave) -> Values:
    """What a save changed in the science: who applies is the lead's to have.

    Of the first save that is kept nobody knows what it changed.
    """
    if before is None or before.proposal_id != save.proposal_id:
        return {}
    keys = db.session.scalars(
        select(Question.key)
        .join(Proposal, Proposal.call_id == Question.call_id)
        .where(Proposal.id == save.proposal_id, Question.audience == Audience.SCIENTIFIC)
    )
    science = {"title", *(f"q_{key}" for key in keys)}
    return {
        field: text
        for field, text in save.content.items()
        if field in science and text != before.content.get(field, "")
    }


def _addressed(email_key: str) -> dict[str, list[Values]]:
    """What others entered about them that only their address tells."""
    return {
        "invitation": _rows(select(Invitation).where(Invitation.email_key == email_key)),
        "suggestion": _rows(
            select(Suggestion).where(looking.spells(Suggestion.email, email_key)),
            less={"by_account_id", "why"},
        ),
        "partner": _rows(select(Partner).where(looking.spells(Partner.contact_email, email_key))),
        "signatory": _rows(select(Signatory).where(looking.spells(Signatory.email, email_key))),
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
        .where(Upload.proposal_id.in_(led_by(account_id)))
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
