"""What a funder's contributions paid for: read under the funders' lens, in a fixed number of
queries."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from sqlalchemy import select

from app.accounts.actor import Actor
from app.accounts.models import Role
from app.awards.models import Award
from app.calls import views as call_views
from app.calls.models import Call, CallState
from app.core.db import db
from app.core.money import Money
from app.documents import queries, views
from app.documents.models import Document, DocumentKind
from app.funds.models import Contribution, Funder

Values = dict[str, Any]


def readers(call: Call, document: Document, award: Award | None) -> set[str]:
    """Return the funders that may read a report: of their own contributions, of an award they pay
    for, or of the whole call they stand behind. Letters, minutes and the audit
    pack are nobody's here."""
    if document.kind in queries.NOT_FOR_FUNDERS:
        return set()
    if document.kind is DocumentKind.FUNDER_REPORT:
        return {document.about_id}
    if award is not None:
        return {source["funder_id"] for source in award.sources}
    return set(
        db.session.scalars(
            select(Contribution.funder_id).where(Contribution.fund_id == call.fund_id)
        )
    )


def given_by(actor: Actor) -> list[Values]:
    """Return the calls that the person's funders pay for, with what they gave and paid."""
    statement = (
        select(Contribution, Funder.name, Call)
        .join(Funder, Funder.id == Contribution.funder_id)
        .join(Call, Call.fund_id == Contribution.fund_id)
        .where(Call.state != CallState.DRAFTING)
        .order_by(Call.closes_at.desc(), Call.code, Funder.name, Contribution.id)
    )
    if not actor.holds(Role.FUNDER):
        own = actor.scopes_of(Role.FUNDER)
        statement = statement.where(Contribution.funder_id.in_(own))
    given: dict[str, list[tuple[Contribution, str]]] = {}
    found: dict[str, Call] = {}
    for contribution, funder, call in db.session.execute(statement):
        found[call.id] = call
        given.setdefault(call.id, []).append((contribution, funder))
    released = [call.id for call in found.values() if call.released_at is not None]
    awards = db.session.scalars(
        select(Award).where(Award.call_id.in_(released)).order_by(Award.number)
    ).all()
    ready = queries.ready_documents(released)
    return [
        _call_values(call, given[call.id], [a for a in awards if a.call_id == call.id], ready)
        for call in found.values()
    ]


def _call_values(
    call: Call,
    given: Sequence[tuple[Contribution, str]],
    awards: Sequence[Award],
    ready: dict[tuple[str, str], Document],
) -> Values:
    own = {contribution.id for contribution, _funder in given}
    paid = [(award, _paid(award, own)) for award in awards]
    by_pot = {pot: sum(_paid(award, {pot}) for award in awards) for pot in own}
    return {
        **call_views.call_row(call),
        "currency": call.currency,
        "contributions": [
            {
                "id": contribution.id,
                "funder": funder,
                "url": url_for("reconciliation.show", contribution_id=contribution.id),
                "given": contribution.amount_minor,
                "paid": by_pot[contribution.id],
                "left": contribution.amount_minor - by_pot[contribution.id],
                "paid_words": Money(by_pot[contribution.id], call.currency).show(),
            }
            for contribution, funder in given
        ],
        "awards": [
            {
                "number": award.number,
                "title": award.title,
                "organisation": award.organisation,
                "country": award.country,
                "amount_minor": award.amount_minor,
                "paid_minor": minor,
                "report": _report(call.id, award.id, ready),
            }
            for award, minor in paid
            if minor
        ],
        "report": _report(call.id, call.id, ready),
        "own_reports": [
            {"funder": name, **found}
            for funder_id, name in {c.funder_id: name for c, name in given}.items()
            if (found := _report(call.id, funder_id, ready)) is not None
        ],
    }


def _paid(award: Award, pots: set[str]) -> int:
    return sum(s["amount_minor"] for s in award.sources if s["contribution_id"] in pots)


def _report(call_id: str, about_id: str, ready: dict[tuple[str, str], Document]) -> Values | None:
    document = ready.get((call_id, about_id))
    if document is None:
        return None
    return {
        "url": url_for("funders.report_pdf", document_id=document.id),
        "size": views.size_words(document.size),
    }
