"""The manifest: who can sign in, and every call, proposal, review and file with its page."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from flask import current_app, url_for
from sqlalchemy import select

from app.accounts.models import Account, Person, RoleGrant
from app.calls import queries as calls
from app.calls.models import Call
from app.cli.seed.cast import Player
from app.cli.seed.storm import PASSWORD
from app.core.db import db
from app.core.work import Mode, unit_of_work
from app.documents.models import Document
from app.funds.models import Funder
from app.panels.models import Panel, PanelMember
from app.proposals.models import BlindedFile, MemberRole, Proposal, ProposalMember, Receipt, Upload
from app.reviewers.models import Seat, SeatHolder
from app.reviews.models import Review

FORMAT = "equipoise-seed/1"
Row = dict[str, Any]


def manifest(players: Mapping[str, Player], *, profile: str, seed: int) -> Row:
    """Return what was seeded: the same for the same seed, on any day."""
    with unit_of_work(mode=Mode.READ), current_app.test_request_context():
        emails = _emails()
        leads = _leads(emails)
        found = {
            "calls": _calls(players["officer"].figure.email),
            "proposals": _proposals(emails, leads),
            "reviews": _reviews(emails),
            "files": _files(leads),
            "receipts": _receipts(leads),
            "panels": _panels(emails),
            "documents": _documents(),
        }
        accounts = _accounts(players, {row["id"]: row["code"] for row in found["calls"]})
    return {"format": FORMAT, "profile": profile, "seed": seed, "accounts": accounts, **found}


def _emails() -> dict[str, str]:
    return {row.account_id: row.email for row in db.session.execute(_PEOPLE)}


_PEOPLE = select(Person.account_id, Person.email, Account.state).join(
    Account, Account.id == Person.account_id
)


# --- people --------------------------------------------------------------------------------------


def _accounts(players: Mapping[str, Player], codes: Mapping[str, str]) -> list[Row]:
    """List the cast in its order, then everybody else by address."""
    by_email = {player.figure.email: player for player in players.values()}
    order = {email: place for place, email in enumerate(by_email)}
    roles = _roles(codes)
    rows = sorted(
        db.session.execute(_PEOPLE), key=lambda row: (order.get(row.email, len(order)), row.email)
    )
    return [
        {
            "part": by_email[row.email].key if row.email in by_email else "applicant",
            "id": row.account_id,
            "email": row.email,
            "password": by_email[row.email].password if row.email in by_email else PASSWORD,
            "totp_secret": by_email[row.email].totp_secret if row.email in by_email else None,
            "state": row.state.value,
            "roles": roles.get(row.account_id, []),
            "identity": _identity(by_email[row.email]) if row.email in by_email else {},
        }
        for row in rows
    ]


def _roles(codes: Mapping[str, str]) -> dict[str, list[Row]]:
    funders = {row.id: row.name for row in db.session.execute(select(Funder.id, Funder.name))}
    found: dict[str, list[Row]] = {}
    for grant in db.session.scalars(select(RoleGrant)):
        held = {"role": grant.role.value, "scope": grant.scope}
        if grant.scope in codes:
            held["call"] = codes[grant.scope]
        if grant.scope in funders:
            held["funder"] = funders[grant.scope]
        found.setdefault(grant.account_id, []).append(held)
    return {
        key: sorted(held, key=lambda one: (one["role"], one.get("call", "")))
        for key, held in found.items()
    }


def _identity(player: Player) -> Row:
    """Return every value that tells who somebody is, as it was asked for."""
    figure = player.figure
    told: Row = {
        "name": figure.name,
        "email": figure.email,
        "orcid": player.orcid,
        "organisation": figure.organisation,
        "country": figure.country,
        "position": figure.position,
        "team": figure.team,
        "expertise": figure.expertise,
        "note": player.note,
    }
    if figure.paper is not None:
        told["file"] = asdict(figure.paper)
    return {name: value for name, value in told.items() if value}


# --- things --------------------------------------------------------------------------------------


def _calls(officer: str) -> list[Row]:
    rows = db.session.scalars(select(Call).order_by(Call.code))
    return [
        {
            "id": call.id,
            "code": call.code,
            "path": url_for("calls.show_call", code=call.code),
            "desk": url_for("desk.show_call", call_id=call.id),
            "state": calls.phase(call).value,
            "blinding": call.blinding.value,
            "owner": officer,
        }
        for call in rows
    ]


def _leads(emails: Mapping[str, str]) -> dict[str, str]:
    rows = db.session.execute(
        select(ProposalMember.proposal_id, ProposalMember.account_id).where(
            ProposalMember.role == MemberRole.LEAD
        )
    )
    return {row.proposal_id: emails[row.account_id] for row in rows}


def _proposals(emails: Mapping[str, str], leads: Mapping[str, str]) -> list[Row]:
    others: dict[str, list[str]] = {}
    for member in db.session.scalars(
        select(ProposalMember).where(ProposalMember.role != MemberRole.LEAD)
    ):
        others.setdefault(member.proposal_id, []).append(emails[member.account_id])
    rows = db.session.execute(
        select(Proposal.id, Proposal.number, Proposal.state, Call.code).join(
            Call, Call.id == Proposal.call_id
        )
    )
    found = [
        {
            "id": row.id,
            "number": row.number,
            "call": row.code,
            "path": url_for("proposals.show", proposal_id=row.id),
            "state": row.state.value,
            "owner": leads[row.id],
            "co_applicants": sorted(others.get(row.id, [])),
        }
        for row in rows
    ]
    return _in_order(found, "call", "number", "owner")


def _reviews(emails: Mapping[str, str]) -> list[Row]:
    copies: dict[str, list[str]] = {}
    for copy in db.session.scalars(select(BlindedFile).order_by(BlindedFile.id)):
        copies.setdefault(copy.proposal_id, []).append(copy.id)
    rows = db.session.execute(
        select(Seat, SeatHolder.account_id, Review.state, Proposal.number, Call.code)
        .join(SeatHolder, SeatHolder.seat_id == Seat.id)
        .join(Proposal, Proposal.id == Seat.proposal_id)
        .join(Call, Call.id == Seat.call_id)
        .outerjoin(Review, Review.seat_id == Seat.id)
    )
    found = [
        {
            "id": seat.id,
            "call": code,
            "proposal": seat.proposal_id,
            "number": number,
            "path": url_for("reviews.show", seat_id=seat.id),
            "state": seat.state.value,
            "review": state.value if state else None,
            "owner": emails[account_id],
            "files": [
                url_for("reviews.show_file", seat_id=seat.id, file_id=file_id)
                for file_id in copies.get(seat.proposal_id, ())
            ],
        }
        for seat, account_id, state, number, code in rows
    ]
    return _in_order(found, "number", "owner")


def _files(leads: Mapping[str, str]) -> list[Row]:
    """List the copies that reviewers get, and the sealed originals, which no page hands out."""
    copies = [
        {
            "id": copy.id,
            "kind": "copy",
            "name": "",
            "proposal": copy.proposal_id,
            "path": url_for(
                "proposals.blinded_file", proposal_id=copy.proposal_id, file_id=copy.id
            ),
            "state": "blinded",
            "owner": leads[copy.proposal_id],
        }
        for copy in db.session.scalars(select(BlindedFile))
    ]
    originals = [
        {
            "id": upload.id,
            "kind": "original",
            "name": upload.original_name,
            "proposal": upload.proposal_id,
            "path": None,
            "state": "sealed",
            "owner": leads[upload.proposal_id],
        }
        for upload in db.session.scalars(select(Upload))
    ]
    return _in_order([*copies, *originals], "owner", "proposal", "kind")


def _receipts(leads: Mapping[str, str]) -> list[Row]:
    rows = db.session.execute(select(Receipt.id, Receipt.proposal_id))
    found = [
        {
            "id": row.id,
            "proposal": row.proposal_id,
            "path": url_for(
                "proposals.show_receipt", proposal_id=row.proposal_id, receipt_id=row.id
            ),
            "state": "issued",
            "owner": leads[row.proposal_id],
        }
        for row in rows
    ]
    return _in_order(found, "owner", "proposal")


def _panels(emails: Mapping[str, str]) -> list[Row]:
    members: dict[str, list[Row]] = {}
    for member in db.session.scalars(select(PanelMember).order_by(PanelMember.id)):
        seat = {"email": emails[member.account_id], "office": member.office.value}
        members.setdefault(member.panel_id, []).append(seat)
    rows = db.session.execute(select(Panel, Call.code).join(Call, Call.id == Panel.call_id))
    found = [
        {
            "id": panel.id,
            "call": code,
            "path": url_for("panels.show", panel_id=panel.id),
            "minutes": url_for("panels.read_minutes", panel_id=panel.id),
            "state": panel.state.value,
            "owner": members[panel.id][0]["email"],
            "members": members[panel.id],
        }
        for panel, code in rows
    ]
    return _in_order(found, "call")


def _documents() -> list[Row]:
    """List the reports; a worker prints those that wait."""
    rows = db.session.execute(select(Document, Call.code).join(Call, Call.id == Document.call_id))
    found = [
        {
            "id": document.id,
            "kind": document.kind.value,
            "call": code,
            "path": url_for(
                "documents.report_file",
                call_id=document.call_id,
                document_id=document.id,
                ending=document.ending,
            ),
            "state": document.state.value,
        }
        for document, code in rows
    ]
    return _in_order(found, "call", "kind", "id")


def _in_order(rows: Iterable[Row], *names: str) -> list[Row]:
    return sorted(rows, key=lambda row: [str(row[name]) for name in names])
