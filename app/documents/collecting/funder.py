"""The facts of the report to one funder."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from app.allocation.computing import Data
from app.core.db import db
from app.documents import facts
from app.documents.collecting import counts
from app.documents.collecting.allocation import digests, earmark_words
from app.documents.collecting.decided import Decided, about_call
from app.funds.models import Contribution, Funder


def funder_reports(decided: Decided) -> list[tuple[str, facts.FunderReport]]:
    """Return one report for each funder of the call, with the funder's id, in order of names."""
    given = {one["id"]: one for one in decided.allocation.rule["contributions"]}
    rows = db.session.execute(
        select(Contribution.id, Funder)
        .join(Funder, Funder.id == Contribution.funder_id)
        .where(Contribution.id.in_(given))
        .order_by(Funder.name, Contribution.id)
    )
    own: dict[str, tuple[Funder, list[Data]]] = {}
    for contribution_id, funder in rows:
        own.setdefault(funder.id, (funder, []))[1].append(given[contribution_id])
    return [(funder.id, _report(decided, funder, pots)) for funder, pots in own.values()]


def _report(decided: Decided, funder: Funder, pots: Sequence[Data]) -> facts.FunderReport:
    call, allocation = decided.call, decided.allocation
    return facts.FunderReport(
        issue=decided.issue(f"{call.code}/contribution/{allocation.number}/{funder.name}"),
        call=about_call(call),
        funder=facts.Funder(funder.name, funder.country),
        released_at=decided.released_at,
        fund=decided.money(allocation.budget_minor),
        awards=len(decided.awards),
        taking=counts.taking(call.id, decided.decision.inputs),
        contributions=tuple(
            facts.Contribution(
                pot["id"],
                funder.name,
                decided.money(pot["amount_minor"]),
                earmark_words(pot["earmark"]),
            )
            for pot in pots
        ),
        payments=tuple(_payments(decided, {pot["id"] for pot in pots})),
        proposed=decided.proposed(),
        approved=decided.approved(),
        digests=digests(decided),
    )


def _payments(decided: Decided, pots: set[str]) -> Iterable[facts.Payment]:
    for row in decided.lines:
        award = decided.awards.get(row.line.proposal_id)
        for source in award.sources if award else ():
            if award is not None and source["contribution_id"] in pots:
                yield facts.Payment(
                    source["contribution_id"],
                    row.number,
                    award.title,
                    award.organisation,
                    award.country,
                    decided.money(award.amount_minor),
                    decided.money(source["amount_minor"]),
                )
