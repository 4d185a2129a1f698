"""The facts of the allocation report."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby

from app.allocation import publishing
from app.allocation import queries as allocations
from app.allocation.computing import Data
from app.allocation.models import Decision
from app.allocation.tracing import tie_words
from app.core.words import _
from app.documents import bundle, facts
from app.documents.collecting import counts
from app.documents.collecting.decided import Decided, about_call
from app.documents.collecting.exceptions import exceptions
from app.documents.collecting.method import method
from app.documents.facts import Digest, Part
from app.documents.queries import funder_countries

_DECISIONS = {
    Decision.AWARD: facts.Decision.AWARDED,
    Decision.RESERVE: facts.Decision.RESERVE,
    Decision.DECLINE: facts.Decision.DECLINED,
}


def allocation_report(decided: Decided) -> facts.AllocationReport:
    """Return what the report of a release says; its proof comes when the ledger holds it."""
    call, allocation = decided.call, decided.allocation
    by_rule = decided.decision.given
    return facts.AllocationReport(
        issue=decided.issue(f"{call.code}/allocation/{allocation.number}"),
        call=about_call(call),
        funders=_funders(allocation.rule),
        released_at=decided.released_at,
        budget=decided.money(allocation.budget_minor),
        contributions=tuple(
            facts.Contribution(
                given["id"],
                given["funder"],
                decided.money(given["amount_minor"]),
                earmark_words(given["earmark"]),
            )
            for given in allocation.rule["contributions"]
        ),
        taking=counts.taking(call.id, decided.decision.inputs),
        method=method(call, decided.criteria),
        ranking=(*_ranked(decided), *_unranked(decided)),
        line_after=by_rule["line_after"] or None,
        awards=tuple(_awards(decided)),
        ties=tuple(_ties(decided)),
        departures=tuple(_departures(decided, by_rule)),
        conflicts=counts.conflicts(call.id),
        proposed=decided.proposed(),
        approved=decided.approved(),
        digests=digests(decided),
        exceptions=exceptions(decided),
    )


def digests(decided: Decided) -> tuple[Digest, ...]:
    """Return the hashes of the parts of the decision, those that the ledger has seen before."""
    hashes = decided.decision.hashes
    rules = decided.call.rules_sha256
    return (
        *((Digest(Part.CALL, rules),) if rules else ()),
        Digest(Part.RULES, hashes["rule"]),
        Digest(Part.INPUTS, hashes["inputs"]),
        Digest(Part.RANKING, hashes["ranking"]),
        Digest(Part.ALLOCATION, hashes["allocation"]),
        Digest(Part.BUNDLE, bundle.digest(publishing.to_bytes(decided.bundle))),
    )


def _funders(rule: Data) -> tuple[facts.Funder, ...]:
    names = dict.fromkeys(given["funder"] for given in rule["contributions"])
    countries = funder_countries(names)
    return tuple(facts.Funder(name, countries.get(name, "")) for name in names)


def earmark_words(earmark: Data) -> str:
    return "; ".join(
        f"{name}: {wanted if isinstance(wanted, str) else ', '.join(wanted)}"
        for name, wanted in sorted(earmark.items())
    )


def _ranked(decided: Decided) -> Iterable[facts.Standing]:
    places = decided.places()
    for row in decided.lines:
        place = places[row.number]
        single = [Decimal(total) for total in place["review_totals"]]
        awarded = row.line.decision is Decision.AWARD
        yield facts.Standing(
            number=row.number,
            rank=place["rank"],
            shared=bool(place["tied_with"]),
            total=Decimal(place["shown"]),
            lowest=min(single),
            highest=max(single),
            reviews=place["reviews"],
            asked=decided.money(row.requested_minor),
            decision=_DECISIONS[row.line.decision],
            awarded=decided.money(row.line.amount_minor) if awarded else None,
        )


def _unranked(decided: Decided) -> Iterable[facts.Standing]:
    for number, asked, fate in counts.outside_the_ranking(decided.call.id, decided.places()):
        yield facts.Standing(number, None, False, None, None, None, 0, decided.money(asked), fate)


def _awards(decided: Decided) -> Iterable[facts.AwardLine]:
    for row in decided.lines:
        award = decided.awards.get(row.line.proposal_id)
        if award is not None:
            yield facts.AwardLine(
                row.number,
                award.title,
                award.organisation,
                award.country,
                decided.money(award.amount_minor),
                sources(decided, award.sources),
            )


def sources(decided: Decided, given: list[Data]) -> tuple[facts.Source, ...]:
    return tuple(
        facts.Source(
            source["contribution_id"], source["funder"], decided.money(source["amount_minor"])
        )
        for source in given
    )


def _ties(decided: Decided) -> Iterable[facts.Tie]:
    labels = {c.key: c.label for c in decided.criteria}
    decisions = {row.number: row.line.decision for row in decided.lines}
    places = decided.decision.ranking["places"]
    for _rank, group in groupby(places, key=lambda place: place["rank"]):
        equals = list(group)
        if len(equals) < 2:  # noqa: PLR2004 - a tie has two
            continue
        rules = dict.fromkeys(place["decided_by"] for place in equals if place["decided_by"])
        yield facts.Tie(
            numbers=tuple(place["proposal"] for place in equals),
            total=Decimal(equals[0]["shown"]),
            rule=", ".join(tie_words(rule, labels) for rule in rules)
            or _("no rule; they share it"),
            at_the_line=len({decisions[p["proposal"]] is Decision.AWARD for p in equals}) > 1,
        )


def _departures(decided: Decided, by_rule: Data) -> Iterable[facts.Departure]:
    said = {line["proposal"]: Decision(line["decision"]) for line in by_rule["lines"]}
    agreed = {one.number: one for one in allocations.departures_of(decided.allocation.id)}
    for row in decided.lines:
        if row.line.departure:
            yield facts.Departure(
                row.number,
                _DECISIONS[said[row.number]],
                _DECISIONS[row.line.decision],
                row.line.departure,
                decided.proposed().name,
                agreed[row.number].approver,
                agreed[row.number].approved_at or decided.released_at,
            )
