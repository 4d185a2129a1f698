"""The facts of the report of one award."""

from datetime import date, timedelta
from decimal import Decimal

from app.allocation.queries import LineRow
from app.awards.models import Award
from app.core.words import _
from app.documents import facts
from app.documents.collecting.allocation import digests, sources
from app.documents.collecting.decided import Decided, about_call
from app.documents.collecting.method import scale
from app.documents.facts import Digest, Part
from app.documents.queries import funder_countries


def award_report(decided: Decided, row: LineRow, award: Award) -> facts.AwardReport:
    """Return what the report of one award says, of one funded line of the decision."""
    place = decided.places()[row.number]
    sealed = Digest(Part.PROPOSAL, decided.applied[row.line.proposal_id].version_sha256)
    return facts.AwardReport(
        issue=decided.issue(f"{decided.call.code}/award/{award.number}"),
        call=about_call(decided.call),
        number=row.number,
        title=award.title,
        lay_summary=award.summary,
        organisation=award.organisation,
        country=award.country,
        lead=award.lead_name,
        parties=_parties(award),
        asked=decided.money(row.requested_minor),
        amount=decided.money(award.amount_minor),
        sources=sources(decided, award.sources),
        starts=award.awarded_on,
        ends=_months_later(award.awarded_on, award.months) - timedelta(days=1),
        scale=scale(decided.call),
        means=tuple(
            facts.CriterionMean(
                mean["label"],
                Decimal(mean["weight"]),
                None if mean["mean"] is None else Decimal(mean["mean"]),
            )
            for mean in award.facts["means"]
        ),
        total=Decimal(place["shown"]),
        reviews=place["reviews"],
        rank=place["rank"],
        ranked=len(decided.lines),
        trace=tuple(award.facts["trace"]),
        proposed=decided.proposed(),
        approved=decided.approved(),
        digests=(*digests(decided), sealed),
    )


def _parties(award: Award) -> tuple[facts.Party, ...]:
    names = dict.fromkeys(source["funder"] for source in award.sources)
    countries = funder_countries(names)
    return (
        *(facts.Party(_("Funder"), name, countries.get(name, "")) for name in names),
        facts.Party(_("Lead organisation"), award.organisation, award.country),
    )


def _months_later(day: date, months: int) -> date:
    """Return the same day of a later month, or the last day of one that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(
        date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1)
    )
