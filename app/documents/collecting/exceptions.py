"""What was let count although dates or rules said otherwise: of the funded with its reason.

Staff write reasons in their own words, so one may name who applied: such a reason stays in the
ledger, and of proposals that are not funded none is told.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from app.accounts.models import Person
from app.calls import eligibility
from app.calls.events import DeadlineExtended, GraceSet
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.uploads.names import (
    Kind,
    Needle,
    find_own_names,
    stands_short_name,
    worth_looking_for,
)
from app.documents import facts
from app.documents.collecting.decided import Decided
from app.documents.facts import ForAll, ForAllKind, ForOne, ForOneKind
from app.ledger import queries as ledger
from app.proposals.models import (
    Correction,
    Exemption,
    ExemptionKind,
    Proposal,
    ProposalMember,
    VersionIdentity,
)
from app.reviewers.models import PoolMember, Seat, SeatHolder

NamesSomebody = Callable[[str], bool]


def exceptions(decided: Decided) -> facts.Exceptions:
    """Return grace, later deadlines, exceptions and corrections of the call of a decision."""
    call = decided.call
    names_somebody = _names_somebody(decided)
    refused = select(func.count(Exemption.id)).where(
        Exemption.call_id == call.id, Exemption.granted.is_(False)
    )
    granted = [*_granted(decided, names_somebody), *_corrections(decided)]
    return facts.Exceptions(
        for_all=tuple(_for_all(call, names_somebody)),
        for_one=(
            *sorted((one for one in granted if one.number), key=lambda one: (one.number, one.on)),
            *_counted(one for one in granted if not one.number),
        ),
        refused=int(db.session.scalar(refused) or 0),
    )


def _for_all(call: Call, names_somebody: NamesSomebody) -> Iterator[ForAll]:
    """Read grace and later deadlines from the ledger, where their reasons stand."""
    told = ledger.told_about(f"call:{call.id}", [GraceSet.action(), DeadlineExtended.action()])
    grace = 0
    for entry in told:
        said = entry.facts or {}  # erased ones tell nothing
        at, reason = clock.from_text(entry.record["ts"]), str(said.get("reason", ""))
        kept = names_somebody(reason)
        reason = "" if kept else reason
        if entry.record["action"] == GraceSet.action():
            grace = int(said.get("after", grace))
            yield ForAll(ForAllKind.GRACE, at, minutes=grace, reason=reason, reason_kept=kept)
        else:
            until = clock.from_text(said["after"]) if said else call.closes_at
            yield ForAll(ForAllKind.DEADLINE, at, until=until, reason=reason, reason_kept=kept)
    if call.grace_minutes != grace:
        yield ForAll(ForAllKind.GRACE, None, minutes=call.grace_minutes)


def _granted(decided: Decided, names_somebody: NamesSomebody) -> Iterator[ForOne]:
    call, numbers = decided.call, _funded(decided)
    asks = {rule["rule"]: eligibility.asks(rule, call.currency) for rule in call.eligibility}
    granted = db.session.scalars(
        select(Exemption)
        .where(Exemption.call_id == call.id, Exemption.granted.is_(True))
        .order_by(Exemption.decided_at, Exemption.id)
    )
    for one in granted:
        rule = one.kind is ExemptionKind.RULE
        number = numbers.get(one.proposal_id, "")
        kept = bool(number) and names_somebody(one.reason)
        yield ForOne(
            kind=ForOneKind.RULE if rule else ForOneKind.TIME,
            on=_day(call, one.decided_at or one.asked_at),
            rule=asks.get(one.rule, one.rule) if rule else "",
            number=number,
            until=one.until if number else None,
            reason=one.reason if number and not kept else "",
            reason_kept=kept,
        )


def _corrections(decided: Decided) -> Iterator[ForOne]:
    """Tell that a proposal was given back; what was to be mended is between office and team."""
    call, numbers = decided.call, _funded(decided)
    returned = db.session.execute(
        select(Correction.proposal_id, Correction.returned_at, Correction.until)
        .join(Proposal, Proposal.id == Correction.proposal_id)
        .where(Proposal.call_id == call.id)
        .order_by(Correction.returned_at, Correction.id)
    )
    for proposal_id, returned_at, until in returned:
        number = numbers.get(proposal_id, "")
        yield ForOne(
            kind=ForOneKind.CORRECTION,
            on=_day(call, returned_at),
            number=number,
            until=until if number else None,
        )


def _counted(unnamed: Iterable[ForOne]) -> Iterator[ForOne]:
    counts = Counter((one.on, one.kind, one.rule) for one in unnamed)
    for (on, kind, rule), count in sorted(counts.items()):
        yield ForOne(kind=kind, on=on, rule=rule, count=count)


def _funded(decided: Decided) -> dict[str, str]:
    return {
        row.line.proposal_id: row.number
        for row in decided.lines
        if row.line.proposal_id in decided.awards
    }


def _day(call: Call, at: datetime) -> date:
    return at.astimezone(ZoneInfo(call.zone)).date()


def _names_somebody(decided: Decided) -> NamesSomebody:
    """Return whether words hold a mail address or name somebody who applied to the call or reviews
    in it; of the funded their organisation stands in the report anyhow."""
    needles: list[Needle] = []

    def names_somebody(words: str) -> bool:
        if not words:
            return False
        if "@" in words:
            return True
        if not needles:
            needles.extend((*_who_applied(decided), *_who_reviews(decided)))
        return stands_short_name(words, needles) or bool(
            find_own_names([words], worth_looking_for(words, needles))
        )

    return names_somebody


def _who_applied(decided: Decided) -> Iterator[Needle]:
    members = db.session.scalars(
        select(ProposalMember.name)
        .join(Proposal, Proposal.id == ProposalMember.proposal_id)
        .where(Proposal.call_id == decided.call.id)
    )
    yield from (Needle(Kind.NAME, name) for name in members if name)
    identities = db.session.execute(
        select(
            Proposal.id,
            VersionIdentity.lead_name,
            VersionIdentity.organisation,
            VersionIdentity.consortium,
        )
        .join(Proposal, Proposal.version_id == VersionIdentity.version_id)
        .where(Proposal.call_id == decided.call.id)
    )
    for proposal_id, lead, organisation, consortium in identities:
        partners = consortium.get("partners", [])
        yield Needle(Kind.NAME, lead)
        yield from (Needle(Kind.NAME, partner["contact_name"]) for partner in partners)
        if proposal_id not in decided.awards:
            yield Needle(Kind.ORGANISATION, organisation)
            yield from (Needle(Kind.ORGANISATION, partner["name"]) for partner in partners)


def _who_reviews(decided: Decided) -> Iterator[Needle]:
    """Yield the people of the pool and of the seats, for a report names no reviewer either."""
    pool = select(PoolMember.account_id).where(PoolMember.call_id == decided.call.id)
    seats = (
        select(SeatHolder.account_id)
        .join(Seat, Seat.id == SeatHolder.seat_id)
        .where(Seat.call_id == decided.call.id)
    )
    names = select(Person.name).where(Person.account_id.in_(pool.union(seats)))
    yield from (Needle(Kind.NAME, name) for name in db.session.scalars(names))
