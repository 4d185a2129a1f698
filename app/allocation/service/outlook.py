"""What the call's rule gives now, with reasoned departures: what is shown before it is proposed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.allocation import computing, queries, troubles
from app.allocation.computing import Data
from app.allocation.models import Decision, Ranking, Scenario, ScenarioState
from app.allocation.service.standing import nobody_left
from app.allocation.service.terms import drawn, own_terms, rule_of, settled
from app.calls.models import Call
from app.core.gate import enforce
from app.core.money import Money
from app.core.verdict import refused
from app.core.words import _
from app.proposals import queries as proposals
from scoring.errors import InputError

OWN = 0  # number of the scenario that is the call's own rule
COMPUTED = {"order", "merits", "calibration"}  # what a rule gets from the ranking


@dataclass(frozen=True, slots=True)
class Departure:
    """A reasoned exception to the rule for one proposal, by number."""

    number: str
    decision: Decision
    amount_minor: int
    reason: str

    def told(self) -> Data:
        return {
            "proposal": self.number,
            "decision": self.decision.value,
            "amount_minor": self.amount_minor,
            "reason": self.reason,
        }


class Outlook(NamedTuple):
    """The rule with the money of now, and what it gives: nothing while a job computes that."""

    rule: Data
    result: Data | None


def outlook(
    call: Call, ranking: Ranking, departures: Sequence[Departure] = ()
) -> tuple[Data, Data]:
    """Return rule and result as an allocation would be now, solved where we stand: for commands.

    A refusal says what does not fit.
    """
    rule = _rule(call, ranking)
    return rule, _departed(call, ranking, rule, departures, None)


def outlook_for_page(call: Call, ranking: Ranking, departures: Sequence[Departure] = ()) -> Outlook:
    """Return the same without ever solving: what takes a solver comes from the job, or not yet."""
    rule = _rule(call, ranking)
    if not takes_a_solver(rule):
        return Outlook(rule, _departed(call, ranking, rule, departures, None))
    decided = computed_already(call, ranking)
    if decided is None:
        return Outlook(rule, None)
    return Outlook(rule, _departed(call, ranking, rule, departures, decided))


def offer_sha256(ranking: Ranking, rule: Data) -> str:
    """Return what a page that shows an outlook is recognised by: it follows from these two."""
    return computing.sha256_of({"ranking_sha256": ranking.result_sha256, "rule": rule})


def rule_now(call: Call) -> Data:
    """Return the call's own rule with the money and the proposals of now."""
    asks = {p.number: p.requested_minor for p in proposals.in_review(call.id)}
    return rule_of(call, asks, own_terms(call))


def own_rule(call: Call, ranking: Ranking) -> Data:
    """Return what a job computes of the call's own rule; it follows a draw that was held."""
    rule = rule_now(call)
    return {**rule, **drawn(ranking)} if takes_a_solver(rule) else rule


def takes_a_solver(rule: Data) -> bool:
    """Whether a rule is too much work for a page."""
    return not computing.scoring_rule(rule).is_plain


def is_stale(own: Scenario, call: Call, ranking: Ranking) -> bool:
    """Whether rule, money or draw are others by now than what a job was asked to compute."""
    return _bare(own.rule) != _bare(own_rule(call, ranking))


def computed_already(call: Call, ranking: Ranking) -> Data | None:
    """Return what the call's own rule gives, as a job computed it; None where it did not, or where
    rule or money changed since."""
    own = queries.scenario_numbered(ranking.id, OWN)
    if own is None or own.state is not ScenarioState.READY or is_stale(own, call, ranking):
        return None
    return own.result


def _bare(rule: Data) -> str:
    """Return what a rule says without what is computed from the ranking."""
    return computing.sha256_of({name: v for name, v in rule.items() if name not in COMPUTED})


def _rule(call: Call, ranking: Ranking) -> Data:
    enforce(nobody_left(call, ranking.result))
    return settled(call, ranking, rule_now(call))


def _departed(
    call: Call,
    ranking: Ranking,
    rule: Data,
    departures: Sequence[Departure],
    decided: Data | None,
) -> Data:
    """Apply departures to what the rule gives: `decided`, or computed here."""
    for departure in departures:
        _check_departure(departure, ranking)
    try:
        given = computing.by_rule(ranking.result, rule) if decided is None else decided
        return computing.departed(given, rule, [one.told() for one in departures])
    except computing.OverBudgetError as over:
        enforce(
            refused(
                _(
                    "That is %(spent)s, but the fund holds %(budget)s: %(over)s too much.",
                    spent=Money(over.spent_minor, call.currency).show(),
                    budget=Money(over.budget_minor, call.currency).show(),
                    over=Money(over.spent_minor - over.budget_minor, call.currency).show(),
                )
            )
        )
        raise
    except (InputError, ValueError) as error:
        enforce(refused(troubles.words_of(error, rule)))
        raise


def _check_departure(departure: Departure, ranking: Ranking) -> None:
    known = {place["proposal"] for place in ranking.result["places"]}
    if departure.number not in known:
        enforce(refused(_("%(number)s is not in the ranking.", number=departure.number)))
    if not departure.reason.strip():
        enforce(
            refused(
                _(
                    "A departure from the rule needs its reason: give one for %(number)s.",
                    number=departure.number,
                )
            )
        )
    if (departure.decision is Decision.AWARD) != (departure.amount_minor > 0):
        enforce(
            refused(
                _(
                    "%(number)s: an award needs an amount above zero, anything else needs none.",
                    number=departure.number,
                )
            )
        )
