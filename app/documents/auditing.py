"""What auditors read: calls with their decisions and reports, and the ledger page by page."""

import json
from math import ceil
from typing import Any

from flask import url_for
from sqlalchemy import func, select

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.allocation import queries as allocations
from app.allocation import views as allocation_views
from app.awards import queries as awards
from app.calls import views as call_views
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.documents import queries, views
from app.ledger import queries as ledger
from app.ledger.models import LedgerCheckpoint, LedgerEntry
from app.proposals import queries as proposals
from app.proposals import views as proposal_views

Values = dict[str, Any]
ENTRIES_PER_PAGE = 50
CHECKPOINTS_SHOWN = 10
SHOWN = 8  # characters of an id


def calls(actor: Actor) -> list[Values]:
    """Return the calls that somebody audits: all, or those they were given."""
    statement = select(Call).order_by(Call.closes_at.desc(), Call.code)
    if not actor.holds(Role.AUDITOR):
        statement = statement.where(Call.id.in_(actor.scopes_of(Role.AUDITOR)))
    found = db.session.scalars(statement)
    return [
        {**call_views.call_row(call), "url": url_for("auditors.show_call", call_id=call.id)}
        for call in found
    ]


def ledger_page(page: int, about: str = "") -> Values:
    """Return one page of the ledger, the newest first; `about` limits it to one thing."""
    head = ledger.head()
    total = head.size
    if about:
        counted = select(func.count(LedgerEntry.seq)).where(LedgerEntry.about == about)
        total = int(db.session.scalar(counted) or 0)
        end = total - (page - 1) * ENTRIES_PER_PAGE
        found = ledger.entries_about(about)[max(0, end - ENTRIES_PER_PAGE) : max(0, end)]
    else:
        end = total - (page - 1) * ENTRIES_PER_PAGE
        start = max(0, end - ENTRIES_PER_PAGE)
        found = ledger.entries_after(start, max(0, end - start))
    return {
        "size": head.size,
        "root": head.root.hex() if head.size else "",
        "page": page,
        "pages": max(1, ceil(total / ENTRIES_PER_PAGE)),
        "entries": [_entry(entry) for entry in reversed(found)],
        "checkpoints": _checkpoints(),
    }


def _entry(entry: ledger.Entry) -> Values:
    told = entry.record
    return {
        "seq": entry.seq,
        "at": clock.from_text(told["ts"]),
        "action": told["action"],
        "about": told["object"],
        "about_short": _shortened(told["object"]),
        "actor_short": _shortened(told["actor"]),
        "role": told["role"],
        "facts": "" if entry.facts is None else json.dumps(entry.facts, ensure_ascii=False),
        "erased": entry.facts is None,
    }


def _shortened(name: str) -> str:
    """Return enough of an id to tell it from others on a page."""
    kind, colon, key = name.rpartition(":")
    return f"{kind}{colon}{key[:SHOWN]}…" if len(key) > SHOWN else name


def _checkpoints() -> list[Values]:
    rows = db.session.execute(
        select(LedgerCheckpoint.size, LedgerCheckpoint.note)
        .order_by(LedgerCheckpoint.size.desc())
        .limit(CHECKPOINTS_SHOWN)
    )
    return [{"size": size, "note": note} for size, note in rows]


def call_page(call: Call) -> Values:
    """Return a call with its rules, its allocation and who signed it, and its reports."""
    allocation = allocations.latest_allocation(call.id)
    signed = allocations.signatures_of(allocation.id) if allocation else []
    made = {award.id: award for award in awards.awards_of(call.id)}
    return {
        "call": call_views.public_page(call),
        "allocation": allocation_views.allocation(call, allocation) if allocation else None,
        "sha256": allocation.sha256 if allocation else "",
        "exceptions": [
            proposal_views.exemption_values(each, call) for each in proposals.exemptions_in(call.id)
        ],
        "signatures": allocation_views.signatures(call, signed),
        "reports": [
            {
                **row,
                "url": url_for("auditors.report_file", document_id=row["id"], ending=row["ending"]),
            }
            for row in views.report_rows(call, list(queries.documents_of(call.id)), made)
        ],
    }
