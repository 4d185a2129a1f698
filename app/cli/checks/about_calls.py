"""Invariants of calls: calendar, scale, criteria, frozen rules and money."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import or_, select

from app.allocation.computing import tie_rule_problem
from app.calls import amending, queries, rules, service
from app.calls.models import Call, CallState, Criterion
from app.cli.checks.registry import invariant, no_rows
from app.core.db import db
from app.core.money import is_currency
from app.funds.models import Fund
from app.funds.queries import total_of
from app.ledger.models import LedgerEntry

EXTENDED = "calls.deadline_extended"


def _calls(*, drafting: bool = False) -> Sequence[Call]:
    wanted = select(Call).order_by(Call.code)
    return db.session.scalars(
        wanted if drafting else wanted.where(Call.state != CallState.DRAFTING)
    ).all()


no_rows(
    "calls.calendar",
    "A call closes after it opens, and its reviews are due after it closes.",
    lambda: select(Call.code).where(
        or_(Call.closes_at <= Call.opens_at, Call.reviews_due_at <= Call.closes_at)
    ),
)

no_rows(
    "calls.released_at",
    "A call has a time of release if, and only if, it is released or archived.",
    lambda: select(Call.code).where(
        Call.state.in_([CallState.RELEASED, CallState.ARCHIVED]) != Call.released_at.is_not(None)
    ),
)

no_rows(
    "calls.fund_currency",
    "A call and its fund have the same currency.",
    lambda: (
        select(Call.code).join(Fund, Fund.id == Call.fund_id).where(Fund.currency != Call.currency)
    ),
)


@invariant("calls.instants", "Deadlines are the instants of the clock times that were typed.")
def _instants() -> Iterator[object]:
    for call in _calls(drafting=True):
        for wall, instant in ((call.opens_wall, call.opens_at), (call.closes_wall, call.closes_at)):
            try:
                right = rules.instant_of(datetime.fromisoformat(wall), call.zone)
            except ValueError:  # and WallTimeError
                right = None
            if right != instant:
                yield f"{call.code} {wall}"


@invariant("calls.scale", "The scale of a call has two ends a whole number of steps apart.")
def _scales() -> Iterator[object]:
    for call in _calls(drafting=True):
        if rules.scale_problem(call.scale_best, call.scale_worst, call.scale_step):
            yield call.code


@invariant("calls.weights", "The weights of a published call sum to exactly 1.")
def _weights() -> Iterator[object]:
    for call in _calls():
        weighed = [rules.Weighed(c.key, c.label, c.weight) for c in queries.criteria_of(call.id)]
        if rules.weight_problem(weighed):
            yield call.code


@invariant("calls.tie_rules", "Every rule for ties is known, and names a criterion of the call.")
def _tie_rules() -> Iterator[object]:
    for call in _calls(drafting=True):
        keys = list(db.session.scalars(select(Criterion.key).where(Criterion.call_id == call.id)))
        if tie_rule_problem(call.tie_rules, keys):
            yield call.code


@invariant("calls.rules_frozen", "The rules of a published call hash to what was published.")
def _frozen() -> Iterator[object]:
    extended = set(
        db.session.scalars(select(LedgerEntry.about).where(LedgerEntry.action == EXTENDED))
    )
    for call in _calls():
        # The hash is of the rules as first published; an extension changes the deadline alone.
        if f"call:{call.id}" not in extended and call.rules_sha256 != service.rules_sha256(call):
            yield call.code


@invariant("calls.amendments", "The amendments of a call lead, hash by hash, to its rules.")
def _amended() -> Iterator[object]:
    for call in _calls():
        if broken := amending.chain_breaks(call):
            yield broken


@invariant("calls.form", "The form of every published call can be asked, and leaks nothing.")
def _forms() -> Iterator[object]:
    for call in _calls():
        if service.form_problems_of(call):
            yield call.code


@invariant("calls.funded", "A published call has money.")
def _funded() -> Iterator[object]:
    for call in _calls():
        if not total_of(call.fund_id):
            yield call.code


@invariant("calls.rates", "Rates are for currencies that exist, above zero, and never for its own.")
def _rates() -> Iterator[object]:
    for call in _calls(drafting=True):
        for code, rate in call.rates.items():
            if not is_currency(code) or code == call.currency or not _above_zero(rate):
                yield f"{call.code} {code}"


def _above_zero(rate: object) -> bool:
    try:
        return isinstance(rate, str) and float(rate) > 0
    except ValueError:
        return False
